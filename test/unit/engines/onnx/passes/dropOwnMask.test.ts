import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { dropOwnMask } from '../../../../../extension/engines/onnx/passes/dropOwnMask';
import { SAME_NUMBER } from '../running';
import { expectKept, expectRewrite, graphOf } from './rewriting';

const relu = (b: GraphBuilder): Value => b.add('Relu', [b.input('x', [2, 3])]);
const masked = (b: GraphBuilder, condition: Value, then: Value, otherwise = b.scalar(0)): Value =>
  b.add('Where', [condition, then, otherwise]);
const open = (b: GraphBuilder, value: Value, least = b.scalar(0)): Value => b.add('Greater', [value, least]);

describe('A mask is dropped that is open where its own relu is above 0', () => {
  test('from a product with that relu', () =>
    expectRewrite(
      dropOwnMask,
      graphOf((b) => {
        const value = relu(b);
        const product = b.add('Mul', [b.input('c', []), b.add('Mul', [value, b.input('d', [3])])]);
        return { y: masked(b, open(b, value), product) };
      }),
      `
      input   x  f32[2,3]
      input   c  f32[]
      input   d  f32[3]
      v0 = Relu(x)  f32[2,3]
      v1 = Mul(v0, d)  f32[2,3]
      v2 = Mul(c, v1)  f32[2,3]
      output  y = v2
      `,
      // 0 times a negative number is −0, which is 0.
      SAME_NUMBER,
    ));

  test('from the relu itself', () =>
    expectRewrite(
      dropOwnMask,
      graphOf((b) => {
        const value = relu(b);
        return { y: masked(b, open(b, value), value) };
      }),
      `
      input   x  f32[2,3]
      v0 = Relu(x)  f32[2,3]
      output  y = v0
      `,
      'bits',
    ));
});

describe('A mask stays', () => {
  test.for<{ title: string; build: (b: GraphBuilder) => Value }>([
    { title: 'on what the relu is no factor of', build: (b) => masked(b, open(b, relu(b)), b.input('y', [2, 3])) },
    {
      title: 'on a sum with the relu',
      build: (b) => {
        const value = relu(b);
        return masked(b, open(b, value), b.add('Add', [value, b.scalar(1)]));
      },
    },
    {
      title: 'on a quotient by the relu',
      build: (b) => {
        const value = relu(b);
        return masked(b, open(b, value), b.add('Div', [b.scalar(1), value]));
      },
    },
    {
      title: 'of another relu',
      build: (b) => masked(b, open(b, b.add('Relu', [b.input('z', [2, 3])])), relu(b)),
    },
    {
      title: 'of what is no relu',
      build: (b) => {
        const value = b.add('Neg', [b.input('x', [2, 3])]);
        return masked(b, open(b, value), value);
      },
    },
    {
      title: 'that asks for more than 0',
      build: (b) => {
        const value = relu(b);
        return masked(b, open(b, value, b.scalar(0.5)), value);
      },
    },
    {
      title: 'that asks otherwise',
      build: (b) => {
        const value = relu(b);
        return masked(b, b.add('LessOrEqual', [value, b.scalar(0)]), value);
      },
    },
    {
      title: 'that gives another number than 0 where it is closed',
      build: (b) => {
        const value = relu(b);
        return masked(b, open(b, value), value, b.scalar(1));
      },
    },
    {
      title: 'that gives the result its shape',
      build: (b) => {
        const value = b.add('Relu', [b.input('x', [3])]);
        return masked(b, open(b, value), value, b.constant(new Float32Array(6), [2, 3]));
      },
    },
  ])('$title', ({ build }) => {
    expectKept(
      dropOwnMask,
      graphOf((b) => ({ y: build(b) })),
    );
  });
});
