/**
 * The line fit (methods.md, A1 and A2): x = 0, 1, 2, 3, t = −1, 0, 1, 2, y = w·x + b ≥ 0, loss mean((y − t)²).
 *
 * Optimum by hand: only sample 0 binds, so b = 0 and w minimises (w·x − t)² summed: w = Σxt/Σx² = 8/14 = 4/7, loss
 * ((0+1)² + (4/7)² + (1/7)² + (2/7)²)/4 = 5/14. Stationarity in b: 2·mean(y − t) = λ₀, mean(y − t) = 5/14, λ₀ = 5/7.
 */
import { describe, expect, test } from 'vitest';
import { type LineState, settledAfter, trainLine } from './training';

const SAMPLES = [
  [0, -1],
  [1, 0],
  [2, 1],
  [3, 2],
] as const;
const START = { w: 1, b: -1 };
const W = 4 / 7;
const LAMBDA = [5 / 7, 0, 0, 0];

/** Everything within 1e-3 of the optimum; `sign` turns the kept multiplier into λ. */
const isOptimal =
  (sign: 1 | -1) =>
  ({ w, b, rows }: LineState): boolean =>
    Math.abs(w - W) < 1e-3 &&
    Math.abs(b) < 1e-3 &&
    LAMBDA.every((lambda, sample) => Math.abs(sign * rows.multiplier![sample]! - lambda) < 1e-3);

const loss = ({ w, b }: LineState): number =>
  SAMPLES.reduce((sum, [x, t]) => sum + (w * x + b - t) ** 2, 0) / SAMPLES.length;

/** Reference step counts: methods.md A1, every step size 0.05, terms summed over the samples; allowed ±5. */
const REFERENCE: readonly {
  title: string;
  sign: 1 | -1;
  variant: Record<string, unknown>;
  steps: number;
  learningRate?: number;
}[] = [
  {
    title: 'augmented Lagrangian, c = 1',
    sign: 1,
    variant: { method: 'augmented-lagrangian', penaltyCoefficient: 1, order: 'simultaneous' },
    steps: 196,
  },
  {
    title: 'augmented Lagrangian, c = 5 (a larger c is slower again)',
    sign: 1,
    variant: { method: 'augmented-lagrangian', penaltyCoefficient: 5, order: 'simultaneous' },
    steps: 685,
  },
  {
    title: 'projected Lagrangian, simultaneous',
    sign: 1,
    variant: { method: 'projected-lagrangian', order: 'simultaneous' },
    steps: 485,
  },
  {
    title: 'projected Lagrangian, dual first',
    sign: 1,
    variant: { method: 'projected-lagrangian', order: 'dual-first' },
    steps: 445,
  },
  {
    title: 'slack Lagrangian with damping 1',
    sign: -1,
    variant: {
      method: 'lagrangian',
      damping: 1,
      slackStep: 'gradient',
      slackLearningRate: 0.05,
      order: 'simultaneous',
    },
    steps: 232,
  },
  {
    title: 'slack Lagrangian with damping 0.1',
    sign: -1,
    variant: {
      method: 'lagrangian',
      damping: 0.1,
      slackStep: 'gradient',
      slackLearningRate: 0.05,
      order: 'simultaneous',
    },
    steps: 774,
  },
  {
    title: 'slack Lagrangian without damping, multipliers first',
    sign: -1,
    variant: { method: 'lagrangian', damping: 0, slackStep: 'gradient', slackLearningRate: 0.05, order: 'dual-first' },
    steps: 1300,
  },
];

describe('On the line fit', () => {
  test.for(REFERENCE)(
    '$title reaches the optimum and its multipliers after $steps steps',
    async ({ variant, sign, steps }) => {
      const { states, model } = await trainLine({
        samples: SAMPLES,
        min: 0,
        variant: { dualLearningRate: 0.05, reduction: 'sum', ...variant },
        training: { learningRate: 0.05 },
        start: START,
        steps: steps + 200,
      });
      const settled = settledAfter(states, isOptimal(sign));
      expect(Math.abs(settled - steps), `settled after ${settled} steps`).toBeLessThanOrEqual(5);
      model.dispose();
    },
  );

  test('the undamped slack recipe with simultaneous steps keeps circling the optimum instead of settling', async () => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: {
        method: 'lagrangian',
        damping: 0,
        order: 'simultaneous',
        reduction: 'sum',
        dualLearningRate: 0.05,
        slackStep: 'gradient',
        slackLearningRate: 0.05,
      },
      training: { learningRate: 0.05 },
      start: START,
      steps: 3000,
    });
    // Rows 1 to 3 are inactive and should have μ → 0; a stable method is within 1e-3 by now.
    const late = states.slice(2500);
    expect(Math.max(...late.map(({ rows }) => Math.hypot(...rows.multiplier!.slice(1))))).toBeGreaterThan(0.5);
    expect(Math.max(...late.map(({ w, b }) => Math.hypot(w - W, b)))).toBeGreaterThan(0.1);
    model.dispose();
  });

  test('slacks that start at 0 on the row outside trap it: all outputs end at 0, with a multiplier of the wrong sign', async () => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: {
        method: 'lagrangian',
        damping: 1,
        slackNudge: 0,
        order: 'simultaneous',
        reduction: 'sum',
        dualLearningRate: 0.05,
        slackStep: 'gradient',
        slackLearningRate: 0.05,
      },
      training: { learningRate: 0.05 },
      start: START,
      steps: 6000,
    });
    const end = states.at(-1)!;
    expect(loss(end)).toBeCloseTo(1.5, 3);
    // μ ≈ (−3.07, +4.12, −0.02, −0.02), so λ₁ = −4.12: dual infeasible.
    expect(end.rows.multiplier![0]).toBeCloseTo(-3.07, 1);
    expect(end.rows.multiplier![1]).toBeCloseTo(4.12, 1);
    const kkt = await model.residuals(6000, 6000);
    expect(kkt!.dualFeasibility).toBeCloseTo(4.12, 1);
    model.dispose();
  });

  test.for([0.001, 0.01])(
    'the slack Lagrangian as shipped stays finite under Adam with rate %d, full batch',
    async (rate) => {
      // Multipliers run far ahead of Adam's small steps here; an unbounded slack step then ended in NaN.
      const { states, model } = await trainLine({
        samples: SAMPLES,
        min: 0,
        variant: { method: 'lagrangian' },
        training: { optimizer: 'adam', learningRate: rate },
        start: START,
        steps: 1500,
      });
      for (const { w, b, rows } of states)
        expect([w, b, ...rows.slack!, ...rows.multiplier!].every(Number.isFinite)).toBe(true);
      model.dispose();
    },
  );

  test('the default slack start reaches loss 5/14 from there', async () => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: {
        method: 'lagrangian',
        reduction: 'sum',
        damping: 1,
        dualLearningRate: 0.05,
        slackStep: 'gradient',
        slackLearningRate: 0.05,
      },
      training: { learningRate: 0.05 },
      start: START,
      steps: 1000,
    });
    expect(Math.abs(loss(states.at(-1)!) - 5 / 14)).toBeLessThan(1e-4);
    model.dispose();
  });

  test('in the mean form the multiplier is four times that of the sum form: 20/7', async () => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: { method: 'augmented-lagrangian', dualLearningRate: 0.2, penaltyCoefficient: 4 },
      training: { learningRate: 0.05 },
      start: START,
      steps: 600,
    });
    expect(states.at(-1)!.rows.multiplier![0]).toBeCloseTo(20 / 7, 3);
    const kkt = (await model.residuals(600, 600))!;
    expect(Math.max(...Object.values(kkt))).toBeLessThan(1e-3);
    model.dispose();
  });

  /** Closed form of the quadratic penalty (sample 0 only), methods.md A1. */
  test.for([
    { alpha: 1, b: -0.263157895, w: 0.684210526 },
    { alpha: 10, b: -0.034482759, w: 0.586206897 },
    { alpha: 100, b: -0.003558719, w: 0.572953737 },
    { alpha: 1000, b: -0.000357015, w: Number.NaN },
    { alpha: 10000, b: -0.000035713, w: Number.NaN },
  ])('the quadratic penalty with α = $alpha ends at b = $b', async ({ alpha, b, w }) => {
    // In exact arithmetic ∂/∂w = 0 ties w to b: w = Σx(t − b)/Σx² = (8 − 6b)/14.
    const expectedW = (8 - 6 * b) / 14;
    if (!Number.isNaN(w)) expect(expectedW).toBeCloseTo(w, 6);
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: { method: 'penalty', alpha, reduction: 'sum' },
      // The largest curvature is about 2α + 9; momentum keeps float32 steps from vanishing in the flat direction.
      training: { learningRate: 1 / (2 * alpha + 9), momentum: alpha > 1000 ? 0.99 : 0.9 },
      start: { w: 0.6, b: -0.01 },
      steps: alpha > 1000 ? 8000 : 3000,
    });
    const end = states.at(-1)!;
    expect(Math.abs(end.b - b)).toBeLessThan(1e-6);
    expect(Math.abs(end.w - expectedW)).toBeLessThan(1e-6);
    model.dispose();
  });

  test('the exact penalty is inexact below λ* and exact above it', async () => {
    const train = (alpha: number, learningRate: number) =>
      trainLine({
        samples: SAMPLES,
        min: 0,
        variant: { method: 'penalty', form: 'exact', alpha, reduction: 'sum' },
        training: { learningRate },
        start: { w: 0.65, b: -0.2 },
        steps: 4000,
      });
    // α = 0.5 < 5/7: still infeasible, (w, b) = (0.7, −0.3).
    const weak = await train(0.5, 0.01);
    expect(weak.states.at(-1)!.w).toBeCloseTo(0.7, 4);
    expect(weak.states.at(-1)!.b).toBeCloseTo(-0.3, 4);
    // α = 1 > 5/7: (4/7, 0) up to the chatter of a constant step, whose height is in proportion to the step.
    const strong = await train(1, 0.0005);
    expect(Math.abs(strong.states.at(-1)!.b)).toBeLessThan(1e-3);
    weak.model.dispose();
    strong.model.dispose();
  });

  /**
   * With α = 1 and b near 0, 2·mean(y − t) is near 5/7 (above), so a step moves b by −η·5/7 where b ≥ 0 and by
   * +η·(1 − 5/7) = η·2/7 below: b keeps within (−η·5/7, η·2/7), at η = 0.01 from −0.00714 to 0.00286.
   */
  test.for([{ learningRate: 0.0005 }, { learningRate: 0.01 }])(
    'the exact penalty hovers around b = 0 at a height in proportion to its constant step of $learningRate',
    async ({ learningRate }) => {
      const { states, model } = await trainLine({
        samples: SAMPLES,
        min: 0,
        variant: { method: 'penalty', form: 'exact', alpha: 1, reduction: 'sum' },
        training: { learningRate },
        start: { w: 0.58, b: -0.02 },
        steps: 4000,
      });
      const late = states.slice(-500);
      const lowest = Math.min(...late.map(({ b }) => b));
      const highest = Math.max(...late.map(({ b }) => b));
      expect(Math.abs(lowest / learningRate - -5 / 7)).toBeLessThan(0.1);
      expect(Math.abs(highest / learningRate - 2 / 7)).toBeLessThan(0.1);
      // methods.md A1: |b| about 0.006 at 0.01; at 0.0005 b comes within 1e-4, though it can't stay there.
      if (learningRate === 0.01) expect(Math.abs(-lowest - 0.006)).toBeLessThan(0.004);
      else expect(Math.min(...late.map(({ b }) => Math.abs(b)))).toBeLessThan(1e-4);
      // w follows as (8 − 6b)/14: within 6/14 of b's distance of 4/7, and a step behind.
      for (const { w } of late) expect(Math.abs(w - W)).toBeLessThan(learningRate === 0.01 ? 4e-3 : 1e-3);
      model.dispose();
    },
  );

  test('the undamped slack recipe with simultaneous steps of 0.02 settles after 8610 of them', async () => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: {
        method: 'lagrangian',
        damping: 0,
        order: 'simultaneous',
        reduction: 'sum',
        dualLearningRate: 0.02,
        slackStep: 'gradient',
        slackLearningRate: 0.02,
      },
      training: { learningRate: 0.02 },
      start: START,
      steps: 8700,
    });
    const settled = settledAfter(states, isOptimal(-1));
    expect(Math.abs(settled - 8610), `settled after ${settled} steps`).toBeLessThanOrEqual(10);
    model.dispose();
  });

  /**
   * The defaults as shipped, "mean" over the 4 samples: λ₀* = 4·5/7 = 20/7. With gradient descent the slack method's
   * damping of 20 has curvature 20·4.2 = 84 in (w, b) (4.2 is the largest eigenvalue of the mean of (x, 1)(x, 1)ᵀ), the
   * loss 2·4.2, so a step must be below 2/92 = 0.0217 even before the multipliers move: 0.01 suits, 0.02 diverges.
   */
  test.for([
    { method: 'augmented-lagrangian', sign: 1, steps: 155 },
    { method: 'lagrangian', sign: -1, steps: 344 },
  ])(
    '$method as shipped comes to loss 5/14 and λ₀ = 20/7 with a learning rate of 0.01',
    async ({ method, sign, steps }) => {
      const { states, model } = await trainLine({
        samples: SAMPLES,
        min: 0,
        variant: { method },
        training: { learningRate: 0.01 },
        start: START,
        steps: 2000,
      });
      const end = states.at(-1)!;
      expect(Math.abs(loss(end) - 5 / 14)).toBeLessThan(1e-5);
      expect(end.w).toBeCloseTo(W, 4);
      expect(end.b).toBeCloseTo(0, 4);
      expect(sign * end.rows.multiplier![0]!).toBeCloseTo(20 / 7, 3);
      for (const other of [1, 2, 3]) expect(end.rows.multiplier![other]).toBeCloseTo(0, 3);
      // Measured, not worked by hand: loss and b within 1e-3 for good; a changed default moves it.
      const settled = settledAfter(
        states,
        (state) => Math.abs(loss(state) - 5 / 14) < 1e-3 && Math.abs(state.b) < 1e-3,
      );
      expect(Math.abs(settled - steps), `settled after ${settled} steps`).toBeLessThanOrEqual(10);
      model.dispose();
    },
  );
});

describe('The cosine schedule', () => {
  test('slows the training down through the model', async () => {
    const { states, model } = await trainLine({
      samples: [[0, 1]],
      min: 0,
      variant: { method: 'unconstrained' },
      training: { learningRate: 0.1, schedule: 'cosine' },
      start: { w: 0, b: 0 },
      steps: 2,
    });
    // Slope 2(b − 1): 0 + 0.1·2 = 0.2, then at half the rate 0.2 + 0.05·1.6 = 0.28 (at the full one 0.36).
    expect(states[1]!.b).toBeCloseTo(0.2, 6);
    expect(states[2]!.b).toBeCloseTo(0.28, 6);
    model.dispose();
  });
});
