import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Graph } from '../../../../../extension/engines/onnx/graph';
import { optimizeStep, optimizeUnrolled } from '../../../../../extension/engines/onnx/passes/pipeline';
import { printGraph } from '../../../../../extension/engines/onnx/print';
import { expectSameResults, graphOf, lines, REORDERED } from './rewriting';

/** A pass that loses the nodes of graphs that have a `broken` input. */
vi.mock('../../../../../extension/engines/onnx/passes/addInGemm', () => ({
  addInGemm: function addInGemm(graph: Graph): Graph {
    return graph.inputs.some(({ name }) => name === 'broken') ? { ...graph, nodes: [] } : graph;
  },
}));

test('Every pass has a test file of its name', () => {
  const folder = path.join(import.meta.dirname, '../../../../../extension/engines/onnx/passes');
  const untested = readdirSync(folder).filter(
    (file) => !existsSync(path.join(import.meta.dirname, file.replace(/\.ts$/, '.test.ts'))),
  );
  expect(untested).toEqual([]);
});

describe('The passes', () => {
  test('go round until nothing changes, so that what one leaves the others take', async () => {
    // (x·1 + 0)·2·0.5/4 over a broadcast: each rule opens the way for the next.
    const graph = graphOf((b) => {
      const x = b.input('x', [2, 3]);
      const ones = b.add('Expand', [b.scalar(1), b.integers([2, 3])]);
      const half = b.add('Div', [b.scalar(1), b.scalar(2)]);
      const same = b.add('Add', [b.add('Mul', [ones, x]), b.add('Sub', [b.scalar(3), b.scalar(3)])]);
      const scaled = b.add('Div', [b.add('Mul', [b.add('Mul', [same, b.scalar(2)]), half]), b.scalar(4)]);
      return { y: scaled, again: b.add('Div', [b.add('Mul', [x, b.scalar(1)]), b.scalar(4)]) };
    });
    const optimized = optimizeStep(graph);
    expect(printGraph(optimized)).toBe(
      lines(`
      input   x  f32[2,3]
      v0 = Mul(x, 0.25)  f32[2,3]
      v1 = Div(x, 4)  f32[2,3]
      output  y = v0
      output  again = v1
      `),
    );
    await expectSameResults(graph, optimized, REORDERED);
  });

  test('go round as often as it takes: numbers folded to 1, then dropped, then two equal nodes shared', () => {
    const graph = graphOf((b) => {
      const x = b.input('x', [2]);
      const again = b.add('Mul', [b.add('Mul', [x, b.scalar(2)]), b.scalar(0.5)]);
      return { y: b.add('Exp', [x]), again: b.add('Exp', [again]) };
    });
    expect(printGraph(optimizeStep(graph))).toBe(
      lines(`
      input   x  f32[2]
      v0 = Exp(x)  f32[2]
      output  y = v0
      output  again = v0
      `),
    );
  });

  test('leave an optimized graph as it is', () => {
    const graph = graphOf((b) => ({ y: b.add('Mul', [b.add('Relu', [b.input('x', [2])]), b.scalar(2)]) }));
    const once = optimizeStep(graph);
    expect(printGraph(optimizeStep(once))).toBe(printGraph(once));
  });

  test('name the one that broke the graph', () => {
    const graph = graphOf((b) => ({ y: b.add('Neg', [b.input('broken', [2])]) }));
    expect(() => optimizeStep(graph)).toThrow('internal: after addInGemm, output y is made nowhere.');
  });

  test('are not begun on a graph that is wrong already', () => {
    const graph = graphOf((b) => ({ y: b.add('Neg', [b.input('x', [2])]) }));
    const wrong = { ...graph, inputs: [] };
    expect(() => optimizeStep(wrong)).toThrow('internal: after tracing, node 0 (Neg) uses a value');
    expect(() => optimizeUnrolled(wrong)).toThrow('internal: after unrolling, node 0 (Neg) uses a value');
  });

  test('after unrolling join what was just split, also through two changes of shape', () => {
    const graph = graphOf((b) => {
      const [left, right] = b.addNode('Split', [b.input('x', [5]), b.integers([4, 1])], { axis: 0 });
      const matrix = b.add('Reshape', [left!, b.integers([2, 2])]);
      const joined = b.add('Concat', [b.add('Reshape', [matrix, b.integers([4])]), right!], { axis: 0 });
      const back = b.add('Reshape', [b.add('Reshape', [b.input('z', [4]), b.integers([2, 2])]), b.integers([4])]);
      return { y: b.add('Neg', [joined]), negated: b.add('Neg', [back]) };
    });
    expect(printGraph(optimizeUnrolled(graph))).toBe(
      lines(`
      input   x  f32[5]
      input   z  f32[4]
      v0 = Neg(x)  f32[5]
      v1 = Neg(z)  f32[4]
      output  y = v0
      output  negated = v1
      `),
    );
  });
});
