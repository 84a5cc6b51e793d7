/**
 * The penalty in its forms and schedules: forces worked by hand, the cases A1, B2, B9 and B10 of methods.md through a
 * method's own functions, and what an experiment is told. Closed forms of a constant α stand in lineFit.test.ts (A1) and
 * scalar.test.ts (A3).
 */
import {
  abs,
  grad,
  matMul,
  reshape,
  type Scalar,
  scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Rows } from '../../../extension/methods/method';
import { penalty } from '../../../extension/methods/penalty';
import { problemsIn, SOUND } from '../experiment/helpers';
import { type ConstrainedProblem, descend } from './compiledDescent';
import { type LineState, trainLine } from './training';

/** The sum of the terms, its slopes and the implied λ at violations `[batch][outputs]`, with the first α. */
function penaltyAt(fields: Record<string, unknown>, violations: number[][], coefficient?: number[][]) {
  const method = penalty.bind(fields);
  const scalars: Record<string, Scalar> = Object.fromEntries(
    Object.entries(method.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1 })).map(([name, value]) => [
      name,
      scalar(value),
    ]),
  );
  const g = tensor2d(violations);
  const first = method.initialRows(Float32Array.from(g.dataSync())).coefficient;
  const given = coefficient ?? [...(first ?? [])];
  const rows: Rows = first === undefined ? {} : { coefficient: tensor2d(given.flat(), g.shape) };
  const total = (x: Tensor): Scalar => sum(method.term(x as Tensor2D, rows, scalars));
  return {
    total: total(g).dataSync()[0]!,
    entries: method.term(g, rows, scalars).size,
    slope: [...grad(total)(g).dataSync()],
    lambda: [...method.multiplier!(g, rows, scalars).dataSync()],
    next: () => [...method.ascend!(g, rows, scalars).coefficient!.dataSync()],
  };
}

const expectClose = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
};

describe('At violations of (3, −1, 4) and (−2, 0.5, −1) with α = 2', () => {
  const VIOLATIONS = [
    [3, -1, 4],
    [-2, 0.5, -1],
  ];
  beforeEach(async () => {
    await setBackend('cpu');
  });

  test.for([
    // 2·(9 + 16 + 0.25), λ = 2α·g
    { form: 'quadratic', total: 50.5, lambda: [12, 0, 16, 0, 2, 0] },
    // 2·(3 + 4 + 0.5), λ = α
    { form: 'exact', total: 15, lambda: [2, 0, 2, 0, 2, 0] },
    // 2·(√(9 + 16) + 0.5), λ = α·g/5 and α·g/0.5
    { form: 'l2', total: 11, lambda: [1.2, 0, 1.6, 0, 2, 0] },
  ])('the $form form is $total with multipliers $lambda', ({ form, total, lambda }) => {
    const result = penaltyAt({ form, alpha: 2 }, VIOLATIONS);
    expect(result.total).toBeCloseTo(total, 5);
    expectClose(result.lambda, lambda);
    // The force that the weights feel is the multiplier.
    expectClose(result.slope, lambda);
    // A mean is over samples and outputs in every form.
    expect(result.entries).toBe(6);
  });

  test.for(['quadratic', 'exact', 'l2'])('the %s form weighs each entry with its own α where it has one', (form) => {
    const one = penaltyAt({ form, alpha: 2 }, VIOLATIONS);
    const own = penaltyAt({ form, alphaSchedule: 'multiplicative' }, VIOLATIONS, [
      [6, 6, 6],
      [1, 1, 1],
    ]);
    // The first sample three times as heavy, the second half as.
    expectClose(
      own.lambda,
      one.lambda.map((value, index) => (index < 3 ? 3 * value : value / 2)),
    );
    expectClose(own.slope, own.lambda);
  });

  test('one α grows with each violation, but one for all of a sample with the norm of the l2 form', () => {
    const growing = { alpha: 2, alphaSchedule: 'multiplicative', alphaGrowth: 1.5 };
    expectClose(penaltyAt(growing, VIOLATIONS).next(), [3, 2, 3, 2, 3, 2]);
    expectClose(penaltyAt({ ...growing, form: 'exact' }, VIOLATIONS).next(), [3, 2, 3, 2, 3, 2]);
    expectClose(penaltyAt({ ...growing, form: 'l2' }, VIOLATIONS).next(), [3, 3, 3, 3, 3, 3]);
    // Each of the two is within the tolerance of 1, their norm √(0.9² + 0.9²) = 1.27 is not.
    const tolerant = { ...growing, alphaTolerance: 1 };
    expectClose(penaltyAt(tolerant, [[0.9, 0.9]]).next(), [2, 2]);
    expectClose(penaltyAt({ ...tolerant, form: 'l2' }, [[0.9, 0.9]]).next(), [3, 3]);
  });

  test('the norm starts over only when all outputs of a sample are inside', () => {
    const growing = { form: 'l2', alpha: 2, alphaSchedule: 'additive' };
    const five = [
      [5, 5],
      [5, 5],
    ];
    expectClose(
      penaltyAt(
        growing,
        [
          [1, -1],
          [0, -1],
        ],
        five,
      ).next(),
      [6, 6, 2, 2],
    );
  });
});

describe('At the bound', () => {
  beforeEach(async () => {
    await setBackend('cpu');
  });

  test.for(['quadratic', 'exact', 'l2'])('the %s form has no force and no NaN', (form) => {
    const { total, slope, lambda } = penaltyAt({ form, alpha: 2 }, [
      [0, 0],
      [0, -1],
      [-3, -1e-30],
    ]);
    expect(total).toBe(0);
    expect(slope).toEqual([0, 0, 0, 0, 0, 0]);
    expect(lambda).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('the l2 form has its whole force a hair outside', () => {
    const { slope, lambda } = penaltyAt({ form: 'l2', alpha: 2 }, [[3e-12, 4e-12]]);
    expectClose(slope, [1.2, 1.6]);
    expectClose(lambda, [1.2, 1.6]);
  });

  test.for(['quadratic', 'exact', 'l2'])('the %s form is finite at violations from 1e-30 to 1e15', (form) => {
    for (const g of [1e-30, 1e-20, 1e-10, 1, 1e8, 1e15]) {
      const { total, slope } = penaltyAt({ form, alpha: 2 }, [[g, -g]]);
      expect(Number.isFinite(total)).toBe(true);
      expect(slope.every(Number.isFinite)).toBe(true);
    }
  });
});

/** methods.md A1: y = w·x + b ≥ 0, of which sample 0 alone presses; b = −5/(14α + 5), w = (8 − 6b)/14, λ₀ → 5/7. */
const LINE = {
  samples: [
    [0, -1],
    [1, 0],
    [2, 1],
    [3, 2],
  ] as const,
  min: 0,
};
const lineB = (alpha: number): number => -5 / (14 * alpha + 5);

describe('On the line fit', () => {
  test.for([
    { alpha: 1, lambda: 0.526316 },
    { alpha: 10, lambda: 0.689655 },
    { alpha: 100, lambda: 0.711744 },
  ])('2α|b| recovers λ₀ = 5/7 as $lambda from α = $alpha', async ({ alpha, lambda }) => {
    expect(2 * alpha * -lineB(alpha)).toBeCloseTo(lambda, 6);
    const { model } = await trainLine({
      ...LINE,
      variant: { method: 'penalty', alpha, reduction: 'sum' },
      training: { learningRate: 1 / (2 * alpha + 9), momentum: 0.9 },
      start: { w: 0.6, b: -0.01 },
      steps: 400,
    });
    const { multipliers } = await model.measure(400, 400);
    // 2α times an error in b of 1e-6 at most (lineFit.test.ts).
    expect(Math.abs(multipliers!.max - lambda)).toBeLessThan(1e-6 * (1 + 2 * alpha));
    model.dispose();
  });

  test('the l2 form of one output is the exact form', async () => {
    const train = (form: string) =>
      trainLine({
        ...LINE,
        variant: { method: 'penalty', form, alpha: 0.5, reduction: 'sum' },
        training: { learningRate: 0.05 },
        start: { w: 0.65, b: -0.2 },
        steps: 400,
      });
    const [exact, l2] = [await train('exact'), await train('l2')];
    // α = 0.5 < 5/7: inexact, at (0.7, −0.3).
    expect(l2.states.at(-1)!.w).toBeCloseTo(0.7, 4);
    expect(l2.states.at(-1)!.b).toBeCloseTo(-0.3, 4);
    expect(Math.abs(l2.states.at(-1)!.b - exact.states.at(-1)!.b)).toBeLessThan(1e-6);
    exact.model.dispose();
    l2.model.dispose();
  });

  test('an α that rises from 1 to 100 over the epochs comes to the closed form of 100', async () => {
    const { states, model } = await trainLine({
      ...LINE,
      variant: { method: 'penalty', alpha: 1, alphaSchedule: 'geometric', alphaEnd: 100, reduction: 'sum' },
      training: { learningRate: 1 / 209 },
      start: { w: 0.68, b: -0.26 },
      steps: 1000,
    });
    // Half way α is 10, not 50; b is some 20 steps behind, in which α rises by a tenth.
    expect(states[500]!.b / lineB(10)).toBeGreaterThan(0.95);
    expect(states[500]!.b / lineB(10)).toBeLessThan(1.25);
    expect(states.at(-1)!.b / lineB(100)).toBeCloseTo(1, 1);
    expect(states[500]!.rows).toEqual({});
    model.dispose();
  });

  const growth = async (variant: Record<string, unknown>, steps: number): Promise<LineState[]> => {
    const { states, model } = await trainLine({
      ...LINE,
      variant: { method: 'penalty', alpha: 1, reduction: 'sum', ...variant },
      training: { learningRate: 0.01 },
      start: { w: 0.6, b: -0.2 },
      steps,
    });
    model.dispose();
    return states;
  };

  test('α grows for the row that stays outside alone, by its factor or its increment at every visit', async () => {
    const multiplied = (await growth({ alphaSchedule: 'multiplicative' }, 50)).at(-1)!.rows.coefficient!;
    // 1.01⁵⁰ = 1.644632; the others are inside at every visit.
    expectClose(multiplied, [1.644632, 1, 1, 1]);
    const added = (await growth({ alphaSchedule: 'additive', alphaIncrement: 0.25 }, 50)).at(-1)!.rows.coefficient!;
    expectClose(added, [13.5, 1, 1, 1]);
  });

  test('an α that grows comes nearer to the bound than the one it started with, and ends at its maximum', async () => {
    const states = await growth({ alphaSchedule: 'additive', alphaMax: 20 }, 600);
    expect(states[10]!.rows.coefficient![0]).toBe(11);
    expect(states[40]!.rows.coefficient![0]).toBe(20);
    // −5/(14·20 + 5) = −0.017544 in place of −0.263158
    expect(Math.abs(states.at(-1)!.b - lineB(20))).toBeLessThan(1e-5);
  });

  test('with restart an exact α falls back as soon as the row is inside, without it stays', async () => {
    const exact = { form: 'exact', alphaSchedule: 'additive', alphaIncrement: 0.5 };
    const restarted = await growth(exact, 300);
    const alphas = restarted.map(({ rows }) => rows.coefficient![0]!);
    const inside = restarted.findIndex(({ b }) => b >= 0);
    // The visit that finds b inside is the step after the one that brought it there.
    expect(inside).toBeGreaterThan(3);
    expect(alphas[inside]).toBe(1 + 0.5 * inside);
    expect(alphas[inside + 1]).toBe(1);
    const kept = (await growth({ ...exact, alphaRestart: false }, 300)).map(({ rows }) => rows.coefficient![0]!);
    expect(kept[inside + 1]).toBe(kept[inside]);
    expect(Math.min(...kept.slice(inside))).toBe(kept[inside]);
  });
});

/** methods.md B2, from Cooper's convergence test: min ‖x‖² subject to A·x ≤ b, data of seed 0. */
const A = [
  [1.4542458, -0.5996414, -0.5160459, 0.1486257, -0.5702534],
  [-0.8239729, -0.7688309, -1.2257316, 0.378245, -0.5805187],
  [-0.112526, 0.5404664, -0.0015367, -1.2068557, -1.7326468],
  [-0.1249235, 0.0181344, 0.6267405, 1.5403421, -0.6110808],
  [0.5129083, 1.2983325, -1.0499711, 0.5198649, -0.0577828],
];
const B = [0.2844753, 0.5096395, 0.4787858, 0.0691621, -0.6521673];
const X = [-0.1006088, -0.2546725, 0.2059555, -0.1019733, 0.0113343];
const QUADRATIC_PROGRAM: ConstrainedProblem = {
  start: [1, 1, 1, 1, 1],
  objective: (x) => sum(square(x)),
  violations: (x) => sub(matMul(reshape(x, [1, 5]), tensor2d(A), false, true), tensor1d(B)),
  constraints: 5,
};

/** methods.md B10, Nocedal & Wright 17.3: min x₁ + x₂ with x₁² + x₂² = 2, as |h| ≤ 0; x* = (−1, −1). */
const CIRCLE: ConstrainedProblem = {
  start: [1, 1],
  objective: (x) => sum(x),
  violations: (x: Tensor1D) => reshape(abs(sub(sum(square(x)), 2)), [1, 1]),
  constraints: 1,
};

/** Cooper's penalty is ½c·g², ours α·g²: c = 2α, and δ is half of theirs. */
describe('With an α that grows by an increment', () => {
  test('min ‖x‖², A·x ≤ b is solved to 1e-3 after 45,000 steps, with c near 3925 on the one active row', async () => {
    const { path, rows } = await descend(QUADRATIC_PROGRAM, {
      method: 'penalty',
      fields: { alpha: 0.5, alphaSchedule: 'additive', alphaIncrement: 0.875, alphaRestart: false },
      learningRate: 1e-4,
      steps: 45_000,
    });
    const distance = Math.max(...path.at(-1)!.map((value, index) => Math.abs(value - X[index]!)));
    expect(distance).toBeLessThan(1e-3);
    // 1.6e-4 with c = 3925 in methods.md; float32 takes some steps more over the tolerance.
    expect(distance).toBeCloseTo(1.55e-4, 5);
    expect(Math.abs(2 * rows.coefficient![4]! - 3925)).toBeLessThan(20);
    // Never outside: still c₀ = 1.
    expect(rows.coefficient!.slice(0, 3)).toEqual([0.5, 0.5, 0.5]);
  });

  test('min x₁ + x₂, x₁² + x₂² = 2 is neared, never reached, and lost when α passes what the step bears', async () => {
    const { path, rows } = await descend(CIRCLE, {
      method: 'penalty',
      // c₀ = 0 there, which a penalty can't have here; 2e-9 has no effect, for h is 0 at the start.
      fields: {
        alpha: 1e-9,
        alphaSchedule: 'additive',
        alphaIncrement: 0.005,
        alphaTolerance: 1e-3,
        alphaRestart: false,
      },
      learningRate: 0.01,
      momentum: 0.9,
      steps: 5000,
    });
    const distances = path.map(([first, second]) => Math.hypot(first! + 1, second! + 1));
    expect(distances[999]).toBeCloseTo(1.7e-2, 3);
    expect(distances[2999]).toBeCloseTo(5.9e-3, 4);
    expect(Math.min(...distances)).toBeGreaterThan(3e-4);
    // Blown up: at c = 50 the step of 0.01 is beyond 2·(1 + 0.9)/(8·50).
    expect(distances.at(-1)).toBeGreaterThan(0.01);
    expect(2 * rows.coefficient![0]!).toBeCloseTo(50, 0);
  });
});

describe('An experiment with a penalty', () => {
  const problemsWith = (fields: object): string[] =>
    problemsIn({ ...SOUND, variants: { penalty: { method: 'penalty', ...fields } } });

  test('is sound with every form and schedule', () => {
    for (const form of ['quadratic', 'exact', 'l2'])
      for (const alphaSchedule of ['constant', 'multiplicative', 'additive', 'geometric'])
        expect(problemsWith({ form, alphaSchedule })).toEqual([]);
  });

  test.for([0, -3])('can’t have α = %d, and is told why', (alpha) => {
    const [problem, ...others] = problemsWith({ alpha });
    expect(problem).toContain(`error experiment.out-of-range at «${alpha}»: `);
    expect(problem).toContain(
      `"variants.penalty.alpha" is ${alpha} and must be more than 0. Strength α of the penalty`,
    );
    expect(problem).toContain('0 would hold nothing.');
    expect(others).toEqual([]);
  });

  test.for([
    { fields: { alphaEnd: 5 }, at: '5', schedule: 'constant', field: 'alphaEnd' },
    { fields: { alphaGrowth: 1.1 }, at: '1.1', schedule: 'constant', field: 'alphaGrowth' },
    { fields: { alphaRestart: false }, at: 'false', schedule: 'constant', field: 'alphaRestart' },
    { fields: { alphaMax: 7 }, at: '7', schedule: 'constant', field: 'alphaMax' },
    { fields: { alphaTolerance: 0 }, at: '0', schedule: 'geometric', field: 'alphaTolerance' },
    { fields: { alphaIncrement: 2 }, at: '2', schedule: 'multiplicative', field: 'alphaIncrement' },
    { fields: { alphaGrowth: 1.1 }, at: '1.1', schedule: 'additive', field: 'alphaGrowth' },
    { fields: { alphaEnd: 50 }, at: '50', schedule: 'additive', field: 'alphaEnd' },
  ])('is told that $field has no effect with $schedule', ({ fields, at, schedule, field }) => {
    expect(problemsWith({ alphaSchedule: schedule, ...fields })).toEqual([
      `warning method.unused-field at «${at}»: "${field}" has no effect with "alphaSchedule": "${schedule}". Remove it, or change that.`,
    ]);
  });

  test('is told nothing of fields that have their default', () => {
    expect(problemsWith({ alphaEnd: 1e4, alphaGrowth: 1.01, alphaRestart: true })).toEqual([]);
  });

  test('is told of an α that would fall', () => {
    expect(problemsWith({ alphaSchedule: 'geometric', alphaEnd: 5 })).toEqual([
      'warning method.falling-coefficient at «5»: "alphaEnd" 5 is below "alpha" 10: the penalty would weaken from epoch to epoch, and outputs drift back outside. Raise "alphaEnd", or set "alphaSchedule": "constant".',
    ]);
    expect(problemsWith({ alphaSchedule: 'geometric', alpha: 20000 })[0]).toContain('at «20000»');
  });

  test('is refused where α would start above its maximum', () => {
    expect(problemsWith({ alphaSchedule: 'additive', alphaMax: 5 })).toEqual([
      'error method.coefficient-above-maximum at «5»: "alphaMax" 5 is below "alpha" 10, where α starts: the first violation would lower it. Raise "alphaMax", or lower "alpha".',
    ]);
    expect(problemsWith({ alphaSchedule: 'additive', alpha: 20000 })[0]).toContain('at «20000»');
    expect(problemsWith({ alphaSchedule: 'additive', alphaMax: 10 })).toEqual([]);
  });

  test.for([1, 0.5])('can’t have a factor of %d, which makes nothing grow', (alphaGrowth) => {
    expect(problemsWith({ alphaSchedule: 'multiplicative', alphaGrowth })[0]).toContain('must be more than 1');
  });
});
