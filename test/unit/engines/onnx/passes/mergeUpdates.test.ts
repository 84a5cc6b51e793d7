import { describe, expect, test } from 'vitest';
import type { GraphBuilder, Value } from '../../../../../extension/engines/onnx/graph';
import { mergeUpdates } from '../../../../../extension/engines/onnx/passes/mergeUpdates';
import { expectKept, expectRewrite, expectSameResults, graphOf, type Pass, text } from './rewriting';

const merging = (...updates: string[][]): Pass =>
  function merge(graph) {
    return mergeUpdates(graph, updates);
  };

/** `p − g·rate` of a parameter and its gradient. */
const descend = (b: GraphBuilder, name: string, shape: number[], rate: Value): Value =>
  b.add('Sub', [b.input(name, shape), b.add('Mul', [b.input(`gradient.${name}`, shape), rate])]);

describe('Updates of small parameters', () => {
  test('are taken as one, over all of them joined', () =>
    expectRewrite(
      merging(['next.w', 'next.b']),
      graphOf((b) => {
        const rate = b.input('rate', []);
        return { 'next.w': descend(b, 'w', [2, 3], rate), 'next.b': descend(b, 'b', [3], rate) };
      }),
      `
      input   rate  f32[]
      input   w  f32[2,3]
      input   gradient.w  f32[2,3]
      input   b  f32[3]
      input   gradient.b  f32[3]
      v0 = Reshape(w, [6])  f32[6]
      v1 = Concat(v0, b, axis=0)  f32[9]
      v2 = Reshape(gradient.w, [6])  f32[6]
      v3 = Concat(v2, gradient.b, axis=0)  f32[9]
      v4 = Mul(v3, rate)  f32[9]
      v5 = Sub(v1, v4)  f32[9]
      v6, v7 = Split(v5, [6,3], axis=0)  f32[6]
      v8 = Reshape(v6, [2,3])  f32[2,3]
      output  next.w = v8
      output  next.b = v7
      `,
      'bits',
    ));

  test('share with their moments what these are joined from', async () => {
    // v ← 0.9·v + g, p ← p − v·rate: the velocities are joined once for both groups.
    const graph = graphOf((b) => {
      const rate = b.input('rate', []);
      const outputs: Record<string, Value> = {};
      for (const [name, shape] of [
        ['w', [2, 2]],
        ['b', [2]],
      ] as const) {
        const decayed = b.add('Mul', [b.input(`velocity.${name}`, shape), b.scalar(0.9)]);
        const velocity = b.add('Add', [decayed, b.input(`gradient.${name}`, shape)]);
        outputs[`next.${name}`] = b.add('Sub', [b.input(name, shape), b.add('Mul', [velocity, rate])]);
        outputs[`next.velocity.${name}`] = velocity;
      }
      return outputs;
    });
    const merged = mergeUpdates(graph, [
      ['next.w', 'next.b'],
      ['next.velocity.w', 'next.velocity.b'],
    ]);
    const operators = merged.nodes.map(({ operator }) => operator);
    // Joined are gradients, velocities and parameters; two groups are split again.
    expect(operators.filter((operator) => operator === 'Concat')).toHaveLength(3);
    expect(operators.filter((operator) => operator === 'Split')).toHaveLength(2);
    expect(operators.filter((operator) => ['Mul', 'Add', 'Sub'].includes(operator)).sort()).toEqual([
      'Add',
      'Mul',
      'Mul',
      'Sub',
    ]);
    await expectSameResults(graph, merged, 'bits');
  });

  test('leave parameters of more than 16,384 elements apart', async () => {
    const graph = graphOf((b) => {
      const rate = b.input('rate', []);
      return {
        'next.large': descend(b, 'large', [128, 129], rate),
        'next.w': descend(b, 'w', [128, 128], rate),
        'next.b': descend(b, 'b', [3], rate),
      };
    });
    const merged = mergeUpdates(graph, [['next.large', 'next.w', 'next.b']]);
    const [large] = merged.outputs;
    expect(merged.nodes.find(({ outputs }) => outputs.includes(large!.value))).toMatchObject({ operator: 'Sub' });
    expect(text(merged)).toContain('Split(');
    // 16,384 and 3.
    expect(text(merged)).toContain('f32[16387]');
    await expectSameResults(graph, merged, 'bits');
  });

  test('may be used later in the graph, as a step that moves the weights first does', async () => {
    const graph = graphOf((b) => {
      const rate = b.input('rate', []);
      const w = descend(b, 'w', [3, 2], rate);
      const bias = descend(b, 'b', [2], rate);
      const outputs = b.add('Gemm', [b.input('x', [4, 3]), w, bias]);
      return { rows: b.add('Relu', [outputs]), 'next.w': w, 'next.b': bias };
    });
    const merged = mergeUpdates(graph, [['next.w', 'next.b']]);
    expect(merged.nodes.filter(({ operator }) => operator === 'Sub')).toHaveLength(1);
    await expectSameResults(graph, merged, 'bits');
  });

  test('may take a parameter of one element, which is no number for all', async () => {
    const graph = graphOf((b) => {
      const rate = b.input('rate', []);
      return { 'next.b': descend(b, 'b', [1], rate), 'next.w': descend(b, 'w', [3, 1], rate) };
    });
    const merged = mergeUpdates(graph, [['next.b', 'next.w']]);
    expect(merged.nodes.filter(({ operator }) => operator === 'Sub')).toHaveLength(1);
    await expectSameResults(graph, merged, 'bits');
  });

  test('are joined only as far as they are the same', () =>
    expectRewrite(
      merging(['next.w', 'next.b']),
      graphOf((b) => ({
        'next.w': b.add('Sub', [b.input('w', [2]), b.add('Exp', [b.input('x', [2])])]),
        'next.b': b.add('Sub', [b.input('b', [2]), b.add('Abs', [b.input('y', [2])])]),
      })),
      `
      input   w  f32[2]
      input   x  f32[2]
      input   b  f32[2]
      input   y  f32[2]
      v0 = Concat(w, b, axis=0)  f32[4]
      v1 = Exp(x)  f32[2]
      v2 = Abs(y)  f32[2]
      v3 = Concat(v1, v2, axis=0)  f32[4]
      v4 = Sub(v0, v3)  f32[4]
      v5, v6 = Split(v4, [2,2], axis=0)  f32[2]
      output  next.w = v5
      output  next.b = v6
      `,
      'bits',
    ));
});

describe('Updates stay apart', () => {
  const pair = (build: (b: GraphBuilder) => [Value, Value]) =>
    graphOf((b) => {
      const [w, bias] = build(b);
      return { 'next.w': w, 'next.b': bias };
    });
  const merge = merging(['next.w', 'next.b']);

  test.for<{ title: string; build: (b: GraphBuilder) => [Value, Value] }>([
    {
      title: 'when they are different operations',
      build: (b) => [b.add('Neg', [b.input('w', [2])]), b.add('Abs', [b.input('b', [2])])],
    },
    {
      title: 'when their operations have different attributes',
      build: (b) => [
        b.add('LeakyRelu', [b.input('w', [2])], { alpha: 0.1 }),
        b.add('LeakyRelu', [b.input('b', [2])], { alpha: 0.2 }),
      ],
    },
    {
      title: 'when each has a number of its own',
      build: (b) => [
        b.add('Mul', [b.input('w', [2]), b.input('rate.w', [])]),
        b.add('Mul', [b.input('b', [2]), b.input('rate.b', [])]),
      ],
    },
    {
      title: 'when one of them broadcasts what it takes',
      build: (b) => [
        b.add('Sub', [b.input('w', [2, 3]), b.input('gw', [3])]),
        b.add('Sub', [b.input('b', [3]), b.input('gb', [3])]),
      ],
    },
    {
      title: 'when the first of them broadcasts what it takes',
      build: (b) => [
        b.add('Sub', [b.input('w', [3]), b.input('gw', [1])]),
        b.add('Sub', [b.input('b', [3]), b.input('gb', [3])]),
      ],
    },
    {
      title: 'when they are no elementwise operation',
      build: (b) => [
        b.add('Transpose', [b.input('w', [2, 2])], { perm: [1, 0] }),
        b.add('Transpose', [b.input('b', [3, 3])], { perm: [1, 0] }),
      ],
    },
    { title: 'when nothing moves them', build: (b) => [b.input('w', [2]), b.input('b', [3])] },
    {
      title: 'when one of them does not move',
      build: (b) => [b.add('Neg', [b.input('w', [2])]), b.input('b', [3])],
    },
    {
      title: 'when both are the same tensor',
      build: (b) => {
        const shared = b.add('Neg', [b.input('w', [2])]);
        return [shared, shared];
      },
    },
  ])('$title', ({ build }) => expectKept(merge, pair(build)));

  test('when there is only one that is small', () => {
    const graph = graphOf((b) => ({
      'next.large': b.add('Neg', [b.input('large', [16_385])]),
      'next.b': b.add('Neg', [b.input('b', [3])]),
    }));
    expectKept(merging(['next.large', 'next.b']), graph);
  });

  test('when no group is named', () => {
    const graph = pair((b) => [b.add('Neg', [b.input('w', [2])]), b.add('Neg', [b.input('b', [2])])]);
    expect(mergeUpdates(graph, [])).toBe(graph);
  });
});
