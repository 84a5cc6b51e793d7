/**
 * The exact last layer and recovered multipliers on the line fit (methods.md, A1): x = 0 … 3 is the one feature,
 * t = −1 … 2, y = w·x + b ≥ 0. Optimum w = 4/7, b = 0, loss 5/14, λ = (20/7, 0, 0, 0) in the mean form.
 */
import { describe, expect, test } from 'vitest';
import { exactLayer, type LayerData, recoverMultipliers } from '../../../extension/trainer/lastLayer';
import { trainLine } from '../methods/training';

const LINE: LayerData = {
  count: 4,
  features: Float32Array.of(0, 1, 2, 3),
  targets: Float32Array.of(-1, 0, 1, 2),
  sides: [{ name: 'lower', bound: Float32Array.of(0), mask: Float32Array.of(1) }],
};

const expectClose = (actual: ArrayLike<number>, expected: readonly number[], digits = 9): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, digits);
};

describe('The exact last layer', () => {
  test('of the line fit is w = 4/7, b = 0 with loss 5/14, λ₀ = 20/7 and no gap', () => {
    const layer = exactLayer(LINE);
    expectClose(layer.weight, [4 / 7]);
    expectClose(layer.bias, [0]);
    expectClose(layer.losses, [5 / 14]);
    expectClose(layer.dualityGaps, [0], 12);
    expectClose(layer.multipliers.lower!, [20 / 7, 0, 0, 0], 6);
    expect(layer.active).toBe(1);
  });

  test('treats outputs one by one, and one without a bound as least squares', () => {
    // The second output is the same line without a bound, w = 1 and b = −1; the third has y ≤ 1.
    const layer = exactLayer({
      ...LINE,
      targets: Float32Array.of(-1, -1, -1, 0, 0, 0, 1, 1, 1, 2, 2, 2),
      sides: [
        { name: 'lower', bound: Float32Array.of(0, 0, 0), mask: Float32Array.of(1, 0, 0) },
        { name: 'upper', bound: Float32Array.of(0, 0, 1), mask: Float32Array.of(0, 0, 1) },
      ],
    });
    expectClose([...layer.weight.slice(0, 2)], [4 / 7, 1]);
    expectClose([...layer.bias.slice(0, 2)], [0, -1]);
    // Mirrored: with y' = 1 − y, t' = 1 − t = (2, 1, 0, −1) over x' = 3 − x = (3, 2, 1, 0) it is the line fit again.
    expect(layer.weight[2]).toBeCloseTo(4 / 7, 9);
    expect(layer.bias[2]! + 3 * layer.weight[2]!).toBeCloseTo(1, 9);
    expect(layer.multipliers.upper![3 * 3 + 2]).toBeCloseTo(20 / 7, 6);
    expect(layer.multipliers.lower!.filter((_, index) => index % 3 > 0).every((lambda) => lambda === 0)).toBe(true);
  });

  test('with bounds that rounding has crossed gives the constant between them', () => {
    const layer = exactLayer({
      ...LINE,
      sides: [
        { name: 'lower', bound: Float32Array.of(0.50000006), mask: Float32Array.of(1) },
        { name: 'upper', bound: Float32Array.of(0.5), mask: Float32Array.of(1) },
      ],
    });
    expect(layer.weight[0]).toBeCloseTo(0, 6);
    expect(layer.bias[0]).toBeCloseTo(0.5, 6);
  });
});

describe('Recovered multipliers', () => {
  test('at the optimum of the line fit are its multipliers', () => {
    const outputs = Float32Array.of(0, 4 / 7, 8 / 7, 12 / 7);
    expectClose(recoverMultipliers(LINE, outputs, 'mse').lower!, [20 / 7, 0, 0, 0], 5);
  });

  test('are 0 where every output is well inside its bounds, whatever the gradient', () => {
    const outputs = Float32Array.of(1, 1, 1, 1);
    expectClose(recoverMultipliers(LINE, outputs, 'mse').lower!, [0, 0, 0, 0]);
  });

  test('under a maximum are those of the same fit upside down', () => {
    const outputs = Float32Array.of(0, -4 / 7, -8 / 7, -12 / 7);
    const mirrored: LayerData = {
      ...LINE,
      targets: LINE.targets.map((target) => -target),
      sides: [{ name: 'upper', bound: Float32Array.of(0), mask: Float32Array.of(1) }],
    };
    expectClose(recoverMultipliers(mirrored, outputs, 'mse').upper!, [20 / 7, 0, 0, 0], 5);
  });

  // x = 0, 1, 1, errors 3, 0.3 and −0.3: those at x = 1 cancel, and λ₀ is the slope of the loss at 3.
  test.for([
    { loss: 'mse', lambda: 6 },
    { loss: 'mae', lambda: 1 },
    { loss: 'huber', lambda: 1 },
  ] as const)('answer the slope of $loss', ({ loss, lambda }) => {
    const data: LayerData = {
      count: 3,
      features: Float32Array.of(0, 1, 1),
      targets: Float32Array.of(-3, 0.2, 0.8),
      sides: LINE.sides,
    };
    expectClose(recoverMultipliers(data, Float32Array.of(0, 0.5, 0.5), loss).lower!, [lambda, 0, 0], 5);
  });

  test('are never negative where the loss pulls an output at its bound inwards', () => {
    // All outputs at 0: ∇f = −Σ 2(0 − t)·φ; rows with t > 0 would want λ < 0.
    const outputs = Float32Array.of(0, 0, 0, 0);
    const lambda = recoverMultipliers(LINE, outputs, 'mse').lower!;
    expect(lambda.every((value) => value >= 0)).toBe(true);
  });
});

describe('A polished training', () => {
  test('ends in the exact layer, feasible to the last bit, with KKT residuals of 0', async () => {
    const { model } = await trainLine({
      samples: [
        [0, -1],
        [1, 0],
        [2, 1],
        [3, 2],
      ],
      min: 0,
      variant: { method: 'polish' },
      training: { learningRate: 0.05 },
      start: { w: 1, b: -1 },
      steps: 3,
    });
    const layer = await model.polish();
    expectClose(layer.dualityGaps, [0], 12);
    const { '0.weight': weight, '0.bias': bias } = await model.parameters();
    expect(weight![0]).toBeCloseTo(4 / 7, 5);
    expect(bias![0]).toBeCloseTo(0, 5);
    const { train } = await model.measure(3, 3);
    expect(train.overall.maxViolation).toBe(0);
    expect(train.overall.loss).toBeCloseTo(5 / 14, 5);
    const kkt = (await model.residuals(3, 3))!;
    expect(Math.max(...Object.values(kkt))).toBeLessThan(1e-5);
    expect(await model.lastLayerFloor()).toMatchObject({ polished: true, active: 1 });
    model.dispose();
  });

  test('of a method without multipliers is told its floor and its residuals from recovered ones', async () => {
    const { model } = await trainLine({
      samples: [
        [0, -1],
        [1, 0],
        [2, 1],
        [3, 2],
      ],
      min: 0,
      variant: { method: 'unconstrained' },
      training: { learningRate: 0.05 },
      start: { w: 1, b: -1 },
      steps: 3,
    });
    const floor = (await model.lastLayerFloor())!;
    expect(floor.polished).toBe(false);
    expect(floor.loss).toBeCloseTo(5 / 14, 9);
    // At the unconstrained optimum w = 1, b = −1: ∇f = 0, so λ = 0, and row 0 is outside by 1.
    const kkt = (await model.residuals(3, 3))!;
    expect(kkt.stationarity).toBeLessThan(1e-6);
    expect(kkt.primalFeasibility).toBeCloseTo(1, 6);
    expect(kkt.complementarity).toBeLessThan(1e-6);
    model.dispose();
  });
});
