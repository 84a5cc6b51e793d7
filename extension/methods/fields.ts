/** Fields that several methods share, each defined once with its default, its reason and its hover text. */
import { z } from 'zod';
import { REDUCTIONS, UPDATE_ORDERS, type UpdateOrder } from './method';

export const reduction = z
  .enum(REDUCTIONS)
  .default('mean')
  .describe(
    'How the terms of a batch are added up: "mean" over samples and outputs, so that the strength does not depend on the batch size, or "sum", the literal loss + α Σ ….',
  );

const ORDER =
  'Which moves first in a step: "dual-first" (multipliers, then weights: stable where simultaneous steps spiral, at the same cost), "simultaneous" or "primal-first" (one more forward pass)';

/** For methods with slacks, whose multipliers depend on more than the violation. */
export const order = z
  .enum(['simultaneous', 'dual-first', 'primal-first'] satisfies UpdateOrder[])
  .default('dual-first')
  .describe(`${ORDER}.`);

/** For methods whose multipliers move with the violation alone. */
export const orderWithExtragradient = z
  .enum(UPDATE_ORDERS)
  .default('dual-first')
  .describe(
    `${ORDER}; "extragradient" (a trial step first, then the step with what is felt there: steady where the others circle, at twice the cost).`,
  );

/** Far above what any problem needs, and far within what 32-bit numbers hold. */
export const LARGEST_COEFFICIENT = 1e9;

export function positive(fallback: number, description: string) {
  return z.number().positive().max(LARGEST_COEFFICIENT).default(fallback).describe(description);
}

export function nonnegative(fallback: number, description: string) {
  return z.number().min(0).max(LARGEST_COEFFICIENT).default(fallback).describe(description);
}
