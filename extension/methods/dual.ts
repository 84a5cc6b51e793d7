/**
 * Where multipliers may lie: at or above 0, and if wanted with a sum of at most a radius, so that their force stays
 * bounded even where nothing feasible exists. Projections onto these sets, exact; which way multipliers move is not here.
 */
import {
  div,
  expandDims,
  max,
  maximum,
  mul,
  relu,
  type Scalar,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';

export const dualRestart = z
  .boolean()
  .default(false)
  .describe(
    'Whether a multiplier goes back to 0 at a visit that finds its bound kept: no overshoot, but rows that press on their bound go in and out. Off, since such rows are the rule.',
  );

/**
 * The nearest point to each row of `values` `[rows, outputs]` in `{λ ≥ 0, Σλ ≤ radius}`: `[v − τ]₊` with
 * `τ = max(0, simplexThreshold)`. The set is TFCO's; source of τ: Duchi et al., ICML 2008.
 */
export function projectWithinRadius(values: Tensor2D, radius: Scalar): Tensor2D {
  return relu(sub(values, maximum(simplexThreshold(values, radius), 0)));
}

/**
 * The τ `[rows, 1]` at which `Σ [v − τ]₊ = radius`, so that `[v − τ]₊` is the nearest point of the simplex
 * `{λ ≥ 0, Σλ = radius}`.
 *
 * For any subset S of a row, `Σ_S (v − τ) ≤ Σ [v − τ]₊ = radius`, so `τ ≥ (Σ_S v − radius)/|S|`, with equality for the
 * subset that stays above 0. That one holds the largest values, so τ is the maximum over the subsets `{v ≥ v_j}`: no
 * sorting, which graphs have no operation for, but outputs² numbers per row.
 */
export function simplexThreshold(values: Tensor2D, radius: Scalar): Tensor2D {
  const each = expandDims(values, 2);
  const others = expandDims(values, 1);
  // [rows, j, k]: 1 where v_k ≥ v_j.
  const atLeast: Tensor = sub(1, step(sub(each, others)));
  const sums = sum(mul(atLeast, others), 2);
  const counts = sum(atLeast, 2);
  return max(div(sub(sums, radius), counts), 1, true);
}

/** Multipliers back at or above 0, each at 0 where its constraint holds with `restart`. */
export function restarted(multiplier: Tensor2D, g: Tensor2D, restart: boolean): Tensor2D {
  return restart ? mul(multiplier, step(g)) : multiplier;
}
