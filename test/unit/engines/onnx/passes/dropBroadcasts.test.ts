import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { dropBroadcasts } from '../../../../../extension/engines/onnx/passes/dropBroadcasts';
import { expectKept, expectRewrite, graphOf } from './rewriting';

const expand = (b: GraphBuilder, value: Value, shape: number[]): Value => b.add('Expand', [value, b.integers(shape)]);

describe('A broadcast operand', () => {
  test('is taken as it was where the other has the shape anyway', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => ({ y: b.add('Mul', [expand(b, b.input('a', [1, 3]), [2, 3]), b.input('b', [2, 3])]) })),
      `
      input   a  f32[1,3]
      input   b  f32[2,3]
      v0 = Mul(a, b)  f32[2,3]
      output  y = v0
      `,
      'bits',
    ));

  test('is computed with while small, and the result broadcast, where all are', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => {
        const small = b.add('Neg', [expand(b, b.input('a', [3]), [4, 3])]);
        return { y: b.add('Sub', [small, expand(b, b.input('b', [1]), [4, 3])]) };
      }),
      `
      input   a  f32[3]
      input   b  f32[1]
      v0 = Neg(a)  f32[3]
      v1 = Sub(v0, b)  f32[3]
      v2 = Expand(v1, [4,3])  f32[4,3]
      output  y = v2
      `,
      'bits',
    ));

  test('keeps the axes that only it had', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => ({ y: b.add('Add', [expand(b, b.input('a', []), [1, 3]), b.input('b', [3])]) })),
      `
      input   a  f32[]
      input   b  f32[3]
      v0 = Add(a, b)  f32[3]
      v1 = Expand(v0, [1,3])  f32[1,3]
      output  y = v1
      `,
      'bits',
    ));

  test('may be a condition, a truth or a cast', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => {
        const positive = expand(b, b.add('Greater', [b.input('a', [3]), b.scalar(0)]), [2, 3]);
        return {
          chosen: b.add('Where', [positive, b.input('b', [2, 3]), expand(b, b.scalar(0), [2, 3])]),
          not: b.add('Cast', [b.add('Not', [positive])], { to: 1 }),
        };
      }),
      `
      input   a  f32[3]
      input   b  f32[2,3]
      v0 = Greater(a, 0)  bool[3]
      v1 = Where(v0, b, 0)  f32[2,3]
      v2 = Not(v0)  bool[3]
      v3 = Cast(v2, to=1)  f32[3]
      v4 = Expand(v3, [2,3])  f32[2,3]
      output  chosen = v1
      output  not = v4
      `,
      'bits',
    ));

  test('may be a constant of one element, which is that number', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => {
        const [two, three] = [b.constant(Float32Array.of(2), [1, 1]), b.constant(Float32Array.of(3), [1])];
        const sum = b.add('Add', [b.input('a', []), two]);
        return { y: b.add('Mul', [b.input('x', [3]), three]), sum };
      }),
      `
      input   a  f32[]
      input   x  f32[3]
      v0 = Add(a, 2)  f32[]
      v1 = Expand(v0, [1,1])  f32[1,1]
      v2 = Mul(x, 3)  f32[3]
      output  y = v2
      output  sum = v1
      `,
      'bits',
    ));

  test('stays broadcast for what else uses it', () =>
    expectRewrite(
      dropBroadcasts,
      graphOf((b) => {
        const wide = expand(b, b.input('a', [3]), [2, 3]);
        return { y: b.add('Mul', [wide, b.input('b', [2, 3])]), wide };
      }),
      `
      input   a  f32[3]
      input   b  f32[2,3]
      v0 = Expand(a, [2,3])  f32[2,3]
      v1 = Mul(a, b)  f32[2,3]
      output  y = v1
      output  wide = v0
      `,
      'bits',
    ));
});

describe('A broadcast stays', () => {
  test('where every element of it counts', () => {
    expectKept(
      dropBroadcasts,
      graphOf((b) => {
        const wide = expand(b, b.input('a', [1, 3]), [2, 3]);
        return {
          sum: b.add('ReduceSum', [wide, b.integers([0])], { keepdims: 0 }),
          product: b.add('Gemm', [wide, b.input('b', [3, 2])]),
          joined: b.add('Concat', [wide, wide], { axis: 0 }),
          turned: b.add('Transpose', [wide], { perm: [1, 0] }),
        };
      }),
    );
  });

  test('where it is itself what the graph gives', () => {
    expectKept(
      dropBroadcasts,
      graphOf((b) => ({ y: expand(b, b.input('a', [3]), [2, 3]) })),
    );
  });
});
