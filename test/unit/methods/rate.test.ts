/** A constraint on the share of outputs outside: proxy for the weights, true share for the multipliers. */
import { scalar, setBackend, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { rate } from '../../../extension/methods/rate';
import { trainLine } from './training';

const rowsOf = (tensor: Tensor2D): number[][] => tensor.arraySync() as number[][];
const expectClose = (actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void => {
  expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries()) expect(actual[i]![j]).toBeCloseTo(value, 4);
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('Of four rows, violations 0.05, −0.05, 0.2 and −0.2 beside −1, at most 30 %', () => {
  const G = [
    [0.05, -1],
    [-0.05, -1],
    [0.2, -1],
    [-0.2, -1],
  ];

  test.for([
    {
      proxy: 'hinge',
      // [1 + g/0.1]₊: 1.5, 0.5, 3, 0, mean 1.25; slope 1/0.1 where it is above 0.
      felt: [1.25 - 0.3, 0 - 0.3],
      lambda: [
        [20, 0],
        [20, 0],
        [20, 0],
        [0, 0],
      ],
    },
    {
      proxy: 'sigmoid',
      // σ(½) + σ(−½) = 1 and σ(2) + σ(−2) = 1, so half; σ(−10) of the other; slope σ(1 − σ)/0.1.
      felt: [0.5 - 0.3, sigmoid(-10) - 0.3],
      lambda: [0.5, -0.5, 2, -2].map((z) => [20 * sigmoid(z) * sigmoid(-z), 50 * sigmoid(10) * sigmoid(-10)]),
    },
  ])('the $proxy is what the weights feel, 50 % and 0 % what the multipliers do', async ({ proxy, felt, lambda }) => {
    await setBackend('cpu');
    const method = rate.bind({ percent: 30, proxy, width: 0.1, dualLearningRate: 0.5 });
    const scalars = Object.fromEntries(
      Object.entries(method.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1 })).map(([name, value]) => [
        name,
        scalar(value),
      ]),
    );
    const g = tensor2d(G);
    const constraint = method.perOutput!(g, scalars);
    expectClose(rowsOf(constraint.felt), [felt]);
    expectClose(rowsOf(constraint.actual), [[0.5 - 0.3, 0 - 0.3]]);
    const rows = { multiplier: tensor2d([[2, 5]]) };
    expectClose(rowsOf(method.term(constraint.felt, rows, scalars)), [[2 * felt[0]!, 5 * felt[1]!]]);
    // λ ← [2 + 0.5·0.2]₊, [5 − 0.5·0.3]₊, and not below 0.
    expectClose(rowsOf(method.ascend!(constraint.actual, rows, scalars).multiplier!), [[2.1, 4.85]]);
    const none = { multiplier: tensor2d([[0, 0.1]]) };
    expectClose(rowsOf(method.ascend!(constraint.actual, none, scalars).multiplier!), [[0.1, 0]]);
    expectClose(
      rowsOf(method.multiplier!(g, rows, scalars)),
      lambda.map(([first, second]) => [first!, proxy === 'hinge' ? 0 : second!]),
    );
  });
});

describe('A line through targets of which half are negative', () => {
  const SAMPLES = Array.from({ length: 40 }, (_, index) => {
    const x = (index - 19.5) / 20;
    return [x, x] as const;
  });
  const shareBelow = ({ w, b }: { w: number; b: number }): number =>
    SAMPLES.filter(([x]) => w * x + b < 0).length / SAMPLES.length;

  test.for([
    { percent: 10, proxy: 'hinge' },
    { percent: 30, proxy: 'hinge' },
    { percent: 30, proxy: 'sigmoid' },
  ])('has $percent % of its outputs below 0 on the average, by the $proxy', async ({ percent, proxy }) => {
    const { states, model } = await trainLine({
      samples: SAMPLES,
      min: 0,
      variant: { method: 'rate', percent, proxy, dualLearningRate: 0.05 },
      training: { learningRate: 0.02 },
      start: { w: 1, b: 0 },
      steps: 2000,
    });
    expect(shareBelow(states[0]!)).toBe(0.5);
    const late = states.slice(-1000).map(shareBelow);
    // Half a row of 40.
    expect(Math.abs(late.reduce((a, b) => a + b) / late.length - percent / 100)).toBeLessThan(0.0125);
    // Stationary on the proxy, as far as the multiplier keeps still.
    const kkt = (await model.residuals(2000, 2000))!;
    expect(kkt.stationarity).toBeLessThan(0.05);
    expect(kkt.dualFeasibility).toBe(0);
    model.dispose();
  });
});
