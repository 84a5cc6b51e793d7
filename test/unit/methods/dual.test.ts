/** Where multipliers may lie: the projections of methods.md B14 (TFCO), alone and in a training. */
import { relu, scalar, setBackend, sub, sum, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeEach, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import { projectWithinRadius, simplexThreshold } from '../../../extension/methods/dual';
import { optimize } from './problem';

beforeEach(async () => {
  await setBackend('cpu');
});

const rowsOf = (tensor: Tensor2D): number[][] => tensor.arraySync() as number[][];
const expectClose = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(Math.abs(actual[index]! - value)).toBeLessThan(1e-6);
};

describe('The projection onto {λ ≥ 0, Σλ ≤ 1}', () => {
  test.for([
    { given: [0.4, 0.7, -0.2, 0.5, 0.1], nearest: [0.2, 0.5, 0, 0.3, 0] },
    // Within already but for the sign.
    { given: [-0.1, 0.6, 0.3], nearest: [0, 0.6, 0.3] },
    { given: [-0.4, -0.1, -3], nearest: [0, 0, 0] },
    // The same number twice, and one alone.
    { given: [2, 2, 1], nearest: [0.5, 0.5, 0] },
    { given: [7], nearest: [1] },
  ])('of $given is $nearest', ({ given, nearest }) => {
    expectClose(rowsOf(projectWithinRadius(tensor2d([given]), scalar(1)))[0]!, nearest);
  });

  test('is taken of each row by itself', () => {
    const rows = rowsOf(
      projectWithinRadius(
        tensor2d([
          [2, 0.5],
          [0.2, 0.3],
          [-1, 3],
        ]),
        scalar(1),
      ),
    );
    for (const [index, expected] of [
      [1, 0],
      [0.2, 0.3],
      [0, 1],
    ].entries())
      expectClose(rows[index]!, expected);
  });

  // The nearest point p of a convex set to v is the one with (v − p)·(q − p) ≤ 0 for all q of the set; for this set the
  // corners 0 and R·e_j suffice.
  test('has no point of the set on the far side, for random vectors', () => {
    const { uniform } = randomStream(5, 'batches');
    const radius = 1.5;
    const given = Array.from({ length: 40 }, () => Array.from({ length: 6 }, () => uniform(-1, 2)));
    const nearest = rowsOf(projectWithinRadius(tensor2d(given), scalar(radius)));
    for (const [row, v] of given.entries()) {
      const p = nearest[row]!;
      expect(Math.min(...p)).toBeGreaterThanOrEqual(0);
      expect(p.reduce((a, b) => a + b)).toBeLessThan(radius + 1e-5);
      const corners = [v.map(() => 0), ...v.map((_, j) => v.map((_, k) => (j === k ? radius : 0)))];
      for (const q of corners) {
        expect(v.reduce((total, value, k) => total + (value - p[k]!) * (q[k]! - p[k]!), 0)).toBeLessThan(1e-5);
      }
    }
  });
});

test.for([
  { given: [0.4, 1.2, 0.2], nearest: [0.1, 0.9, 0] },
  { given: [-0.1, 0.4, 0.1], nearest: [0.1, 0.6, 0.3] },
])('The threshold of the simplex {λ ≥ 0, Σλ = 1} takes $given to $nearest', ({ given, nearest }) => {
  const values = tensor2d([given]);
  expectClose(rowsOf(relu(sub(values, simplexThreshold(values, scalar(1)))))[0]!, nearest);
});

describe('A multiplier radius of 1 under the constant violations 0.6, −0.1 and 0.4 (methods.md B14)', () => {
  test.for([{ per: 'sample' }, { per: 'output', aggregate: 'max' }, { per: 'output', aggregate: 'mean' }])(
    'takes the multipliers to (1, 0, 0), $per $aggregate',
    async (fields) => {
      const states = await optimize(
        { start: [0], objective: (x) => sum(x), inequalities: () => tensor1d([0.6, -0.1, 0.4]) },
        {
          method: 'projected-lagrangian',
          fields: { ...fields, dualLearningRate: 1, multiplierRadius: 1, order: 'simultaneous' },
          learningRate: 0,
          steps: 6,
        },
      );
      const expected = [
        [0, 0, 0],
        [0.6, 0, 0.4],
        [0.7, 0, 0.3],
        [0.8, 0, 0.2],
        [0.9, 0, 0.1],
        [1, 0, 0],
        [1, 0, 0],
      ];
      for (const [index, { rows }] of states.entries()) expectClose(rows['upper.multiplier']!, expected[index]!);
    },
  );
});

describe('With restart', () => {
  test('a multiplier is 0 after a visit at which its bound is kept, and others stay', async () => {
    // λ of g = (0.5, −0.1, 0) from (1, 1, 1): a violation adds 0.5, a bound kept or just met takes all.
    const states = await optimize(
      { start: [0], objective: (x) => sum(x), inequalities: () => tensor1d([0.5, -0.1, 0]) },
      {
        method: 'projected-lagrangian',
        fields: { dualLearningRate: 1, dualRestart: true },
        learningRate: 0,
        steps: 1,
        rows: { 'upper.multiplier': [1, 1, 1] },
      },
    );
    expectClose(states[1]!.rows['upper.multiplier']!, [1.5, 0, 0]);
  });
});
