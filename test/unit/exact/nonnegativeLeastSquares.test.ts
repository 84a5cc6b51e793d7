/** Multipliers recovered from gradients: by hand, by trying every set of columns, and for those of an exact last layer. */
import { describe, expect, test } from 'vitest';
import { boundedFit } from '../../../extension/exact/boundedFit';
import { IllPosedError } from '../../../extension/exact/illPosedError';
import { nonnegativeLeastSquares } from '../../../extension/exact/nonnegativeLeastSquares';
import { orthonormalBasis } from '../../../extension/exact/orthonormalBasis';
import { draw, solveBySubstitution, table } from './problems';

const solve = (columns: readonly (readonly number[])[], target: readonly number[]) =>
  nonnegativeLeastSquares(Float64Array.from(columns.flat()), Float64Array.from(target));

const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0);

/** The smallest ‖Aλ − b‖, by least squares over every set of columns. */
function smallestByTrial(columns: readonly (readonly number[])[], target: readonly number[]): number {
  let smallest = Math.hypot(...target);
  for (let set = 1; set < 2 ** columns.length; set++) {
    const chosen = columns.filter((_, index) => (set >> index) & 1);
    const coefficients = solveBySubstitution(
      chosen.map((a) => chosen.map((b) => inner(a, b))),
      chosen.map((a) => inner(a, target)),
    );
    if (coefficients === null || coefficients.some((coefficient) => coefficient < 0)) continue;
    const residual = target.map(
      (value, i) =>
        value -
        inner(
          coefficients,
          chosen.map((column) => column[i]!),
        ),
    );
    smallest = Math.min(smallest, Math.hypot(...residual));
  }
  return smallest;
}

describe('Nonnegative least squares', () => {
  test('gives a target inside the cone back, without residual', () => {
    // (2, 5) = 2·(1, 1) + 3·(0, 1)
    const { coefficients, residualNorm, isOptimal } = solve(
      [
        [1, 1],
        [0, 1],
      ],
      [2, 5],
    );
    expect(coefficients[0]).toBeCloseTo(2, 14);
    expect(coefficients[1]).toBeCloseTo(3, 14);
    expect(residualNorm).toBeLessThan(1e-14);
    expect(isOptimal).toBe(true);
  });

  test('leaves out a column that would need a negative coefficient', () => {
    // (2, 1) would be 2·(1, 1) − 1·(0, 1). (1, 1) alone: 3/2, residual (½, −½).
    const { coefficients, residual, residualNorm } = solve(
      [
        [1, 1],
        [0, 1],
      ],
      [2, 1],
    );
    expect([...coefficients]).toEqual([expect.closeTo(1.5, 14), 0]);
    expect([...residual]).toEqual([expect.closeTo(0.5, 14), expect.closeTo(-0.5, 14)]);
    expect(residualNorm).toBeCloseTo(Math.SQRT1_2, 14);
  });

  test('is 0 where every column points away from the target, or is 0, or where there is none', () => {
    expect(
      solve(
        [
          [-1, 0],
          [0, 0],
          [-1, -2],
        ],
        [3, 4],
      ),
    ).toMatchObject({
      coefficients: Float64Array.of(0, 0, 0),
      residualNorm: 5,
    });
    expect(solve([], [3, 4])).toMatchObject({ coefficients: new Float64Array(0), residualNorm: 5 });
    expect(solve([[1, 2]], [0, 0])).toMatchObject({ coefficients: Float64Array.of(0), residualNorm: 0 });
  });

  test('comes as close as the best of all sets of columns', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = draw(seed);
      const dimension = random.oneOf(1, 2, 3, 4);
      const entry = random.oneOf(random.normal, () => random.integer(3) - 1);
      const vector = () => Array.from({ length: dimension }, entry);
      const columns = Array.from({ length: random.oneOf(1, 3, 6) }, vector);
      const target = vector();
      const { coefficients, residual, residualNorm, isOptimal } = solve(columns, target);
      expect(isOptimal).toBe(true);
      expect(Math.abs(residualNorm - smallestByTrial(columns, target)), `seed ${seed}`).toBeLessThan(1e-8);
      expect(Math.min(...coefficients)).toBeGreaterThanOrEqual(0);
      residual.forEach((value, i) => {
        const left =
          target[i]! -
          inner(
            coefficients,
            columns.map((column) => column[i]!),
          );
        expect(value, `seed ${seed}`).toBeCloseTo(left, 12);
      });
    }
  });

  test('of 2000 columns in 65 dimensions is proved optimal: no column would bring the residual down', () => {
    const random = draw(5);
    const dimension = 65;
    const columns = Array.from({ length: 2000 }, () => Array.from({ length: dimension }, () => random.normal() + 0.4));
    const target = Array.from({ length: dimension }, () => random.normal());
    const { coefficients, residual, residualNorm, iterations } = solve(columns, target);
    // With r = b − Aλ: aⱼ·r ≤ 0 for all columns, = 0 for those with λⱼ > 0.
    columns.forEach((column, index) => {
      const product = inner(column, residual) / Math.hypot(...column);
      expect(product).toBeLessThan(1e-12);
      if (coefficients[index]! > 0) expect(product).toBeGreaterThan(-1e-12);
    });
    expect(coefficients.filter((coefficient) => coefficient > 0).length).toBeGreaterThan(20);
    expect(residualNorm).toBeGreaterThan(0.1);
    expect(iterations).toBeLessThan(400);
  });

  test('recovers the multipliers of an exact last layer from its gradients', () => {
    const random = draw(9);
    const [rows, width] = [80, 7];
    const features = table(rows, width, () => random.normal());
    const targets = Float64Array.from({ length: rows }, () => random.normal());
    const fit = boundedFit(orthonormalBasis(features, rows), targets, { lower: 0, upper: 1 });
    // −∇f = −(2/N) Σ (y − t)·Φᵢ = Σ λᵢ/N·∇gᵢ, ∇(lower − y) = −Φᵢ, ∇(y − upper) = Φᵢ
    const target = Array.from({ length: width }, (_, column) =>
      targets.reduce(
        (sum, each, row) => sum - (2 / rows) * (fit.outputs[row]! - each) * features[row * width + column]!,
        0,
      ),
    );
    const columns = fit.active.map((row) => {
      const sign = fit.multipliers.lower![row]! > 0 ? -1 : 1;
      return Array.from({ length: width }, (_, column) => (sign * features[row * width + column]!) / rows);
    });
    const { coefficients, residualNorm } = solve(columns, target);
    expect(fit.active.length).toBeGreaterThan(3);
    expect(residualNorm).toBeLessThan(1e-14);
    fit.active.forEach((row, index) => {
      const expected = Math.max(fit.multipliers.lower![row]!, fit.multipliers.upper![row]!);
      expect(coefficients[index]).toBeCloseTo(expected, 10);
    });
  });

  test('refuses columns of another length, and numbers that are not finite', () => {
    expect(() => nonnegativeLeastSquares(new Float64Array(5), new Float64Array(2))).toThrow(IllPosedError);
    expect(() => nonnegativeLeastSquares(new Float64Array(0), new Float64Array(0))).toThrow(IllPosedError);
    expect(() => solve([[1, Number.NaN]], [1, 1])).toThrow(IllPosedError);
    expect(() => solve([[1, 1]], [1, Number.POSITIVE_INFINITY])).toThrow(IllPosedError);
  });
});
