/**
 * The state of a run: the one fold of its events. The panel, the sidebar, the command line and a reopened run folder
 * all use it, so they can't disagree. Pure: no clocks, no files.
 */
import type { Diagnosis } from './diagnosis';
import type {
  EndedEvent,
  LogEvent,
  MeasuredEvent,
  ProgressEvent,
  ResumedEvent,
  StartedEvent,
  TrainingEvent,
} from './events';
import type { Verdict } from './figures';
import type { RowsEvent } from './rows';

export type RunStatus =
  | 'queued'
  | 'starting'
  | 'running'
  | 'paused'
  | 'stopping'
  | 'finished'
  | 'stopped'
  | 'failed'
  /** The trainer is gone and left no end. */
  | 'lost';

export interface RunState {
  run: string;
  /** Absolute path of the experiment file. */
  experiment: string;
  variant: string;
  /** Absolute path of the run folder; `null` before it exists. */
  folder: string | null;
  status: RunStatus;
  started: StartedEvent | null;
  progress: ProgressEvent | null;
  /** In order of steps; the first is before training. */
  measured: MeasuredEvent[];
  /** The rows behind some of the measures, in order of steps; none in runs recorded before they were. */
  rows: RowsEvent[];
  ended: EndedEvent | null;
  /** What the failure doctor finds wrong, now or at the end. */
  diagnoses: Diagnosis[];
  log: LogEvent[];
  /** Why the run failed or was never started; one message for a person. */
  error: string | null;
  lastEventTime: number | null;
}

export function initialRunState(run: { run: string; experiment: string; variant: string; folder?: string }): RunState {
  return {
    run: run.run,
    experiment: run.experiment,
    variant: run.variant,
    folder: run.folder ?? null,
    status: 'queued',
    started: null,
    progress: null,
    measured: [],
    rows: [],
    ended: null,
    diagnoses: [],
    log: [],
    error: null,
    lastEventTime: null,
  };
}

/**
 * The next state; `state` itself is left as it was, but its `measured`, `rows` and `log` arrays are shared and appended
 * to.
 */
export function applyEvent(state: RunState, event: TrainingEvent): RunState {
  const next: RunState = { ...state, lastEventTime: event.time };
  // Who asked for a stop sees "stopping" until the end, whatever was on its way before the trainer heard of it.
  const unlessStopping = (status: RunStatus): RunStatus => (state.status === 'stopping' ? 'stopping' : status);
  switch (event.type) {
    case 'started':
      return {
        ...next,
        run: event.run,
        experiment: event.experiment,
        variant: event.variant,
        status: unlessStopping('running'),
        started: event,
      };
    case 'progress':
      return { ...next, progress: event };
    case 'measured':
      next.measured.push(event);
      return next;
    case 'paused':
      return { ...next, status: unlessStopping('paused') };
    case 'resumed':
      return event.fromCheckpoint ? fromCheckpoint(next, event) : { ...next, status: unlessStopping('running') };
    case 'diagnosed':
      return { ...next, diagnoses: event.diagnoses };
    case 'rows':
      next.rows.push(event);
      return next;
    case 'log':
      next.log.push(event);
      return next;
    case 'ended':
      return {
        ...next,
        status: event.status,
        ended: event,
        diagnoses: event.summary.diagnoses,
        error: event.error,
      };
    default:
      // A newer version's event: the rest of the run is still worth showing.
      return next;
  }
}

/** What was told beyond the checkpoint will be told again, and an end is none any more. */
function fromCheckpoint(state: RunState, { step }: ResumedEvent): RunState {
  return {
    ...state,
    status: 'running',
    progress: null,
    measured: state.measured.filter((event) => event.step <= step),
    rows: state.rows.filter((event) => event.step <= step),
    ended: null,
    // Its doctor looks anew.
    diagnoses: [],
    error: null,
  };
}

export function isLive(status: RunStatus): boolean {
  return (
    status === 'queued' || status === 'starting' || status === 'running' || status === 'paused' || status === 'stopping'
  );
}

/** Completed share of the training, 0 to 1; `null` before it started. */
export function progressShare(state: RunState): number | null {
  if (state.started === null) return null;
  const epoch = Math.max(state.progress?.epoch ?? 0, state.measured.at(-1)?.epoch ?? 0);
  return Math.min(1, epoch / state.started.epochs);
}

/**
 * The verdict over the measures so far: feasible when, on the training set, every target of the last measure lies
 * within its tolerance; `sinceStep` is the first step from which every measure did.
 */
export function verdictOf(started: StartedEvent, measured: readonly MeasuredEvent[]): Verdict {
  const last = measured.at(-1);
  const bounded = started.targets.filter((target) => target.bounds.min !== null || target.bounds.max !== null);
  if (last === undefined || bounded.length === 0) return { kind: 'unknown' };
  const worst = worstTarget(bounded, last);
  if (worst !== null) return { kind: 'infeasible', ...worst };
  let sinceStep = last.step;
  for (let index = measured.length - 1; index >= 0; index--) {
    const event = measured[index]!;
    if (worstTarget(bounded, event) !== null) break;
    sinceStep = event.step;
  }
  return { kind: 'feasible', sinceStep };
}

/** Whether every output of the training rows lies within the tolerance of its target: what a verdict calls feasible. */
export function isWithinTolerance(targets: StartedEvent['targets'], measure: Pick<MeasuredEvent, 'train'>): boolean {
  return worstTarget(targets, measure) === null;
}

/** The target furthest outside its bounds, in units of its standard deviation; `null` when all are within tolerance. */
function worstTarget(
  targets: StartedEvent['targets'],
  event: Pick<MeasuredEvent, 'train'>,
): { target: string; maxViolation: number; negativeShare: number } | null {
  let worst: { target: string; maxViolation: number; negativeShare: number } | null = null;
  let worstRelative = 0;
  for (const target of targets) {
    const figures = event.train.targets[target.name];
    if (figures === undefined || figures.maxViolation <= target.tolerance) continue;
    const relative = figures.maxViolation / (target.standardDeviation || 1);
    if (worst === null || relative > worstRelative) {
      worst = { target: target.name, maxViolation: figures.maxViolation, negativeShare: figures.negativeShare };
      worstRelative = relative;
    }
  }
  return worst;
}
