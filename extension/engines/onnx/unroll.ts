/**
 * Several training steps as one graph: the state that one step gives is the next one's, and what differs from step to
 * step (samples, rows, scalars) comes stacked along the first axis and is handed out. Saves the cost of a call, and of
 * carrying the weights in and out, for all steps but one.
 */
import { type Graph, GraphBuilder, type Node, type Value } from './graph';
import { divide, Stack } from './stack';

export interface UnrollOptions {
  /** Inputs that go from step to step; every other input comes stacked. The step gives them as `next(name)`. */
  readonly carried: ReadonlySet<string>;
  next(name: string): string;
}

/** Alike steps in a row. */
interface Run {
  readonly graph: Graph;
  readonly count: number;
}

/**
 * `steps` are graphs of the same step, for the same or different numbers of samples. A stacked scalar comes as
 * `[steps]`, a stacked tensor with the first axes of all steps joined; outputs likewise.
 */
export function unroll(steps: readonly Graph[], { carried, next }: UnrollOptions): Graph {
  const builder = new GraphBuilder();
  const runs = runsOf(steps);
  const [first] = runs;
  if (first === undefined) throw new Error('internal: no step to unroll');
  const state = new Map<string, Value>();
  const given = new Map<string, Value[]>();
  for (const { name, value } of first.graph.inputs) {
    if (carried.has(name)) state.set(name, builder.input(name, value.shape));
    else given.set(name, handOut(builder, name, runs));
  }

  const sources = new Map([...carried].map((name) => [next(name), name]));
  const results = new Map<string, Value[]>();
  runs.forEach((run, index) => {
    const stackedInputs = new Map([...given].map(([name, parts]) => [name, parts[index]!]));
    for (const [name, value] of unrollRun(builder, run, state, stackedInputs, sources)) {
      results.set(name, [...(results.get(name) ?? []), value]);
    }
  });
  return builder.build([
    ...[...state].map(([name, value]) => ({ name: next(name), value })),
    ...[...results].map(([name, values]) => ({ name, value: joined(builder, values) })),
  ]);
}

/** Adds a run's nodes, moves `state` on, and gives the run's stacked outputs by name. */
function unrollRun(
  builder: GraphBuilder,
  { graph, count }: Run,
  state: Map<string, Value>,
  given: ReadonlyMap<string, Value>,
  sources: ReadonlyMap<string, string>,
): Map<string, Value> {
  const { before, each, after } = divide(graph, new Set(sources.keys()));
  const constants = new Map(
    graph.constants.map(({ value, elements, shape }) => [value, builder.constant(elements, shape)]),
  );
  const constant = (value: Value): Value => constants.get(value)!;
  /** What each value of the step is, step by step. */
  const values: Map<Value, Value>[] = Array.from({ length: count }, () => new Map(constants));
  const stack = new Stack(builder, graph, count, (value) => values.map((step) => step.get(value)!));
  for (const { name, value } of graph.inputs) {
    const stacked = given.get(name);
    if (stacked !== undefined) stack.give(value, stacked);
  }
  stack.compute(before, constant);

  // What the steps take of what is stacked, each its part; a scalar as [1], which broadcasts like one.
  for (const value of new Set(each.flatMap(({ inputs }) => inputs))) {
    if (stack.has(value)) {
      split(builder, stack.joined(value), count).forEach((part, index) => {
        values[index]!.set(value, part);
      });
    }
  }
  for (const step of values) {
    for (const { name, value } of graph.inputs) if (state.has(name)) step.set(value, state.get(name)!);
    copyNodes(builder, each, step);
    const moved = graph.outputs.flatMap(({ name, value }): [string, Value][] => {
      const source = sources.get(name);
      return source === undefined ? [] : [[source, step.get(value)!]];
    });
    for (const [name, value] of moved) state.set(name, value);
  }

  stack.compute(after, constant);
  const outputs = graph.outputs.filter(({ name }) => !sources.has(name));
  return new Map(outputs.map(({ name, value }) => [name, stack.joined(value)]));
}

function runsOf(steps: readonly Graph[]): Run[] {
  const runs: { graph: Graph; count: number }[] = [];
  for (const graph of steps) {
    const last = runs.at(-1);
    if (last?.graph === graph) last.count += 1;
    else runs.push({ graph, count: 1 });
  }
  return runs;
}

/** A stacked input, and of it what each run gets. */
function handOut(builder: GraphBuilder, name: string, runs: readonly Run[]): Value[] {
  const shapes = runs.map(({ graph }) => graph.inputs.find((input) => input.name === name)!.value.shape);
  const parts = shapes.map((shape, index) => (shape[0] ?? 1) * runs[index]!.count);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const whole = builder.input(name, [total, ...shapes[0]!.slice(1)]);
  return runs.length === 1 ? [whole] : builder.addNode('Split', [whole, builder.integers(parts)], { axis: 0 });
}

function split(builder: GraphBuilder, value: Value, count: number): Value[] {
  if (count === 1) return [value];
  const sizes = new Array<number>(count).fill(value.shape[0]! / count);
  return builder.addNode('Split', [value, builder.integers(sizes)], { axis: 0 });
}

function copyNodes(builder: GraphBuilder, nodes: readonly Node[], values: Map<Value, Value>): void {
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => values.get(input)!);
    const outputs = builder.addNode(node.operator, inputs, node.attributes);
    node.outputs.forEach((output, at) => {
      values.set(output, outputs[at]!);
    });
  }
}

function joined(builder: GraphBuilder, values: readonly Value[]): Value {
  return values.length === 1 ? values[0]! : builder.add('Concat', values, { axis: 0 });
}
