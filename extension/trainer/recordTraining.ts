/**
 * A training with the folder it is recorded in: every event is on disk before it is passed on, what is asked through the
 * folder is obeyed, and whatever goes wrong ends as a `failed` run that keeps what was recorded.
 */
import type { EndedEvent, LogEvent, TrainingEvent } from '../protocol/events';
import { applyEvent, type RunState } from '../protocol/runState';
import { watchControl } from '../runs/control';
import { RunFolderError, type RunWriter } from '../runs/writeRun';
import type { TrainingControl } from './control';
import { TrainingFailure } from './failure';
import { headOf } from './headOf';
import type { PreparedVariant } from './prepare';
import type { Resumption } from './resumption';
import { NO_SNAPSHOTS } from './snapshots';
import { summarize } from './summary';
import { train } from './train';

export interface RecordOptions {
  readonly prepared: PreparedVariant;
  readonly writer: RunWriter;
  readonly control: TrainingControl;
  /** The run as it is recorded so far. */
  readonly state: RunState;
  readonly resumption?: Resumption;
  /** Told right after the first event. */
  readonly news?: Omit<LogEvent, 'time'> | null;
  /** As `train` takes it. */
  readonly measureEveryEpochs?: number;
}

/**
 * Passes on every event once it is recorded.
 * @throws RunFolderError when not even the failure could be recorded, after it was passed on.
 */
export async function* recordTraining(options: RecordOptions): AsyncGenerator<TrainingEvent, void> {
  const { prepared, writer, control, resumption, news = null } = options;
  const head = headOf(prepared);
  const begin = Date.now() - (resumption?.checkpoint?.elapsedMs ?? 0);
  let state = options.state;
  const record = (event: TrainingEvent): TrainingEvent => {
    // The summary first: whoever reads the end finds it there.
    if (event.type === 'ended') writer.writeSummary(event.summary);
    writer.append(event);
    state = applyEvent(state, event);
    // An earlier end holds until it is told that the run goes on.
    if (event.type === 'resumed' && event.fromCheckpoint) writer.removeSummary();
    return event;
  };
  // A paused one, too: nobody would ever ask it to go on.
  writer.onTaken = () => control.stop();
  const asked = watchControl(writer.folder, {
    obey: (action) => control[action](),
    // Nobody could ask it for anything any more, or see what comes of it.
    gone: () => control.stop(),
  });
  try {
    const events = train({
      ...prepared,
      run: state.run,
      control,
      ...(resumption && { resumption }),
      ...(options.measureEveryEpochs !== undefined && { measureEveryEpochs: options.measureEveryEpochs }),
      keepCheckpoint: (checkpoint) => writer.writeCheckpoint(checkpoint),
      keepModel: (model) => writer.writeModel(model.tensors, model, head),
    });
    let isFirst = true;
    for await (const event of events) {
      yield record(event);
      if (isFirst && news !== null) yield record({ ...news, time: event.time });
      isFirst = false;
    }
  } catch (error) {
    const failed = failure(state, error, Date.now() - begin);
    if (failed === null) throw error;
    const isRecorded = recordFailure(writer, failed);
    yield failed;
    // Whoever trains it says so where it still can be said: in a log, on a channel.
    if (!isRecorded) {
      throw new RunFolderError(`The end of this run could not be recorded. ${failed.error}`);
    }
  } finally {
    asked.dispose();
    writer.close();
  }
}

/** `false` when not even the line of the end could be written, which a full disk often has room for. */
function recordFailure(writer: RunWriter, failed: EndedEvent): boolean {
  try {
    writer.writeSummary(failed.summary);
  } catch {
    // The run then opens as failed, with its reason, though lists can't know it.
  }
  try {
    writer.append(failed);
    return true;
  } catch {
    return false;
  }
}

/** `null` before the first event or after the last: then there is no run to speak of, or it has ended. */
function failure(state: RunState, error: unknown, durationMs: number): EndedEvent | null {
  const { started, measured } = state;
  if (started === null || state.ended !== null) return null;
  const summary = summarize(started, measured, {
    status: 'failed',
    epochs: error instanceof TrainingFailure ? error.epoch : (measured.at(-1)?.epoch ?? 0),
    steps: error instanceof TrainingFailure ? error.step : (measured.at(-1)?.step ?? 0),
    durationMs,
    samplesPerSecond: state.progress?.samplesPerSecond ?? 0,
    kkt: null,
    lastLayer: null,
    diagnoses: state.diagnoses,
    snapshots: error instanceof TrainingFailure ? error.snapshots : NO_SNAPSHOTS,
  });
  return { type: 'ended', time: Date.now(), status: 'failed', error: messageOf(error), summary };
}

function messageOf(error: unknown): string {
  // A full disk and the like come from the run folder, with their own remedy.
  const cause = error instanceof TrainingFailure ? error.cause : error;
  if (cause instanceof RunFolderError) return cause.message;
  if (error instanceof TrainingFailure) return error.message;
  return `Training failed unexpectedly: ${error instanceof Error ? error.message : String(error)}. Please report it with the run's folder, which keeps what was recorded.`;
}
