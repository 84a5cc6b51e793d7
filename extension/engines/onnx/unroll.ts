/**
 * Several training steps as one graph: the state that one step gives is the next one's, and what differs from step to
 * step (samples, rows, scalars) comes stacked along the first axis and is handed out. Saves the cost of a call, and of
 * carrying the weights in and out, for all steps but one.
 */
import { type Graph, GraphBuilder, type Named, sizeOf, type Value } from './graph';

export interface UnrollOptions {
  /** Inputs that go from step to step; every other input comes stacked. The step gives them as `next(name)`. */
  readonly carried: ReadonlySet<string>;
  next(name: string): string;
}

/**
 * `steps` are graphs of the same step, for the same or different numbers of samples. A stacked scalar comes as
 * `[steps]`, a stacked tensor with the first axes of all steps joined; outputs likewise.
 */
export function unroll(steps: readonly Graph[], { carried, next }: UnrollOptions): Graph {
  const builder = new GraphBuilder();
  const [first] = steps;
  if (first === undefined) throw new Error('internal: no step to unroll');
  const given = new Map<string, readonly Value[]>();
  const state = new Map<string, Value>();
  for (const { name, value } of first.inputs) {
    if (carried.has(name)) state.set(name, builder.input(name, value.shape));
    else given.set(name, handOut(builder, name, steps));
  }

  const stacked = new Map<string, Value[]>();
  steps.forEach((step, index) => {
    const values = new Map<Value, Value>();
    for (const { name, value } of step.inputs) values.set(value, state.get(name) ?? given.get(name)![index]!);
    copyNodes(builder, step, values);
    const carriedOn = new Map<string, Value>();
    for (const { name, value } of step.outputs) {
      const source = [...state.keys()].find((key) => next(key) === name);
      if (source !== undefined) carriedOn.set(source, values.get(value)!);
      else stacked.set(name, [...(stacked.get(name) ?? []), values.get(value)!]);
    }
    for (const [name, value] of carriedOn) state.set(name, value);
  });

  const outputs: Named[] = [
    ...[...state].map(([name, value]) => ({ name: next(name), value })),
    ...[...stacked].map(([name, values]) => ({ name, value: join(builder, values) })),
  ];
  return builder.build(outputs);
}

/** Copies all nodes of a graph whose inputs `values` holds, and adds what they give to `values`. */
function copyNodes(builder: GraphBuilder, graph: Graph, values: Map<Value, Value>): void {
  for (const { value, elements, shape } of graph.constants) values.set(value, builder.constant(elements, shape));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => values.get(input)!);
    const outputs = builder.addNode(node.operator, inputs, node.attributes);
    node.outputs.forEach((output, at) => {
      values.set(output, outputs[at]!);
    });
  }
}

/** A stacked input and what each step gets of it. A scalar is handed out as `[1]`, which broadcasts like one. */
function handOut(builder: GraphBuilder, name: string, steps: readonly Graph[]): readonly Value[] {
  const shapes = steps.map((step) => step.inputs.find((input) => input.name === name)!.value.shape);
  const parts = shapes.map((shape) => shape[0] ?? 1);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const whole = builder.input(name, [total, ...shapes[0]!.slice(1)]);
  if (steps.length === 1) return [whole];
  return builder.addNode('Split', [whole, builder.integers(parts)], { axis: 0 });
}

function join(builder: GraphBuilder, values: readonly Value[]): Value {
  const flat = values.map((value) =>
    value.shape.length > 0 ? value : builder.add('Reshape', [value, builder.integers([sizeOf(value.shape)])]),
  );
  return flat.length === 1 ? flat[0]! : builder.add('Concat', flat, { axis: 0 });
}
