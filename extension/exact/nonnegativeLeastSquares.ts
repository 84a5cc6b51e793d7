/**
 * Nonnegative least squares, `min ‖Σⱼ λⱼ·aⱼ − b‖²  subject to  λ ≥ 0`: the multipliers that explain a gradient best, for
 * methods that keep none. With aⱼ = ∇gⱼ of the active constraints and b = −∇f, λ are the multipliers and the residual is
 * what is left of stationarity.
 *
 * The residual r = b − Σ λⱼ·aⱼ is the projection of b on the polar cone {z : aⱼ·z ≤ 0}, with λ as its multipliers
 * (Moreau), so the dual active-set method solves this as well. It takes the same steps as Lawson & Hanson's: the column
 * with the largest inner product with the residual enters, and columns leave before their λ would turn negative.
 *
 * Source: Lawson & Hanson, Solving Least Squares Problems, 1974, chapter 23.
 */
import { norm } from './columns';
import { IllPosedError } from './illPosedError';
import { project } from './projection';

export interface NonnegativeLeastSquares {
  /** λ, `[columns]`; at most as many above 0 as there are dimensions. */
  readonly coefficients: Float64Array;
  /** b − Σ λⱼ·aⱼ, `[dimension]` */
  readonly residual: Float64Array;
  /** ‖b − Σ λⱼ·aⱼ‖ */
  readonly residualNorm: number;
  readonly iterations: number;
  /** False only when the iterations were used up: λ ≥ 0 holds, but others may come closer. */
  readonly isOptimal: boolean;
}

/** Per column and per dimension; answers take about as many iterations as columns end up above 0. */
const ITERATIONS = 20;

/**
 * `columns` are the aⱼ, one after another, `[columns, dimension]`, and `target` is b, `[dimension]`.
 *
 * @throws IllPosedError for columns of another length than the target, and values that are not finite.
 */
export function nonnegativeLeastSquares(columns: Float64Array, target: Float64Array): NonnegativeLeastSquares {
  const dimension = target.length;
  const count = dimension === 0 ? 0 : columns.length / dimension;
  if (dimension === 0 || !Number.isInteger(count)) {
    throw new IllPosedError('shape', `${columns.length} values make no columns of length ${dimension}.`);
  }
  if (!(columns.every(Number.isFinite) && target.every(Number.isFinite))) {
    throw new IllPosedError('not-finite', 'The columns and the target must be finite numbers.');
  }
  const polarCone = { normals: columns, rows: count, lower: Number.NEGATIVE_INFINITY, upper: 0 };
  const { point, multipliers, iterations, status } = project(target, polarCone, ITERATIONS * (count + dimension));
  if (status === 'infeasible') throw new Error('internal: a cone came out empty');
  return {
    coefficients: multipliers.map((multiplier) => -multiplier + 0),
    residual: point,
    residualNorm: norm(point, 0, dimension),
    iterations,
    isOptimal: status === 'optimal',
  };
}
