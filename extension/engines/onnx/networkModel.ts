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

export interface NetworkModelOptions extends Omit<EmitOptions, 'samplesAxis'> {
  /** What follows the last layer: `[samples, outputs]` → the same. */
  readonly head?: (linear: Tensor2D) => Tensor2D;
}

/** `parameters` by their names in PyTorch's `nn.Sequential`, weights `[out, in]`; they keep both in the model. */
export function networkModel(
  network: NetworkShape,
  parameters: Readonly<Record<string, Float32Array>>,
  { head, ...options }: NetworkModelOptions,
): Uint8Array {
  const traced = trace((tracer) => {
    const given = parameterSpecs(network).map(({ name, shape }) => {
      const parameter = tracer.input(name, [...shape].reverse());
      return [name, shape.length === 2 ? transpose(parameter) : parameter] as const;
    });
    const inputs = tracer.input(NAMES.inputs, [ANY_NUMBER, network.layers[0]!]) as Tensor2D;
    const linear = forward(network, Object.fromEntries(given), inputs);
    return { [NAMES.outputs]: head === undefined ? linear : head(linear) };
  });
  const graph = withParameters(dropUnused(transposeInGemm(optimizeStep(traced))), parameters);
  verify(graph, 'the weights were put in');
  return emit(graph, { ...options, samplesAxis: 'samples' });
}

/** Inputs with known elements as constants of that name. */
function withParameters(graph: Graph, parameters: Readonly<Record<string, Float32Array>>): Graph {
  if (graph.constants.some(holdsAnyNumber)) throw new Error('internal: a forward pass holds the number of samples');
  const weights = graph.inputs.flatMap(({ name, value }): Constant[] => {
    const elements = parameters[name];
    return elements === undefined ? [] : [{ value, type: 'float32', shape: value.shape, elements, name }];
  });
  return {
    ...graph,
    inputs: graph.inputs.filter(({ name }) => parameters[name] === undefined),
    constants: [...weights, ...graph.constants],
  };
}

/** Constants beside the weights, such as the ½ of GELU and the bounds of a head, must be for any number of samples. */
function holdsAnyNumber({ shape, elements }: Constant): boolean {
  return shape.includes(ANY_NUMBER) || Array.from(elements, Number).includes(ANY_NUMBER);
}
