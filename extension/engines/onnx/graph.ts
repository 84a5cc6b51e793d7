/**
 * The graph of a training step between tracing and emission: values, nodes in the order in which they run, constants,
 * named inputs and outputs. Its operations are ONNX's; `operators.ts` says what each one takes and gives.
 */
import { infer, type OperatorName } from './operators';

export type ElementType = 'float32' | 'bool' | 'int64';

/** What is known of a tensor before it exists. */
export interface TensorType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A tensor of the graph. Values are told apart by identity. */
export interface Value extends TensorType {}

/** Elements row-major: numbers for float32, integers for int64. */
export interface Constant extends TensorType {
  readonly value: Value;
  readonly elements: Float32Array | BigInt64Array;
  /** What a model calls it; passes don't carry it on. */
  readonly name?: string;
}

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

export interface Node {
  readonly operator: OperatorName;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

export interface Named {
  readonly name: string;
  readonly value: Value;
}

export interface Graph {
  readonly inputs: readonly Named[];
  readonly constants: readonly Constant[];
  readonly nodes: readonly Node[];
  /** One value may have several names, and may be an input. */
  readonly outputs: readonly Named[];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Builds a graph value by value; types of what operations give are inferred, equal constants are made once. */
export class GraphBuilder {
  readonly #inputs: Named[] = [];
  readonly #constants = new Map<Value, Constant>();
  readonly #constantOf = new Map<string, Value>();
  readonly #nodes: Node[] = [];
  readonly #producers = new Map<Value, Node>();

  input(name: string, shape: readonly number[], type: ElementType = 'float32'): Value {
    const value: Value = { type, shape: [...shape] };
    this.#inputs.push({ name, value });
    return value;
  }

  constant(elements: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    const type = elements instanceof Float32Array ? 'float32' : 'int64';
    const key = elements.length <= 64 ? `${type}[${shape}]${[...elements].map(exactly)}` : null;
    const known = key === null ? undefined : this.#constantOf.get(key);
    if (known !== undefined) return known;
    const value: Value = { type, shape: [...shape] };
    this.#constants.set(value, { value, type, shape: value.shape, elements });
    if (key !== null) this.#constantOf.set(key, value);
    return value;
  }

  /** A float32 scalar. */
  scalar(number: number): Value {
    return this.constant(Float32Array.of(number), []);
  }

  /** A list of sizes or axes, as ONNX takes them. */
  integers(numbers: readonly number[]): Value {
    return this.constant(BigInt64Array.from(numbers, BigInt), [numbers.length]);
  }

  /** @throws GraphError when the operation can't take these inputs. */
  add(operator: OperatorName, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.addNode(operator, inputs, attributes)[0]!;
  }

  addNode(operator: OperatorName, inputs: readonly Value[], attributes: Attributes = {}): Value[] {
    const types = infer(operator, inputs, attributes, (value) => this.constantOf(value));
    const outputs = types.map(({ type, shape }): Value => ({ type, shape: [...shape] }));
    const node: Node = { operator, inputs: [...inputs], attributes, outputs };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    return outputs;
  }

  constantOf(value: Value): Constant | undefined {
    return this.#constants.get(value);
  }

  /** The node that gives this value; `undefined` for inputs and constants. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  build(outputs: readonly Named[]): Graph {
    return {
      inputs: [...this.#inputs],
      constants: [...this.#constants.values()],
      nodes: [...this.#nodes],
      outputs: [...outputs],
    };
  }
}

/** −0 and 0 are different constants. */
function exactly(element: number | bigint): string {
  return Object.is(element, -0) ? '-0' : String(element);
}
