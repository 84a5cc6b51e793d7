import { describe, expect, test } from 'vitest';
import type { ListedSummary } from '../../../extension/protocol/events';
import type { Figures, SplitFigures } from '../../../extension/protocol/figures';
import type { SweepPoint } from '../../../extension/protocol/sweepFiles';
import { bestRow, rowWords, type SweepRow, sweepRows } from '../../../extension/protocol/sweepRows';
import type { PointOutcome } from '../../../extension/protocol/sweepState';

function figures(loss: number, maxViolation: number): SplitFigures {
  const overall = { loss, rmse: Math.sqrt(loss), maxViolation, negativeShare: maxViolation > 0 ? 0.1 : 0 } as Figures;
  return { samples: 1, rowsOutside: 0, overall, targets: { y: overall } };
}

function finished(loss: number, violation: number, heldOut?: number): PointOutcome {
  const summary = {
    status: 'finished',
    verdict: violation > 0 ? { kind: 'infeasible' } : { kind: 'feasible', sinceStep: 0 },
    targets: [{ name: 'y', standardDeviation: 1 }],
    train: figures(loss, violation),
    validation: heldOut === undefined ? null : figures(heldOut, violation),
  } as ListedSummary;
  const sweep = { id: 's', point: 0, assignments: {} };
  return { state: 'finished', run: { id: 'r', status: 'finished', summary, sweep }, error: null };
}

const MISSING: PointOutcome = { state: 'missing', run: null, error: null };
const FAILED: PointOutcome = { state: 'failed', run: null, error: 'no' };
const points = (...alphasAndSeeds: [alpha: number, seed: number][]): SweepPoint[] =>
  alphasAndSeeds.map(([alpha, seed]) => ({
    variant: 'penalty',
    assignments: { 'penalty.alpha': alpha, 'training.seed': seed },
  }));
const names = (rows: readonly SweepRow[]): string[] => rows.map(rowWords);

describe('The rows of a sweep', () => {
  test('are its configurations: points that differ only in their seed are one', () => {
    const rows = sweepRows(points([1, 0], [1, 1], [1, 2], [9, 0]), [
      finished(4, 0),
      finished(1, 0),
      finished(9, 0),
      finished(2, 0),
    ]);
    // Medians 4 of 1, 4, 9 and 2 of 2: the least first.
    expect(names(rows)).toEqual(['penalty: alpha 9', 'penalty: alpha 1']);
    expect(rows[1]).toMatchObject({ points: [0, 1, 2], finished: 3, assignments: { 'penalty.alpha': 1 } });
    expect(rows[1]!.figures.loss).toMatchObject({ median: 4, min: 1, max: 9 });
    expect(rows[1]!.figures.rmse).toMatchObject({ median: 2, min: 1, max: 3 });
  });

  test('take the held-out rows where there are any', () => {
    const [row] = sweepRows(points([1, 0]), [finished(4, 0, 25)]);
    expect(row).toMatchObject({ isHeldOut: true, figures: { loss: { median: 25 }, rmse: { median: 5 } } });
  });

  test('count what failed and what is missing, and take no figures of it', () => {
    const [row] = sweepRows(points([1, 0], [1, 1], [1, 2]), [finished(4, 1), FAILED, MISSING]);
    expect(row).toMatchObject({ finished: 1, failed: 1, feasible: 0, points: [0, 1, 2] });
    expect(row!.figures.loss).toMatchObject({ median: 4, count: 1 });
  });

  test('without a finished run stand last, in the order of the points', () => {
    const rows = sweepRows(points([1, 0], [2, 0], [3, 0]), [FAILED, MISSING, finished(1, 0)]);
    expect(names(rows)).toEqual(['penalty: alpha 3', 'penalty: alpha 1', 'penalty: alpha 2']);
    expect(rows.map(({ isOnFront }) => isOnFront)).toEqual([true, false, false]);
  });

  test('are on the front where none other has less of both medians', () => {
    // Losses and violations (1, 3), (2, 1), (3, 2): the last is beaten by the second in both.
    const rows = sweepRows(points([1, 0], [2, 0], [3, 0]), [finished(1, 3), finished(2, 1), finished(3, 2)]);
    expect(rows.map(({ isOnFront }) => isOnFront)).toEqual([true, true, false]);
  });
});

test('Violations are in standard deviations of their target, so that one of large numbers hides no other', () => {
  const outcome = (loss: number, millimetres: number, share: number): PointOutcome => {
    const each = finished(loss, 0);
    const target = (maxViolation: number) => ({ maxViolation }) as Figures;
    const overall = { ...each.run!.summary!.train!.overall, maxViolation: Math.max(millimetres, share) };
    const train = { ...figures(loss, 0), overall, targets: { rain: target(millimetres), share: target(share) } };
    const targets = [
      { name: 'rain', standardDeviation: 100 },
      { name: 'share', standardDeviation: 0.1 },
    ];
    return { ...each, run: { ...each.run!, summary: { ...each.run!.summary!, train, targets } } };
  };
  // In sd: max(20 / 100, 0) = 0.2 and max(5 / 100, 0.3 / 0.1) = 3. In their own units 20 and 5: the other way round.
  const rows = sweepRows(points([1, 0], [2, 0]), [outcome(1, 20, 0), outcome(2, 5, 0.3)]);
  expect(rows.map(({ figures: { violation } }) => violation!.median)).toEqual([0.2, expect.closeTo(3, 12)]);
  expect(rows.map(({ isOnFront }) => isOnFront)).toEqual([true, false]);
});

test('A row of runs that kept no standard deviations is on no front', () => {
  const { run, ...outcome } = finished(1, 0);
  const [row] = sweepRows(points([1, 0]), [
    { ...outcome, run: { ...run!, summary: { ...run!.summary!, targets: null } } },
  ]);
  expect(row).toMatchObject({ isOnFront: false, figures: { loss: { median: 1 }, violation: null } });
});

describe('The best row', () => {
  test('counts a run that failed as one that ends outside', () => {
    const rows = sweepRows(points([1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2]), [
      finished(1, 0),
      FAILED,
      FAILED,
      finished(3, 0),
      finished(3, 0),
      finished(3, 1),
    ]);
    // Inside: 1 of 3, not 1 of 1, and 2 of 3.
    expect(rowWords(bestRow(rows)!)).toBe('penalty: alpha 2');
  });

  test('ends inside its bounds most often, and has the least loss of those', () => {
    const rows = sweepRows(points([1, 0], [1, 1], [2, 0], [2, 1], [3, 0]), [
      finished(1, 5),
      finished(1, 0),
      finished(3, 0),
      finished(3, 0),
      finished(4, 0),
    ]);
    // Inside: 1 of 2, 2 of 2, 1 of 1; of the last two the loss 3 is less.
    expect(rowWords(bestRow(rows)!)).toBe('penalty: alpha 2');
  });

  test('is none before a run finished', () => {
    expect(bestRow(sweepRows(points([1, 0]), [MISSING]))).toBeNull();
  });
});
