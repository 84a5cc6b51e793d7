/**
 * Single steps by hand: two targets, no hidden layer, one sample with input 0, so the outputs are the biases and only
 * they move. Means are over the 2 entries. Plain gradient descent with learning rate 0.1.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../extension/engines/engine';
import { selectEngine } from '../../../extension/engines/select';
import { findMethod } from '../../../extension/methods/registry';
import { createOptimizer } from '../../../extension/optimizers/registry';
import type { Bounds } from '../../../extension/protocol/histogram';
import type { LossName } from '../../../extension/step/loss';
import { sidesOf } from '../../../extension/step/sides';
import { createStep } from '../../../extension/step/step';

let engine: Engine;
interface OneStep {
  bounds: [Bounds, Bounds];
  method: string;
  fields: Record<string, unknown>;
  outputs: [number, number];
  targets?: [number, number];
  loss?: LossName;
  rows?: Record<string, number[]>;
}

const NONE: Bounds = { min: null, max: null };

/** Targets equal the outputs unless given, so that only the method's term pulls. */
async function oneStep({ bounds, method, fields, outputs, targets = outputs, loss = 'mse', rows = {} }: OneStep) {
  const step = createStep({
    network: { layers: [1, 2], activation: 'relu' },
    loss,
    sides: sidesOf(bounds, { mean: [0, 0], deviation: [1, 1] }),
    method: findMethod(method)!.bind(fields),
    optimizer: createOptimizer('sgd', { momentum: 0 }),
  });
  const session = await engine.createSession(
    step,
    {
      '0.weight': new Float32Array(2),
      '0.bias': Float32Array.from(outputs),
    },
    { batchSize: 1 },
  );
  const scalars = step.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1, learningRate: 0.1 });
  const kept = Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, Float32Array.from(values)]));
  const multipliers = await session.multipliers(Float32Array.from(outputs), kept, scalars);
  const result = await session.train({
    counts: [1],
    inputs: Float32Array.of(0),
    targets: Float32Array.from(targets),
    rows: kept,
    scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])),
  });
  const bias = [...(await session.readState())['0.bias']!];
  session.dispose();
  return { bias, multipliers, rows: result.rows, loss: result.loss[0]!, penalty: result.penalty[0]! };
}

const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
};

describe.each(['wasm', 'onnx'] as const)('On engine %s', (engineName) => {
  beforeAll(async () => {
    ({ engine } = await selectEngine(engineName));
  });

  describe('One step with a bound on only one of two targets', () => {
    test('pulls that target up to its minimum and leaves the other alone, however negative', async () => {
      const { bias, penalty, loss, multipliers } = await oneStep({
        bounds: [{ min: 0, max: null }, NONE],
        method: 'penalty',
        fields: { alpha: 3 },
        outputs: [-1, -2],
      });
      // g = (1, none). Term 3·1²/2 = 1.5; slope of b₀ −2·3·1/2 = −3, so −1 + 0.1·3 = −0.7. λ₀ = 2·3·1 = 6.
      expect(loss).toBe(0);
      expect(penalty).toBeCloseTo(1.5, 6);
      expectClose(bias, [-0.7, -2]);
      expectClose(multipliers!.lower!, [6, 0]);
    });

    test('pulls it down to its maximum and leaves the other alone, however large', async () => {
      const { bias, penalty, multipliers, rows } = await oneStep({
        bounds: [NONE, { min: null, max: 1 }],
        method: 'penalty',
        fields: { alpha: 3 },
        outputs: [5, 3],
      });
      // g = (none, 3 − 1 = 2). Term 3·2²/2 = 6; slope of b₁ +2·3·2/2 = 6, so 3 − 0.1·6 = 2.4. λ₁ = 2·3·2 = 12.
      expect(penalty).toBeCloseTo(6, 6);
      expectClose(bias, [5, 2.4]);
      expectClose(multipliers!.upper!, [0, 12]);
      expect(rows).toEqual({});
    });

    test('gives the other no multiplier even where the method implies one inside the bounds', async () => {
      const { bias, multipliers } = await oneStep({
        bounds: [{ min: 0, max: null }, NONE],
        method: 'log-barrier',
        fields: { t: 10 },
        outputs: [0.5, 7],
      });
      // λ₀ = 1/(10·0.5) = 0.2 pulls b₀ up by 0.1·0.2/2 = 0.01.
      expectClose(multipliers!.lower!, [0.2, 0]);
      expectClose(bias, [0.51, 7]);
    });
  });

  describe('One step with a minimum on the first target and a maximum on the second', () => {
    test('moves each output and each multiplier by its own side alone', async () => {
      const { bias, penalty, rows } = await oneStep({
        bounds: [
          { min: 0, max: null },
          { min: null, max: 1 },
        ],
        method: 'augmented-lagrangian',
        fields: { penaltyCoefficient: 2, dualLearningRate: 0.5, order: 'simultaneous' },
        outputs: [-1, 3],
        rows: { 'lower.multiplier': [0.5, 0], 'upper.multiplier': [0, 1] },
      });
      // Lower: g₀ = 1, force [0.5 + 2·1]₊ = 2.5, term (2.5² − 0.5²)/(2·2) = 1.5.
      // Upper: g₁ = 2, force [1 + 2·2]₊ = 5, term (5² − 1²)/4 = 6. No bound: g = −1, force [0 − 2]₊ = 0, term 0.
      expect(penalty).toBeCloseTo(1.5 / 2 + 6 / 2, 5);
      // −1 + 0.1·2.5/2 = −0.875 and 3 − 0.1·5/2 = 2.75
      expectClose(bias, [-0.875, 2.75]);
      // 0.5 + 0.5·1 = 1 and 1 + 0.5·2 = 2; without a bound [0 − 0.5]₊ = 0.
      expectClose(rows['lower.multiplier']!, [1, 0]);
      expectClose(rows['upper.multiplier']!, [0, 2]);
    });

    test('adds up both sides of one target', async () => {
      const { bias, penalty } = await oneStep({
        bounds: [{ min: 0, max: 1 }, NONE],
        method: 'augmented-lagrangian',
        fields: { penaltyCoefficient: 2, dualLearningRate: 0.5, order: 'simultaneous' },
        outputs: [0.5, -9],
        rows: { 'lower.multiplier': [3, 0], 'upper.multiplier': [1.5, 0] },
      });
      // Lower: g = −0.5, force 3 − 1 = 2, term (4 − 9)/4 = −1.25. Upper: g = −0.5, force 0.5, term (0.25 − 2.25)/4 = −0.5.
      expect(penalty).toBeCloseTo((-1.25 - 0.5) / 2, 5);
      // Up by 2 and down by 0.5: 0.5 + 0.1·(2 − 0.5)/2 = 0.575.
      expectClose(bias, [0.575, -9]);
    });
  });

  describe('One step without bounds on the errors 3 and −½', () => {
    test.for([
      // mse: (9 + 0.25)/2, slopes (6, −1)/2, so 3 − 0.3 and −0.5 + 0.05
      { loss: 'mse', value: 4.625, bias: [2.7, -0.45] },
      // mae: (3 + 0.5)/2, slopes (1, −1)/2
      { loss: 'mae', value: 1.75, bias: [2.95, -0.45] },
      // huber: (2.5 + 0.125)/2, slopes (1, −0.5)/2
      { loss: 'huber', value: 1.3125, bias: [2.95, -0.475] },
    ] as const)('has the $loss $value and moves the outputs to $bias', async ({ loss, value, bias }) => {
      const result = await oneStep({
        bounds: [NONE, NONE],
        method: 'unconstrained',
        fields: {},
        outputs: [3, -0.5],
        targets: [0, 0],
        loss,
      });
      expect(result.loss).toBeCloseTo(value, 5);
      expect(result.penalty).toBe(0);
      expect(result.multipliers).toBeNull();
      expectClose(result.bias, bias);
    });
  });
});
