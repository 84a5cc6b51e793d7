/**
 * The network: linear layers with an activation between them and a plain linear last layer, as pure functions of named
 * parameters. Weights are `[in, out]` here; PyTorch's `[out, in]` is made at export.
 */
import { add, elu, matMul, relu, sigmoid, softplus, type Tensor, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { gelu, silu } from './smoothRelus';

export type ActivationName = 'relu' | 'tanh' | 'sigmoid' | 'softplus' | 'elu' | 'gelu' | 'silu';

export interface NetworkShape {
  /** `[inputs, hidden…, outputs]`, at least two entries. */
  readonly layers: readonly number[];
  readonly activation: ActivationName;
}

export interface ParameterSpec {
  /** As in PyTorch's `nn.Sequential`, where activations take an index too: `0.weight`, `0.bias`, `2.weight`, … */
  readonly name: string;
  readonly shape: readonly number[];
}

export type Parameters = Readonly<Record<string, Tensor>>;

const ACTIVATIONS: { readonly [Name in ActivationName]: (x: Tensor2D) => Tensor2D } = {
  relu,
  tanh,
  sigmoid,
  softplus,
  elu,
  gelu,
  silu,
};

/** Names of the layers, first to last: index 0, 2, 4, … */
export function layerNames(shape: NetworkShape): string[] {
  return shape.layers.slice(1).map((_, index) => String(index * 2));
}

export function parameterSpecs(shape: NetworkShape): ParameterSpec[] {
  return layerNames(shape).flatMap((name, index) => [
    { name: `${name}.weight`, shape: [shape.layers[index]!, shape.layers[index + 1]!] },
    { name: `${name}.bias`, shape: [shape.layers[index + 1]!] },
  ]);
}

export function parameterCount(shape: NetworkShape): number {
  return parameterSpecs(shape).reduce((sum, spec) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
}

/** Names of the last layer's parameters. */
export function lastLayerNames(shape: NetworkShape): { weight: string; bias: string } {
  const last = layerNames(shape).at(-1)!;
  return { weight: `${last}.weight`, bias: `${last}.bias` };
}

/** `inputs` `[batch, inputs]` float32 → outputs `[batch, outputs]` float32. */
export function forward(shape: NetworkShape, parameters: Parameters, inputs: Tensor2D): Tensor2D {
  const { weight, bias } = lastLayerNames(shape);
  return linear(forwardFeatures(shape, parameters, inputs), parameters[weight]!, parameters[bias]!);
}

/** `inputs` `[batch, inputs]` float32 → what the last layer is given, `[batch, features]` float32. */
export function forwardFeatures(shape: NetworkShape, parameters: Parameters, inputs: Tensor2D): Tensor2D {
  return layerNames(shape)
    .slice(0, -1)
    .reduce(
      (x, name) => ACTIVATIONS[shape.activation](linear(x, parameters[`${name}.weight`]!, parameters[`${name}.bias`]!)),
      inputs,
    );
}

function linear(x: Tensor2D, weight: Tensor, bias: Tensor): Tensor2D {
  return add(matMul(x, weight as Tensor2D), bias) as Tensor2D;
}
