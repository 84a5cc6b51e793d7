/**
 * Proofs of optimality over random problems. Weights inside the bounds, multipliers at or above 0, λ·g = 0 and a
 * gradient of the Lagrangian of 0 make an answer of a convex problem optimal, whoever found it; proofOf checks these from
 * the definitions. The tolerance is 1e-12 of the sizes of the numbers involved, some 5000 roundings.
 */
import { describe, expect, test } from 'vitest';
import { boundedFit, type OutputBounds } from '../../../extension/exact/boundedFit';
import { orthonormalBasis } from '../../../extension/exact/orthonormalBasis';
import { bestOutputsByTrial, type Draw, draw, type Problem, proofOf, table } from './problems';

const TOLERANCE = 1e-12;
const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

const solve = ({ features, rows, targets, bounds }: Problem) =>
  boundedFit(orthonormalBasis(features, rows), targets, bounds);

/** One-sided or both, near the middle of the targets (which are about 0 ± 1) or far off. */
function someBounds(random: Draw): OutputBounds {
  const bound = random.oneOf(0, 0, 0.5, -0.5, 2, -2);
  const distance = random.oneOf(0.01, 0.3, 1, 3);
  return random.oneOf<OutputBounds>(
    { lower: bound, upper: null },
    { lower: null, upper: bound },
    { lower: bound, upper: bound + distance },
  );
}

const normalTargets = (random: Draw, rows: number) => Float64Array.from({ length: rows }, () => random.normal());

/** Random relu features of random inputs, as a network has them. */
function reluFeatures(random: Draw, rows: number, width: number): Float64Array {
  const inputs = Array.from({ length: rows }, () => Array.from({ length: 3 }, () => random.normal()));
  const units = Array.from({ length: width }, () => Array.from({ length: 4 }, () => random.normal()));
  return table(rows, width, (row, column) => {
    const [bias, ...weights] = units[column]!;
    return Math.max(
      0,
      weights.reduce((sum, weight, index) => sum + weight * inputs[row]![index]!, bias!),
    );
  });
}

const FAMILIES: Readonly<Record<string, (random: Draw) => Problem>> = {
  'random features': (random) => {
    const [rows, width] = [random.oneOf(20, 60, 200), random.oneOf(2, 8, 20)];
    const features = table(rows, width, () => random.normal());
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'relu features, some of them dead or repeated': (random) => {
    const [rows, width] = [random.oneOf(40, 150, 400), random.oneOf(9, 17, 33)];
    const features = reluFeatures(random, rows, width);
    for (let row = 0; row < rows; row++) {
      features[row * width + 1] = 0;
      features[row * width + 2] = 3 * features[row * width]!;
      features[row * width + 3] = 0.7;
      features[row * width + 4] = features[row * width]! - features[row * width + 5]!;
    }
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'a bound at which every row is held': (random) => {
    const [rows, width] = [random.oneOf(5, 50), random.oneOf(2, 6, 20)];
    const features = table(rows, width, () => random.normal());
    const targets = normalTargets(random, rows);
    // All targets are at most −1.
    return {
      rows,
      width,
      features,
      targets: targets.map((target) => -1 - Math.abs(target)),
      bounds: random.oneOf<OutputBounds>({ lower: 0, upper: null }, { lower: 0, upper: 1e-6 }),
    };
  },
  'rows that are repeated, with other targets': (random) => {
    const [rows, width] = [random.oneOf(20, 80), random.oneOf(3, 10)];
    const features = table(rows, width, () => random.normal());
    for (let row = 1; row < rows; row++) {
      if (random.uniform() > 0.6) continue;
      const from = random.integer(row);
      features.copyWithin(row * width, from * width, (from + 1) * width);
    }
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'ties: whole numbers, and targets on the bounds': (random) => {
    const [rows, width] = [random.oneOf(6, 30, 100), random.oneOf(2, 4, 8)];
    const features = table(rows, width, () => random.integer(3) - 1);
    const targets = Float64Array.from({ length: rows }, () => random.integer(3) - 1);
    const bounds = random.oneOf({ lower: 0, upper: null }, { lower: 0, upper: 1 }, { lower: null, upper: 0 });
    return { rows, width, features, targets, bounds };
  },
  'columns scaled from 0.001 to 1000': (random) => {
    const [rows, width] = [random.oneOf(30, 120), random.oneOf(4, 13)];
    const features = table(rows, width, (_, column) => random.normal() * 10 ** ((6 * column) / (width - 2) - 3));
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'features far from 0': (random) => {
    const [rows, width] = [random.oneOf(30, 120), random.oneOf(3, 6)];
    const features = table(rows, width, () => 1000 + random.normal());
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'more features than rows': (random) => {
    const [rows, width] = [random.oneOf(1, 2, 7), random.oneOf(8, 20)];
    const features = table(rows, width, () => random.normal());
    return { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
  },
  'bounds that nearly meet': (random) => {
    const [rows, width] = [random.oneOf(5, 60), random.oneOf(2, 9)];
    const features = table(rows, width, () => random.normal());
    const lower = random.oneOf(0, 0.4, -1);
    const bounds = { lower, upper: lower + random.oneOf(0, 1e-9, 1e-6, 1e-3) };
    return { rows, width, features, targets: normalTargets(random, rows), bounds };
  },
  'targets in the billions': (random) => {
    const [rows, width] = [random.oneOf(20, 60), random.oneOf(2, 8)];
    const features = table(rows, width, () => random.normal());
    const targets = normalTargets(random, rows).map((target) => 1e9 * target);
    return { rows, width, features, targets, bounds: { lower: 0, upper: random.oneOf(null, 1e9) } };
  },
};

describe('The answer is proved optimal for', () => {
  test.for(Object.entries(FAMILIES))('%s', ([, family]) => {
    for (const seed of SEEDS) {
      const problem = family(draw(seed));
      const fit = solve(problem);
      expect(fit.isOptimal, `seed ${seed}`).toBe(true);
      for (const [condition, residual] of Object.entries(proofOf(problem, fit))) {
        expect(residual, `${condition} of seed ${seed}`).toBeLessThan(TOLERANCE);
      }
      const isActive = new Set(fit.active);
      for (let row = 0; row < problem.rows; row++) {
        const multiplier = Math.max(fit.multipliers.lower?.[row] ?? 0, fit.multipliers.upper?.[row] ?? 0);
        expect(multiplier === 0 || isActive.has(row), `row ${row} of seed ${seed}`).toBe(true);
      }
    }
  });

  test('each of them although many multipliers are above 0 somewhere, so that the proofs prove something', () => {
    for (const [name, family] of Object.entries(FAMILIES)) {
      const nActive = SEEDS.map((seed) => solve(family(draw(seed))).active.length);
      expect(nActive.filter((count) => count > 0).length, name).toBeGreaterThan(SEEDS.length / 3);
    }
  });
});

describe('Features that are nearly dependent', () => {
  test('count as dependent where a part of less than 1e-7 is their own, and no better use of that part is sought', () => {
    for (const seed of SEEDS) {
      const random = draw(seed);
      const [rows, width] = [random.oneOf(30, 200), random.oneOf(6, 30)];
      const features = table(rows, width, (row, column) => Math.tanh(4 * (row / rows - column / width)));
      const problem = { rows, width, features, targets: normalTargets(random, rows), bounds: someBounds(random) };
      const { stationarity, ...exact } = proofOf(problem, solve(problem));
      expect(stationarity, `seed ${seed}`).toBeLessThan(1e-7);
      for (const [condition, residual] of Object.entries(exact)) {
        expect(residual, `${condition} of seed ${seed}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});

describe('The proof itself fails for', () => {
  const problem = FAMILIES['random features']!(draw(1));
  const fit = solve({ ...problem, bounds: { lower: 0, upper: null } });
  const proof = (change: Partial<typeof fit>) =>
    proofOf({ ...problem, bounds: { lower: 0, upper: null } }, { ...fit, ...change });

  test('multipliers of twice the size, or of the other sign', () => {
    const scaled = (factor: number) => ({ lower: fit.multipliers.lower!.map((each) => factor * each), upper: null });
    expect(proof({ multipliers: scaled(2) }).stationarity).toBeGreaterThan(1e-3);
    expect(proof({ multipliers: scaled(-1) }).stationarity).toBeGreaterThan(1e-3);
    expect(proof({ multipliers: scaled(-1) }).dual).toBeGreaterThan(1e-3);
  });

  test('weights without the bound, and feasible weights that are not the best', () => {
    const free = solve({ ...problem, bounds: { lower: null, upper: null } });
    expect(proof({ weights: free.weights }).primal).toBeGreaterThan(1e-3);
    const raised = fit.weights.slice();
    raised[raised.length - 1]! += 0.01;
    expect(proof({ weights: raised }).primal).toBe(0);
    expect(proof({ weights: raised }).complementarity).toBeGreaterThan(1e-5);
  });
});

describe('The answer is that of trying every way to hold rows at bounds, for', () => {
  test.for(SEEDS)('small problem %i', (seed) => {
    const random = draw(1000 + seed);
    const rows = random.oneOf(1, 2, 3, 4, 5);
    const width = random.oneOf(1, 2, 3);
    const problem: Problem = {
      rows,
      width,
      features: table(rows, width, () => random.oneOf(random.normal(), random.integer(3) - 1)),
      targets: Float64Array.from({ length: rows }, () => random.oneOf(random.normal(), random.integer(3) - 1)),
      bounds: someBounds(random),
    };
    const { outputs } = solve(problem);
    const expected = bestOutputsByTrial(problem);
    // The equations of Lagrange square the features, so the trial is good to half the digits of one that is near dependent.
    expected.forEach((output, row) => {
      expect(Math.abs(outputs[row]! - output), `output ${row}`).toBeLessThan(1e-7);
    });
  });
});
