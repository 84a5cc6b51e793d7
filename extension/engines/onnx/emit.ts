/** Writes a graph as an ONNX model: what onnxruntime runs, and what `model.onnx` is. */
import type { Attributes, Constant, Graph, Named, Node, TensorType, Value } from './graph';
import { ATTRIBUTE_TYPE, DATA_TYPE, IR_VERSION, ModelProto } from './onnxProto';
import { OPSET } from './operators';

/** Attributes that ONNX declares as float; all others here are integers. */
const FLOATS = new Set(['alpha', 'beta']);

export interface EmitOptions {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** What programs may want to know of the model, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names the first axis of all inputs and outputs instead of giving its size: any number of samples may come. */
  readonly samplesAxis?: string;
}

export function emit(graph: Graph, options: EmitOptions): Uint8Array {
  const names = nameValues(graph);
  const name = (value: Value): string => names.get(value)!;
  const given = new Set([...graph.inputs, ...graph.constants].map(({ value }) => value));
  const renamed = graph.outputs.filter((output) => name(output.value) !== output.name || given.has(output.value));
  const model = ModelProto.fromObject({
    irVersion: IR_VERSION,
    producerName: 'orthant',
    producerVersion: options.version,
    docString: options.description ?? '',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name,
      node: [
        ...graph.nodes.map((node) => nodeProto(node, name)),
        // A value has one name in ONNX: its second one is a copy.
        ...renamed.map((output) => ({ opType: 'Identity', input: [name(output.value)], output: [output.name] })),
      ],
      initializer: graph.constants.map((constant) => tensorProto(constant, name(constant.value))),
      input: graph.inputs.map((input) => valueInfo(input, options.samplesAxis)),
      output: graph.outputs.map((output) => valueInfo(output, options.samplesAxis)),
    },
  });
  return ModelProto.encode(model).finish();
}

/** Inputs and outputs by their names, the rest by number. */
function nameValues(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.inputs) names.set(value, name);
  graph.constants.forEach(({ value, name }, index) => {
    names.set(value, name ?? `constant${index}`);
  });
  for (const { name, value } of graph.outputs) if (!names.has(value)) names.set(value, name);
  let next = 0;
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (!names.has(output)) names.set(output, `v${next++}`);
  }
  return names;
}

function nodeProto(node: Node, name: (value: Value) => string): object {
  return {
    opType: node.operator,
    input: node.inputs.map(name),
    output: node.outputs.map(name),
    attribute: attributeProtos(node.attributes),
  };
}

function attributeProtos(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value !== 'number') return { name, ints: value, type: ATTRIBUTE_TYPE.ints };
    if (FLOATS.has(name)) return { name, f: value, type: ATTRIBUTE_TYPE.float };
    return { name, i: value, type: ATTRIBUTE_TYPE.int };
  });
}

function tensorProto({ type, shape, elements }: Constant, name: string): object {
  const rawData = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return { name, dims: shape, dataType: DATA_TYPE[type], rawData };
}

function valueInfo({ name, value }: Named, samplesAxis: string | undefined): object {
  const dim = value.shape.map((size, axis) =>
    axis === 0 && samplesAxis !== undefined ? { dimParam: samplesAxis } : { dimValue: size },
  );
  return { name, type: { tensorType: { elemType: elementType(value), shape: { dim } } } };
}

function elementType({ type }: TensorType): number {
  return DATA_TYPE[type];
}
