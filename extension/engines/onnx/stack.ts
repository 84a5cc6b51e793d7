/**
 * Which parts of a step need not be computed step by step, and how they are computed for a run of alike steps at once, with
 * the steps along a new first axis: numbers made of scalars, before all steps; measures, after them. A node costs about a
 * microsecond whatever its size, so it counts how many there are.
 */
import { type Graph, type GraphBuilder, type Node, sizeOf, type Value } from './graph';
import { isElementwise, type OperatorName } from './operators';

export interface Division {
  /** Arithmetic on scalars alone. */
  readonly before: readonly Node[];
  readonly each: readonly Node[];
  /** What no state and no row comes from, when all of it is elementwise or a sum over everything, and of a size that allows it. */
  readonly after: readonly Node[];
}

/** `carried` names the outputs that the next step starts from. */
export function divide(graph: Graph, carried: ReadonlySet<string>): Division {
  const constants = new Set(graph.constants.map(({ value }) => value));
  // What is computed from constants alone has no axis of steps.
  const varies = ({ inputs }: Node): boolean => inputs.some((input) => !constants.has(input));
  const numbers = new Set<Value>(
    [...graph.inputs, ...graph.constants].map(({ value }) => value).filter(({ shape }) => shape.length === 0),
  );
  const before = graph.nodes.filter((node) => {
    if (!isElementwise(node.operator) || !varies(node) || !node.inputs.every((input) => numbers.has(input)))
      return false;
    for (const output of node.outputs) numbers.add(output);
    return true;
  });

  const needed = new Set<Value>(
    graph.outputs.filter(({ name, value }) => carried.has(name) || value.shape.length > 0).map(({ value }) => value),
  );
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input);
  }
  const rest = graph.nodes.filter((node) => !before.includes(node));
  const measures = rest.filter((node) => !node.outputs.some((output) => needed.has(output)));
  const stackable = measures.every((node) => varies(node) && (isElementwise(node.operator) || sumsUpAll(node)));
  const after = stackable ? measures : [];
  return { before, each: rest.filter((node) => !after.includes(node)), after };
}

/**
 * Floats in 64 bytes. onnxruntime adds up in an order that depends on where a tensor begins: where the steps' tensors lie
 * one after the other, each must begin as one of its own would, or what a step measures would depend on its place in a call.
 */
const ALIGNMENT = 16;

function sumsUpAll({ operator, inputs, outputs }: Node): boolean {
  const reduces = operator === 'ReduceMean' || operator === 'ReduceSum';
  if (!reduces || inputs.length !== 2 || outputs[0]!.shape.length > 0) return false;
  return sizeOf(inputs[0]!.shape) % ALIGNMENT === 0;
}

/** Computes nodes for `count` alike steps at once. */
export class Stack {
  readonly #builder: GraphBuilder;
  readonly #count: number;
  /** Stacked values, `[count, …shape]`. */
  readonly #stacked = new Map<Value, Value>();
  readonly #constants: ReadonlySet<Value>;
  /** A value of the steps, step by step. */
  readonly #valuesOf: (value: Value) => readonly Value[];

  constructor(builder: GraphBuilder, graph: Graph, count: number, valuesOf: (value: Value) => readonly Value[]) {
    this.#builder = builder;
    this.#count = count;
    this.#constants = new Set(graph.constants.map(({ value }) => value));
    this.#valuesOf = valuesOf;
  }

  has(value: Value): boolean {
    return this.#stacked.has(value);
  }

  /** A value that comes stacked, with the steps' first axes joined. */
  give(value: Value, joined: Value): void {
    this.#stacked.set(value, this.#reshape(joined, [this.#count, ...value.shape]));
  }

  compute(nodes: readonly Node[], constant: (value: Value) => Value): void {
    for (const { operator, inputs, attributes, outputs } of nodes) {
      const [output] = outputs;
      const result = isElementwise(operator)
        ? this.#builder.add(
            operator,
            inputs.map((input) =>
              this.#constants.has(input) ? constant(input) : this.#aligned(input, output!.shape.length),
            ),
            attributes,
          )
        : this.#sumUp(operator, this.of(inputs[0]!), inputs[0]!.shape.length);
      this.#stacked.set(output!, result);
    }
  }

  /**
   * `[count, …]` → `[count]`. A single step is summed up as one of two: onnxruntime adds in another order when there is only one, and
   * what a step measures must not depend on how many are in its call.
   */
  #sumUp(operator: OperatorName, stacked: Value, rank: number): Value {
    const axes = this.#builder.integers(Array.from({ length: rank }, (_, axis) => axis + 1));
    if (this.#count > 1) return this.#builder.add(operator, [stacked, axes], { keepdims: 0 });
    const twice = this.#builder.add('Concat', [stacked, stacked], { axis: 0 });
    const sums = this.#builder.add(operator, [twice, axes], { keepdims: 0 });
    return this.#builder.addNode('Split', [sums, this.#builder.integers([1, 1])], { axis: 0 })[0]!;
  }

  /** `[count, …shape]` */
  of(value: Value): Value {
    const known = this.#stacked.get(value);
    if (known !== undefined) return known;
    this.give(value, this.joined(value));
    return this.#stacked.get(value)!;
  }

  /** The steps' values joined along the first axis, `[count · first size, …]`; scalars as `[count]`. */
  joined(value: Value): Value {
    const { shape } = value;
    const stacked = this.#stacked.get(value);
    if (stacked !== undefined) return this.#reshape(stacked, [this.#count * (shape[0] ?? 1), ...shape.slice(1)]);
    const parts = this.#valuesOf(value).map((part) => (shape.length > 0 ? part : this.#reshape(part, [1])));
    return parts.length === 1 ? parts[0]! : this.#builder.add('Concat', parts, { axis: 0 });
  }

  /** With axes of size 1 after the first, so that it broadcasts to `rank` axes as the value itself does. */
  #aligned(value: Value, rank: number): Value {
    const stacked = this.of(value);
    const { shape } = value;
    if (shape.length === rank) return stacked;
    return this.#reshape(stacked, [this.#count, ...new Array<number>(rank - shape.length).fill(1), ...shape]);
  }

  #reshape(value: Value, shape: readonly number[]): Value {
    if (value.shape.join() === shape.join()) return value;
    if (sizeOf(value.shape) !== sizeOf(shape)) throw new Error(`internal: ${value.shape} can't be ${shape}`);
    return this.#builder.add('Reshape', [value, this.#builder.integers(shape)]);
  }
}
