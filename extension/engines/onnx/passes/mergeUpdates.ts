/**
 * Updates all small parameters as one: their elementwise chains (an optimizer's) are the same but for the tensors they
 * start from, so those are joined into one flat tensor, updated together and split again. A node costs about a microsecond
 * whatever its size, and a small network's step is mostly such nodes.
 *
 * Between unrolled steps `simplify` then takes split and join out, and the joined tensor goes from step to step.
 */
import { type Graph, GraphBuilder, type Named, type Node, sameShape, sizeOf, type Value } from '../graph';
import { isElementwise } from '../operators';

/** Elements of the largest tensor that is joined: copying more costs more than the nodes it saves. */
const LARGEST = 16_384;

/** `updates` names an output per updated tensor, in groups of the same kind: parameters, first moments, … */
export function mergeUpdates(graph: Graph, updates: readonly (readonly string[])[]): Graph {
  const outputs = new Map(graph.outputs.map(({ name, value }) => [name, value]));
  const groups = updates
    .map((names) => names.map((name) => outputs.get(name)!).filter((value) => sizeOf(value.shape) <= LARGEST))
    .filter((values) => values.length > 1 && new Set(values).size === values.length);
  return groups.length === 0 ? graph : new Merge(graph, groups).build();
}

/** Rebuilds the graph from its outputs backwards, so that a node is placed once all it needs is there. */
class Merge {
  readonly #builder = new GraphBuilder();
  readonly #graph: Graph;
  readonly #producers = new Map<Value, Node>();
  readonly #values = new Map<Value, Value>();
  readonly #groups: readonly (readonly Value[])[];
  readonly #joined: { readonly values: readonly Value[]; readonly flat: Value }[] = [];

  constructor(graph: Graph, groups: readonly (readonly Value[])[]) {
    this.#graph = graph;
    this.#groups = groups;
    for (const node of graph.nodes) for (const output of node.outputs) this.#producers.set(output, node);
    for (const { name, value } of graph.inputs)
      this.#values.set(value, this.#builder.input(name, value.shape, value.type));
    for (const { value, elements, shape } of graph.constants)
      this.#values.set(value, this.#builder.constant(elements, shape));
  }

  build(): Graph {
    const outputs = this.#graph.outputs.map(({ name, value }): Named => ({ name, value: this.#value(value) }));
    return this.#builder.build(outputs);
  }

  #value(old: Value): Value {
    if (!this.#values.has(old)) {
      const group = this.#groups.find((values) => values.includes(old));
      if (group !== undefined && this.#canMerge(group)) this.#splitGroup(group);
      else this.#copy(this.#producers.get(old)!);
    }
    return this.#values.get(old)!;
  }

  #copy(node: Node): void {
    const inputs = node.inputs.map((input) => this.#value(input));
    const outputs = this.#builder.addNode(node.operator, inputs, node.attributes);
    node.outputs.forEach((output, at) => {
      this.#values.set(output, outputs[at]!);
    });
  }

  #splitGroup(group: readonly Value[]): void {
    const flat = this.#merge(group);
    const sizes = group.map(({ shape }) => sizeOf(shape));
    const parts = this.#builder.addNode('Split', [flat, this.#builder.integers(sizes)], { axis: 0 });
    group.forEach((old, index) => {
      this.#values.set(old, this.#reshape(parts[index]!, old.shape));
    });
  }

  /** Whether the values come from nodes that are the same but for the tensors they take. */
  #canMerge(group: readonly Value[]): boolean {
    const nodes = group.map((value) => this.#producers.get(value));
    const [first] = nodes;
    if (first === undefined || !isElementwise(first.operator)) return false;
    return nodes.every((node) => {
      if (node?.operator !== first.operator || JSON.stringify(node.attributes) !== JSON.stringify(first.attributes))
        return false;
      const { shape } = node.outputs[0]!;
      return node.inputs.every(
        (input, at) =>
          (sizeOf(input.shape) === 1 && input === first.inputs[at]) ||
          (sameShape(input.shape, shape) && sameShape(first.inputs[at]!.shape, first.outputs[0]!.shape)),
      );
    });
  }

  /** The values one after the other, as one flat tensor. */
  #merge(group: readonly Value[]): Value {
    const known = this.#joined.find(({ values }) => values.every((value, index) => value === group[index]));
    if (known !== undefined) return known.flat;
    let flat: Value;
    if (this.#canMerge(group)) {
      const nodes = group.map((value) => this.#producers.get(value)!);
      const inputs = nodes[0]!.inputs.map((input, at) =>
        sizeOf(input.shape) === 1 && nodes.every((node) => node.inputs[at] === input)
          ? this.#value(input)
          : this.#merge(nodes.map((node) => node.inputs[at]!)),
      );
      flat = this.#builder.add(nodes[0]!.operator, inputs, nodes[0]!.attributes);
    } else {
      const parts = group.map((value) => this.#reshape(this.#value(value), [sizeOf(value.shape)]));
      flat = this.#builder.add('Concat', parts, { axis: 0 });
    }
    this.#joined.push({ values: group, flat });
    return flat;
  }

  #reshape(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    return this.#builder.add('Reshape', [value, this.#builder.integers(shape)]);
  }
}
