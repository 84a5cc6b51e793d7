/**
 * One constraint per output in place of one per sample and output: the mean of the violations, or the largest one. What
 * methods with multipliers share of it: their fields, the constraint, and what a multiplier per output is to an entry.
 *
 *     mean:  C_j = mean_i [g_ij]₊    λ of an entry: λ_j where g_ij > 0, else 0
 *     max:   C_j = max_i g_ij        λ of an entry: N·λ_j where g_ij is the largest of the N at hand, else 0
 *
 * Both are those of a batch. The mean of [g]₊ is never below 0, so its multiplier can only grow: it is the weight of an
 * exact penalty that rises until the batch is inside. The largest violation falls below 0 inside, and its multiplier with it.
 */
import { cast, equal, max, mean, mul, relu, step, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { OutputConstraint } from './method';

export const per = z
  .enum(['sample', 'output'])
  .default('sample')
  .describe(
    'What has a multiplier of its own: "sample", each sample and output, which holds every row for itself; or "output", one number for all rows of a target, which needs no memory and is felt by rows never seen before.',
  );

export const aggregate = z
  .enum(['mean', 'max'])
  .default('mean')
  .describe(
    'With "per": "output", what of a batch is held at 0: the "mean" of its violations, felt by all rows outside, whose multiplier can only grow; or the "max"imum, felt by the worst row alone, whose multiplier falls again once all are inside; it takes smaller steps of the multipliers, a tenth or less, or costs more loss.',
  );

export type Per = z.output<typeof per>;
export type Aggregate = z.output<typeof aggregate>;

const CONSTRAINTS: { readonly [Name in Aggregate]: (g: Tensor2D) => Tensor2D } = {
  mean: (g) => mean(relu(g), 0, true),
  max: (g) => max(g, 0, true),
};

/** `perOutput` of a method with these fields; absent for one per sample and output. */
export function outputConstraint(per: Per, aggregate: Aggregate): ((g: Tensor2D) => OutputConstraint) | undefined {
  if (per === 'sample') return undefined;
  return (g) => {
    const constraint = CONSTRAINTS[aggregate](g);
    return { felt: constraint, actual: constraint };
  };
}

/** λ per entry `[batch, outputs]` from `multiplier`: of the same shape, or `[1, outputs]` where there is one per output. */
export function entryMultiplier(per: Per, aggregate: Aggregate, multiplier: Tensor2D, g: Tensor2D): Tensor2D {
  if (per === 'sample') return multiplier;
  if (aggregate === 'mean') return mul(step(g), multiplier);
  return mul(mul(cast(equal(g, CONSTRAINTS.max(g)), 'float32'), multiplier), g.shape[0]);
}
