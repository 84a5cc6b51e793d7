import { describe, test } from 'vitest';
import { foldNumbers } from '../../../../../extension/engines/onnx/passes/foldNumbers';
import type { Tolerance } from '../running';
import { expectKept, expectRewrite, graphOf } from './rewriting';

/** One rounding instead of two. */
const ROUNDED: Tolerance = { relative: 2e-7, floor: 0 };

describe('Two numbers that a tensor is multiplied by or divided by become one', () => {
  test.for([
    { left: 'x·2·4', first: 'Mul', a: 2, second: 'Mul', b: 4, product: 8 },
    { left: 'x·3/4', first: 'Mul', a: 3, second: 'Div', b: 4, product: 0.75 },
    { left: 'x/4·2', first: 'Div', a: 4, second: 'Mul', b: 2, product: 0.5 },
    { left: 'x/4/2', first: 'Div', a: 4, second: 'Div', b: 2, product: 0.125 },
  ] as const)('$left is x·$product', ({ first, a, second, b: other, product }) =>
    expectRewrite(
      foldNumbers,
      graphOf((b) => ({
        y: b.add(second, [b.add(first, [b.input('x', [2, 3]), b.scalar(a)]), b.scalar(other)]),
      })),
      `
      input   x  f32[2,3]
      v0 = Mul(x, ${product})  f32[2,3]
      output  y = v0
      `,
      ROUNDED,
    ),
  );

  test('from either side, and along a chain', () =>
    expectRewrite(
      foldNumbers,
      graphOf((b) => {
        const twice = b.add('Mul', [b.scalar(2), b.input('x', [3])]);
        return { y: b.add('Mul', [b.scalar(3), b.add('Mul', [b.scalar(0.7), twice])]) };
      }),
      `
      input   x  f32[3]
      v0 = Mul(x, ${Math.fround(Math.fround(2 * Math.fround(0.7)) * 3)})  f32[3]
      output  y = v0
      `,
      { relative: 4e-7, floor: 0 },
    ));

  test('when the number fills a constant of the shape of the tensor', () =>
    expectRewrite(
      foldNumbers,
      graphOf((b) => {
        const threes = b.constant(Float32Array.of(3, 3), [2]);
        return { y: b.add('Mul', [b.add('Div', [b.input('x', [2]), threes]), b.scalar(6)]) };
      }),
      `
      input   x  f32[2]
      v0 = Mul(x, 2)  f32[2]
      output  y = v0
      `,
      ROUNDED,
    ));

  test('also when what lies between is used elsewhere, which stays', () =>
    expectRewrite(
      foldNumbers,
      graphOf((b) => {
        const between = b.add('Mul', [b.input('x', [2]), b.scalar(2)]);
        return { y: b.add('Mul', [between, b.scalar(0.5)]), between };
      }),
      `
      input   x  f32[2]
      v0 = Mul(x, 2)  f32[2]
      v1 = Mul(x, 1)  f32[2]
      output  y = v1
      output  between = v0
      `,
      'bits',
    ));
});

describe('Two factors stay two', () => {
  test('when one of them is not a constant, or not one number', () => {
    expectKept(
      foldNumbers,
      graphOf((b) => ({ y: b.add('Mul', [b.add('Mul', [b.input('x', [2]), b.input('a', [])]), b.scalar(2)]) })),
    );
    expectKept(
      foldNumbers,
      graphOf((b) => {
        const weights = b.constant(Float32Array.of(1, 2), [2]);
        return { y: b.add('Mul', [b.add('Mul', [b.input('x', [2]), weights]), b.scalar(2)]) };
      }),
    );
  });

  test('when the tensor is what is divided by', () => {
    expectKept(
      foldNumbers,
      graphOf((b) => ({ y: b.add('Div', [b.scalar(2), b.add('Mul', [b.input('x', [2]), b.scalar(3)])]) })),
    );
    expectKept(
      foldNumbers,
      graphOf((b) => ({ y: b.add('Mul', [b.add('Div', [b.scalar(3), b.input('x', [2])]), b.scalar(2)]) })),
    );
  });

  test('when something is added between', () => {
    expectKept(
      foldNumbers,
      graphOf((b) => ({ y: b.add('Mul', [b.add('Add', [b.input('x', [2]), b.scalar(3)]), b.scalar(2)]) })),
    );
  });

  test.for([
    { x: [1, 3], filled: [4, 1] },
    { x: [1], filled: [3] },
    { x: [3], filled: [2, 3] },
  ])('when the number brings the shape of the result: $x with $filled', ({ x, filled }) => {
    const numbers = new Float32Array(filled.reduce((a, b) => a * b, 1)).fill(2);
    expectKept(
      foldNumbers,
      graphOf((b) => ({
        y: b.add('Mul', [b.add('Mul', [b.input('x', x), b.constant(numbers, filled)]), b.scalar(3)]),
      })),
    );
    expectKept(
      foldNumbers,
      graphOf((b) => ({
        y: b.add('Mul', [b.constant(numbers, filled), b.add('Mul', [b.input('x', x), b.scalar(3)])]),
      })),
    );
  });

  test('when together they are no number of float32, though each is', () => {
    for (const [a, c] of [
      [1e30, 1e30],
      [1e-30, 1e-30],
    ] as const) {
      expectKept(
        foldNumbers,
        graphOf((b) => ({ y: b.add('Mul', [b.add('Mul', [b.input('x', [2]), b.scalar(a)]), b.scalar(c)]) })),
      );
    }
  });
});
