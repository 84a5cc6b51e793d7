/**
 * What a method is: a term added to the loss for each output outside (or near) its bounds, and how its multipliers and
 * slacks move. A method sees one side of the bounds at a time as the violation `g`, and neither network nor optimizer.
 *
 * Sign convention, everywhere: `g = min − y` (or `y − max`), so `g ≤ 0` is wanted and `g > 0` is a violation;
 * multipliers `λ ≥ 0`; the Lagrangian is `f + λ·g`. An entry without a bound has the constant `g = −1`.
 *
 * Units: those the network trains in (standard deviations of the target when it is standardized).
 */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Guarantee } from '../protocol/figures';

/** Tensors a method keeps per sample and output, `[batch, outputs]` float32, by name. */
export type Rows = Readonly<Record<string, Tensor2D>>;

/** Numbers that may change from step to step, as scalars float32, by name. */
export type Scalars = Readonly<Record<string, Scalar>>;

/**
 * When the multipliers move relative to the weights.
 * `simultaneous`: both from the same point. `dual-first`: multipliers first, the weights then feel the new ones (same
 * cost). `primal-first`: weights (and slacks) first, then multipliers from the outputs of the new weights (one more
 * forward pass).
 */
export const UPDATE_ORDERS = ['simultaneous', 'dual-first', 'primal-first'] as const;
export type UpdateOrder = (typeof UPDATE_ORDERS)[number];

/**
 * How the per-entry terms of a batch become one number. `mean` (over samples and outputs, like the loss) makes
 * multipliers and α independent of the batch size; `sum` is the literal `loss + α Σ …`.
 */
export const REDUCTIONS = ['mean', 'sum'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** A method with its fields filled in: pure functions, each over `[batch, outputs]` float32 tensors. */
export interface MethodFunctions {
  readonly guarantee: Guarantee;
  readonly order: UpdateOrder;
  readonly reduction: Reduction;
  /** Names of the tensors kept per sample and output; none for a method without state. */
  readonly rows: readonly string[];
  /** Names of the numbers that `scalars` gives. */
  readonly scalarNames: readonly string[];
  /** The numbers of step `step` (from 0) in epoch `epoch` (from 0). */
  scalars(position: { step: number; epoch: number }): Record<string, number>;
  /** First values of the rows, from the violations before training: `g` and each result are `[samples · outputs]`. */
  initialRows(g: Float32Array): Record<string, Float32Array>;
  /** The term added to the loss, per entry. Its derivative with respect to `g` is the force on the output. */
  term(g: Tensor2D, rows: Rows, scalars: Scalars): Tensor2D;
  /** One descent step of the primal variables kept in rows (slacks). */
  descend?(g: Tensor2D, rows: Rows, scalars: Scalars): Rows;
  /** One ascent step of the multipliers. */
  ascend?(g: Tensor2D, rows: Rows, scalars: Scalars): Rows;
  /** λ per entry, kept or implied (≥ 0 wanted); absent for a method that implies none. */
  multiplier?(g: Tensor2D, rows: Rows, scalars: Scalars): Tensor2D;
}

export interface Method {
  /** As written in an experiment file. */
  readonly name: string;
  readonly title: string;
  /** One line: what it does and what it costs. */
  readonly summary: string;
  /** The formula the code computes, in plain Unicode. */
  readonly formula: string;
  readonly source: string;
  readonly guarantee: Guarantee;
  /** The fields of its own in a variant, each with default and one-line doc. */
  readonly fields: z.ZodObject;
  /** @throws z.ZodError when `fields` are not this method's. */
  bind(fields: unknown): MethodFunctions;
}

/** Ties a method's functions to the types of its own fields. */
export function defineMethod<Fields extends z.ZodObject>(
  definition: Omit<Method, 'fields' | 'bind'> & { fields: Fields; bind(fields: z.output<Fields>): MethodFunctions },
): Method {
  return { ...definition, bind: (fields) => definition.bind(definition.fields.parse(fields) as z.output<Fields>) };
}
