/**
 * Going on with a run that was stopped, lost or failed, in its own folder and from its checkpoint: prepared as it was
 * trained at first, and refused where it would not be the same training any more.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { MeasuredEvent, ResumedEvent, TrainingEvent } from '../protocol/events';
import { hasErrors, type Problem } from '../protocol/problems';
import { MODEL_FILES, RUN_FILES, type RunFile } from '../protocol/runFiles';
import { applyEvent, initialRunState, type RunState } from '../protocol/runState';
import { SOUGHT_SNAPSHOTS } from '../protocol/snapshots';
import { type CheckpointPosition, readCheckpoint } from '../runs/checkpoint';
import { ownIdentity } from '../runs/control';
import { isWriterAlive } from '../runs/liveness';
import { readEvents, readRunFile } from '../runs/readRuns';
import { decodeTensors } from '../runs/safetensors';
import { claimRun } from '../runs/takeOver';
import { RunWriter } from '../runs/writeRun';
import { changedSetting } from './changedSetting';
import { resolvedExperiment } from './configuration';
import type { TrainingControl } from './control';
import { type PreparedVariant, prepare } from './prepare';
import { recordTraining } from './recordTraining';
import type { Resumption } from './resumption';
import { type FoundSnapshots, snapshotOf } from './snapshots';
import { recordedStart } from './startNews';
import { VERSION } from './version';

/** The run can't be resumed; the message says why and what to do. */
export class ResumeError extends Error {
  override readonly name = 'ResumeError';
}

/** A run ready to go on. */
export interface PreparedRun {
  readonly folder: string;
  readonly run: RunFile;
  readonly prepared: PreparedVariant;
  /** As its events tell it up to now, an end included. */
  readonly state: RunState;
  /** `null` when nothing was told of it: then it begins as a new one. */
  readonly resumption: Resumption | null;
}

export interface PreparedRunOutcome {
  /** `null` when a problem is an error. */
  readonly resumable: PreparedRun | null;
  readonly problems: Problem[];
}

/**
 * Writes nothing. `experiment` is where the experiment file lies now, when that is not where it was.
 * @throws ResumeError when it is no run, or one that can't be resumed.
 * @throws CheckpointError when its checkpoint can't be read.
 */
export async function prepareResume(folder: string, experiment?: string): Promise<PreparedRunOutcome> {
  const run = await readRunFile(folder);
  if (run === null) throw new ResumeError(`${folder} is not a run folder: it has no readable ${RUN_FILES.run}.`);
  const { state, measures } = await readHistory(folder, run);
  if (!hasLetGo(run, state)) refuseLiving(folder, run);
  if (state.status === 'finished') throw new ResumeError(`${run.id} is finished: there is nothing left to train.`);
  const checkpoint = readCheckpoint(folder);
  const { variants, problems } = await prepare({
    experimentPath: experiment ?? experimentOf(folder, run),
    text: textOf(folder),
    variants: [run.variant],
    // Another engine rounds otherwise.
    engine: run.engine.name,
  });
  const prepared = variants?.[0];
  if (prepared === undefined || hasErrors(problems)) return { resumable: null, problems };
  refuseOtherTraining(run, prepared, checkpoint);
  const { started } = state;
  const resumption: Resumption | null = started && {
    checkpoint,
    started,
    measured: measuredUntil(state, checkpoint?.step ?? 0),
    snapshots: checkpoint === null ? { best: null, mostFeasible: null } : snapshotsIn(folder, measures),
    warnings: differences(run, prepared),
  };
  return { problems, resumable: { folder, run, prepared, state, resumption } };
}

/**
 * Trains on. Events come as `runVariant` gives them, the first one `resumed`.
 * @throws RunTakenError when another process trains the run by now.
 * @throws RunFolderError when its folder can't be written.
 */
export async function* resumeRun(
  { folder, run, prepared, state, resumption }: PreparedRun,
  options: { control: TrainingControl; measureEveryEpochs?: number },
): AsyncGenerator<TrainingEvent, void> {
  const { log: _elsewhere, resumedAfterEnd: _before, sinceBoot: _its, ...kept } = run;
  const claim = claimRun(folder, { seen: run, hasEnded: hasLetGo(run, state) }, ownIdentity());
  let writer: RunWriter;
  try {
    writer = RunWriter.open(folder, {
      ...kept,
      ...ownIdentity(),
      ...(state.ended !== null && { resumedAfterEnd: state.ended.time }),
    });
  } finally {
    claim.release();
  }
  yield* recordTraining({
    prepared,
    writer,
    control: options.control,
    state,
    ...(resumption && { resumption }),
    ...(options.measureEveryEpochs !== undefined && { measureEveryEpochs: options.measureEveryEpochs }),
  });
}

/**
 * Whether the process that `run.json` names told the end of the run. It writes nothing there any more, even where it lives
 * on and trains another variant, or another point of a sweep.
 */
function hasLetGo(run: RunFile, { ended }: RunState): boolean {
  return ended !== null && ended.time !== run.resumedAfterEnd;
}

function refuseLiving(folder: string, run: RunFile): void {
  const beat = statSync(path.join(folder, RUN_FILES.events), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!isWriterAlive(run, beat)) return;
  const where = run.host === hostname() ? '' : ` on ${run.host}`;
  throw new ResumeError(`${run.id} is being trained by another process (pid ${run.pid}${where}). Stop it there first.`);
}

/** Measures beyond a checkpoint too: they are what was measured of the networks that lie beside it. */
async function readHistory(
  folder: string,
  run: RunFile,
): Promise<{ state: RunState; measures: ReadonlyMap<number, MeasuredEvent> }> {
  const measures = new Map<number, MeasuredEvent>();
  let state = initialRunState({ run: run.id, experiment: run.experiment, variant: run.variant, folder });
  for await (const event of readEvents(path.join(folder, RUN_FILES.events))) {
    state = applyEvent(state, event);
    if (event.type === 'measured') measures.set(event.step, event);
  }
  return { state, measures };
}

/** By the one fold: what is left of it once the run is resumed. */
function measuredUntil(state: RunState, step: number): readonly MeasuredEvent[] {
  const resumed: ResumedEvent = { type: 'resumed', time: 0, step, fromCheckpoint: true };
  return applyEvent(state, resumed).measured;
}

/** A folder that was moved names the file where it was then: the one of that name lies above the run folders now. */
function experimentOf(folder: string, { experiment }: RunFile): string {
  if (existsSync(experiment)) return experiment;
  const moved = path.resolve(folder, '../../..', path.basename(experiment));
  return existsSync(moved) ? moved : experiment;
}

function textOf(folder: string): string {
  const file = path.join(folder, RUN_FILES.experiment);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ResumeError(`${file} can't be read, so it is not known what to train: ${(error as Error).message}.`);
  }
}

function refuseOtherTraining(run: RunFile, prepared: PreparedVariant, checkpoint: CheckpointPosition | null): void {
  const anew = `Train the variant "${run.variant}" anew instead.`;
  if (prepared.dataset.fingerprint !== run.dataFingerprint) {
    throw new ResumeError(
      `The data have changed since ${run.id} began: on other rows it would not be the same training. Put the data back as they were, or leave the run as it is. ${anew}`,
    );
  }
  const changed = changedSetting(run.resolved, resolvedExperiment(prepared));
  if (changed !== null) {
    throw new ResumeError(
      `This version of Orthant (${VERSION}; the run is of ${run.versions.orthant}) takes "${changed}" otherwise, so it would not be the same training. ${anew}`,
    );
  }
  const start = recordedStart(prepared);
  if (checkpoint === null && start !== null && start.fingerprint !== run.startWeights?.fingerprint) {
    throw new ResumeError(
      `${run.id} has no checkpoint yet, and the weights in ${start.from} that it began with have changed. ${anew}`,
    );
  }
}

function differences({ engine, versions }: RunFile, { engineChoice }: PreparedVariant): string[] {
  const parts = [
    ...(engine.version === engineChoice.version
      ? []
      : [`engine ${engine.name} ${engine.version}, now ${engineChoice.version}`]),
    ...(versions.orthant === VERSION ? [] : [`Orthant ${versions.orthant}, now ${VERSION}`]),
  ];
  return parts.length === 0
    ? []
    : [`The run began with ${parts.join(' and ')}: its numbers may differ in the last digits from there on.`];
}

/** Which of the best moments lie in the folder, with what was measured then. */
function snapshotsIn(folder: string, measures: ReadonlyMap<number, MeasuredEvent>): FoundSnapshots {
  const found = SOUGHT_SNAPSHOTS.map((name) => {
    const measure = measures.get(stepOf(path.join(folder, MODEL_FILES[name])));
    return [name, measure === undefined ? null : snapshotOf(measure)] as const;
  });
  return Object.fromEntries(found) as FoundSnapshots;
}

/** −1 where there is no such network. */
function stepOf(file: string): number {
  try {
    return Number(decodeTensors(readFileSync(file)).metadata.step ?? -1);
  } catch {
    return -1;
  }
}
