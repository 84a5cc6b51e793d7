/** A first network strictly inside its bounds, by its last layer alone. */
import { describe, expect, test } from 'vitest';
import { movedInside } from '../../../extension/trainer/startInside';

const NONE = Number.POSITIVE_INFINITY;
/** One feature and two outputs. */
const LAYER: { weight: Float32Array; bias: Float32Array } = {
  weight: Float32Array.of(1, 2),
  bias: Float32Array.of(0, 0.5),
};

/** Outputs of the features 0 and 1, row-major, by a layer of one feature. */
const outputsOf = ({ weight, bias }: typeof LAYER): number[] =>
  [0, 1].flatMap((feature) => [...bias].map((value, output) => value + weight[output]! * feature));

const move = (lower: number[], upper: number[], margin: number) =>
  movedInside(
    LAYER,
    Float32Array.from(outputsOf(LAYER)),
    { lower: Float32Array.from(lower), upper: Float32Array.from(upper) },
    margin,
  );

const expectClose = (actual: Iterable<number>, expected: readonly number[]): void => {
  for (const [index, value] of [...actual].entries()) expect(value).toBeCloseTo(expected[index]!, 6);
};

describe('The first outputs (0, 0.5) and (1, 2.5)', () => {
  test('rise by what the lowest of them lacks to its minimum and the margin, each output for itself', () => {
    const moved = move([1, -4], [NONE, NONE], 0.25);
    // Output 0 is 0 and 1: up by 1 + 0.25. Output 1 is above −4 + 0.25 already.
    expectClose(moved.bias, [1.25, 0.5]);
    expect(moved.weight).toEqual(LAYER.weight);
  });

  test('fall by what the highest of them is above its maximum less the margin', () => {
    const moved = move([-NONE, -NONE], [0.5, 9], 0.25);
    expectClose(moved.bias, [-0.75, 0.5]);
    expect(moved.weight).toEqual(LAYER.weight);
  });

  test('only shift between bounds that are far enough apart', () => {
    // Output 0 spans 1 and fits between 3.25 and 4.75: up by 3.25.
    expectClose(outputsOf(move([3, -9], [5, 9], 0.25)), [3.25, 0.5, 4.25, 2.5]);
  });

  test('shrink to fit between bounds nearer together than they are', () => {
    // Output 1 spans 2, with room for 1 − 2·0.1 = 0.8 from 0.1 to 0.9: weights times 0.4.
    const moved = move([-9, 0], [9, 1], 0.1);
    expectClose(outputsOf(moved), [0, 0.1, 1, 0.9]);
    expectClose(moved.weight, [1, 0.8]);
  });

  test('keep a quarter of the bounds’ distance where the margin is larger than that', () => {
    // 0.4 apart: from 0.1 to 0.3.
    expectClose(outputsOf(move([0, -9], [0.4, 9], 5)), [0.1, 0.5, 0.3, 2.5]);
  });

  test('leave an output without bounds as it is', () => {
    expect(move([-NONE, -NONE], [NONE, NONE], 0.1)).toEqual(LAYER);
  });
});
