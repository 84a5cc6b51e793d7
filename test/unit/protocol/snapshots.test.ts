import { describe, expect, test } from 'vitest';
import type { TargetDescription } from '../../../extension/protocol/events';
import type { Figures, SplitFigures } from '../../../extension/protocol/figures';
import { IS_BETTER, type Snapshot, snapshotWords } from '../../../extension/protocol/snapshots';

const target = (name: string, standardDeviation: number): TargetDescription => ({
  name,
  bounds: { min: 0, max: null },
  mean: 0,
  standardDeviation,
  tolerance: 0.01 * standardDeviation,
  edges: [-1, 0, 1],
});
const TARGETS = [target('narrow', 1), target('wide', 10)];

function split(loss: number, narrow: number, wide: number): SplitFigures {
  const figures = (maxViolation: number): Figures => ({ loss, maxViolation }) as Figures;
  return {
    samples: 4,
    rowsOutside: 0,
    overall: figures(Math.max(narrow, wide)),
    targets: { narrow: figures(narrow), wide: figures(wide) },
  };
}

/** A moment of that training loss, with the targets that far outside. */
const at = (loss: number, narrow: number, wide: number): { train: SplitFigures } => ({
  train: split(loss, narrow, wide),
});

describe('The best network within the tolerance', () => {
  const isBetter = IS_BETTER.best;

  test('has every training output within 1 % of the standard deviation of its own target', () => {
    expect(isBetter(TARGETS, at(5, 0.01, 0.1), null)).toBe(true);
    expect(isBetter(TARGETS, at(5, 0.011, 0), null)).toBe(false);
    expect(isBetter(TARGETS, at(5, 0, 0.11), null)).toBe(false);
  });

  test('is the one of the smallest training loss, however far inside the tolerance', () => {
    expect(isBetter(TARGETS, at(4, 0.01, 0), at(5, 0, 0))).toBe(true);
    expect(isBetter(TARGETS, at(6, 0, 0), at(5, 0.01, 0))).toBe(false);
    expect(isBetter(TARGETS, at(1, 0.02, 0), at(5, 0, 0))).toBe(false);
  });

  test('is the earlier one of two that are alike', () => {
    expect(isBetter(TARGETS, at(5, 0, 0), at(5, 0, 0))).toBe(false);
  });
});

describe('The most feasible network', () => {
  const isBetter = IS_BETTER.mostFeasible;

  test('is any as long as there is no other', () => {
    expect(isBetter(TARGETS, at(5, 100, 100), null)).toBe(true);
  });

  test('has the smallest worst violation in standard deviations, whatever its loss', () => {
    // 0.2 of 1 is 0.2 deviations; 1 of 10 is 0.1.
    expect(isBetter(TARGETS, at(9, 0, 1), at(5, 0.2, 0))).toBe(true);
    expect(isBetter(TARGETS, at(1, 0.2, 0), at(5, 0, 1))).toBe(false);
  });

  test('of equal violations has the smaller training loss, and of equal losses is the earlier one', () => {
    expect(isBetter(TARGETS, at(4, 0, 0), at(5, 0, 0))).toBe(true);
    expect(isBetter(TARGETS, at(5, 0, 0), at(5, 0, 0))).toBe(false);
    expect(isBetter(TARGETS, at(6, 0, 0), at(5, 0, 0))).toBe(false);
  });
});

describe('The networks kept of other moments than the end', () => {
  const snapshot = (step: number, validation: SplitFigures | null = null): Snapshot => ({
    step,
    epoch: step / 10,
    train: split(15.25, 0, 0.0974),
    validation,
  });

  test('are said with step, losses and worst violation', () => {
    const kept = { final: snapshot(90), best: snapshot(40, split(22.5, 0, 0)), mostFeasible: snapshot(90) };
    // 0.0974 of 10 is 0.00974 deviations.
    expect(snapshotWords(kept, TARGETS)).toEqual([
      { name: 'best', words: 'step 40, MSE 15.25, held out 22.5, worst 0.0097 sd' },
    ]);
  });

  test('are said once where one moment is both', () => {
    const kept = { final: snapshot(90), best: snapshot(40), mostFeasible: snapshot(40) };
    expect(snapshotWords(kept, TARGETS).map(({ name }) => name)).toEqual(['best, most feasible']);
    const apart = { ...kept, mostFeasible: snapshot(50) };
    expect(snapshotWords(apart, TARGETS).map(({ name }) => name)).toEqual(['best', 'most feasible']);
  });

  test('are all there is of a run that failed, and nothing of one without any', () => {
    const failed = { final: null, best: null, mostFeasible: snapshot(0) };
    expect(snapshotWords(failed, TARGETS)).toHaveLength(1);
    expect(snapshotWords({ final: null, best: null, mostFeasible: null }, TARGETS)).toEqual([]);
    expect(snapshotWords(null, TARGETS)).toEqual([]);
  });
});
