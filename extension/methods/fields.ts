/** Fields that several methods share, each defined once with its default, its reason and its hover text. */
import { z } from 'zod';
import { REDUCTIONS, UPDATE_ORDERS } from './method';

export const reduction = z
  .enum(REDUCTIONS)
  .default('mean')
  .describe(
    'How the terms of a batch are added up: "mean" over samples and outputs, so that the strength does not depend on the batch size, or "sum", the literal loss + α Σ ….',
  );

export const order = z
  .enum(UPDATE_ORDERS)
  .default('dual-first')
  .describe(
    'Which moves first in a step: "dual-first" (multipliers, then weights: stable where simultaneous steps spiral, at the same cost), "simultaneous" or "primal-first" (one more forward pass).',
  );

export function positive(fallback: number, description: string) {
  return z.number().positive().max(1e9).default(fallback).describe(description);
}

export function nonnegative(fallback: number, description: string) {
  return z.number().min(0).max(1e9).default(fallback).describe(description);
}
