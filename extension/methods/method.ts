/**
 * What a method is: a term added to the loss for each output outside (or near) its bounds, and how its multipliers and
 * slacks move; or another output, or last layer, that can't leave the bounds. A method sees one side of the bounds at a
 * time as the violation `g`, and neither network nor optimizer.
 *
 * Sign convention, everywhere: `g = min − y` (or `y − max`), so `g ≤ 0` is wanted and `g > 0` is a violation;
 * multipliers `λ ≥ 0`; the Lagrangian is `f + λ·g`. An entry without a bound has the constant `g = −1`.
 *
 * Units: those the network trains in (standard deviations of the target when it is standardized).
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Guarantee } from '../protocol/figures';
import type { JsonValue } from '../protocol/problems';

/**
 * Tensors a method keeps, float32, by name: `[batch, outputs]` where it has a constraint for each sample and output,
 * `[1, outputs]` where it has one for each output.
 */
export type Rows = Readonly<Record<string, Tensor2D>>;

/** Numbers that may change from step to step, as scalars float32, by name. */
export type Scalars = Readonly<Record<string, Scalar>>;

/**
 * When the multipliers move relative to the weights.
 * `simultaneous`: both from the same point. `dual-first`: multipliers first, the weights then feel the new ones (same
 * cost). `primal-first`: weights (and slacks) first, then multipliers from the outputs of the new weights (one more
 * forward pass). `extragradient`: a trial step of both, then the step from where they were with what is felt there
 * (twice the cost).
 */
export const UPDATE_ORDERS = ['simultaneous', 'dual-first', 'primal-first', 'extragradient'] as const;
export type UpdateOrder = (typeof UPDATE_ORDERS)[number];

/**
 * How the per-entry terms of a batch become one number. `mean` (over samples and outputs, like the loss) makes
 * multipliers and α independent of the batch size; `sum` is the literal `loss + α Σ …`.
 */
export const REDUCTIONS = ['mean', 'sum'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Where a step stands; `step` and `epoch` count from 0, `steps` and `epochs` are those of the whole training. */
export interface Position {
  readonly step: number;
  readonly epoch: number;
  readonly steps: number;
  readonly epochs: number;
}

/** One constraint per output made of its entries, each `[1, outputs]`. */
export interface OutputConstraint {
  /** What the weights feel; differentiable. */
  readonly felt: Tensor2D;
  /** What the multipliers rise and fall with; may be a share, which has no gradient. */
  readonly actual: Tensor2D;
}

/** The bounds as tensors `[outputs]`: `mask` is 1 where the target has this bound, else 0. A side that no target has is absent. */
export interface BoundTensors {
  readonly lower?: { readonly bound: Tensor; readonly mask: Tensor };
  readonly upper?: { readonly bound: Tensor; readonly mask: Tensor };
}

/** Units other than those the network trains in, `[outputs]` each: `training = (value − mean) / deviation`. */
export interface Units {
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

/** What follows the linear layer where a method gives up that it is the last: `[batch, outputs]` → the same. */
export interface Head {
  /** The network that is trained is another one than that which is used: no optimum of either is sought. */
  readonly atPredictionOnly?: boolean;
  /** In words, for who builds it elsewhere: of the last layer's `output` and `min`, `max`, `mean`, `deviation` in raw units. */
  readonly formula: string;
  /** While training. */
  train(linear: Tensor2D, bounds: BoundTensors): Tensor2D;
  /** When the network is used; with `units`, linear outputs, bounds and result are in those. */
  predict(linear: Tensor2D, bounds: BoundTensors, units?: Units): Tensor2D;
}

/** Where all features, the inputs of the last layer, lie: an end may be infinite. */
export interface FeatureRange {
  readonly min: number;
  readonly max: number;
}

/** A last layer of another make, still linear in use. Weights are `[features, outputs]`, biases `[outputs]`. */
export interface LastLayer {
  /** First values from those that PyTorch would draw, row-major. */
  initial(
    weight: Float32Array,
    bias: Float32Array,
    bounds: PlainBounds,
    features: FeatureRange,
  ): { weight: Float32Array; bias: Float32Array };
  /** The layer in use from the trained tensors, where they differ; differentiable. */
  effective?(weight: Tensor2D, bias: Tensor1D, bounds: BoundTensors): { weight: Tensor2D; bias: Tensor1D };
  /** The same on plain numbers. */
  effectiveValues?(
    weight: Float32Array,
    bias: Float32Array,
    bounds: PlainBounds,
  ): { weight: Float32Array; bias: Float32Array };
  /** Back into the set that keeps the bounds, after each update of the weights. */
  project?(weight: Tensor2D, bias: Tensor1D, bounds: BoundTensors, features: FeatureRange): ProjectedLayer;
}

export interface ProjectedLayer {
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
  /** 1 where the optimizer's moments stay, 0 where they are cleared: a stale moment pushes a clipped entry out again. */
  readonly keepMoments: { readonly weight: Tensor2D; readonly bias: Tensor1D };
}

/** The bounds as plain numbers `[outputs]`, in training units; −∞ and ∞ where there is none. */
export interface PlainBounds {
  readonly lower: Float32Array;
  readonly upper: Float32Array;
}

/** A method with its fields filled in: pure functions over float32 tensors. */
export interface MethodFunctions {
  readonly guarantee: Guarantee;
  readonly order: UpdateOrder;
  readonly reduction: Reduction;
  /** Names of the tensors kept; none for a method without state. */
  readonly rows: readonly string[];
  /** Names of the numbers that `scalars` gives. */
  readonly scalarNames: readonly string[];
  /** The numbers of one step. */
  scalars(position: Position): Record<string, number>;
  /**
   * First values of the rows. `g` and each result are `[samples · outputs]`, the violations before training; for a method
   * with one constraint per output they are `[outputs]`, and `g` is 0.
   */
  initialRows(g: Float32Array): Record<string, Float32Array>;
  /**
   * Present for a method with one constraint per output instead of one per sample and output: the constraint made of
   * the entries `[batch, outputs]`. `term`, `ascend` and `descend` then see it in place of `g`, and rows are `[1, outputs]`.
   */
  perOutput?(g: Tensor2D, scalars: Scalars): OutputConstraint;
  /**
   * Rows that are one number for both bounds of an entry, for methods with a constraint per sample and output. `signed`:
   * one number that is above 0 where the maximum presses and below 0 where the minimum does. Each side sees it with its
   * own pressure positive, so it may see a number below 0, and gives back one that is not; the number then is the maximum's
   * less the minimum's. `largest`: the larger of what the two sides make of it. A bound alone keeps its own row as it is.
   */
  readonly joint?: Readonly<Record<string, 'signed' | 'largest'>>;
  /** The term added to the loss, per constraint. Its derivative with respect to `g` is the force on the output. */
  term(g: Tensor2D, rows: Rows, scalars: Scalars): Tensor2D;
  /** One descent step of the primal variables kept in rows (slacks). */
  descend?(g: Tensor2D, rows: Rows, scalars: Scalars): Rows;
  /** One ascent step of the multipliers, and what else moves with the violations (coefficients). */
  ascend?(g: Tensor2D, rows: Rows, scalars: Scalars): Rows;
  /**
   * λ per entry `[batch, outputs]`, kept or implied (≥ 0 wanted), on the scale of `reduction`; `g` is per entry, also for a
   * method with one constraint per output. Absent for a method that implies none.
   */
  multiplier?(g: Tensor2D, rows: Rows, scalars: Scalars): Tensor2D;
  /**
   * Where `multiplier` is one end of what a kink allows at the bound, such as 0 to α: the KKT residuals are then those of
   * the multipliers that explain the last layer best.
   */
  readonly hasKink?: boolean;
  /**
   * Training starts with every training output at least this far inside its bounds (a quarter of their distance where
   * that is less): the last layer's bias is moved, and its weights made smaller, as far as that takes.
   */
  readonly startInside?: number;
  readonly head?: Head;
  readonly lastLayer?: LastLayer;
  /** After training, the last layer is solved exactly with its features frozen. */
  readonly polishes?: boolean;
}

/** What a method may need to know of an experiment to say whether it can work there. */
export interface ExperimentFacts {
  readonly activation: string;
  /** Range of the features; `null` where they are the inputs themselves and have none. */
  readonly features: FeatureRange | null;
  readonly hiddenLayers: number;
  readonly loss: string;
  readonly optimizer: string;
  /** In the targets' own units. */
  readonly targets: readonly { readonly name: string; readonly min: number | null; readonly max: number | null }[];
}

export interface MethodProblem {
  /** Stable and dotted, such as `method.unbounded-features`. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information';
  /** Says what is wrong, with what, and what to do. */
  readonly message: string;
  /** The field at fault; `method` for the choice of the method itself. */
  readonly field: string;
  /** Ways to mend it, the likeliest first. */
  readonly fixes?: readonly MethodFix[];
  /** The field does nothing and can go. */
  readonly isUnnecessary?: boolean;
}

/** What a method proposes to change. Fields that another method doesn't have go with a change of the method. */
export interface MethodFix {
  /** What it does, in the imperative. */
  readonly title: string;
  /** Values for fields of the variant, `method` among them; `null` for one that goes. */
  readonly fields?: Readonly<Record<string, JsonValue | null>>;
  /** Values for fields of "network", which is that of all variants. */
  readonly network?: Readonly<Record<string, JsonValue>>;
  /** What nearly everybody would do. */
  readonly isPreferred?: boolean;
}

export interface Method {
  /** As written in an experiment file. */
  readonly name: string;
  readonly title: string;
  /** One line: what it does and what it costs. */
  readonly summary: string;
  /** The formula the code computes, in plain Unicode. */
  readonly formula: string;
  /** What the formula's letters mean, beside `f`, `θ`, `y`, `min`, `max`, `g` and `λ`, which are the same everywhere. */
  readonly symbols: Readonly<Record<string, string>>;
  readonly source: string;
  readonly guarantee: Guarantee;
  /** What is guaranteed, and under which condition, in one sentence. */
  readonly guaranteed: string;
  /** When to take it, in one or two sentences. */
  readonly when: string;
  /** What can go wrong and how it shows, a sentence each. */
  readonly risks: readonly string[];
  /** False for a method whose network no longer ends in a plain linear layer. */
  readonly linearOutput: boolean;
  /** The fields of its own in a variant, each with default and one-line doc. */
  readonly fields: z.ZodObject;
  /** @throws z.ZodError when `fields` are not this method's. */
  bind(fields: unknown): MethodFunctions;
  /** What of these fields can't work in this experiment; `fields` are complete. */
  check(fields: unknown, facts: ExperimentFacts): MethodProblem[];
}

interface Definition<Fields extends z.ZodObject>
  extends Omit<Method, 'fields' | 'bind' | 'check' | 'linearOutput' | 'symbols'> {
  /** Default: true. */
  linearOutput?: boolean;
  symbols?: Readonly<Record<string, string>>;
  fields: Fields;
  bind(fields: z.output<Fields>): MethodFunctions;
  check?(fields: z.output<Fields>, facts: ExperimentFacts): MethodProblem[];
}

/** Ties a method's functions to the types of its own fields. */
export function defineMethod<Fields extends z.ZodObject>(definition: Definition<Fields>): Method {
  const parse = (fields: unknown): z.output<Fields> => definition.fields.parse(fields) as z.output<Fields>;
  return {
    linearOutput: true,
    symbols: {},
    ...definition,
    bind: (fields) => definition.bind(parse(fields)),
    check: (fields, facts) => definition.check?.(parse(fields), facts) ?? [],
  };
}
