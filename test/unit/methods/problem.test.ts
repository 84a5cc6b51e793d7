import { mul, square, sub, sum } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { entry, optimize, type Problem } from './problem';

/** Linear program min x, x ≥ 0 (methods.md A6): x* = 0, λ* = 1; g = −x. */
const LINEAR: Problem = {
  start: [0.1],
  objective: (x) => entry(x, 0),
  inequalities: (x) => [mul(entry(x, 0), -1)],
};
const radius = ({ x, multipliers }: { x: readonly number[]; multipliers: readonly number[] }): number =>
  Math.hypot(x[0]!, multipliers[0]! - 1);

describe('Without curvature (min x, x ≥ 0, from x = 0.1 and λ = 1, steps of 0.1)', () => {
  // methods.md A6. With d = λ − 1: x ← x + η·d, d ← d − η·x, so the radius grows by √(1 + η²) a simultaneous step:
  // 0.1·1.01⁵⁰. Extragradient multiplies it by √((1 − η²)² + η²) = √0.9901. Float32 rounds each of 100 steps at 6e-8.
  test.for([
    { order: 'simultaneous', expected: 0.164463182 },
    { order: 'primal-first', expected: 0.102341385 },
    { order: 'dual-first', expected: 0.097756297 },
    { order: 'extragradient', expected: 0.060806923 },
  ])('the projected Lagrangian is after 100 $order steps $expected from the optimum', async ({ order, expected }) => {
    for (const side of ['lower', 'upper'] as const) {
      const states = await optimize(LINEAR, {
        method: 'projected-lagrangian',
        fields: { order, dualLearningRate: 0.1 },
        learningRate: 0.1,
        steps: 100,
        rows: { [`${side}.multiplier`]: [1] },
        side,
      });
      expect(Math.abs(radius(states.at(-1)!) - expected)).toBeLessThan(2e-6);
    }
  });
});

describe('The harness', () => {
  test('reports x, f, constraints, multipliers and rows before and after each step', async () => {
    // f = x₀² + x₁² from (1, 2), x₀ ≤ 0.5, x₁ = 1. Penalty α = 3: slopes 2 + 2·3·0.5 = 5 and 4 + 2·3·1 = 10.
    const states = await optimize(
      {
        start: [1, 2],
        objective: (x) => sum(square(x)),
        inequalities: (x) => [sub(entry(x, 0), 0.5)],
        equalities: (x) => [sub(entry(x, 1), 1)],
      },
      { method: 'penalty', fields: { alpha: 3 }, learningRate: 0.1, steps: 1 },
    );
    expect(states).toHaveLength(2);
    expect(states[0]).toEqual({ x: [1, 2], f: 5, constraints: [0.5, 1], multipliers: [3, 6], rows: {} });
    // 1 − 0.5 = 0.5 and 2 − 1 = 1: both constraints hold.
    expect(states[1]).toEqual({ x: [0.5, 1], f: 1.25, constraints: [0, 0], multipliers: [0, 0], rows: {} });
  });
});
