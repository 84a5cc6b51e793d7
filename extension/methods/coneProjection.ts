/**
 * Projections of a linear layer onto the set whose outputs keep their bounds for all features h in [h_min, h_max], which
 * holds 0. With `p = −h_min`, `q = h_max`, and the slopes a = p, d = q for weights above 0 and a = q, d = p for those below,
 * the lowest output is `b − c(w)` and the highest `b + d(w)`, where `c(w) = Σ a·|w|`, `d(w) = Σ d·|w|`.
 *
 * For tanh (p = q = 1) both are ‖w‖₁, and `{b − min ≥ ‖w‖₁}` is a cone; for sigmoid (p = 0, q = 1) c is the sum of the
 * weights below 0. Features without an upper end (q = ∞) allow no weight below 0.
 *
 * The nearest (w', b') in the Euclidean sense has `|w'| = [|w| − a·τ − d·υ]₊` with unchanged signs and `b' = b + τ − υ`, with the
 * multipliers τ, υ ≥ 0 of the two inequalities. They solve piecewise linear equations, concave in the multipliers, for which
 * Newton's method from 0 climbs to the solution without ever passing it and is there once no further weight becomes 0: from
 * one training step to the next in at most 4 steps, from anywhere in 7 for 64 features and in 10 for 16,384. The number of
 * steps is fixed, so that a graph can hold them; where it is too small, the layer is inside but not quite the nearest.
 *
 * Last, the bias (between two bounds the weights, too, by a factor) makes the inequalities hold in float32 arithmetic. A sum of n
 * products is off by less than `γ·Σ|terms|`, `γ ≈ n·2⁻²⁴`, in whatever order they are added (Higham, Accuracy and Stability of
 * Numerical Algorithms, 2nd ed., ch. 3.1); here γ is `2(n + 64)·2⁻²⁴`, for the rounding of this reckoning and because features leave
 * their range by a bit or two themselves (onnxruntime's tanh by 1.2e-7).
 *
 * Source: methods.md, section 2d and case B20; for tanh: Parikh & Boyd, Proximal Algorithms, 2014, section 6.6.2.
 *
 * Weights are `[features, outputs]`, everything else `[outputs]`, float32.
 */
import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  greater,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  scalar,
  sign,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { ceilingOf, floorOf } from './masks';
import type { FeatureRange } from './method';

export interface LinearLayer {
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
}

/** A bound that not every output has: 0 where the mask is 0. */
export interface Bound {
  readonly bound: Tensor;
  readonly mask: Tensor;
}

const NEWTON_STEPS = 6;
/** Keeps a division by nothing finite. */
const SMALLEST = 1e-20;

/** The nearest layer with `b − c(w) ≥ bound`. */
export function projectAbove({ weight, bias }: LinearLayer, bound: Tensor, features: FeatureRange): LinearLayer {
  const { sizes, signs, lowering: a } = partsOf(weight, features);
  const weighted = mul(sizes, a);
  const squared = mul(a, a);
  const missing = sub(bound, bias);
  let tau: Tensor = scalar(0);
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    // Of the weights that are left: b + τ − Σ a·(|w| − a·τ) = bound.
    const left = greaterAsNumber(sizes, mul(a, tau));
    tau = newton(add(missing, overFeatures(mul(left, weighted))), overFeatures(mul(left, squared)));
  }
  const nearest = mul(signs, relu(sub(sizes, mul(a, tau)))) as Tensor2D;
  const lowest = raised(bound, overFeatures(mul(abs(nearest), a)), roundingOf(weight));
  return { weight: nearest, bias: maximum(bias, lowest) };
}

/** The nearest layer with `b − c(w) ≥ lower` and `b + d(w) ≤ upper`, for features with two ends. */
export function projectBetween(layer: LinearLayer, lower: Bound, upper: Bound, features: FeatureRange): LinearLayer {
  const distances = { below: sub(floorOf(lower), layer.bias), above: sub(layer.bias, ceilingOf(upper)) };
  if (features.min !== 0 && features.min !== -features.max)
    throw new Error(`internal: two bounds on features in ${features.min} to ${features.max}`);
  const nearest =
    features.min === 0
      ? nearestFromZero(layer.weight, distances, features.max)
      : nearestSymmetric(layer.weight, distances, features.max);
  return fitBetween({ weight: nearest, bias: layer.bias }, lower, upper, features);
}

/** By how much the bias alone is outside (above 0) or inside each of the two bounds. */
interface Distances {
  readonly below: Tensor;
  readonly above: Tensor;
}

/**
 * Features in −q to q: all weights are drawn towards 0 by qσ, σ = τ + υ, and the smallest σ ≥ 0 is sought at which the
 * bias can be had, moved by at most σ, and `c + d ≤ upper − lower`. Each of the three is increasing and concave in σ.
 */
function nearestSymmetric(weight: Tensor2D, { below, above }: Distances, q: number): Tensor2D {
  const sizes = abs(weight);
  // Halves, because the distance of two bounds that are none is no float32.
  const outside = add(mul(below, 0.5), mul(above, 0.5));
  let sigma: Tensor = scalar(0);
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    const left = greaterAsNumber(sizes, mul(sigma, q));
    const sum = mul(overFeatures(mul(left, sizes)), q);
    const slope = mul(overFeatures(left), q * q);
    const fits = div(add(outside, sum), maximum(slope, q * q));
    sigma = maximum(newton(add(maximum(below, above), sum), slope), fits);
  }
  return mul(sign(weight), relu(sub(sizes, mul(sigma, q))));
}

/**
 * Features in 0 to q: the lower bound draws the weights below 0 by qτ, the upper one those above by qυ. Of the weights that
 * are left `τ = [(x + υ)/s]₊` and `υ = [(y + τ)/t]₊`, so `τ = max(0, x/s, (x·t + y)/(s·t − 1))`.
 */
function nearestFromZero(weight: Tensor2D, { below, above }: Distances, q: number): Tensor2D {
  const [falling, rising] = [relu(neg(weight)), relu(weight)];
  let tau: Tensor = scalar(0);
  let upsilon: Tensor = scalar(0);
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    const [leftBelow, leftAbove] = [greaterAsNumber(falling, mul(tau, q)), greaterAsNumber(rising, mul(upsilon, q))];
    const x = add(below, mul(overFeatures(mul(leftBelow, falling)), q));
    const y = add(above, mul(overFeatures(mul(leftAbove, rising)), q));
    const s = add(mul(overFeatures(leftBelow), q * q), 1);
    const t = add(mul(overFeatures(leftAbove), q * q), 1);
    const together = div(add(mul(x, t), y), maximum(sub(mul(s, t), 1), SMALLEST));
    tau = relu(maximum(div(x, s), together));
    upsilon = relu(div(add(y, tau), t));
  }
  return sub(relu(sub(rising, mul(upsilon, q))), relu(sub(falling, mul(tau, q))));
}

/** Where `x + slope·x = excess`, and 0 at least. */
function newton(excess: Tensor, slope: Tensor): Tensor {
  return relu(div(excess, add(slope, 1)));
}

/** The layer with weights small enough for both bounds, if they are not, and the bias between. */
function fitBetween({ weight, bias }: LinearLayer, lower: Bound, upper: Bound, features: FeatureRange): LinearLayer {
  const { sizes, lowering, raising } = partsOf(weight, features);
  const rounding = roundingOf(weight);
  const [c, d] = [overFeatures(mul(sizes, lowering)), overFeatures(mul(sizes, raising))];
  const both = { mask: mul(lower.mask, upper.mask) };
  const ends = mul(add(abs(lower.bound), abs(upper.bound)), 2 * rounding);
  const room = sub(sub(upper.bound, lower.bound), ends);
  const share = div(room, add(mul(add(c, d), 1 + 8 * rounding), SMALLEST));
  const factor = clipByValue(ceilingOf({ bound: mul(share, both.mask), ...both }) as Tensor1D, 0, 1);
  const lowest = floorOf({ bound: raised(lower.bound, mul(c, factor), rounding), mask: lower.mask });
  const highest = ceilingOf({ bound: lowered(upper.bound, mul(d, factor), rounding), mask: upper.mask });
  const between = minimum(maximum(bias, lowest), highest);
  // Bounds closer than float32 can tell apart leave no weight, and then the bias alone is the output.
  return { weight: mul(weight, factor), bias: maximum(between, floorOf(lower)) };
}

interface Parts {
  /** |w|, of the weights that are allowed. */
  readonly sizes: Tensor2D;
  readonly signs: Tensor;
  /** a: by how much a weight of size 1 can lower the output. */
  readonly lowering: Tensor;
  /** d: by how much it can raise it. */
  readonly raising: Tensor;
}

function partsOf(weight: Tensor2D, { min, max }: FeatureRange): Parts {
  const [p, q] = [-min, max];
  if (!(p >= 0 && p < Number.POSITIVE_INFINITY && q >= 0)) throw new Error(`internal: features in ${min} to ${max}`);
  if (q === Number.POSITIVE_INFINITY) {
    return { sizes: relu(weight), signs: scalar(1), lowering: scalar(p), raising: scalar(0) };
  }
  const signs = { sizes: abs(weight), signs: sign(weight) };
  if (p === q) return { ...signs, lowering: scalar(p), raising: scalar(p) };
  const above = step(weight);
  return { ...signs, lowering: add(mul(above, p - q), q), raising: add(mul(above, q - p), p) };
}

/** A share that no order of adding up the layer's products can exceed, twice; see above. */
function roundingOf({ shape }: Tensor2D): number {
  return 2 * (shape[0] + 64) * 2 ** -24;
}

/** What a bias has to be at least for `bias − sum ≥ bound` to outlast rounding. */
function raised(bound: Tensor, sum: Tensor, rounding: number): Tensor {
  const least = add(bound, mul(sum, 1 + rounding));
  return add(least, mul(abs(least), 2 * rounding));
}

/** What a bias may be at most for `bias + sum ≤ bound` to outlast rounding. */
function lowered(bound: Tensor, sum: Tensor, rounding: number): Tensor {
  const most = sub(bound, mul(sum, 1 + rounding));
  return sub(most, mul(abs(most), 2 * rounding));
}

function greaterAsNumber(a: Tensor, b: Tensor): Tensor {
  return cast(greater(a, b), 'float32');
}

function overFeatures(values: Tensor): Tensor {
  return sum(values, 0);
}
