import { describe, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { foldSigns } from '../../../../../extension/engines/onnx/passes/foldSigns';
import { expectKept, expectRewrite, expectSameResults, graphOf } from './rewriting';

const operands = (b: GraphBuilder): [Value, Value] => [b.input('a', [2, 1]), b.input('b', [3])];

describe('A sign goes into what is computed with it', () => {
  test.for<{ from: string; build: (b: GraphBuilder, a: Value, c: Value) => Value; to: string }>([
    { from: 'a + (−b)', build: (b, a, c) => b.add('Add', [a, b.add('Neg', [c])]), to: 'Sub(a, b)' },
    { from: '(−a) + b', build: (b, a, c) => b.add('Add', [b.add('Neg', [a]), c]), to: 'Sub(b, a)' },
    { from: 'a − (−b)', build: (b, a, c) => b.add('Sub', [a, b.add('Neg', [c])]), to: 'Add(a, b)' },
  ])('$from is $to', async ({ build, to }) => {
    const graph = graphOf((b) => ({ y: build(b, ...operands(b)) }));
    await expectRewrite(
      foldSigns,
      graph,
      `
      input   a  f32[2,1]
      input   b  f32[3]
      v0 = ${to}  f32[2,3]
      output  y = v0
      `,
      'bits',
    );
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    await expectSameResults(graph, foldSigns(graph), 'bits', [
      { a: Float32Array.of(0, -0), b: Float32Array.of(0, -0, 1) },
      { a: Float32Array.of(inf, nan), b: Float32Array.of(inf, -inf, 1) },
    ]);
  });

  test('also where what is negated is used elsewhere', () =>
    expectRewrite(
      foldSigns,
      graphOf((b) => {
        const [a, c] = operands(b);
        const negated = b.add('Neg', [c]);
        return { y: b.add('Add', [a, negated]), negated };
      }),
      `
      input   a  f32[2,1]
      input   b  f32[3]
      v0 = Neg(b)  f32[3]
      v1 = Sub(a, b)  f32[2,3]
      output  y = v1
      output  negated = v0
      `,
      'bits',
    ));

  test('of one term where both have one', () =>
    expectRewrite(
      foldSigns,
      graphOf((b) => {
        const [a, c] = operands(b);
        return { y: b.add('Add', [b.add('Neg', [a]), b.add('Neg', [c])]) };
      }),
      `
      input   a  f32[2,1]
      input   b  f32[3]
      v0 = Neg(a)  f32[2,1]
      v1 = Sub(v0, b)  f32[2,3]
      output  y = v1
      `,
      'bits',
    ));
});

test.for<{ title: string; build: (b: GraphBuilder, a: Value, c: Value) => Value }>([
  { title: '(−a) − b', build: (b, a, c) => b.add('Sub', [b.add('Neg', [a]), c]) },
  { title: 'a·(−b)', build: (b, a, c) => b.add('Mul', [a, b.add('Neg', [c])]) },
  { title: 'a + |b|', build: (b, a, c) => b.add('Add', [a, b.add('Abs', [c])]) },
  { title: '−(a + b)', build: (b, a, c) => b.add('Neg', [b.add('Add', [a, c])]) },
])('$title stays', ({ build }) => {
  expectKept(
    foldSigns,
    graphOf((b) => ({ y: build(b, ...operands(b)) })),
  );
});
