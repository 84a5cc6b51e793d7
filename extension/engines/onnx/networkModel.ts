/** The trained network alone as an ONNX model: inputs to outputs for any number of samples, its weights inside. */
import { type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { forward, type NetworkShape, parameterSpecs } from '../../network/network';
import { type EmitOptions, emit } from './emit';
import type { Constant, Graph } from './graph';
import { dropUnused } from './passes/dropUnused';
import { optimizeStep } from './passes/pipeline';
import { transposeInGemm } from './passes/transposeInGemm';
import { NAMES } from './programs';
import { trace } from './trace';
import { verify } from './verify';

/** Stands for any number of samples while shapes are inferred; no layer is that wide. */
const ANY_NUMBER = 99_991;

/** `parameters` by their names in PyTorch's `nn.Sequential`, weights `[out, in]`; they keep both in the model. */
export function networkModel(
  network: NetworkShape,
  parameters: Readonly<Record<string, Float32Array>>,
  options: Omit<EmitOptions, 'samplesAxis'>,
): Uint8Array {
  const traced = trace((tracer) => {
    const given = parameterSpecs(network).map(({ name, shape }) => {
      const parameter = tracer.input(name, [...shape].reverse());
      return [name, shape.length === 2 ? transpose(parameter) : parameter] as const;
    });
    const inputs = tracer.input(NAMES.inputs, [ANY_NUMBER, network.layers[0]!]) as Tensor2D;
    return { [NAMES.outputs]: forward(network, Object.fromEntries(given), inputs) };
  });
  const graph = withParameters(dropUnused(transposeInGemm(optimizeStep(traced))), parameters);
  verify(graph, 'the weights were put in');
  return emit(graph, { ...options, samplesAxis: 'samples' });
}

/** Inputs with known elements as constants of that name. */
function withParameters(graph: Graph, parameters: Readonly<Record<string, Float32Array>>): Graph {
  // What holds a number or a shape beside the weights could hold the number of samples.
  if (graph.constants.length > 0) throw new Error('internal: a forward pass has constants of its own');
  const constants = graph.inputs.flatMap(({ name, value }): Constant[] => {
    const elements = parameters[name];
    return elements === undefined ? [] : [{ value, type: 'float32', shape: value.shape, elements, name }];
  });
  return { ...graph, inputs: graph.inputs.filter(({ name }) => parameters[name] === undefined), constants };
}
