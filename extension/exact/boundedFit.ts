/**
 * The exact last layer for one output: over weights w, with features Φ frozen,
 *
 *   min  meanᵢ (yᵢ − tᵢ)²   subject to  lower ≤ yᵢ ≤ upper  for all rows i,  y = Φ·w.
 *
 * A convex quadratic program that always has a feasible point, the constant inside the bounds. In coordinates z of an
 * orthonormal basis Q of Φ's columns, y = Q·z and the objective is ‖z − Qᵀt‖²/N plus a constant: the answer is the
 * projection of Qᵀt on the polyhedron of the bounds.
 *
 * Multipliers are those of the mean form, as `reduction: "mean"` of a training step has them: with g = lower − y or
 * y − upper and λ ≥ 0,  ∇ meanᵢ (yᵢ − tᵢ)² + (1/N) Σᵢ λᵢ·∇gᵢ = 0. They don't shrink with the number of rows; written
 * for the sum Σ λᵢ·gᵢ beside the mean loss, they would be λᵢ/N. A bound that moves out by ε at row i lowers the optimum
 * by ε·λᵢ/N.
 */
import { addMultiple, dot, norm } from './columns';
import { IllPosedError } from './illPosedError';
import type { OrthonormalBasis } from './orthonormalBasis';
import { type Projection, project } from './projection';

export interface OutputBounds {
  /** `null` for none. */
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface BoundedFit {
  /** `[width]`, in the order of the features; 0 for a column that depends on others. */
  readonly weights: Float64Array;
  /** `[rows]` y = Φ·w */
  readonly outputs: Float64Array;
  /** λ ≥ 0 of each side, `[rows]`; `null` where there is no bound. */
  readonly multipliers: { readonly lower: Float64Array | null; readonly upper: Float64Array | null };
  /** meanᵢ (yᵢ − tᵢ)² */
  readonly objective: number;
  /** What the multipliers prove: no weights within the bounds have a smaller objective. */
  readonly dualObjective: number;
  /** `objective − dualObjective`: 0 up to rounding, on either side of it, exactly when the weights are optimal. */
  readonly dualityGap: number;
  /** The objective of the best weights without bounds; `objective` minus this is the price of the bounds. */
  readonly freeObjective: number;
  /** Largest distance of an output outside its bounds, 0 or a rounding. */
  readonly largestViolation: number;
  /** Rows that are held at a bound; every other multiplier is 0. */
  readonly active: readonly number[];
  readonly iterations: number;
  /** False only when the iterations were used up: `dualObjective` is a bound then, and the outputs may be outside. */
  readonly isOptimal: boolean;
}

/** Per row and per dimension. Answers take about as many iterations as rows end up active, seldom thrice the rank. */
const ITERATIONS = 20;
/** Bounds closer than this, relative to what lies between them, leave only the constant in the middle. */
const CLOSED = 1e-10;

/**
 * `targets` is `[rows]`. The last column of the features must be constant (the bias), which makes any bounds feasible.
 *
 * @throws IllPosedError for crossed bounds, values that are not finite, and features without the constant column.
 */
export function boundedFit(basis: OrthonormalBasis, targets: Float64Array, bounds: OutputBounds): BoundedFit {
  check(basis, targets, bounds);
  const { rows, rank } = basis;
  const lower = bounds.lower ?? Number.NEGATIVE_INFINITY;
  const upper = bounds.upper ?? Number.POSITIVE_INFINITY;
  const free = combine(basis.basis, targets, rank);
  const { point, multipliers, active, iterations, status } =
    onlyConstant(basis, targets, lower, upper) ??
    project(free, { normals: basis.basis, rows, lower, upper }, ITERATIONS * (rows + rank));
  if (status === 'infeasible') throw new Error('internal: bounds around a constant came out infeasible');

  const weights = weightsOf(basis, point);
  const outputs = apply(basis.features, weights, rows);
  const freeObjective = meanSquare(apply(basis.basis, free, rows), targets);
  const objective = meanSquare(outputs, targets);
  // With z = free + Σ μᵢ·aᵢ put into the Lagrangian, ½‖z − free‖² + Σ μᵢ·(boundᵢ − aᵢ·z); twice that over N is in loss units.
  let rise = 0;
  multipliers.forEach((multiplier, row) => {
    if (multiplier === 0) return;
    const distance = (multiplier > 0 ? lower : upper) - dot(basis.basis, row * rank, free, 0, rank);
    rise += 2 * multiplier * distance;
  });
  const dualObjective = freeObjective + (rise - norm(combine(basis.basis, multipliers, rank), 0, rank) ** 2) / rows;
  const side = (bound: number | null, sign: number): Float64Array | null =>
    bound === null ? null : multipliers.map((multiplier) => Math.max(0, 2 * sign * multiplier));
  return {
    weights,
    outputs,
    multipliers: { lower: side(bounds.lower, 1), upper: side(bounds.upper, -1) },
    objective,
    dualObjective,
    dualityGap: objective - dualObjective,
    freeObjective,
    largestViolation: outputs.reduce((worst, output) => Math.max(worst, lower - output, output - upper), 0),
    active,
    iterations,
    isOptimal: status === 'optimal',
  };
}

/** The answer for bounds that meet: each multiplier is the error of its row, and every row is held. */
function onlyConstant(basis: OrthonormalBasis, targets: Float64Array, lower: number, upper: number): Projection | null {
  const size = Math.max(Math.abs(lower), Math.abs(upper), Math.sqrt(meanSquare(targets)));
  if (size === Number.POSITIVE_INFINITY || upper - lower > CLOSED * size) return null;
  const middle = lower + (upper - lower) / 2;
  return {
    point: combine(basis.basis, new Float64Array(basis.rows).fill(middle), basis.rank),
    multipliers: targets.map((target) => middle - target),
    active: Array.from(targets, (_, row) => row),
    iterations: 0,
    status: 'optimal',
  };
}

/** w with R·w = z in the columns of the basis, and 0 elsewhere. */
function weightsOf({ columns, factor, rank, width }: OrthonormalBasis, point: Float64Array): Float64Array {
  const solution = point.slice();
  for (let row = rank - 1; row >= 0; row--) {
    const start = row * rank;
    const known = dot(factor, start + row + 1, solution, row + 1, rank - row - 1);
    solution[row] = (solution[row]! - known) / factor[start + row]!;
  }
  const weights = new Float64Array(width);
  columns.forEach((column, place) => {
    weights[column] = solution[place]!;
  });
  return weights;
}

/** M·x of a row-major matrix. */
function apply(matrix: Float64Array, x: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => dot(matrix, row * x.length, x, 0, x.length));
}

/** Mᵀ·x of a row-major matrix of this width. */
function combine(matrix: Float64Array, x: Float64Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  x.forEach((factor, row) => {
    if (factor !== 0) addMultiple(sum, 0, factor, matrix, row * width, width);
  });
  return sum;
}

function meanSquare(values: Float64Array, center?: Float64Array): number {
  const sum = values.reduce((total, value, index) => total + (value - (center?.[index] ?? 0)) ** 2, 0);
  return sum / values.length;
}

function check(
  { features, rows, width }: OrthonormalBasis,
  targets: Float64Array,
  { lower, upper }: OutputBounds,
): void {
  if (targets.length !== rows) {
    throw new IllPosedError('shape', `There are ${targets.length} targets for ${rows} rows of features.`);
  }
  const row = targets.findIndex((target) => !Number.isFinite(target));
  if (row >= 0) throw new IllPosedError('not-finite', `The target of row ${row} is ${targets[row]}.`);
  for (const [name, bound] of [
    ['lower', lower],
    ['upper', upper],
  ] as const) {
    if (bound !== null && !Number.isFinite(bound)) {
      throw new IllPosedError('not-finite', `The ${name} bound is ${bound}: use null for no bound.`);
    }
  }
  if (lower !== null && upper !== null && lower > upper) {
    throw new IllPosedError('crossed-bounds', `The lower bound ${lower} is above the upper bound ${upper}.`);
  }
  const bias = features[width - 1]!;
  for (let index = width - 1; index < features.length; index += width) {
    if (features[index] !== bias || bias === 0) {
      throw new IllPosedError('no-constant', 'The last column of the features must hold the same number in all rows.');
    }
  }
}
