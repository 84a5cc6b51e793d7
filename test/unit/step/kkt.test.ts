import { describe, expect, test } from 'vitest';
import { kktResiduals, multiplierSpread } from '../../../extension/step/kkt';
import type { Side } from '../../../extension/step/sides';

/** Two targets, of which only the first has a bound: the numbers of the second (7, ±9) must not show anywhere. */
const side: Side = { name: 'lower', bound: Float32Array.of(0, 0), mask: Float32Array.of(1, 0) };
const values = [{ side, g: Float32Array.of(0.5, 7, -2, 7), multiplier: Float32Array.of(3, 9, -0.25, -9) }];
const NO_FORCE = { w: Float64Array.of(0) };

describe('The KKT residuals', () => {
  test('are max [g]₊, max [−λ]₊ and max |λ·g| over the entries with a bound', () => {
    const residuals = kktResiduals(values, NO_FORCE, NO_FORCE);
    expect(residuals.primalFeasibility).toBe(0.5);
    expect(residuals.dualFeasibility).toBe(0.25);
    // |3·0.5| = 1.5 and |−0.25·−2| = 0.5
    expect(residuals.complementarity).toBe(1.5);
  });

  test('take the product with a satisfied bound without its sign', () => {
    // λ = 2 where g = −4: nothing outside, no negative multiplier, and |2·−4| = 8.
    const slack = [{ side, g: Float32Array.of(-4, 7), multiplier: Float32Array.of(2, 9) }];
    expect(kktResiduals(slack, NO_FORCE, NO_FORCE)).toEqual({
      stationarity: 0,
      primalFeasibility: 0,
      dualFeasibility: 0,
      complementarity: 8,
    });
  });

  test('have the largest of ∇f + Jᵍᵀλ, relative to the largest of ∇f once that is above 1', () => {
    // Sums 3 − 1 = 2, −4 + 1 = −3, 1 − 1 = 0; largest of ∇f 4: 3/4.
    const large = kktResiduals(
      values,
      { w: Float64Array.of(3, -4), b: Float64Array.of(1) },
      { w: Float64Array.of(-1, 1), b: Float64Array.of(-1) },
    );
    expect(large.stationarity).toBe(0.75);
    // 0.5 + 0.125 = 0.625 against max(1, 0.5) = 1
    const small = kktResiduals(values, { w: Float64Array.of(0.5) }, { w: Float64Array.of(0.125) });
    expect(small.stationarity).toBe(0.625);
  });

  test('are the largest over both sides', () => {
    const upper: Side = { name: 'upper', bound: Float32Array.of(0, 1), mask: Float32Array.of(0, 1) };
    const above = { side: upper, g: Float32Array.of(9, 2), multiplier: Float32Array.of(9, -1) };
    // Above: g = 2, λ = −1, |λ·g| = 2.
    expect(kktResiduals([...values, above], NO_FORCE, NO_FORCE)).toMatchObject({
      primalFeasibility: 2,
      dualFeasibility: 1,
      complementarity: 2,
    });
  });
});

describe('The spread of the multipliers', () => {
  test('is over the entries with a bound', () => {
    // 3 and −0.25: mean 2.75/2
    expect(multiplierSpread(values)).toEqual({ min: -0.25, mean: 1.375, max: 3 });
  });

  test('is null without a bound', () => {
    expect(multiplierSpread([])).toBeNull();
    expect(
      multiplierSpread([{ side: { ...side, mask: Float32Array.of(0, 0) }, multiplier: Float32Array.of(1, 2) }]),
    ).toBeNull();
  });
});
