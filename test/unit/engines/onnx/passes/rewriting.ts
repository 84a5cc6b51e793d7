/** Small graphs, what a pass makes of them as text, and whether both compute the same. */
import { expect } from 'vitest';
import { type Graph, GraphBuilder, type Value } from '../../../../../extension/engines/onnx/graph';
import { dropUnused } from '../../../../../extension/engines/onnx/passes/dropUnused';
import { printGraph } from '../../../../../extension/engines/onnx/print';
import { verify } from '../../../../../extension/engines/onnx/verify';
import { type Arrays, expectSameRecords, randomInputs, runGraph, type Tolerance } from '../running';

export function graphOf(build: (builder: GraphBuilder) => Record<string, Value>): Graph {
  const builder = new GraphBuilder();
  const outputs = Object.entries(build(builder)).map(([name, value]) => ({ name, value }));
  const graph = builder.build(outputs);
  verify(graph, 'building');
  return graph;
}

/** float32 with its sums in another order. */
export const REORDERED: Tolerance = { relative: 1e-6, floor: 1 };

export type Pass = (graph: Graph) => Graph;

/** The pass changes the graph to `expected` (without what it leaves unused), and the results stay within `tolerance`. */
export async function expectRewrite(pass: Pass, graph: Graph, expected: string, tolerance: Tolerance): Promise<void> {
  const rewritten = pass(graph);
  verify(rewritten, pass.name);
  expect(text(rewritten)).toBe(lines(expected));
  await expectSameResults(graph, rewritten, tolerance);
}

/** The pass finds nothing to do. */
export function expectKept(pass: Pass, graph: Graph): void {
  const rewritten = pass(graph);
  verify(rewritten, pass.name);
  expect(text(rewritten)).toBe(text(graph));
}

/** Both take and give the same, on seeded numbers and on `inputs`. */
export async function expectSameResults(
  graph: Graph,
  rewritten: Graph,
  tolerance: Tolerance,
  inputs: readonly Arrays[] = [1, 2, 3].map((seed) => randomInputs(graph.inputs, seed)),
): Promise<void> {
  const types = ({ inputs, outputs }: Graph) =>
    [...inputs, ...outputs].map(({ name, value }) => `${name} ${value.type}[${value.shape}]`);
  expect(types(rewritten)).toEqual(types(graph));
  for (const given of inputs)
    expectSameRecords(await runGraph(dropUnused(rewritten), given), await runGraph(graph, given), tolerance);
}

export function text(graph: Graph): string {
  return printGraph(dropUnused(graph));
}

/** A text indented for reading, as `printGraph` writes it. */
export function lines(indented: string): string {
  return `${indented
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')}\n`;
}
