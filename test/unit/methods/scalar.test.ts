/**
 * Scalar cases (methods.md, A3 to A5): one output x = b, moved by the bias alone (the input is 0). Our loss is (x − t)²,
 * twice the ½(x − t)² of the hand calculations, so multipliers, α and 1/t are doubled to keep the same x.
 */
import { describe, expect, test } from 'vitest';
import { trainLine } from './training';

const scalar = (
  target: number,
  variant: Record<string, unknown>,
  steps: number,
  options: { start?: number; learningRate?: number } = {},
) =>
  trainLine({
    samples: [[0, target]],
    min: 0,
    variant,
    training: { learningRate: options.learningRate ?? 0.05 },
    start: { w: 0, b: options.start ?? -1 },
    steps,
  });

describe('min ½(x + 1)², x ≥ 0 has x* = 0, λ* = 1', () => {
  test('and the slack Lagrangian finds s* = 0, μ* = −1 (−2 for our loss)', async () => {
    const { states, model } = await scalar(
      -1,
      { method: 'lagrangian', damping: 1, dualLearningRate: 0.1, slackStep: 'gradient', slackLearningRate: 0.05 },
      1500,
    );
    const end = states.at(-1)!;
    expect(Math.abs(end.b)).toBeLessThan(1e-5);
    expect(end.rows.multiplier![0]! / 2).toBeCloseTo(-1, 4);
    expect(Math.abs(end.rows.slack![0]!)).toBeLessThan(1e-3);
    model.dispose();
  });

  test('and the augmented Lagrangian finds λ* = 1', async () => {
    const { states, model } = await scalar(-1, { method: 'augmented-lagrangian', dualLearningRate: 0.5 }, 800);
    expect(Math.abs(states.at(-1)!.b)).toBeLessThan(1e-5);
    expect(states.at(-1)!.rows.multiplier![0]! / 2).toBeCloseTo(1, 5);
    model.dispose();
  });

  test.for([1, 10, 100])(
    'and the penalty with α = %d stops at −1/(1 + 2α), estimating λ as 2α/(1 + 2α)',
    async (alpha) => {
      const { states, model } = await scalar(-1, { method: 'penalty', alpha: 2 * alpha }, 2500, {
        learningRate: 0.5 / (1 + 2 * alpha),
      });
      // α = 10: −1/21 = −0.047619048
      expect(Math.abs(states.at(-1)!.b - -1 / (1 + 2 * alpha))).toBeLessThan(1e-6);
      const { multipliers } = await model.measure(2500, 2500);
      expect(multipliers!.max / 2).toBeCloseTo((2 * alpha) / (1 + 2 * alpha), 4);
      model.dispose();
    },
  );

  test.for([
    { t: 10, x: 0.091607978, lambda: 1.091607978 },
    { t: 100, x: 0.009901951, lambda: 1.009901951 },
    { t: 1000, x: 0.000999002, lambda: 1.000999002 },
  ])('and the log-barrier with t = $t settles at (−1 + √(1 + 4/t))/2 = $x', async ({ t, x, lambda }) => {
    expect((-1 + Math.sqrt(1 + 4 / t)) / 2).toBeCloseTo(x, 8);
    // (x + 1)² − (1/τ)·log x has the minimiser of ½(x + 1)² − (1/t)·log x for τ = t/2. Curvature at x: 2 + 2/(t·x²).
    const { states, model } = await scalar(-1, { method: 'log-barrier', t: t / 2, tSchedule: 'constant' }, 4000, {
      start: x * 1.5,
      learningRate: 0.5 / (2 + 2 / (t * x * x)),
    });
    expect(Math.abs(states.at(-1)!.b - x)).toBeLessThan(1e-6);
    const { multipliers } = await model.measure(4000, 4000);
    expect(multipliers!.max / 2).toBeCloseTo(lambda, 3);
    // Suboptimality of ½(x + 1)² at x against ½: at most 1/t.
    expect(0.5 * (states.at(-1)!.b + 1) ** 2 - 0.5).toBeLessThanOrEqual(1 / t);
    model.dispose();
  });

  // t = 1 has x = 0.618033989, below 1/τ² = 4 for our τ = t/2: the extension holds there, whose slope τ balances
  // 2(x + 1) = ½ at x = −¾. The code promises the pure barrier's x only while x ≥ 1/τ².
  test('and the log-barrier with t = 1 stops outside, at −¾, its slope capped at τ = ½', async () => {
    const { states, model } = await scalar(-1, { method: 'log-barrier', t: 0.5, tSchedule: 'constant' }, 400, {
      start: 0.618033989,
    });
    expect(states.at(-1)!.b).toBeCloseTo(-0.75, 5);
    model.dispose();
  });

  // The same problem in halves, x = u/2: (x + ½)² − (1/τ)·log x = ¼·((u + 1)² − 2·log u) + … for τ = 2, and
  // x = 0.618033989/2 = 0.309016994 ≥ 1/τ² = ¼, so here the pure barrier holds. λ = 1/(τx) = 1.618033989.
  test('and the log-barrier with t = 1 settles at (−1 + √5)/2 where the units leave it inside the pure barrier', async () => {
    const { states, model } = await scalar(-0.5, { method: 'log-barrier', t: 2, tSchedule: 'constant' }, 600, {
      start: 0.5,
    });
    expect(states.at(-1)!.b * 2).toBeCloseTo(0.618033989, 5);
    const { multipliers } = await model.measure(600, 600);
    expect(multipliers!.max).toBeCloseTo(1.618033989, 4);
    model.dispose();
  });

  test('and the barrier extension comes in from an infeasible start', async () => {
    const { states, model } = await scalar(-1, { method: 'log-barrier', t: 5, tSchedule: 'constant' }, 4000, {
      start: -0.5,
      learningRate: 0.01,
    });
    expect(Math.abs(states.at(-1)!.b - 0.091607978)).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe('min ½(x − ½)², x ≥ 0 has its bound inactive: x* = ½, λ* = 0', () => {
  test('and the slack Lagrangian finds s* = ±√½', async () => {
    const { states, model } = await scalar(
      0.5,
      { method: 'lagrangian', damping: 1, dualLearningRate: 0.1, slackStep: 'gradient', slackLearningRate: 0.05 },
      1500,
    );
    const end = states.at(-1)!;
    expect(end.b).toBeCloseTo(0.5, 5);
    expect(end.rows.multiplier![0]).toBeCloseTo(0, 5);
    expect(Math.abs(end.rows.slack![0]!)).toBeCloseTo(Math.SQRT1_2, 5);
    model.dispose();
  });

  test('and the augmented Lagrangian keeps λ at exactly 0', async () => {
    const { states, model } = await scalar(0.5, { method: 'augmented-lagrangian' }, 400, { start: 1 });
    expect(states.at(-1)!.b).toBeCloseTo(0.5, 5);
    expect(states.at(-1)!.rows.multiplier![0]).toBe(0);
    model.dispose();
  });
});

describe('Bounds on both sides', () => {
  // ½(x − 1.7)², 0 ≤ x ≤ 1: x* = 1 and λ* = 0.7 on the upper side (methods.md A8; 1.4 for our loss).
  test('hold the upper one with its own multiplier', async () => {
    const { states, model } = await trainLine({
      samples: [[0, 1.7]],
      min: 0,
      max: 1,
      variant: { method: 'augmented-lagrangian', dualLearningRate: 0.5 },
      training: { learningRate: 0.05 },
      start: { w: 0, b: 0.2 },
      steps: 800,
    });
    expect(states.at(-1)!.b).toBeCloseTo(1, 5);
    const { multipliers } = await model.measure(800, 800);
    expect(multipliers!.max / 2).toBeCloseTo(0.7, 4);
    model.dispose();
  });
});

describe('The inactive slack', () => {
  // methods.md A7 has y fixed at 1, (s, μ) from (1.05, 0), η = 0.05, 200 simultaneous steps: radius/0.05 = 2.70583.
  test('rotates outwards without damping as fast as theory says', async () => {
    const { findMethod } = await import('../../../extension/methods/registry');
    const { scalar: toScalar, tensor2d } = await import('@tensorflow/tfjs-core');
    await (await import('../../../extension/engines/select')).selectEngine('wasm');
    const method = findMethod('lagrangian')!.bind({
      damping: 0,
      dualLearningRate: 0.05,
      slackStep: 'gradient',
      slackLearningRate: 0.05,
    });
    const scalars = Object.fromEntries(
      Object.entries(method.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1 })).map(([name, value]) => [
        name,
        toScalar(value),
      ]),
    );
    const g = tensor2d([[-1]]);
    let rows = { slack: tensor2d([[1.05]]), multiplier: tensor2d([[0]]) };
    for (let step = 0; step < 200; step++) {
      rows = { ...method.descend!(g, rows, scalars), ...method.ascend!(g, rows, scalars) } as typeof rows;
    }
    const [s, mu] = [rows.slack.dataSync()[0]!, rows.multiplier.dataSync()[0]!];
    expect(Math.hypot(s - 1, mu) / 0.05).toBeCloseTo(2.70583, 3);
  });
});
