/**
 * What the methods share that hold the bounds by the weights of a plain linear last layer: outputs with one bound turned
 * so that it is a lower one, first layers, and what can't work.
 *
 * An output with an upper bound u is turned: `y ≤ u` is `−y ≥ −u`, so weights and bias change their sign and there is
 * lower bounds only. The sign is 1, −1 or, for an output without a bound, 0.
 */
import { mul, neg, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { choose } from './masks';
import type { BoundTensors, ExperimentFacts, MethodProblem, PlainBounds } from './method';

/** `[outputs]` each; of outputs with one bound at most. */
export interface Turned {
  readonly sign: Tensor;
  /** `min` or `−max`; of no meaning where the sign is 0. */
  readonly bound: Tensor;
}

export function turnedBounds({ lower, upper }: BoundTensors): Turned {
  if (!lower && !upper) throw new Error('internal: a last layer without a bound to keep');
  if (!upper) return { sign: lower!.mask, bound: lower!.bound };
  if (!lower) return { sign: neg(upper.mask), bound: neg(upper.bound) };
  // Each bound is 0 where its mask is.
  return { sign: sub(lower.mask, upper.mask), bound: sub(lower.bound, upper.bound) };
}

/** Back: `turned·sign`, or `free` where there is no bound. */
export function turnBack<Kind extends Tensor>(turned: Kind, { sign }: Turned, free: Kind): Kind {
  return choose(square(sign), mul(turned, sign), free);
}

/** One output's bound, turned. */
export interface TurnedBound {
  /** 1 or −1. */
  readonly sign: number;
  readonly bound: number;
}

/** A layer with each number of outputs that have a bound replaced; weights `[features · outputs]`. */
export function mapLayer(
  { weight, bias }: Layer,
  { lower, upper }: PlainBounds,
  replace: {
    weight(value: number, turned: TurnedBound): number;
    bias(value: number, turned: TurnedBound): number;
  },
): Layer {
  const turned = Array.from(bias, (_, output): TurnedBound | null => {
    if (Number.isFinite(lower[output]!)) return { sign: 1, bound: lower[output]! };
    return Number.isFinite(upper[output]!) ? { sign: -1, bound: -upper[output]! } : null;
  });
  const replaced = (part: 'weight' | 'bias', values: Float32Array): Float32Array =>
    values.map((value, index) => {
      const bound = turned[index % bias.length]!;
      return bound === null ? value : replace[part](value, bound);
    });
  return { weight: replaced('weight', weight), bias: replaced('bias', bias) };
}

interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** An error where the features, the inputs of the last layer, are the inputs of the network. */
export function checkHiddenLayer(method: string, { features }: ExperimentFacts): MethodProblem[] {
  if (features !== null) return [];
  const message = `"${method}" needs features of known range, and without a hidden layer they are the inputs themselves, which have none. Add a layer, such as "hidden": [64, 64].`;
  const fixes = [{ title: 'Set "hidden": [64, 64]', network: { hidden: [64, 64] } }];
  return [{ code: 'method.unbounded-features', severity: 'error', message, field: 'method', fixes }];
}

/** Each of these bends one way only, so a sum of them with weights of one sign does, too. */
const CONVEX = ['relu', 'softplus', 'elu'];

/** With weights of one sign on one layer of convex features. */
export function checkConvex({ activation, hiddenLayers }: ExperimentFacts): MethodProblem[] {
  if (hiddenLayers !== 1 || !CONVEX.includes(activation)) return [];
  const message = `With one hidden layer of "${activation}" and weights of one sign the outputs can bend one way only: they are convex functions of the inputs (concave under an upper bound). Two hidden layers can follow any data, or an activation such as "sigmoid".`;
  const fixes = [{ title: 'Set "hidden": [64, 64]', network: { hidden: [64, 64] } }];
  return [{ code: 'method.convex-outputs', severity: 'information', message, field: 'method', fixes }];
}

/** Names of the targets with two bounds. */
export function twoBounds({ targets }: ExperimentFacts): string[] {
  return targets.filter(({ min, max }) => min !== null && max !== null).map(({ name }) => `"${name}"`);
}
