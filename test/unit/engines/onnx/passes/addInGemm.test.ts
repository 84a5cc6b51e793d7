import { describe, expect, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { addInGemm } from '../../../../../extension/engines/onnx/passes/addInGemm';
import { expectKept, expectRewrite, graphOf, REORDERED, text } from './rewriting';

const product = (b: GraphBuilder): Value => b.add('Gemm', [b.input('a', [2, 3]), b.input('b', [3, 4])]);

describe('A term added to a product starts the product', () => {
  test.for([[4], [2, 4], [2, 1], [1, 4], []])('when it has shape [%s]', (shape) =>
    expectRewrite(
      addInGemm,
      graphOf((b) => ({ y: b.add('Add', [product(b), b.input('c', shape)]) })),
      `
      input   a  f32[2,3]
      input   b  f32[3,4]
      input   c  f32[${shape}]
      v0 = Gemm(a, b, c)  f32[2,4]
      output  y = v0
      `,
      REORDERED,
    ),
  );

  test('from either side, and keeps how the product is transposed', () =>
    expectRewrite(
      addInGemm,
      graphOf((b) => {
        const transposed = b.add('Gemm', [b.input('a', [3, 2]), b.input('b', [4, 3])], { transA: 1, transB: 1 });
        return { y: b.add('Add', [b.input('c', [4]), transposed]) };
      }),
      `
      input   a  f32[3,2]
      input   b  f32[4,3]
      input   c  f32[4]
      v0 = Gemm(a, b, c, transA=1, transB=1)  f32[2,4]
      output  y = v0
      `,
      REORDERED,
    ));

  test('when both terms are products, one of them', () =>
    expectRewrite(
      addInGemm,
      graphOf((b) => {
        const other = b.add('Gemm', [b.input('c', [2, 5]), b.input('d', [5, 4])]);
        return { y: b.add('Add', [product(b), other]) };
      }),
      `
      input   c  f32[2,5]
      input   d  f32[5,4]
      input   a  f32[2,3]
      input   b  f32[3,4]
      v0 = Gemm(c, d)  f32[2,4]
      v1 = Gemm(a, b, v0)  f32[2,4]
      output  y = v1
      `,
      REORDERED,
    ));
});

describe('A term stays apart', () => {
  test('from a product that is used elsewhere too', () => {
    expectKept(
      addInGemm,
      graphOf((b) => {
        const shared = product(b);
        return { y: b.add('Add', [shared, b.input('c', [4])]), z: b.add('Neg', [shared]) };
      }),
    );
  });

  test('from a product that is an output of the graph', () => {
    expectKept(
      addInGemm,
      graphOf((b) => {
        const shared = product(b);
        return { y: b.add('Add', [shared, b.input('c', [4])]), shared };
      }),
    );
  });

  test('from a product that is added to itself', () => {
    expectKept(
      addInGemm,
      graphOf((b) => {
        const shared = product(b);
        return { y: b.add('Add', [shared, shared]) };
      }),
    );
  });

  test('from a product that starts from a term already, so that only the first of two goes in', () => {
    const graph = graphOf((b) => ({
      y: b.add('Add', [b.add('Add', [product(b), b.input('c', [4])]), b.input('d', [4])]),
    }));
    expect(text(addInGemm(graph))).toContain('v0 = Gemm(a, b, c)  f32[2,4]\nv1 = Add(v0, d)  f32[2,4]\n');
  });

  test('when it is larger than the product', () => {
    const larger = (shape: number[]) =>
      graphOf((b) => ({
        y: b.add('Add', [b.add('Gemm', [b.input('a', [1, 3]), b.input('b', [3, 4])]), b.input('c', shape)]),
      }));
    expectKept(addInGemm, larger([2, 4]));
    expectKept(addInGemm, larger([1, 1, 4]));
  });

  test('when it is taken away, not added', () => {
    expectKept(
      addInGemm,
      graphOf((b) => ({ y: b.add('Sub', [product(b), b.input('c', [4])]) })),
    );
  });
});
