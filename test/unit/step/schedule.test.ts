import { describe, expect, test } from 'vitest';
import { scheduledLearningRate } from '../../../extension/step/schedule';

describe('The learning rate', () => {
  test.for([
    // ½(1 + cos(π·step/8)) of 0.2; cos(π/4) = 0.707107, so 0.2·0.853553 and 0.2·0.146447
    { step: 0, rate: 0.2 },
    { step: 2, rate: 0.1707107 },
    { step: 4, rate: 0.1 },
    { step: 6, rate: 0.0292893 },
    { step: 8, rate: 0 },
  ])('on a cosine is $rate at step $step of 8', ({ step, rate }) => {
    expect(scheduledLearningRate('cosine', 0.2, step, 8)).toBeCloseTo(rate, 7);
  });

  test('stays what it is on a constant schedule', () => {
    for (const step of [0, 4, 8]) expect(scheduledLearningRate('constant', 0.2, step, 8)).toBe(0.2);
  });
});
