/**
 * Checks a graph: every value made once and before it is used, every node of the types its operation gives, names
 * unique. Runs after the trace and after every pass, so that a fault is told by the pass that made it.
 */
import { type Constant, type Graph, sameShape, sizeOf, type Value } from './graph';
import { describe, GraphError, infer } from './operators';

/** @throws GraphError that names `stage` and the node at fault. */
export function verify(graph: Graph, stage: string): void {
  const refuse = (what: string): never => {
    throw new GraphError(`internal: after ${stage}, ${what}`);
  };
  const known = new Set<Value>();
  const define = (value: Value, what: string): void => {
    if (known.has(value)) refuse(`${what} is made twice.`);
    known.add(value);
  };

  uniqueNames(graph.inputs, 'input', refuse);
  uniqueNames(graph.outputs, 'output', refuse);
  for (const { name, value } of graph.inputs) define(value, `input ${name}`);
  const constants = new Map<Value, Constant>();
  for (const constant of graph.constants) {
    define(constant.value, 'a constant');
    constants.set(constant.value, constant);
    if (constant.elements.length !== sizeOf(constant.shape))
      refuse(`a constant ${describe(constant)} has ${constant.elements.length} elements.`);
    const float = constant.elements instanceof Float32Array;
    if (float !== (constant.type === 'float32'))
      refuse(`a constant ${describe(constant)} has elements of another type.`);
  }

  graph.nodes.forEach((node, index) => {
    const place = `node ${index} (${node.operator})`;
    for (const input of node.inputs) if (!known.has(input)) refuse(`${place} uses a value that is not made before it.`);
    let types: ReturnType<typeof infer> = [];
    try {
      types = infer(node.operator, node.inputs, node.attributes, (value) => constants.get(value));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      refuse(`${place} is wrong: ${error.message}`);
    }
    if (types.length !== node.outputs.length)
      refuse(`${place} has ${node.outputs.length} outputs, not ${types.length}.`);
    types.forEach((type, at) => {
      const output = node.outputs[at]!;
      if (type.type !== output.type || !sameShape(type.shape, output.shape))
        refuse(`${place} gives ${describe(type)} where ${describe(output)} is written.`);
      define(output, place);
    });
  });
  for (const { name, value } of graph.outputs) if (!known.has(value)) refuse(`output ${name} is made nowhere.`);
}

function uniqueNames(named: readonly { readonly name: string }[], kind: string, refuse: (what: string) => never): void {
  const names = new Set<string>();
  for (const { name } of named) {
    if (names.has(name)) refuse(`there are two ${kind}s ${name}.`);
    names.add(name);
  }
}
