import { describe, expect, test } from 'vitest';
import { foldScaling } from '../../../extension/network/fold';
import { unfoldScaling } from '../../../extension/network/unfold';

const INPUTS = { mean: [10, -3], deviation: [2, 0.5] };
const TARGETS = { mean: [100], deviation: [4] };

describe('Weights in raw units', () => {
  test('take the scaling of inputs and targets in, for one layer at once', () => {
    // y = 3·a − 8·b + 110 with a = 2z + 10 and b = 0.5w − 3, and the target is (y − 100)/4:
    // (6z + 30 − 4w + 24 + 110 − 100)/4 = 1.5z − w + 16.
    const layer = { inputs: 2, outputs: 1, weight: Float64Array.of(3, -8), bias: Float64Array.of(110) };
    expect(unfoldScaling([layer], INPUTS, TARGETS)).toEqual({
      '0.weight': Float32Array.of(1.5, -1),
      '0.bias': Float32Array.of(16),
    });
  });

  test('are turned to [in, out], and only the first and the last layer know of scaling', () => {
    const weights = Float64Array.of(1, 2, 3, 4, 5, 6);
    const layers = [
      { inputs: 2, outputs: 3, weight: weights, bias: Float64Array.of(0, 1, 2) },
      { inputs: 3, outputs: 1, weight: Float64Array.of(4, 8, 12), bias: Float64Array.of(104) },
    ];
    expect(unfoldScaling(layers, INPUTS, TARGETS)).toEqual({
      // Columns of the inputs times 2 and 0.5: [1, 2; 3, 4; 5, 6] becomes [2, 1; 6, 2; 10, 3], turned.
      '0.weight': Float32Array.of(2, 6, 10, 1, 2, 3),
      // b + W·μ: 0 + 10 − 6, 1 + 30 − 12, 2 + 50 − 18
      '0.bias': Float32Array.of(4, 19, 34),
      '2.weight': Float32Array.of(1, 2, 3),
      '2.bias': Float32Array.of(1),
    });
  });

  test('come back as they were from what is exported', () => {
    const layers = [
      { inputs: 2, outputs: 2, weight: Float64Array.of(0.5, -1, 2, 0.25), bias: Float64Array.of(1, -2) },
      { inputs: 2, outputs: 1, weight: Float64Array.of(3, -0.5), bias: Float64Array.of(8) },
    ];
    const folded = foldScaling(
      { layers: [2, 2, 1], activation: 'relu' },
      unfoldScaling(layers, INPUTS, TARGETS),
      INPUTS,
      TARGETS,
    );
    // All of them are sums of few powers of two, so that no rounding is between.
    expect(folded.map(({ values }) => [...values])).toEqual(
      layers.flatMap(({ weight, bias }) => [[...weight], [...bias]]),
    );
  });
});
