import { describe, expect, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { selectByMask } from '../../../../../extension/engines/onnx/passes/selectByMask';
import { runGraph, SAME_NUMBER } from '../running';
import { expectKept, expectRewrite, graphOf } from './rewriting';

const open = (b: GraphBuilder, shape: number[]): Value => b.add('Greater', [b.input('c', shape), b.scalar(0)]);
const mask = (b: GraphBuilder, shape: number[], where = b.scalar(1), elsewhere = b.scalar(0)): Value =>
  b.add('Where', [open(b, shape), where, elsewhere]);

const SELECTED = `
  input   c  f32[2,3]
  input   x  f32[2,3]
  v0 = Greater(c, 0)  bool[2,3]
  v1 = Where(v0, x, 0)  f32[2,3]
  output  y = v1
`;

describe('A tensor times a mask of ones and zeros is chosen by the condition', () => {
  // 0 times a negative number is −0, which is 0.
  test('when the mask comes second', () =>
    expectRewrite(
      selectByMask,
      graphOf((b) => {
        const zeros = mask(b, [2, 3]);
        return { y: b.add('Mul', [b.input('x', [2, 3]), zeros]) };
      }),
      SELECTED,
      SAME_NUMBER,
    ));

  test('when it comes first', () =>
    expectRewrite(
      selectByMask,
      graphOf((b) => ({ y: b.add('Mul', [mask(b, [2, 3]), b.input('x', [2, 3])]) })),
      SELECTED,
      SAME_NUMBER,
    ));

  test('when it is what gives the result its shape', () =>
    expectRewrite(
      selectByMask,
      graphOf((b) => ({ y: b.add('Mul', [mask(b, [2, 3]), b.input('x', [3])]) })),
      SELECTED.replace('x  f32[2,3]', 'x  f32[3]'),
      SAME_NUMBER,
    ));

  test('so that what is not finite behind a closed mask is 0, and behind an open one stays', async () => {
    const graph = graphOf((b) => ({ y: b.add('Mul', [mask(b, [4]), b.input('x', [4])]) }));
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const { y } = await runGraph(selectByMask(graph), {
      c: Float32Array.of(-1, 0, 1, 1),
      x: Float32Array.of(inf, nan, inf, nan),
    });
    expect([...y!]).toEqual([0, 0, inf, nan]);
  });
});

describe('It stays a product', () => {
  test.for<{ title: string; build: (b: GraphBuilder) => Value }>([
    { title: 'when the mask holds another number than 1', build: (b) => mask(b, [2, 3], b.scalar(2)) },
    { title: 'when the mask holds another number than 0', build: (b) => mask(b, [2, 3], b.scalar(1), b.scalar(0.1)) },
    { title: 'when the mask is the other way round', build: (b) => mask(b, [2, 3], b.scalar(0), b.scalar(1)) },
    { title: 'when the ones are not known', build: (b) => mask(b, [2, 3], b.input('one', [])) },
    { title: 'when the condition is smaller than the result', build: (b) => mask(b, [3]) },
    {
      title: 'when the mask is a truth cast to a number',
      build: (b) => b.add('Cast', [open(b, [2, 3])], { to: 1 }),
    },
  ])('$title', ({ build }) => {
    expectKept(
      selectByMask,
      graphOf((b) => ({ y: b.add('Mul', [build(b), b.input('x', [2, 3])]) })),
    );
  });

  test('when it is a quotient', () => {
    expectKept(
      selectByMask,
      graphOf((b) => ({ y: b.add('Div', [mask(b, [2]), b.input('x', [2])]) })),
    );
  });
});
