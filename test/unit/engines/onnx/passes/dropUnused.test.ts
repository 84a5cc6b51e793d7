import { expect, test } from 'vitest';
import { dropUnused } from '../../../../../extension/engines/onnx/passes/dropUnused';
import { printGraph } from '../../../../../extension/engines/onnx/print';
import { verify } from '../../../../../extension/engines/onnx/verify';
import { expectSameResults, graphOf, lines } from './rewriting';

test('Nodes and constants that no output needs are left out, and what they alone needed', async () => {
  const graph = graphOf((b) => {
    const x = b.input('x', [2]);
    b.input('unused', [1]);
    b.add('Exp', [b.add('Mul', [x, b.scalar(3)])]);
    const y = b.add('Add', [x, b.scalar(1)]);
    b.add('Neg', [y]);
    return { y };
  });
  const rewritten = dropUnused(graph);
  verify(rewritten, 'dropUnused');
  expect(printGraph(rewritten)).toBe(
    lines(`
    input   x  f32[2]
    input   unused  f32[1]
    v0 = Add(x, 1)  f32[2]
    output  y = v0
    `),
  );
  expect(rewritten.constants.map(({ elements }) => [...elements])).toEqual([[1]]);
  await expectSameResults(graph, rewritten, 'bits');
});

test('A node stays as long as one of its outputs is needed', () => {
  const graph = graphOf((b) => {
    const [left, middle] = b.addNode('Split', [b.input('x', [6]), b.integers([1, 2, 3])], { axis: 0 });
    b.add('Neg', [left!]);
    return { middle: middle! };
  });
  expect(dropUnused(graph).nodes).toEqual(graph.nodes.slice(0, 1));
});

test('Outputs that are inputs or constants stay', () => {
  const graph = graphOf((b) => ({ x: b.input('x', [1]), one: b.scalar(1) }));
  expect(dropUnused(graph)).toEqual(graph);
});
