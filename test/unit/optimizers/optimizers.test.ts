import { scalar, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectEngine } from '../../../extension/engines/select';
import type { Optimizer } from '../../../extension/optimizers/optimizer';
import { createOptimizer } from '../../../extension/optimizers/registry';

beforeAll(async () => {
  await selectEngine('wasm');
});

/** One parameter from 0 under these gradients, at learning rate 0.1: its value after each step. */
function path(optimizer: Optimizer, gradients: readonly number[]): number[] {
  let parameter: Tensor = tensor1d([0]);
  let moments = Object.fromEntries(optimizer.moments.map((name) => [name, tensor1d([0]) as Tensor]));
  return gradients.map((gradient, step) => {
    const scalars = Object.entries(optimizer.scalars(step, 0.1)).map(([name, value]) => [name, scalar(value)]);
    const next = optimizer.update(parameter, tensor1d([gradient]), moments, Object.fromEntries(scalars));
    parameter = next.parameter;
    moments = { ...next.moments };
    return parameter.dataSync()[0]!;
  });
}

describe('Adam', () => {
  const adam = createOptimizer('adam', { momentum: 0 });

  test.for([
    // t = 1: a = 0.1/(1 − 0.9) = 1, b = √(0.001/(1 − 0.999)) = 1.
    { step: 0, stepSize: 0.1, epsilon: 1e-8 },
    // t = 10: a = 0.1/(1 − 0.9¹⁰) = 0.1/0.6513215599 = 0.153533993,
    // b = √(0.001/(1 − 0.999¹⁰)) = √(0.001/0.0099551198) = 0.316939782; η·a/b = 0.1·0.484426386, ε/b = 1e-8·3.155173496.
    { step: 9, stepSize: 0.0484426386, epsilon: 3.155173496e-8 },
  ])('has at step $step the step size $stepSize and the epsilon $epsilon', ({ step, stepSize, epsilon }) => {
    const scalars = adam.scalars(step, 0.1);
    expect(scalars.stepSize).toBeCloseTo(stepSize, 9);
    expect(scalars.epsilon! * 1e8).toBeCloseTo(epsilon * 1e8, 8);
    expect(scalars).toMatchObject({ beta1: 0.9, beta2: 0.999 });
  });

  test('moves by the learning rate at every step of a constant gradient, whatever its size', () => {
    // m̂ = g and v̂ = g² at every step, so p falls by 0.1·g/|g| = 0.1.
    for (const gradient of [2, 0.01]) {
      for (const [step, value] of path(adam, new Array(10).fill(gradient)).entries()) {
        expect(value).toBeCloseTo(-0.1 * (step + 1), 5);
      }
    }
  });

  test('goes the way of the textbook under gradients 1, −2, 3, −4, …', () => {
    const gradients = Array.from({ length: 10 }, (_, index) => (index + 1) * (index % 2 === 0 ? 1 : -1));
    // First steps by hand: m = 0.1, v = 0.001, m̂ = v̂ = 1: −0.1. Then m = 0.09 − 0.2 = −0.11, m̂ = −0.11/0.19 = −0.5789474,
    // v = 0.000999 + 0.004 = 0.004999, v̂ = 0.004999/0.001999 = 2.5007504, √v̂ = 1.5813761: −0.1 + 0.0366104 = −0.0633896.
    const values = path(adam, gradients);
    expect(values[0]).toBeCloseTo(-0.1, 6);
    expect(values[1]).toBeCloseTo(-0.0633896, 6);
    let [m, v, p] = [0, 0, 0];
    for (const [index, g] of gradients.entries()) {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      p -= (0.1 * (m / (1 - 0.9 ** (index + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (index + 1))) + 1e-8);
      expect(values[index]).toBeCloseTo(p, 5);
    }
  });

  test('is slowed by epsilon only where gradients are as small', () => {
    // First step, g = 1e-8: 0.1·1e-8/(1e-8 + 1e-8) = 0.05.
    expect(path(adam, [1e-8])[0]).toBeCloseTo(-0.05, 4);
  });
});

describe('Gradient descent', () => {
  test('without momentum keeps nothing and moves by the learning rate times the gradient', () => {
    const sgd = createOptimizer('sgd', { momentum: 0 });
    expect(sgd.moments).toEqual([]);
    expect(sgd.scalars(9, 0.1)).toEqual({ learningRate: 0.1 });
    // −0.1·1, then −0.1·2 more
    const values = path(sgd, [1, 2]);
    expect(values[0]).toBeCloseTo(-0.1, 6);
    expect(values[1]).toBeCloseTo(-0.3, 6);
  });

  test('with momentum 0.9 adds nine tenths of the velocity', () => {
    const sgd = createOptimizer('sgd', { momentum: 0.9 });
    expect(sgd.scalars(9, 0.1)).toEqual({ learningRate: 0.1, momentum: 0.9 });
    // v = 1, 0.9 + 1 = 1.9, 1.71 + 1 = 2.71: −0.1, −0.29, −0.561
    const values = path(sgd, [1, 1, 1]);
    for (const [index, expected] of [-0.1, -0.29, -0.561].entries()) expect(values[index]).toBeCloseTo(expected, 6);
  });
});
