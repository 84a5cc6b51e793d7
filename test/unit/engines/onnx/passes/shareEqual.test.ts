import { describe, test } from 'vitest';
import { shareEqual } from '../../../../../extension/engines/onnx/passes/shareEqual';
import { expectKept, expectRewrite, graphOf } from './rewriting';

describe('The same thing is computed once', () => {
  test('and what is computed from it then is the same thing too', () =>
    expectRewrite(
      shareEqual,
      graphOf((b) => {
        const [x, y] = [b.input('x', [2]), b.input('y', [2])];
        const sums = [b.add('Add', [x, y]), b.add('Add', [x, y])];
        const [first, second] = sums.map((sum) => b.add('LeakyRelu', [sum], { alpha: 0.5 }));
        return { first: first!, second: second! };
      }),
      `
      input   x  f32[2]
      input   y  f32[2]
      v0 = Add(x, y)  f32[2]
      v1 = LeakyRelu(v0, alpha=0.5)  f32[2]
      output  first = v1
      output  second = v1
      `,
      'bits',
    ));

  test('whatever the order in which its attributes are written', () =>
    expectRewrite(
      shareEqual,
      graphOf((b) => {
        const [x, y] = [b.input('x', [2, 2]), b.input('y', [2, 2])];
        return {
          first: b.add('Gemm', [x, y], { transA: 1, transB: 1 }),
          second: b.add('Gemm', [x, y], { transB: 1, transA: 1 }),
        };
      }),
      `
      input   x  f32[2,2]
      input   y  f32[2,2]
      v0 = Gemm(x, y, transA=1, transB=1)  f32[2,2]
      output  first = v0
      output  second = v0
      `,
      'bits',
    ));
});

describe('Computed apart is', () => {
  test('what differs in its operation, an operand or their order', () => {
    expectKept(
      shareEqual,
      graphOf((b) => {
        const [x, y] = [b.input('x', [2]), b.input('y', [2])];
        return {
          difference: b.add('Sub', [x, y]),
          opposite: b.add('Sub', [y, x]),
          none: b.add('Sub', [x, x]),
          quotient: b.add('Div', [x, y]),
          zero: b.add('Max', [x, b.scalar(0)]),
          negativeZero: b.add('Max', [x, b.scalar(-0)]),
        };
      }),
    );
  });

  test('what differs in an attribute', () => {
    expectKept(
      shareEqual,
      graphOf((b) => {
        const x = b.input('x', [2, 2]);
        return {
          product: b.add('Gemm', [x, x]),
          transposed: b.add('Gemm', [x, x], { transA: 1 }),
          otherwise: b.add('Gemm', [x, x], { transB: 1 }),
          slightly: b.add('LeakyRelu', [x], { alpha: 0.1 }),
          more: b.add('LeakyRelu', [x], { alpha: 0.2 }),
          rows: b.add('Transpose', [x], { perm: [0, 1] }),
          columns: b.add('Transpose', [x], { perm: [1, 0] }),
        };
      }),
    );
  });

  test('what gives more than one tensor', () => {
    expectKept(
      shareEqual,
      graphOf((b) => {
        const x = b.input('x', [2]);
        const split = () => b.addNode('Split', [x, b.integers([1, 1])], { axis: 0 });
        return { first: split()[0]!, second: split()[1]! };
      }),
    );
  });
});
