/** What the passes are made with: walk a graph node by node and put something else in a node's place. */
import { type Constant, type Graph, GraphBuilder, type Node, type Value } from '../graph';

export interface Place {
  readonly builder: GraphBuilder;
  /** The node that gives this value; `undefined` for inputs and constants. */
  producer(value: Value): Node | undefined;
  constantOf(value: Value): Constant | undefined;
  /** Whether one node, or one output of the graph, uses this value. */
  isUsedOnce(value: Value): boolean;
  /** Whether the node is the only one to use its input, and no output of the graph is that input. */
  isOnlyUseOf(inputIndex: number): boolean;
}

/** Gives the value to put in place of the node's one output, or `null` to leave the node. */
export type Rule = (node: Node, place: Place) => Value | null;

/** One rule applied to every node, first to last; a node sees what was put in place of those before it. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const builder = new GraphBuilder();
  const values = new Map<Value, Value>();
  const uses = countUses(graph);
  const usesOfNew = new Map<Value, number>();
  for (const { name, value } of graph.inputs) values.set(value, builder.input(name, value.shape, value.type));
  for (const { value, elements, shape } of graph.constants) values.set(value, builder.constant(elements, shape));
  for (const old of graph.nodes) {
    const inputs = old.inputs.map((input) => values.get(input)!);
    const place: Place = {
      builder,
      producer: (value) => builder.producer(value),
      constantOf: (value) => builder.constantOf(value),
      isUsedOnce: (value) => usesOfNew.get(value) === 1,
      isOnlyUseOf: (index) => uses.get(old.inputs[index]!) === 1,
    };
    const replacement = old.outputs.length === 1 ? rule({ ...old, inputs }, place) : null;
    const outputs = replacement === null ? builder.addNode(old.operator, inputs, old.attributes) : [replacement];
    old.outputs.forEach((output, at) => {
      values.set(output, outputs[at]!);
      usesOfNew.set(outputs[at]!, (usesOfNew.get(outputs[at]!) ?? 0) + (uses.get(output) ?? 0));
    });
  }
  return builder.build(graph.outputs.map(({ name, value }) => ({ name, value: values.get(value)! })));
}

export function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value): void => {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const node of graph.nodes) node.inputs.forEach(use);
  for (const { value } of graph.outputs) use(value);
  return uses;
}

/** The number that all elements of a constant are; `null` when they differ or the value is none. */
export function numberOf(value: Value, place: Place): number | null {
  const elements = place.constantOf(value)?.elements;
  if (!(elements instanceof Float32Array) || elements.length === 0) return null;
  const [first] = elements;
  return elements.every((element) => Object.is(element, first)) ? first! : null;
}
