import { afterAll, describe, expect, test } from 'vitest';
import { roomWithin, trainedBounds } from '../../../extension/trainer/plan';
import { CaseFolder, examine } from '../doctor/examine';

const cases = new CaseFolder();
afterAll(() => cases.remove());

describe('A margin', () => {
  test('moves what is trained on inwards, in standard deviations of the target, and no figure', async () => {
    // A1: the targets −1, 0, 1, 2 have the standard deviation √(5/4), so a margin of 0.1 asks for y ≥ 0.1118.
    const variant = {
      method: 'augmented-lagrangian',
      penaltyCoefficient: 1,
      dualLearningRate: 0.05,
      reduction: 'sum',
      boundMargin: 0.1,
    };
    const run = await examine(cases.line(variant));
    const { targets, overall } = run.measured.at(-1)!.train;
    expect(targets.t!.minOutput).toBeCloseTo(0.1 * Math.sqrt(5 / 4), 4);
    expect([overall.negativeShare, overall.maxViolation]).toEqual([0, 0]);
    // Bounds, and with them the verdict, are those of the experiment.
    expect(run.ended.summary.verdict).toMatchObject({ kind: 'feasible' });
  });

  test('moves both bounds, at most to their middle', () => {
    expect(trainedBounds({ min: 0, max: 10 }, 1)).toEqual({ min: 1, max: 9 });
    expect(trainedBounds({ min: 0, max: 1 }, 2)).toEqual({ min: 0.5, max: 0.5 });
    expect(trainedBounds({ min: null, max: 1 }, 2)).toEqual({ min: null, max: -1 });
    expect(roomWithin({ min: 0, max: null }, 3)).toBe(3);
  });
});
