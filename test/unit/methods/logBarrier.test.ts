/**
 * The log-barrier in both forms: its function at points worked by hand, the scalar case A5 of methods.md, a start outside,
 * a sharpness that rises, and what an experiment is told.
 */
import { grad, type Scalar, scalar, setBackend, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, test } from 'vitest';
import { logBarrier } from '../../../extension/methods/logBarrier';
import { problemsIn, SOUND } from '../experiment/helpers';
import { trainLine } from './training';

/** The term, its slope and the implied λ at each violation. */
function barrierAt(fields: Record<string, unknown>, violations: number[]) {
  const method = logBarrier.bind({ tSchedule: 'constant', ...fields });
  const scalars: Record<string, Scalar> = Object.fromEntries(
    Object.entries(method.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1 })).map(([name, value]) => [
      name,
      scalar(value),
    ]),
  );
  const g = tensor2d([violations]);
  return {
    value: [...method.term(g, {}, scalars).dataSync()],
    slope: [...grad((x) => sum(method.term(x as Tensor2D, {}, scalars)))(g).dataSync()],
    lambda: [...method.multiplier!(g, {}, scalars).dataSync()],
  };
}

/** Kervadec's two branches as in the paper. */
const extension = (t: number, z: number): number =>
  z <= -1 / t ** 2 ? -Math.log(-z) / t : t * z - Math.log(1 / t ** 2) / t + 1 / t;

describe('The barrier as a function', () => {
  beforeEach(async () => {
    await setBackend('cpu');
  });

  test.for([2, 5, 100])('with t = %d has the two branches of the extension', (t) => {
    const edge = -1 / t ** 2;
    const violations = [-3, -1, 2 * edge, 1.001 * edge, 0.999 * edge, 0.5 * edge, 0, 0.5, 40];
    const { value, slope, lambda } = barrierAt({ t }, violations);
    for (const [index, z] of violations.entries()) {
      expect(Math.abs(value[index]! - extension(t, z))).toBeLessThan(1e-5 * (1 + Math.abs(value[index]!)));
      // 1/(t·(−z)) inside, capped at t.
      const force = z <= edge ? 1 / (t * -z) : t;
      expect(slope[index]! / force).toBeCloseTo(1, 5);
      expect(lambda[index]! / force).toBeCloseTo(1, 5);
    }
  });

  test('is −log(−g)/t in the pure form as far as it pushes with 1000, and finite beyond', () => {
    // The slope 1/(10·ε) is 1000 at ε = 1e-4.
    const violations = [-2, -1e-2, -1e-3, -1.0001e-4, -0.9999e-4, 0, 1e-3, 7];
    const { value, slope, lambda } = barrierAt({ form: 'pure', t: 10 }, violations);
    // −log(2)/10, then log(100)/10 and log(1000)/10.
    expect(value[0]).toBeCloseTo(-0.0693147, 6);
    expect(value[1]).toBeCloseTo(0.460517, 6);
    expect(value[2]).toBeCloseTo(0.6907755, 6);
    // The extension of t = 10, whose edge is at −0.01, is a line there.
    expect(Math.abs(value[2]! - extension(10, -1e-3))).toBeGreaterThan(0.1);
    expect(value[3]).toBeCloseTo(value[4]!, 4);
    // 1/(10·2), 1/(10·0.01), 1/(10·0.001); beyond the edge 1000, however far.
    for (const [index, force] of [0.05, 10, 100, 1000, 1000, 1000, 1000, 1000].entries()) {
      expect(slope[index]! / force).toBeCloseTo(1, 3);
      expect(lambda[index]! / force).toBeCloseTo(1, 3);
    }
    // 1000·(7 + 1e-4) − log(1e-4)/10
    expect(value[7]).toBeCloseTo(7001.021, 2);
  });

  test.for([0.5, 10, 1000])('has the slope 1000 in the pure form beyond the bound, also at t = %d', (t) => {
    const { slope, lambda } = barrierAt({ form: 'pure', t }, [0, 3]);
    for (const force of [...slope, ...lambda]) expect(force / 1000).toBeCloseTo(1, 5);
  });
});

/** ½(x + 1)², x ≥ 0 (methods.md A5): x = b, and our loss (x + 1)² is twice theirs, so is 1/t. */
const scalarCase = (t: number, variant: Record<string, unknown>, start: number, steps: number, learningRate: number) =>
  trainLine({
    samples: [[0, -1]],
    min: 0,
    variant: { method: 'log-barrier', t: t / 2, tSchedule: 'constant', ...variant },
    training: { learningRate },
    start: { w: 0, b: start },
    steps,
  });

describe('min ½(x + 1)², x ≥ 0 with a barrier has its minimum at (−1 + √(1 + 4/t))/2', () => {
  // The extended form has no such minimum at t = 1 (scalar.test.ts); the pure one has it at every t.
  test.for([
    { t: 1, x: 0.618033989, forms: ['pure'] },
    { t: 10, x: 0.091607978, forms: ['pure', 'extended'] },
    { t: 100, x: 0.009901951, forms: ['pure', 'extended'] },
    { t: 1000, x: 0.000999002, forms: ['pure', 'extended'] },
  ])('which is $x for t = $t, in the forms $forms', async ({ t, x, forms }) => {
    expect((-1 + Math.sqrt(1 + 4 / t)) / 2).toBeCloseTo(x, 8);
    const ends: number[] = [];
    for (const form of forms) {
      // Curvature at x: 2 + 2/(t·x²), so near x the distance halves with every step.
      const { states, model } = await scalarCase(t, { form }, x + 0.1, 600, 0.5 / (2 + 2 / (t * x * x)));
      expect(Math.abs(states.at(-1)!.b - x)).toBeLessThan(1e-6);
      ends.push(states.at(-1)!.b);
      const { multipliers } = await model.measure(600, 600);
      // λ = 1/(t·x) = 1 + x, twice that for our loss.
      expect(multipliers!.max / 2).toBeCloseTo(1 + x, 3);
      model.dispose();
    }
    // The same number but for rounding: 4 of float32's steps at x.
    for (const end of ends) expect(Math.abs(end - ends[0]!)).toBeLessThan(4 * 2 ** -23 * x);
  });

  test('to which the pure form comes from a start outside, and stays inside all the way', async () => {
    const { states, model } = await scalarCase(
      100,
      { form: 'pure' },
      -1,
      300,
      0.5 / (2 + 2 / (100 * 0.009901951 ** 2)),
    );
    // The trainer has moved the bias of −1 to a tenth inside.
    expect(states[0]!.b).toBeCloseTo(0.1, 6);
    for (const { b } of states) expect(b).toBeGreaterThan(0);
    expect(Math.abs(states.at(-1)!.b - 0.009901951)).toBeLessThan(1e-6);
    model.dispose();
  });

  test('which x follows when t rises from 1 to 100 by the same factor every epoch', async () => {
    // Our t is half of theirs: 0.5 to 50.
    const { states, model } = await scalarCase(
      1,
      { form: 'pure', tSchedule: 'geometric', tEnd: 50 },
      0.618,
      1000,
      0.5 / (2 + 2 / (100 * 0.009901951 ** 2)),
    );
    // Half way t is 10, the geometric mean; x is some 16 steps behind, in which t rises by 8 %.
    expect(Math.abs(states[500]!.b - 0.091607978)).toBeLessThan(1e-2);
    expect(Math.abs(states.at(-1)!.b - 0.009901951)).toBeLessThan(2e-4);
    model.dispose();
  });
});

describe('A step that leaves the interior', () => {
  test('is pulled back with the pure form’s force of 1000 and shows as a violation until then', async () => {
    // From 0.1 the slope 2·1.1 − 1/(10·0.1) = 1.2 times 0.2 leads to 0.1 − 0.24 = −0.14: outside.
    const first = await scalarCase(20, { form: 'pure' }, -1, 1, 0.2);
    expect(first.states[1]!.b).toBeCloseTo(-0.14, 5);
    const { train, multipliers } = await first.model.measure(1, 1);
    expect(train.overall.maxViolation).toBeCloseTo(0.14, 5);
    expect(multipliers!.max).toBeCloseTo(1000, 2);
    first.model.dispose();
    // The next one: −0.14 − 0.2·(2·0.86 − 1000).
    const second = await scalarCase(20, { form: 'pure' }, -1, 2, 0.2);
    expect(second.states[2]!.b).toBeCloseTo(199.516, 2);
    second.model.dispose();
  });
});

describe('Training that starts inside', () => {
  test('shrinks first outputs that reach further than the bounds are apart', async () => {
    const { states, model } = await trainLine({
      samples: [
        [0, 0.5],
        [10, 0.5],
      ],
      min: 0,
      max: 1,
      variant: { method: 'log-barrier', form: 'pure' },
      start: { w: 1, b: -3 },
      steps: 1,
    });
    // −3 and 7 become 0.1 and 0.9: w = 0.8/10.
    expect(states[0]!.w).toBeCloseTo(0.08, 6);
    expect(states[0]!.b).toBeCloseTo(0.1, 6);
    model.dispose();
  });

  test('is left alone by the extended form', async () => {
    const { states, model } = await scalarCase(10, {}, -1, 1, 0.01);
    expect(states[0]!.b).toBe(-1);
    model.dispose();
  });

  test('is refused where 32-bit numbers have nothing between the bounds', async () => {
    await expect(
      trainLine({
        samples: [[0, 1e6]],
        min: 1e6,
        max: 1e6 + 1e-3,
        variant: { method: 'log-barrier', form: 'pure' },
        start: { w: 0, b: 0 },
        steps: 1,
      }),
    ).rejects.toThrow('No output can start strictly inside the bounds of "t"');
  });
});

describe('An experiment with a barrier', () => {
  const problemsWith = (fields: object, constraint: object = { min: 0 }): string[] =>
    problemsIn({ ...SOUND, constraint, variants: { barrier: { method: 'log-barrier', ...fields } } });

  test('is sound in both forms, one-sided and two-sided', () => {
    expect(problemsWith({})).toEqual([]);
    expect(problemsWith({ form: 'pure' }, { min: 0, max: 1 })).toEqual([]);
  });

  test.for(['extended', 'pure'])('is refused at the method where min and max are the same (%s)', (form) => {
    expect(problemsWith({ form }, { min: 3, max: 3 })).toEqual([
      'error method.no-interior at «"log-barrier"»: A barrier holds outputs strictly inside their bounds, and "y" has no inside: "min" and "max" are the same. Move the bounds apart, or take the method "augmented-lagrangian".',
    ]);
  });

  test('is told of a t that falls, at the field that was written', () => {
    const [problem] = problemsWith({ t: 50, tEnd: 5 });
    expect(problem).toContain('warning method.falling-coefficient at «5»: "tEnd" 5 is below "t" 50: ');
    expect(problemsWith({ t: 5000 })[0]).toContain(
      'warning method.falling-coefficient at «5000»: "tEnd" 1000 is below',
    );
    expect(problemsWith({ t: 5000, tSchedule: 'constant' })).toEqual([]);
  });

  test('is told of an end that a constant t never comes to', () => {
    expect(problemsWith({ tSchedule: 'constant', tEnd: 50 })).toEqual([
      'warning method.unused-field at «50»: "tEnd" has no effect with "tSchedule": "constant". Remove it, or change that.',
    ]);
    // The default is no one's choice.
    expect(problemsWith({ tSchedule: 'constant', tEnd: 1000 })).toEqual([]);
  });

  test('is told where the pure form is less sharp than the extended one', () => {
    expect(problemsWith({ form: 'pure', tEnd: 1001 })[0]).toContain('warning method.barrier-too-sharp at «1001»');
    expect(problemsWith({ form: 'pure', t: 5000, tSchedule: 'constant' })[0]).toContain('at «5000»');
    expect(problemsWith({ form: 'pure', tEnd: 1000 })).toEqual([]);
    expect(problemsWith({ form: 'extended', tEnd: 5000 })).toEqual([]);
  });

  test('can’t have t = 0', () => {
    expect(problemsWith({ t: 0 })[0]).toMatch(/^error experiment\.out-of-range at «0»: .*must be more than 0/);
  });
});
