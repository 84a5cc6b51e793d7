/**
 * The trainer child process: takes one `start` or `resumeRun` over the process channel, trains that, and ends; or one
 * `graph`, and ends once it has told the graph of that variant's step. When the channel closes (the window is gone) it
 * goes on to its end or stops and keeps its checkpoint, as it was told. Its run folder is where it is found again; when
 * that is gone it ends itself, so no orphan is ever left.
 */
import { constants, setPriority } from 'node:os';
import { UnsupportedStepError } from '../engines/engine';
import type { TrainingEvent } from '../protocol/events';
import type { Problem } from '../protocol/problems';
import type {
  GraphRequest,
  ResumeRunRequest,
  StartRequest,
  TrainerMessage,
  TrainerRequest,
} from '../protocol/requests';
import { TrainingControl } from './control';
import { loadVariants, prepare } from './prepare';
import { AT_START, refusalOf } from './refusal';
import { prepareResume, resumeRun } from './resumeRun';
import { runVariant } from './runVariant';
import { variantGraph } from './variantGraph';

yieldToTheEditor();

const control = new TrainingControl();
let busy = false;
let outlivesWindow = false;
/** There is a run folder. */
let hasBegun = false;

function send(message: TrainerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Ends the process once what was sent has left; after a training the open channel is all that keeps it alive. */
function leave(exitCode: number): void {
  process.exitCode = exitCode;
  if (process.connected) process.disconnect();
}

/** The events are on disk; whoever wants them reads them there. */
async function start(request: StartRequest): Promise<void> {
  const { variants, problems } = await prepare({
    experimentPath: request.experiment,
    text: request.text,
    variants: [request.variant],
    otherwise: request.engine,
  });
  const prepared = variants?.[0];
  if (prepared === undefined) return reject(problems);
  // Stopped while it was read: nothing was trained, so nothing is recorded.
  if (control.stopRequested) return;
  const { runsFolder, log } = request;
  for await (const event of runVariant({
    prepared,
    runsFolder,
    control,
    ...(log !== undefined && { log }),
    onCreated,
  })) {
    sayFailure(event);
  }
}

async function goOn({ folder, experiment }: ResumeRunRequest): Promise<void> {
  const { resumable, problems } = await prepareResume(folder, experiment);
  if (resumable === null) return reject(problems);
  if (control.stopRequested) return;
  let isTold = false;
  for await (const event of resumeRun(resumable, { control })) {
    // Not before the end that it had is none any more.
    if (!isTold) onCreated({ run: resumable.run.id, folder });
    isTold = true;
    sayFailure(event);
  }
}

/** The log is where a run without an end is explained. */
function sayFailure(event: TrainingEvent): void {
  if (event.type === 'ended' && event.error !== null) console.error(event.error);
}

function onCreated({ run, folder }: { run: string; folder: string }): void {
  hasBegun = true;
  send({ type: 'created', run, folder });
}

function reject(problems: Problem[]): void {
  send({ type: 'rejected', problems });
}

/** `false` when it is a fault of Orthant's own. */
function rejectFor(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (refusal === null) return false;
  reject([refusal]);
  return true;
}

async function showGraph({ experiment, text, variant }: GraphRequest): Promise<void> {
  const { variants, problems } = await loadVariants({ experimentPath: experiment, text, variants: [variant] });
  const loaded = variants?.[0];
  if (loaded === undefined) {
    reject(problems);
    return;
  }
  try {
    send({ type: 'graph', text: variantGraph(loaded, 'compiled').text });
  } catch (error) {
    if (!(error instanceof UnsupportedStepError)) throw error;
    const { message } = error;
    reject([{ code: 'engine.unsupported', severity: 'error', message, range: AT_START }]);
  }
}

async function serve(request: Exclude<TrainerRequest, { type: 'stop' }>): Promise<void> {
  switch (request.type) {
    case 'start':
      return start(request);
    case 'resumeRun':
      return goOn(request);
    case 'graph':
      return showGraph(request);
  }
}

process.on('message', (request: TrainerRequest) => {
  switch (request?.type) {
    case 'start':
    case 'resumeRun':
    case 'graph':
      if (busy) {
        console.warn(`trainer: a second request to ${request.type} was passed over; a trainer process serves one`);
        return;
      }
      busy = true;
      outlivesWindow = request.type !== 'graph' && request.onWindowClose === 'keepRunning';
      serve(request).then(
        () => leave(0),
        (error: unknown) => {
          // One that had begun is no refusal: something was written, but not its end.
          if (rejectFor(error)) return leave(hasBegun ? 1 : 0);
          console.error(error);
          leave(1);
        },
      );
      break;
    case 'stop':
      control.stop();
      break;
    default:
      console.warn(`trainer: unknown request ${JSON.stringify(request)}`);
  }
});

function stop(): void {
  control.stop();
  if (!busy) process.exit(0);
}

process.on('disconnect', () => {
  if (!outlivesWindow) stop();
});
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.on('SIGHUP', stop);

send({ type: 'ready', pid: process.pid });

/** Where cores are short, the person's typing goes first. Nothing is lost where the system doesn't allow it. */
function yieldToTheEditor(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Then all are equal.
  }
}
