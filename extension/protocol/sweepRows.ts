/**
 * A sweep as a table: a row for each configuration, which is the points that differ only in their seed, with the median
 * and spread of their figures, and whether another beats it in loss and violation. Pure.
 */
import type { ListedSummary } from './events';
import { type Figures, worstViolation } from './figures';
import { onParetoFront } from './pareto';
import { type Spread, seedGroups, spreadOf } from './seedGroups';
import { type Assignments, assignmentWords, isSeedKey, type SweepPoint } from './sweepFiles';
import type { PointOutcome } from './sweepState';

/**
 * Figures of a row, from held-out rows where there are any, else from the training rows. `violation` is the largest of any
 * target in standard deviations of that target, as in the panel: targets in different units can't be compared in their own.
 */
export type SweptFigure = 'loss' | 'rmse' | 'negativeShare' | 'violation';

export interface SweepRow {
  readonly variant: string;
  /** Without the seeds. */
  readonly assignments: Assignments;
  /** Places among the sweep's points. */
  readonly points: readonly number[];
  readonly finished: number;
  readonly failed: number;
  /** Finished runs whose outputs of the training rows ended within the tolerance. */
  readonly feasible: number;
  readonly isHeldOut: boolean;
  /** `null` before a run finished. */
  readonly figures: Readonly<Record<SweptFigure, Spread | null>>;
  /** Of the medians of loss and violation. */
  readonly isOnFront: boolean;
}

/** Sorted by the median loss, the least first; what has none stands last, in the order of the points. */
export function sweepRows(points: readonly SweepPoint[], outcomes: readonly PointOutcome[]): SweepRow[] {
  const configuration = (point: number): string => {
    const { variant, assignments } = points[point]!;
    return JSON.stringify([variant, Object.entries(withoutSeeds(assignments))]);
  };
  const rows = seedGroups(
    points.map((_, point) => point),
    configuration,
  ).map((group) => rowOf(points, outcomes, group));
  const front = onParetoFront(
    rows.map(({ figures }) => ({
      loss: figures.loss?.median ?? null,
      violation: figures.violation?.median ?? null,
    })),
  );
  const lossOf = ({ figures }: SweepRow): number => figures.loss?.median ?? Number.POSITIVE_INFINITY;
  return rows
    .map((row, index): SweepRow => ({ ...row, isOnFront: front[index]! }))
    .sort((a, b) => (lossOf(a) === lossOf(b) ? a.points[0]! - b.points[0]! : lossOf(a) - lossOf(b)));
}

/**
 * The row to take if one had to be taken now: the least loss among those that end inside their bounds most often. A run
 * that failed did not.
 */
export function bestRow(rows: readonly SweepRow[]): SweepRow | null {
  const share = ({ feasible, finished, failed }: SweepRow): number => feasible / (finished + failed);
  const known = rows.filter(({ figures }) => figures.loss !== null);
  // Sorted by loss already, so the first of the largest share is it.
  return known.reduce<SweepRow | null>((best, row) => (best === null || share(row) > share(best) ? row : best), null);
}

/** `penalty: alpha 10, learningRate 0.01` */
export function rowWords({ variant, assignments }: Pick<SweepRow, 'variant' | 'assignments'>): string {
  const words = assignmentWords(assignments);
  return words === '' ? variant : `${variant}: ${words}`;
}

function rowOf(points: readonly SweepPoint[], outcomes: readonly PointOutcome[], group: readonly number[]): SweepRow {
  const { variant, assignments } = points[group[0]!]!;
  const own = group.map((point) => outcomes[point]!);
  const summaries = own.flatMap(({ state, run }) =>
    state === 'finished' && run?.summary != null ? [run.summary] : [],
  );
  const isHeldOut = summaries.some(({ validation }) => validation !== null);
  const splitOf = ({ train, validation }: ListedSummary) => (isHeldOut ? validation : train);
  const spread = (name: keyof Figures): Spread | null =>
    spreadOf(summaries.map((summary) => splitOf(summary)?.overall[name]));
  const violations = summaries.map((summary) => {
    const split = splitOf(summary);
    return split === null || summary.targets === null ? null : worstViolation(split, summary.targets);
  });
  return {
    variant,
    assignments: withoutSeeds(assignments),
    points: group,
    finished: own.filter(({ state }) => state === 'finished').length,
    failed: own.filter(({ state }) => state === 'failed').length,
    feasible: summaries.filter(({ verdict }) => verdict.kind === 'feasible').length,
    isHeldOut,
    figures: {
      loss: spread('loss'),
      rmse: spread('rmse'),
      negativeShare: spread('negativeShare'),
      violation: spreadOf(violations),
    },
    isOnFront: false,
  };
}

function withoutSeeds(assignments: Assignments): Assignments {
  return Object.fromEntries(Object.entries(assignments).filter(([key]) => !isSeedKey(key)));
}
