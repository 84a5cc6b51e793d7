/**
 * Leaves out nodes and constants that no output needs. Other passes leave behind what they replaced, and autodiff
 * computes gradients nobody asks for.
 */
import type { Graph, Value } from '../graph';

export function dropUnused(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return {
    ...graph,
    constants: graph.constants.filter(({ value }) => needed.has(value)),
    nodes: nodes.reverse(),
  };
}
