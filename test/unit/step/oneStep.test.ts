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

  describe('One step of a penalty that is one norm for a sample', () => {
    test('pulls both outputs along their violations with α in all', async () => {
      const { bias, penalty, multipliers } = await oneStep({
        bounds: [
          { min: 0, max: null },
          { min: 0, max: null },
        ],
        method: 'penalty',
        fields: { alpha: 5, form: 'l2' },
        outputs: [-3, -4],
      });
      // ‖(3, 4)‖ = 5, term 5·5/2 = 12.5; λ = 5·(3, 4)/5, and the biases rise by 0.1·λ/2.
      expect(penalty).toBeCloseTo(12.5, 5);
      expectClose(multipliers!.lower!, [3, 4]);
      expectClose(bias, [-2.85, -3.8]);
    });

    test('takes each side of the bounds for itself', async () => {
      const { bias, penalty, multipliers } = await oneStep({
        bounds: [
          { min: 0, max: 1 },
          { min: 0, max: 1 },
        ],
        method: 'penalty',
        fields: { alpha: 2, form: 'l2' },
        outputs: [-3, 5],
      });
      // Below by 3, above by 4: 2·(3 + 4)/2, and 2·√(9 + 16)/2 if it were one norm. Each is moved by 0.1·2/2.
      expect(penalty).toBeCloseTo(7, 5);
      expectClose(multipliers!.lower!, [2, 0]);
      expectClose(multipliers!.upper!, [0, 2]);
      expectClose(bias, [-2.9, 4.9]);
    });

    test('leaves a sample inside as it is', async () => {
      const { bias, penalty } = await oneStep({
        bounds: [
          { min: 0, max: null },
          { min: 0, max: null },
        ],
        method: 'penalty',
        fields: { alpha: 2, form: 'l2' },
        outputs: [0, 1],
      });
      expect(penalty).toBe(0);
      expect(bias).toEqual([0, 1]);
    });
  });

  describe('One step of a penalty whose α grows for each sample and output', () => {
    test('is felt with the α kept, which then grows where the bound is broken and starts over where it is kept', async () => {
      const { bias, multipliers, rows } = await oneStep({
        bounds: [
          { min: 0, max: null },
          { min: 0, max: null },
        ],
        method: 'penalty',
        fields: { alpha: 2, alphaSchedule: 'additive', alphaIncrement: 0.5 },
        outputs: [-1, 1],
        rows: { 'lower.coefficient': [3, 4] },
      });
      // λ₀ = 2·3·1, so b₀ rises by 0.1·6/2.
      expectClose(multipliers!.lower!, [6, 0]);
      expectClose(bias, [-0.7, 1]);
      expectClose(rows['lower.coefficient']!, [3.5, 2]);
    });
  });

  describe('One step of a pure barrier', () => {
    test('pushes an output inside with 1/(t·distance), and pulls one outside with 1000', async () => {
      const { bias, multipliers } = await oneStep({
        bounds: [
          { min: 0, max: null },
          { min: 0, max: null },
        ],
        method: 'log-barrier',
        fields: { form: 'pure', t: 2 },
        outputs: [0.125, -2],
      });
      // 1/(2·0.125) = 4, times 0.1/2; where the extension would pull with t = 2.
      expect(multipliers!.lower![0]).toBeCloseTo(4, 5);
      expect(multipliers!.lower![1]! / 1000).toBeCloseTo(1, 5);
      expect(bias[0]).toBeCloseTo(0.325, 5);
      expect(bias[1]).toBeCloseTo(48, 3);
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
        method: 'pid',
        fields: { order: 'simultaneous' },
        outputs: [0.5, -9],
        rows: {
          ...{ 'lower.multiplier': [3, 0], 'lower.integral': [0, 0], 'lower.smoothed': [0, 0] },
          ...{ 'upper.multiplier': [1.5, 0], 'upper.integral': [0, 0], 'upper.smoothed': [0, 0] },
        },
      });
      // Both sides have g = −0.5: terms 3·(−0.5) and 1.5·(−0.5).
      expect(penalty).toBeCloseTo((-1.5 - 0.75) / 2, 5);
      // Up by 3 and down by 1.5: 0.5 + 0.1·(3 − 1.5)/2 = 0.575.
      expectClose(bias, [0.575, -9]);
    });

    test('holds both with one signed multiplier where the method has one', async () => {
      const { bias, penalty, rows } = await oneStep({
        bounds: [
          { min: 0, max: 1 },
          { min: 0.5, max: 0.5 },
        ],
        method: 'augmented-lagrangian',
        fields: { penaltyCoefficient: 2, dualLearningRate: 4, order: 'simultaneous' },
        outputs: [-1, 0.25],
        rows: { 'lower.multiplier': [0, 0], 'upper.multiplier': [3, 2] },
      });
      // First, ν = 3 at y = −1: gᵤ = −2, gₗ = 1, so at the maximum [3 − 4]₊ = 0, at the minimum [−3 + 2]₊ = 0: term −3²/4.
      // Second, an equality with h = 0.25 − 0.5 and ν = 2: force ν + c·h = 2 − 0.5 = 1.5, term (1.5² − 2²)/4 = −0.4375.
      expect(penalty).toBeCloseTo((-2.25 - 0.4375) / 2, 5);
      expectClose(bias, [-1, 0.25 - (0.1 * 1.5) / 2]);
      // ν ← [3 − 4·2]₊ − [−3 + 4·1]₊ = −1 and ν + η·h = 2 − 1 = 1; two multipliers would have become 4 and 0, 1 and 1.
      expectClose(rows['lower.multiplier']!, [1, 0]);
      expectClose(rows['upper.multiplier']!, [0, 1]);
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
