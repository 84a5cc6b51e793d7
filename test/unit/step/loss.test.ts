import { grad, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectEngine } from '../../../extension/engines/select';
import { LOSSES } from '../../../extension/step/loss';

beforeAll(async () => {
  await selectEngine('wasm');
});

const ERRORS = [-3, -0.5, 0, 0.5, 3];

describe('A loss of the errors −3, −½, 0, ½ and 3', () => {
  test.for([
    // e² and its slope 2e
    { name: 'mse', values: [9, 0.25, 0, 0.25, 9], slopes: [-6, -1, 0, 1, 6] },
    // |e| and its slope sign(e); at the kink tfjs takes −1, a subgradient as good as any in ±1, and none is asked for
    { name: 'mae', values: [3, 0.5, 0, 0.5, 3], slopes: [-1, -1, null, 1, 1] },
    // ½e² up to |e| = 1, beyond it |e| − ½: ½·0.25 = 0.125 and 3 − ½ = 2.5; slope e, beyond 1 sign(e)
    { name: 'huber', values: [2.5, 0.125, 0, 0.125, 2.5], slopes: [-1, -0.5, 0, 0.5, 1] },
  ] as const)('is $values for $name, with slopes $slopes', ({ name, values, slopes }) => {
    const error = tensor2d([ERRORS]);
    expect([...LOSSES[name](error).dataSync()]).toEqual(values);
    const slope = grad((e) => sum(LOSSES[name](e as Tensor2D)))(error);
    for (const [index, expected] of slopes.entries()) {
      if (expected !== null) expect(slope.dataSync()[index]).toBeCloseTo(expected, 6);
    }
  });
});
