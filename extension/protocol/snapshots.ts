/**
 * The networks that a run keeps, named as PyGRANSO names its results: which moments they are of, which of two is the
 * better one, and how they are said. Copying and writing them is the business of `trainer/` and `runs/`.
 */
import type { MeasuredEvent, StartedEvent } from './events';
import { formatNumber, formatWorstViolation, worstViolation } from './figures';
import { isWithinTolerance } from './runState';

/**
 * `final`: after the last step. `best` (best to tolerance): of the measured moments at which every training output lay
 * within `constraint.tolerance`, the one of the smallest training loss. `mostFeasible`: of all measured moments, the one
 * of the smallest worst violation on the training rows. Before the first step is a moment too.
 */
export const SNAPSHOT_NAMES = ['final', 'best', 'mostFeasible'] as const;
export type SnapshotName = (typeof SNAPSHOT_NAMES)[number];

/** Those looked for while a run trains. */
export const SOUGHT_SNAPSHOTS = ['best', 'mostFeasible'] as const;
export type SoughtSnapshot = (typeof SOUGHT_SNAPSHOTS)[number];

export type Snapshot = Pick<MeasuredEvent, 'step' | 'epoch' | 'train' | 'validation'>;

/** `null` where there was no such moment; a run that failed has no `final` one. */
export type Snapshots = { readonly [Name in SnapshotName]: Snapshot | null };

type Moment = Pick<MeasuredEvent, 'train'>;
type Targets = StartedEvent['targets'];

/** Whether a moment takes the place of the one kept so far; of two that are equal the earlier one stays. */
export const IS_BETTER: {
  readonly [Name in SoughtSnapshot]: (targets: Targets, moment: Moment, kept: Moment | null) => boolean;
} = {
  best: (targets, moment, kept) =>
    isWithinTolerance(targets, moment) && (kept === null || lossOf(moment) < lossOf(kept)),
  mostFeasible: (targets, moment, kept) => {
    if (kept === null) return true;
    const [own, other] = [worstViolation(moment.train, targets), worstViolation(kept.train, targets)];
    return own < other || (own === other && lossOf(moment) < lossOf(kept));
  },
};

/** The mean squared error in the targets' units, as wherever runs are compared, whatever loss is trained on. */
function lossOf({ train }: Moment): number {
  return train.overall.loss;
}

const WORDS: Readonly<Record<SoughtSnapshot, string>> = { best: 'best', mostFeasible: 'most feasible' };

/**
 * Those that are of another moment than the end, one entry a moment: `best`, and `step 4100, MSE 14.92, held out 22.93,
 * worst 0.0097 sd`.
 */
export function snapshotWords(
  snapshots: Snapshots | null,
  targets: readonly Pick<StartedEvent['targets'][number], 'name' | 'standardDeviation'>[],
): { name: string; words: string }[] {
  const moments = new Map<number, Snapshot>();
  for (const name of SOUGHT_SNAPSHOTS) {
    const snapshot = snapshots?.[name] ?? null;
    if (snapshot !== null && snapshot.step !== snapshots?.final?.step) moments.set(snapshot.step, snapshot);
  }
  return [...moments.values()].map((snapshot) => {
    const names = SOUGHT_SNAPSHOTS.filter((name) => snapshots?.[name]?.step === snapshot.step);
    const { step, train, validation } = snapshot;
    const heldOut = validation === null ? '' : `, held out ${formatNumber(validation.overall.loss)}`;
    const worst = formatWorstViolation(worstViolation(train, targets));
    const words = `step ${step}, MSE ${formatNumber(train.overall.loss)}${heldOut}, worst ${worst}`;
    return { name: names.map((name) => WORDS[name]).join(', '), words };
  });
}
