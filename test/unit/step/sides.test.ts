import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import { selectEngine } from '../../../extension/engines/select';
import { type Side, sidesOf, violation, violationOf } from '../../../extension/step/sides';

beforeAll(async () => {
  await selectEngine('wasm');
});

const SCALING = { mean: [1, 10], deviation: [2, 5] };

const tensorViolation = (side: Side, outputs: number[]): number[] => [
  ...violation(side.name, tensor2d([outputs]), tensor1d(side.bound), tensor1d(side.mask)).dataSync(),
];

describe('The sides of the bounds', () => {
  test('hold each bound in training units, and a mask of 0 where a target has none', () => {
    // (3 − 1)/2 = 1 and (20 − 10)/5 = 2
    const sides = sidesOf(
      [
        { min: 3, max: null },
        { min: null, max: 20 },
      ],
      SCALING,
    );
    expect(sides).toEqual([
      { name: 'lower', bound: Float32Array.of(1, 0), mask: Float32Array.of(1, 0) },
      { name: 'upper', bound: Float32Array.of(0, 2), mask: Float32Array.of(0, 1) },
    ]);
  });

  test('are left out where no target has such a bound', () => {
    expect(sidesOf([{ min: 0, max: null }], { mean: [0], deviation: [1] }).map(({ name }) => name)).toEqual(['lower']);
    expect(sidesOf([{ min: null, max: 0 }], { mean: [0], deviation: [1] }).map(({ name }) => name)).toEqual(['upper']);
    expect(sidesOf([{ min: null, max: null }], { mean: [0], deviation: [1] })).toEqual([]);
  });
});

describe('The violation g', () => {
  const lower: Side = { name: 'lower', bound: Float32Array.of(1, 0), mask: Float32Array.of(1, 0) };
  const upper: Side = { name: 'upper', bound: Float32Array.of(0, 2), mask: Float32Array.of(0, 1) };

  test.for([
    // Target 0: 1 − (−3) = 4 outside, 1 − 1.5 = −0.5 inside. Target 1 has no minimum: −1 whatever its output.
    { side: lower, outputs: [-3, -8], g: [4, -1] },
    { side: lower, outputs: [1.5, 8], g: [-0.5, -1] },
    // Target 1: 8 − 2 = 6 outside, −8 − 2 = −10 inside. Target 0 has no maximum: −1.
    { side: upper, outputs: [30, 8], g: [-1, 6] },
    { side: upper, outputs: [-30, -8], g: [-1, -10] },
  ])('on the $side.name side of outputs $outputs is $g', ({ side, outputs, g }) => {
    expect([...violationOf(side, Float32Array.from(outputs))]).toEqual(g);
    expect(tensorViolation(side, outputs)).toEqual(g);
  });

  test('takes the bounds anew on every row', () => {
    // Rows (0, 5) and (2, −5): 1 − 0 = 1 and 1 − 2 = −1.
    expect([...violationOf(lower, Float32Array.of(0, 5, 2, -5))]).toEqual([1, -1, -1, -1]);
  });
});

test('A bound in training units is never outside when it is turned back to raw units', () => {
  const stream = randomStream(5, 'batches');
  for (let round = 0; round < 2000; round++) {
    const mean = stream.uniform(-100, 100);
    const deviation = 10 ** stream.uniform(-3, 3);
    const raw = stream.uniform(-10, 10);
    const [lower, upper] = sidesOf([{ min: raw, max: raw }], { mean: [mean], deviation: [deviation] });
    const scaled = (raw - mean) / deviation;
    expect(lower!.bound[0]! * deviation + mean).toBeGreaterThanOrEqual(raw);
    expect(upper!.bound[0]! * deviation + mean).toBeLessThanOrEqual(raw);
    // Within a few units in the last place of float32.
    expect(Math.abs(lower!.bound[0]! - scaled)).toBeLessThanOrEqual(Math.abs(scaled) * 5e-7);
    expect(Math.abs(upper!.bound[0]! - scaled)).toBeLessThanOrEqual(Math.abs(scaled) * 5e-7);
  }
});
