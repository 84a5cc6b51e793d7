import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { multiplyNumbersFirst } from '../../../../../extension/engines/onnx/passes/multiplyNumbersFirst';
import type { Tolerance } from '../running';
import { expectKept, expectRewrite, graphOf } from './rewriting';

/** Rounded in another order. */
const ROUNDED: Tolerance = { relative: 2e-7, floor: 0 };

describe('Two numbers that a tensor is multiplied by are multiplied first', () => {
  const EXPECTED = `
    input   x  f32[2,3]
    input   a  f32[]
    input   b  f32[]
    v0 = Mul(a, b)  f32[]
    v1 = Mul(x, v0)  f32[2,3]
    output  y = v1
  `;
  test.for<{ title: string; build: (b: GraphBuilder, x: Value, a: Value, c: Value) => Value }>([
    { title: '(x·a)·b', build: (b, x, a, c) => b.add('Mul', [b.add('Mul', [x, a]), c]) },
    { title: '(a·x)·b', build: (b, x, a, c) => b.add('Mul', [b.add('Mul', [a, x]), c]) },
    { title: 'b·(x·a)', build: (b, x, a, c) => b.add('Mul', [c, b.add('Mul', [x, a])]) },
    { title: 'b·(a·x)', build: (b, x, a, c) => b.add('Mul', [c, b.add('Mul', [a, x])]) },
  ])('$title', ({ build }) =>
    expectRewrite(
      multiplyNumbersFirst,
      graphOf((b) => ({ y: build(b, b.input('x', [2, 3]), b.input('a', []), b.input('b', [])) })),
      EXPECTED,
      ROUNDED,
    ),
  );
});

describe('They are multiplied one after the other', () => {
  const times = (b: GraphBuilder, x: Value, factor: Value): Value => b.add('Mul', [x, factor]);
  test.for<{ title: string; build: (b: GraphBuilder, x: Value) => Record<string, Value> }>([
    {
      title: 'when what lies between is used elsewhere',
      build: (b, x) => {
        const between = times(b, x, b.input('a', []));
        return { y: times(b, between, b.input('b', [])), z: b.add('Neg', [between]) };
      },
    },
    {
      title: 'when what lies between is an output',
      build: (b, x) => {
        const between = times(b, x, b.input('a', []));
        return { y: times(b, between, b.input('b', [])), between };
      },
    },
    {
      title: 'when one of them is no single number',
      build: (b, x) => ({
        y: times(b, times(b, x, b.input('a', [3])), b.input('b', [])),
        z: times(b, times(b, x, b.input('c', [])), b.input('d', [3])),
      }),
    },
    {
      title: 'when one of them has axes, which the result may need',
      build: (b, x) => ({ y: times(b, times(b, x, b.input('a', [1, 1, 1])), b.input('b', [])) }),
    },
    {
      title: 'when x is a number itself',
      build: (b) => ({ y: times(b, times(b, b.input('n', []), b.input('a', [])), b.input('b', [])) }),
    },
    {
      title: 'when one of them divides',
      build: (b, x) => ({ y: times(b, b.add('Div', [x, b.input('a', [])]), b.input('b', [])) }),
    },
  ])('$title', ({ build }) => {
    expectKept(
      multiplyNumbersFirst,
      graphOf((b) => build(b, b.input('x', [2, 3]))),
    );
  });
});
