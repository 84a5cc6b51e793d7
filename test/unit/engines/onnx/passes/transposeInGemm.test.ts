import { describe, test } from 'vitest';
import type { Attributes, GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { transposeInGemm } from '../../../../../extension/engines/onnx/passes/transposeInGemm';
import { expectKept, expectRewrite, graphOf } from './rewriting';

const turned = (b: GraphBuilder, perm: number[] = [1, 0]): Value =>
  b.add('Transpose', [b.input('b', [3, 3])], { perm });
const product = (b: GraphBuilder, right: Value, rest: Value[] = [], attributes: Attributes = {}): Value =>
  b.add('Gemm', [b.input('a', [3, 3]), right, ...rest], attributes);

describe('A product reads its second matrix the other way', () => {
  test('instead of taking a transposed copy', () =>
    expectRewrite(
      transposeInGemm,
      graphOf((b) => ({ y: product(b, turned(b)) })),
      `
      input   b  f32[3,3]
      input   a  f32[3,3]
      v0 = Gemm(a, b, transB=1)  f32[3,3]
      output  y = v0
      `,
      'bits',
    ));

  test('and keeps the term it starts from and how the first one lies', () =>
    expectRewrite(
      transposeInGemm,
      graphOf((b) => ({ y: product(b, turned(b), [b.input('c', [3])], { transA: 1 }) })),
      `
      input   b  f32[3,3]
      input   c  f32[3]
      input   a  f32[3,3]
      v0 = Gemm(a, b, c, transA=1, transB=1)  f32[3,3]
      output  y = v0
      `,
      'bits',
    ));
});

describe('A product stays as it is', () => {
  test('when it reads the transposed matrix the other way already', () => {
    expectKept(
      transposeInGemm,
      graphOf((b) => ({ y: product(b, turned(b), [], { transB: 1 }) })),
    );
  });

  test('when nothing is transposed, or only the first matrix', () => {
    expectKept(
      transposeInGemm,
      graphOf((b) => ({ y: product(b, b.input('b', [3, 3])) })),
    );
    expectKept(
      transposeInGemm,
      graphOf((b) => ({ y: b.add('Gemm', [turned(b), b.input('a', [3, 3])]) })),
    );
  });

  test('when the axes were put where they are', () => {
    expectKept(
      transposeInGemm,
      graphOf((b) => ({ y: product(b, turned(b, [0, 1])) })),
    );
  });
});
