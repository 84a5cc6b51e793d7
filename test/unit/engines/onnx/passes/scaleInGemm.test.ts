import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { scaleInGemm } from '../../../../../extension/engines/onnx/passes/scaleInGemm';
import { expectKept, expectRewrite, graphOf, REORDERED } from './rewriting';

/** `w − (a·b)·rate`, w `[rows, columns]`, with `change` in place of a part. */
const update = (
  b: GraphBuilder,
  [rows, inner, columns]: readonly [number, number, number],
  change: { w?: Value; rate?: Value; product?: Value } = {},
): { y: Value; product: Value; scaled: Value } => {
  const product = change.product ?? b.add('Gemm', [b.input('a', [rows, inner]), b.input('b', [inner, columns])]);
  const scaled = b.add('Mul', [product, change.rate ?? b.input('rate', [])]);
  return { y: b.add('Sub', [change.w ?? b.input('w', [rows, columns]), scaled]), product, scaled };
};

describe('A weight minus a scaled product is one product', () => {
  test('with the scale on the first matrix where that is the smaller', () =>
    expectRewrite(
      scaleInGemm,
      graphOf((b) => ({ y: update(b, [2, 3, 4]).y })),
      `
      input   a  f32[2,3]
      input   b  f32[3,4]
      input   rate  f32[]
      input   w  f32[2,4]
      v0 = Neg(rate)  f32[]
      v1 = Mul(a, v0)  f32[2,3]
      v2 = Gemm(v1, b, w)  f32[2,4]
      output  y = v2
      `,
      REORDERED,
    ));

  test('with the scale on the second where that is, as the product is transposed', () =>
    expectRewrite(
      scaleInGemm,
      graphOf((b) => ({
        y: update(b, [5, 3, 2], {
          product: b.add('Gemm', [b.input('a', [3, 5]), b.input('b', [3, 2])], { transA: 1 }),
        }).y,
      })),
      `
      input   a  f32[3,5]
      input   b  f32[3,2]
      input   rate  f32[]
      input   w  f32[5,2]
      v0 = Neg(rate)  f32[]
      v1 = Mul(b, v0)  f32[3,2]
      v2 = Gemm(a, v1, w, transA=1)  f32[5,2]
      output  y = v2
      `,
      REORDERED,
    ));
});

describe('It stays three nodes', () => {
  test('when the scaled product is used elsewhere, or is an output', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => {
        const { y, scaled } = update(b, [2, 3, 4]);
        return { y, z: b.add('Neg', [scaled]) };
      }),
    );
    expectKept(
      scaleInGemm,
      graphOf((b) => {
        const { y, scaled } = update(b, [2, 3, 4]);
        return { y, scaled };
      }),
    );
  });

  test('when the scale is more than one number', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => ({ y: update(b, [2, 3, 4], { rate: b.input('rates', [4]) }).y })),
    );
  });

  test('when the weight is broadcast to the product', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => ({ y: update(b, [2, 3, 4], { w: b.input('w', [4]) }).y })),
    );
  });

  test('when the product starts from a term already', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => {
        const product = b.add('Gemm', [b.input('a', [2, 3]), b.input('b', [3, 4]), b.input('c', [4])]);
        return { y: update(b, [2, 3, 4], { product }).y };
      }),
    );
  });

  test('when the product is what is taken from', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => {
        const { scaled } = update(b, [2, 3, 4]);
        return { y: b.add('Sub', [scaled, b.input('v', [2, 4])]) };
      }),
    );
  });

  test('when what is scaled is no product', () => {
    expectKept(
      scaleInGemm,
      graphOf((b) => ({ y: update(b, [2, 3, 4], { product: b.add('Neg', [b.input('a', [2, 4])]) }).y })),
    );
  });
});
