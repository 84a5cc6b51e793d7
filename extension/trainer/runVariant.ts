/**
 * A recorded training: `train` with its run folder. Every event is on disk before it is passed on; whatever goes wrong
 * after the folder exists ends as a `failed` run that keeps what was recorded.
 */
import { findMethod } from '../methods/registry';
import type { EndedEvent, TrainingEvent } from '../protocol/events';
import { RUN_FORMAT_VERSION } from '../protocol/runFiles';
import { applyEvent, initialRunState, type RunState } from '../protocol/runState';
import { ownIdentity } from '../runs/control';
import { RunFolderError, RunWriter } from '../runs/writeRun';
import type { TrainingControl } from './control';
import { TrainingFailure } from './failure';
import { headOf } from './headOf';
import type { PreparedVariant } from './prepare';
import { NO_SNAPSHOTS } from './snapshots';
import { summarize } from './summary';
import { train } from './train';
import { VERSION } from './version';

export interface RunVariantOptions {
  readonly prepared: PreparedVariant;
  readonly runsFolder: string;
  readonly control: TrainingControl;
  /** As `train` takes it. */
  readonly measureEveryEpochs?: number;
  /** Called when the run folder exists, before the first event. */
  onCreated?(run: { run: string; folder: string }): void;
}

/** @throws RunFolderError when the run folder can't be made; then nothing is left behind. */
export async function* runVariant(options: RunVariantOptions): AsyncGenerator<TrainingEvent, void> {
  const { prepared, control } = options;
  const { variant, dataset, engineChoice } = prepared;
  const { writer, run } = RunWriter.create(
    options.runsFolder,
    {
      formatVersion: RUN_FORMAT_VERSION,
      experiment: prepared.experimentPath,
      variant: variant.name,
      method: variant.method,
      resolved: resolvedExperiment(prepared),
      engine: engineChoice,
      versions: { orthant: VERSION, node: process.versions.node },
      dataFingerprint: dataset.fingerprint,
      seed: variant.training.seed,
      ...ownIdentity(),
      started: new Date().toISOString(),
    },
    prepared.text,
  );
  options.onCreated?.({ run: run.id, folder: writer.folder });
  const head = headOf(prepared);

  let state = initialRunState({ run: run.id, experiment: run.experiment, variant: run.variant, folder: writer.folder });
  const record = (event: TrainingEvent): TrainingEvent => {
    // The summary first: whoever reads the end finds it there.
    if (event.type === 'ended') writer.writeSummary(event.summary);
    writer.append(event);
    state = applyEvent(state, event);
    return event;
  };
  try {
    const events = train({
      ...prepared,
      run: run.id,
      control,
      ...(options.measureEveryEpochs !== undefined && { measureEveryEpochs: options.measureEveryEpochs }),
      keepCheckpoint: (checkpoint) => writer.writeCheckpoint(checkpoint.tensors, checkpoint),
      keepModel: (model) => writer.writeModel(model.tensors, model, head),
    });
    for await (const event of events) yield record(event);
  } catch (error) {
    const failed = failure(state, error);
    if (failed === null) throw error;
    try {
      record(failed);
    } catch {
      // The folder itself is what failed; the event still reaches whoever watches.
    }
    yield failed;
  } finally {
    writer.close();
  }
}

/** What this variant trains, with every default filled in. */
function resolvedExperiment({ experiment, variant }: PreparedVariant): unknown {
  const { variants: _all, training: _general, ...rest } = experiment;
  const fields = findMethod(variant.method)?.fields.parse(variant.fields);
  return { ...rest, training: variant.training, method: { name: variant.method, ...fields } };
}

/** `null` before the first event or after the last: then there is no run to speak of, or it has ended. */
function failure(state: RunState, error: unknown): EndedEvent | null {
  const { started, measured } = state;
  if (started === null || state.ended !== null) return null;
  const time = Date.now();
  const summary = summarize(started, measured, {
    status: 'failed',
    epochs: error instanceof TrainingFailure ? error.epoch : (measured.at(-1)?.epoch ?? 0),
    steps: error instanceof TrainingFailure ? error.step : (measured.at(-1)?.step ?? 0),
    durationMs: time - started.time,
    samplesPerSecond: state.progress?.samplesPerSecond ?? 0,
    kkt: null,
    lastLayer: null,
    diagnoses: state.diagnoses,
    snapshots: error instanceof TrainingFailure ? error.snapshots : NO_SNAPSHOTS,
  });
  return { type: 'ended', time, status: 'failed', error: messageOf(error), summary };
}

function messageOf(error: unknown): string {
  // A full disk and the like come from the run folder, with their own remedy.
  const cause = error instanceof TrainingFailure ? error.cause : error;
  if (cause instanceof RunFolderError) return cause.message;
  if (error instanceof TrainingFailure) return error.message;
  return `Training failed unexpectedly: ${error instanceof Error ? error.message : String(error)}. Please report it with the run's folder, which keeps what was recorded.`;
}
