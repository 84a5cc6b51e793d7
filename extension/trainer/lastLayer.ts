/**
 * The last layer as a problem of its own: with the features frozen, its exact optimum, and the multipliers that explain
 * a layer best where a method keeps none. Plain numbers in training units; the solvers are in `exact/`.
 */
import { boundedFit } from '../exact/boundedFit';
import { nonnegativeLeastSquares } from '../exact/nonnegativeLeastSquares';
import { type OrthonormalBasis, orthonormalBasis } from '../exact/orthonormalBasis';
import type { LossName } from '../step/loss';
import { type Side, type SideName, violationOf } from '../step/sides';

/** What the last layer is given, and what it should give; row-major. */
export interface LayerData {
  readonly count: number;
  /** `[count · width]` */
  readonly features: Float32Array;
  /** `[count · outputs]` */
  readonly targets: Float32Array;
  readonly sides: readonly Side[];
}

/** λ ≥ 0 per side, `[count · outputs]`, in the mean form: `mean(loss + λ·g)` over samples and outputs. */
export type LayerMultipliers = Readonly<Partial<Record<SideName, Float32Array>>>;

export interface ExactLayer {
  /** `[width · outputs]` */
  readonly weight: Float64Array;
  /** `[outputs]` */
  readonly bias: Float64Array;
  readonly multipliers: LayerMultipliers;
  /** Mean over samples of the squared error, `[outputs]`. */
  readonly losses: Float64Array;
  /** Primal less dual objective, `[outputs]`: 0 up to rounding, or the layer is not the optimum. */
  readonly dualityGaps: Float64Array;
  /** Samples and outputs held at a bound. */
  readonly active: number;
}

export interface ExactOptions {
  /** Of the same features, when it is known already: most of the work. */
  readonly basis?: OrthonormalBasis;
  /** Moves each bound inwards by that much. */
  readonly inset?: number;
}

/** What `exactLayer` works in; `tolerance` as in `orthonormalBasis`. */
export function layerBasis(data: LayerData, tolerance?: number): OrthonormalBasis {
  return orthonormalBasis(withConstant(data), data.count, { tolerance });
}

/** The lowest mean squared error of any last layer on these features whose outputs keep the bounds on all samples. */
export function exactLayer(data: LayerData, { basis = layerBasis(data), inset = 0 }: ExactOptions = {}): ExactLayer {
  const { count, targets, sides } = data;
  const outputs = targets.length / count;
  const width = basis.width - 1;
  const weight = new Float64Array(width * outputs);
  const bias = new Float64Array(outputs);
  const losses = new Float64Array(outputs);
  const dualityGaps = new Float64Array(outputs);
  const multipliers = zeroMultipliers(data);
  let active = 0;
  for (let output = 0; output < outputs; output++) {
    const bounds = boundsOfOutput(sides, output, inset);
    const fit = boundedFit(basis, column(targets, output, outputs), bounds);
    if (!fit.isOptimal) throw new Error('internal: the exact last layer took too many iterations');
    for (let feature = 0; feature < width; feature++) weight[feature * outputs + output] = fit.weights[feature]!;
    bias[output] = fit.weights[width]!;
    losses[output] = fit.objective;
    dualityGaps[output] = fit.dualityGap;
    active += fit.active.length;
    for (const { name } of sides) {
      fit.multipliers[name]?.forEach((lambda, row) => {
        multipliers[name]![row * outputs + output] = lambda;
      });
    }
  }
  return { weight, bias, multipliers, losses, dualityGaps, active };
}

/** Entries whose violation is above minus this, in training units, may carry a multiplier. */
const NEAR = 0.01;
/** Rows × features that are looked at for one output: a second at most. The rows nearest to their bound, or outside, come first. */
const MOST_VALUES = 500_000;

/**
 * λ ≥ 0 that leave the least of the last layer's gradient, for entries at their bound or outside: nonnegative least
 * squares of `Σ λ·∇g = −∇f` for each output (methods.md, section 5). `layerOutputs` are `[count · outputs]`.
 */
export function recoverMultipliers(data: LayerData, layerOutputs: Float32Array, loss: LossName): LayerMultipliers {
  const { count, targets, sides } = data;
  const outputs = targets.length / count;
  const table = withConstant(data);
  const width = table.length / count;
  const multipliers = zeroMultipliers(data);
  const violations = sides.map((side) => ({ side, g: violationOf(side, layerOutputs) }));
  for (let output = 0; output < outputs; output++) {
    const near = violations
      .filter(({ side }) => side.mask[output] === 1)
      .flatMap(({ side, g }) =>
        Array.from({ length: count }, (_, row) => ({ side, row, g: g[row * outputs + output]! })).filter(
          (entry) => entry.g >= -NEAR,
        ),
      )
      .sort((a, b) => b.g - a.g)
      .slice(0, Math.floor(MOST_VALUES / width));
    if (near.length === 0) continue;
    // ∇g is −φ on the lower side and +φ on the upper one; both sides of the equation lack the same 1/count.
    const columns = new Float64Array(near.length * width);
    near.forEach(({ side, row }, index) => {
      const sign = side.name === 'lower' ? -1 : 1;
      for (let k = 0; k < width; k++) columns[index * width + k] = sign * table[row * width + k]!;
    });
    const descent = new Float64Array(width);
    for (let row = 0; row < count; row++) {
      const slope = LOSS_SLOPES[loss](layerOutputs[row * outputs + output]! - targets[row * outputs + output]!);
      for (let k = 0; k < width; k++) descent[k]! -= slope * table[row * width + k]!;
    }
    const { coefficients } = nonnegativeLeastSquares(columns, descent);
    near.forEach(({ side, row }, index) => {
      multipliers[side.name]![row * outputs + output] = coefficients[index]!;
    });
  }
  return multipliers;
}

/** Derivative of the loss of one entry by its error; `step/loss.ts` has the losses. */
const LOSS_SLOPES: { readonly [Name in LossName]: (error: number) => number } = {
  mse: (error) => 2 * error,
  mae: Math.sign,
  huber: (error) => Math.max(-1, Math.min(1, error)),
};

/** λ = 0 for every entry of every side. */
export function zeroMultipliers({ targets, sides }: LayerData): Partial<Record<SideName, Float32Array>> {
  return Object.fromEntries(sides.map(({ name }) => [name, new Float32Array(targets.length)]));
}

/** `[count, width + 1]` in double precision, a column of ones at the end for the bias. */
function withConstant({ count, features }: LayerData): Float64Array {
  const width = features.length / count;
  const table = new Float64Array(count * (width + 1));
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < width; k++) table[row * (width + 1) + k] = features[row * width + k]!;
    table[row * (width + 1) + width] = 1;
  }
  return table;
}

function column(values: Float32Array, index: number, width: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + index]!);
}

function boundsOfOutput(
  sides: readonly Side[],
  output: number,
  inset: number,
): { lower: number | null; upper: number | null } {
  const bound = (name: SideName): number | null => {
    const side = sides.find((each) => each.name === name);
    return side === undefined || side.mask[output] === 0 ? null : side.bound[output]!;
  };
  const [lower, upper] = [bound('lower'), bound('upper')];
  if (lower === null || upper === null) {
    return { lower: lower === null ? null : lower + inset, upper: upper === null ? null : upper - inset };
  }
  // Bounds that meet, or that rounding inwards has moved past each other, leave the point between them.
  const room = Math.max(0, (upper - lower) / 2);
  const middle = lower + (upper - lower) / 2;
  const half = Math.max(0, room - inset);
  return { lower: middle - half, upper: middle + half };
}
