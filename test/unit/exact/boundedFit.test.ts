/** Exact last layers worked by hand; proofs over many random ones are in optimality.test.ts. */
import { describe, expect, test } from 'vitest';
import { boundedFit, type OutputBounds } from '../../../extension/exact/boundedFit';
import { IllPosedError, type IllPosedReason } from '../../../extension/exact/illPosedError';
import { orthonormalBasis } from '../../../extension/exact/orthonormalBasis';

/** Samples `[x, t]`, `y = w·x + b`. */
const fitLine = (samples: readonly (readonly [x: number, t: number])[], bounds: OutputBounds) =>
  boundedFit(
    orthonormalBasis(Float64Array.from(samples.flatMap(([x]) => [x, 1])), samples.length),
    Float64Array.from(samples, ([, t]) => t),
    bounds,
  );

const expectNumbers = (actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index]! - value), `entry ${index}: ${actual[index]} against ${value}`).toBeLessThan(
      tolerance,
    );
  });
};

const LINE = [
  [0, -1],
  [1, 0],
  [2, 1],
  [3, 2],
] as const;

describe('The exact last layer', () => {
  test('is ordinary least squares where the bounds ask for nothing', () => {
    // x = 0, 1, 2 and t = 0, 1, 5: means 1 and 2, Σ(x−1)(t−2) = 2 + 0 + 3 = 5 over Σ(x−1)² = 2, so w = 5/2, b = −1/2.
    const samples = [
      [0, 0],
      [1, 1],
      [2, 5],
    ] as const;
    for (const bounds of [
      { lower: null, upper: null },
      { lower: -1, upper: 6 },
    ]) {
      const fit = fitLine(samples, bounds);
      expectNumbers(fit.weights, [2.5, -0.5]);
      expectNumbers(fit.outputs, [-0.5, 2, 4.5]);
      // Errors −½, 1, −½: (¼ + 1 + ¼)/3
      expectNumbers([fit.objective, fit.dualObjective, fit.freeObjective], [0.5, 0.5, 0.5]);
      expect(fit).toMatchObject({ active: [], iterations: 0, isOptimal: true, largestViolation: 0 });
    }
    expect(fitLine(samples, { lower: null, upper: null }).multipliers).toEqual({ lower: null, upper: null });
    expectNumbers(fitLine(samples, { lower: -1, upper: 6 }).multipliers.upper!, [0, 0, 0]);
  });

  test('of the line fit is w = 4/7, b = 0, λ = (20/7, 0, 0, 0), loss 5/14 (methods.md, A1)', () => {
    // Only sample 0 binds: b = 0, w = Σxt/Σx² = 8/14. In b: 2·mean(y − t) = 2·5/14 = λ₀/4, so λ₀ = 20/7.
    const fit = fitLine(LINE, { lower: 0, upper: null });
    expectNumbers(fit.weights, [4 / 7, 0]);
    expectNumbers(fit.outputs, [0, 4 / 7, 8 / 7, 12 / 7]);
    expectNumbers(fit.multipliers.lower!, [20 / 7, 0, 0, 0]);
    expect(fit.multipliers.upper).toBeNull();
    // The loss without bounds is 0: w = 1, b = −1.
    expectNumbers([fit.objective, fit.dualObjective, fit.freeObjective], [5 / 14, 5 / 14, 0]);
    expect(fit.active).toEqual([0]);
  });

  test('of the line fit turned around has the same multiplier on the upper side', () => {
    const turned = LINE.map(([x, t]) => [x, -t] as const);
    const fit = fitLine(turned, { lower: null, upper: 0 });
    expectNumbers(fit.weights, [-4 / 7, 0]);
    expectNumbers(fit.multipliers.upper!, [20 / 7, 0, 0, 0]);
    expect(fit.multipliers.lower).toBeNull();
  });

  test.for([
    // (x − 1.7)² in 0 ≤ x ≤ 1: x = 1, 2·(1 − 1.7) + λ = 0, twice the 0.7 of ½(x − 1.7)² (methods.md, A8).
    { target: 1.7, output: 1, lower: 0, upper: 1.4, loss: 0.49 },
    // (x + 0.4)²: x = 0, 2·(0 + 0.4) − λ = 0.
    { target: -0.4, output: 0, lower: 0.8, upper: 0, loss: 0.16 },
    { target: 0.25, output: 0.25, lower: 0, upper: 0, loss: 0 },
    // The target on the bound: held or not, nothing pushes.
    { target: 1, output: 1, lower: 0, upper: 0, loss: 0 },
  ])(
    'of one number with target $target in the box from 0 to 1 is $output',
    ({ target, output, lower, upper, loss }) => {
      const fit = boundedFit(orthonormalBasis(Float64Array.of(1), 1), Float64Array.of(target), { lower: 0, upper: 1 });
      expectNumbers(fit.weights, [output]);
      expectNumbers(fit.multipliers.lower!, [lower]);
      expectNumbers(fit.multipliers.upper!, [upper]);
      expectNumbers([fit.objective, fit.dualObjective], [loss, loss]);
    },
  );

  test('holds rows at both bounds at once', () => {
    // Samples (0, −1) and (1, 2), 0 ≤ y ≤ 1: y = x. Errors 1 and −1, so λ = 2·1 below at sample 0 and 2·1 above at 1.
    const fit = fitLine(
      [
        [0, -1],
        [1, 2],
      ],
      { lower: 0, upper: 1 },
    );
    expectNumbers(fit.weights, [1, 0]);
    expectNumbers(fit.multipliers.lower!, [2, 0]);
    expectNumbers(fit.multipliers.upper!, [0, 2]);
    expectNumbers([fit.objective, fit.dualObjective], [1, 1]);
  });

  test('shares a multiplier among rows that are the same, and their sum is what is known of it', () => {
    // Only the bias, targets −1, −2, −3: y = 0, and 2·mean(y − t) = 4 = Σλ/3.
    const fit = boundedFit(orthonormalBasis(Float64Array.of(1, 1, 1), 3), Float64Array.of(-1, -2, -3), {
      lower: 0,
      upper: null,
    });
    expectNumbers(fit.outputs, [0, 0, 0]);
    expectNumbers([fit.multipliers.lower!.reduce((a, b) => a + b)], [12]);
    // (1 + 4 + 9)/3; without the bound y = −2, (1 + 0 + 1)/3.
    expectNumbers([fit.objective, fit.dualObjective, fit.freeObjective], [14 / 3, 14 / 3, 2 / 3]);
  });

  test('is the constant where the bounds meet, with the multiplier of each row its error', () => {
    // y = 1: errors 2, 1, 0, −1; twice that pushes up from below, or down from above.
    const fit = fitLine(LINE, { lower: 1, upper: 1 });
    expectNumbers(fit.outputs, [1, 1, 1, 1]);
    expectNumbers(fit.multipliers.lower!, [4, 2, 0, 0]);
    expectNumbers(fit.multipliers.upper!, [0, 0, 0, 2]);
    // (4 + 1 + 0 + 1)/4
    expectNumbers([fit.objective, fit.dualObjective], [1.5, 1.5]);
    expect(fit.active).toHaveLength(4);
  });

  test('tells by the multipliers what moving the bound costs', () => {
    // A1 with lower = ε: b = ε and w = Σx(t − ε)/Σx² = (8 − 6ε)/14. The slope of the loss at 0 is Σλ/N = 5/7.
    const step = 1e-4;
    const slope = (fitLine(LINE, { lower: step, upper: null }).objective - 5 / 14) / step;
    expect(slope).toBeCloseTo(5 / 7, 3);
  });

  test('leaves dead units and repeated features at weight 0', () => {
    // Features 0, x, 2x, 1 for the samples of A1: 2x takes in all that x could, 0 nothing.
    const features = Float64Array.from(LINE.flatMap(([x]) => [0, x, 2 * x, 1]));
    const basis = orthonormalBasis(features, 4);
    expect(basis.rank).toBe(2);
    const fit = boundedFit(
      basis,
      Float64Array.from(LINE, ([, t]) => t),
      { lower: 0, upper: null },
    );
    const [dead, once, twice, bias] = fit.weights;
    expect(dead).toBe(0);
    expect(Math.min(Math.abs(once!), Math.abs(twice!))).toBe(0);
    expectNumbers([once! + 2 * twice!, bias!], [4 / 7, 0]);
  });
});

describe('A problem without an answer is refused:', () => {
  const basis = orthonormalBasis(Float64Array.of(0, 1, 1, 1), 2);
  const targets = Float64Array.of(0, 1);
  test.for<[title: string, reason: IllPosedReason, message: string, attempt: () => unknown]>([
    [
      'a lower bound above the upper one',
      'crossed-bounds',
      'The lower bound 1 is above the upper bound 0.5.',
      () => boundedFit(basis, targets, { lower: 1, upper: 0.5 }),
    ],
    [
      'a bound that is no number',
      'not-finite',
      'The lower bound is NaN: use null for no bound.',
      () => boundedFit(basis, targets, { lower: Number.NaN, upper: null }),
    ],
    [
      'an infinite bound',
      'not-finite',
      'The upper bound is Infinity: use null for no bound.',
      () => boundedFit(basis, targets, { lower: null, upper: Number.POSITIVE_INFINITY }),
    ],
    [
      'a target that is no number',
      'not-finite',
      'The target of row 1 is NaN.',
      () => boundedFit(basis, Float64Array.of(0, Number.NaN), { lower: 0, upper: null }),
    ],
    [
      'targets for other rows',
      'shape',
      'There are 3 targets for 2 rows of features.',
      () => boundedFit(basis, Float64Array.of(0, 1, 2), { lower: 0, upper: null }),
    ],
    [
      'features without the constant column, whose bounds might have no feasible point',
      'no-constant',
      'The last column of the features must hold the same number in all rows.',
      () => boundedFit(orthonormalBasis(Float64Array.of(1, 0, 1, 1), 2), targets, { lower: 0, upper: null }),
    ],
    [
      'a feature that is infinite',
      'not-finite',
      'Feature 0 of row 1 is Infinity: it must be a number below 1e150.',
      () => orthonormalBasis(Float64Array.of(0, 1, Number.POSITIVE_INFINITY, 1), 2),
    ],
    [
      'features that make no table',
      'shape',
      '5 values make no table of 2 rows.',
      () => orthonormalBasis(new Float64Array(5), 2),
    ],
  ])('%s', ([, reason, message, attempt]) => {
    let refusal: unknown;
    try {
      attempt();
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(IllPosedError);
    expect(refusal).toMatchObject({ reason, message });
  });
});
