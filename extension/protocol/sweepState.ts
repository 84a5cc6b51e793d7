/**
 * How far a sweep is: the one fold of its runs, and of the points that failed without one, into what each point came to.
 * The terminal, the sidebar and the conductor all use it. Pure: no clocks, no files.
 */
import type { ListedSummary } from './events';
import { isLive, type RunStatus } from './runState';
import type { ConductorStatus, PointFailure, SweepPlace } from './sweepFiles';

export type SweepStatus =
  | ConductorStatus
  /** Who trained it is gone and left no end. */
  | 'lost';

export function isSweepLive(status: SweepStatus): boolean {
  return status === 'running' || status === 'paused' || status === 'stopping';
}

/** Of a run, as a list of runs or a live one has it. */
export interface SweepRun {
  /** Sorts by time. */
  readonly id: string;
  readonly status: RunStatus;
  readonly sweep: SweepPlace;
  readonly summary: ListedSummary | null;
}

/** What a point came to. */
export interface PointOutcome<Run extends SweepRun = SweepRun> {
  readonly state: /** Not begun, or begun and interrupted. */ 'missing' | 'live' | 'finished' | 'failed';
  /** The run that counts; `null` where there is none, as of a point that failed before it had one. */
  readonly run: Run | null;
  /** Of a failure without a run. */
  readonly error: string | null;
}

/**
 * The outcome of each of `count` points. A point may have several runs, after an interruption or a failure: one that
 * finished counts before one that trains, that before one that failed, and that before one that was cut off; among equals
 * the latest.
 */
export function pointOutcomes<Run extends SweepRun>(
  count: number,
  runs: readonly Run[],
  failures: readonly PointFailure[] = [],
): PointOutcome<Run>[] {
  const best = new Array<Run | undefined>(count);
  for (const run of runs) {
    const { point } = run.sweep;
    if (point < 0 || point >= count) continue;
    const before = best[point];
    const isBetter =
      before === undefined ||
      rank(run.status) > rank(before.status) ||
      (rank(run.status) === rank(before.status) && run.id > before.id);
    if (isBetter) best[point] = run;
  }
  const errors = new Map(failures.map(({ point, error }) => [point, error]));
  return Array.from(best, (run, point): PointOutcome<Run> => {
    const error = errors.get(point) ?? null;
    if (run !== undefined && rank(run.status) > 0) {
      const state = run.status === 'finished' || run.status === 'failed' ? run.status : 'live';
      return { state, run, error: null };
    }
    return { state: error === null ? 'missing' : 'failed', run: run ?? null, error };
  });
}

function rank(status: RunStatus): number {
  if (status === 'finished') return 3;
  if (isLive(status)) return 2;
  return status === 'failed' ? 1 : 0;
}

export interface SweepProgress {
  readonly total: number;
  /** Finished and failed ones: what is not trained again. */
  readonly done: number;
  readonly failed: number;
  readonly live: number;
}

export function sweepProgress(outcomes: readonly PointOutcome[]): SweepProgress {
  const count = (state: PointOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const failed = count('failed');
  return { total: outcomes.length, done: count('finished') + failed, failed, live: count('live') };
}

/**
 * Milliseconds that are left, as the work so far took: `done` points in `elapsedMs`, and `shares` (0 to 1) of those in
 * training. `null` before anything is known.
 */
export function remainingMs(
  elapsedMs: number,
  { done, left, shares }: { done: number; left: number; shares: readonly number[] },
): number | null {
  const started = shares.reduce((sum, share) => sum + share, 0);
  const work = done + started;
  return work > 0 ? (elapsedMs * Math.max(0, left - started)) / work : null;
}
