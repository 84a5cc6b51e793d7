/**
 * Trains the points of a sweep that are missing, several at a time. What comes of each is in its run folder; what could
 * not have one is told in the sweep's. One point that fails ends nothing but itself; data that are wrong, or a folder that
 * can't be written, end the sweep, as they would end every point.
 */
import { parseExperiment } from '../experiment/parse';
import { pointText } from '../experiment/sweep/expand';
import type { TrainingEvent, WantedEngine } from '../protocol/events';
import type { SweepFile } from '../protocol/sweepFiles';
import { isSweepLive, type PointOutcome, pointOutcomes } from '../protocol/sweepState';
import { ownIdentity, watchControl } from '../runs/control';
import { listRuns, type RunListing } from '../runs/readRuns';
import { readSweep, readSweepState } from '../runs/sweepFolders';
import { claimSweep, RunTakenError } from '../runs/takeOver';
import { ConductorWriter } from '../runs/writeSweep';
import type { SweepControl } from './control';
import type { PointOrder } from './messages';
import { poolFor } from './pool';
import { type PointEnd, WorkerProcess } from './workerProcess';

/** What whoever watches hears, as it happens. */
export interface SweepListener {
  /** How many points are left, and how many are trained at a time. */
  begun?(left: number, pool: { jobs: number; threads: number }): void;
  event?(point: number, event: TrainingEvent): void;
  ended?(point: number, end: PointEnd): void;
  /** Nothing is trained any more, however it ended. */
  over?(): void;
}

export interface ConductOptions {
  /** Of the sweep. */
  readonly folder: string;
  readonly file: SweepFile;
  /** Path of the bundle of `sweeps/main.ts`. */
  readonly module: string;
  /** Trainers at a time; as many as the machine takes when absent. */
  readonly jobs?: number;
  /** Engine where the experiment leaves it open. */
  readonly otherwise?: WantedEngine;
  /** Points that failed are trained again. */
  readonly retryFailed?: boolean;
  readonly control: SweepControl;
  readonly listener?: SweepListener;
}

export interface SweepEnd {
  readonly status: 'finished' | 'stopped' | 'failed';
  readonly error: string | null;
}

export type RunOfSweep = RunListing & Required<Pick<RunListing, 'sweep'>>;

/** The runs of a sweep, as they lie on disk. */
export async function runsOfSweep({ id, runsFolder }: Pick<SweepFile, 'id' | 'runsFolder'>): Promise<RunOfSweep[]> {
  const runs = await listRuns(runsFolder);
  return runs.filter((run): run is RunOfSweep => run.sweep?.id === id);
}

export async function outcomesOf(folder: string, file: SweepFile): Promise<PointOutcome<RunOfSweep>[]> {
  return pointOutcomes(file.points.length, await runsOfSweep(file), readSweep(folder)?.failures);
}

/** @throws RunTakenError when another process trains the sweep or is about to; then nothing was written. */
export async function conductSweep(options: ConductOptions): Promise<SweepEnd> {
  try {
    return await conduct(options);
  } finally {
    options.listener?.over?.();
  }
}

async function conduct(options: ConductOptions): Promise<SweepEnd> {
  const { folder, file, control, listener = {} } = options;
  const before = readSweepState(folder);
  if (isSweepLive(before.status)) {
    const { pid, host } = before.conductor!;
    throw new RunTakenError(
      `The sweep ${file.id} is being trained by the process ${pid} on ${host}. Stop that one first, or wait for it.`,
    );
  }
  const { experiment } = parseExperiment(file.text);
  if (experiment === null) throw new Error(`internal: the sweep ${file.id} holds no experiment`);
  const outcomes = await outcomesOf(folder, file);
  const isWanted = ({ state }: PointOutcome): boolean =>
    state === 'missing' || state === 'live' || (state === 'failed' && options.retryFailed === true);
  const queue = outcomes.flatMap((outcome, point) => (isWanted(outcome) ? [point] : []));
  const pool = poolFor(queue.length, options.jobs ?? null);
  // Two windows, or a window and a terminal, may have seen the same sweep lie there at the same moment.
  const claim = claimSweep(folder, before.conductor, ownIdentity());
  let writer: ConductorWriter;
  try {
    writer = new ConductorWriter(folder, { ...pool, left: queue.length });
  } finally {
    claim.release();
  }
  listener.begun?.(queue.length, pool);

  let error: string | null = null;
  let left = queue.length;
  const workers = Array.from({ length: Math.min(pool.jobs, queue.length) }, () => {
    return new WorkerProcess({ module: options.module, threads: pool.threads });
  });
  control.onWish = (wish) => {
    for (const worker of workers) worker[wish]();
    if (wish === 'stop') writer.tell('stopping');
    else writer.tell(wish === 'pause' ? 'paused' : 'running');
  };
  const asked = watchControl(folder, {
    obey: (action) => control[action](),
    // Nobody could ask it for anything any more, or see how far it is.
    gone: () => control.stop(),
  });

  const orderOf = (point: number): PointOrder => {
    const { variant, assignments } = file.points[point]!;
    return {
      type: 'train',
      experiment: file.experiment,
      text: pointText(file.text, experiment, { variant, assignments }),
      variant,
      sweep: { id: file.id, point, assignments },
      runsFolder: file.runsFolder,
      ...(file.engine !== null && { engine: file.engine }),
      ...(options.otherwise !== undefined && { otherwise: options.otherwise }),
    };
  };
  const giveUp = (reason: string | null): void => {
    if (reason === null) return;
    error ??= reason;
    control.stop();
  };
  const settle = (point: number, end: PointEnd): void => {
    if (end.kind === 'ended' ? end.event.status !== 'stopped' : end.kind !== 'stopped') left--;
    if (end.kind === 'crashed') giveUp(writer.addFailure({ point, time: Date.now(), error: end.error }));
    if (end.kind === 'rejected') {
      const { code = '', message = 'It was refused without a reason.' } =
        end.problems.find(({ severity }) => severity === 'error') ?? {};
      // Also of a point that was trained, and whose run folder then took no end.
      if (/^(data|runs)\./.test(code)) giveUp(message);
      else giveUp(writer.addFailure({ point, time: Date.now(), error: message }));
    }
    listener.ended?.(point, end);
  };
  const trainWith = async (worker: WorkerProcess): Promise<void> => {
    for (;;) {
      await control.whenResumed();
      const point = control.stopRequested ? undefined : queue.shift();
      if (point === undefined) return;
      settle(point, await worker.train(orderOf(point), (event) => listener.event?.(point, event)));
    }
  };

  const trainings = workers.map(trainWith);
  try {
    await Promise.all(trainings);
    const status = error !== null ? 'failed' : left > 0 ? 'stopped' : 'finished';
    const untold = writer.tell(status, error);
    return untold === null ? { status, error } : { status: 'failed', error: error ?? untold };
  } catch (failure) {
    // There is a mistake in here or in whoever listens: then all trainers end with it, and keep their checkpoints.
    control.stop();
    await Promise.allSettled(trainings);
    writer.tell('failed', failure instanceof Error ? failure.message : String(failure));
    throw failure;
  } finally {
    control.onWish = () => {};
    asked.dispose();
    writer.close();
    for (const worker of workers) worker.dispose();
  }
}
