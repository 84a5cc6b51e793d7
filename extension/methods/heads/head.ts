/**
 * Heads: a function after the last linear layer whose values can't leave the bounds. What every head shares, whatever its
 * function: masks, units, and which bounds it can hold. A network with a head no longer ends in a plain linear layer.
 *
 * A link φ(a) ≥ 0 rises over the bound: `y = min + φ(a)`, mirrored `y = max − φ(−a)`. In raw units, with the scaling of
 * the targets `a = (raw − μ)/σ`, it is `y = min + σ·φ((raw − μ)/σ)`: the bound itself is never scaled and can't be lost to
 * rounding. Outputs without a bound stay linear.
 */
import { add, div, maximum, minimum, mul, neg, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { ceilingOf, choose, floorOf } from '../masks';
import type { BoundTensors, ExperimentFacts, Head, MethodFix, MethodProblem, Units } from '../method';

/** `[batch, outputs]` in the units the network trains in → as many values ≥ 0 (not NaN for any finite number). */
export type Link = (a: Tensor2D) => Tensor2D;

const SCALED = 'a = (output − mean)/deviation';

/** A head for outputs with one bound each; of an output with two it would hold the upper one only. `formula` is φ(a) in words. */
export function linkHead(link: Link, formula: string): Head {
  const apply = (linear: Tensor2D, { lower, upper }: BoundTensors, units?: Units): Tensor2D => {
    const a = inTrainingUnits(linear, units);
    const scaled = (value: Tensor2D): Tensor2D => (units === undefined ? value : mul(value, units.deviation));
    let outputs = linear;
    if (lower) outputs = choose(lower.mask, add(lower.bound, scaled(link(mul(a, lower.mask)))), outputs);
    if (upper) outputs = choose(upper.mask, sub(upper.bound, scaled(link(mul(neg(a), upper.mask)))), outputs);
    return outputs;
  };
  const either = 'min + deviation·φ(a) above a minimum, max − deviation·φ(−a) below a maximum';
  return { formula: `${either}, with φ(a) = ${formula}, ${SCALED}`, train: apply, predict: apply };
}

/** A head for outputs with two bounds: `share` in 0 to 1 of the way from the lower to the upper one, `formula` in words. */
export function rangeHead(share: Link, formula: string): Head {
  const apply = (linear: Tensor2D, { lower, upper }: BoundTensors, units?: Units): Tensor2D => {
    if (!lower || !upper) return linear;
    const mask = mul(lower.mask, upper.mask);
    const rise = mul(share(mul(inTrainingUnits(linear, units), mask)), sub(upper.bound, lower.bound));
    // Rounding alone could carry it over the upper bound.
    return choose(mask, minimum(add(lower.bound, rise), upper.bound), linear);
  };
  return { formula: `min + (max − min)·φ(a), with φ(a) = ${formula}, ${SCALED}`, train: apply, predict: apply };
}

/** `clamp` in words. */
export const CLAMPED = 'the output itself, at least min and at most max';

/** The nearest value inside the bounds; a value inside stays as it is, to the last bit. */
export function clamp(linear: Tensor2D, { lower, upper }: BoundTensors): Tensor2D {
  let outputs = linear;
  if (lower) outputs = maximum(outputs, floorOf(lower));
  if (upper) outputs = minimum(outputs, ceilingOf(upper));
  return outputs;
}

function inTrainingUnits(linear: Tensor2D, units: Units | undefined): Tensor2D {
  return units === undefined ? linear : div(sub(linear, units.mean), units.deviation);
}

/** An error for a head that holds one bound where some target has two. */
export function checkOneBound(method: string, { targets }: ExperimentFacts): MethodProblem[] {
  const two = targets.filter(({ min, max }) => min !== null && max !== null);
  const one = targets.filter(({ min, max }) => (min === null) !== (max === null));
  if (two.length === 0) return [];
  const names = two.map(({ name }) => `"${name}"`).join(', ');
  const remedy =
    one.length === 0
      ? '"method": "sigmoid" goes from one bound to the other, "relu" and "clip" cut off at both.'
      : 'The heads "relu" and "clip" take targets with one bound and with two.';
  const message = `The head "${method}" holds one bound of a target, and ${names} ${two.length === 1 ? 'has' : 'have'} "min" and "max". ${remedy}`;
  const fixes = (one.length === 0 ? ['sigmoid', 'relu', 'clip'] : ['relu', 'clip']).map(changeMethod);
  return [{ code: 'method.head-two-bounds', severity: 'error', message, field: 'method', fixes }];
}

/** An error for a head that needs two bounds where some target has one. */
export function checkTwoBounds(method: string, { targets }: ExperimentFacts): MethodProblem[] {
  const two = targets.filter(({ min, max }) => min !== null && max !== null);
  const one = targets.filter(({ min, max }) => (min === null) !== (max === null));
  if (one.length === 0) return [];
  const names = one.map(({ name, min }) => `"${name}" has only a "${min === null ? 'max' : 'min'}"`).join(', ');
  const remedy =
    two.length === 0
      ? 'Give the other bound, or take "method": "softplus", which needs one.'
      : 'Give the other bound, or take "relu" or "clip", which hold one bound or two.';
  const message = `The head "${method}" goes from one bound to the other, and ${names}. ${remedy}`;
  const fixes = (two.length === 0 ? ['softplus', 'relu', 'clip'] : ['relu', 'clip']).map(changeMethod);
  return [{ code: 'method.head-one-bound', severity: 'error', message, field: 'method', fixes }];
}

function changeMethod(name: string): MethodFix {
  return { title: `Change the method to "${name}"`, fields: { method: name } };
}
