/**
 * The trainer child process: takes one `start` over the process channel, trains that variant, and ends; or one `graph`,
 * and ends once it has told the graph of that variant's step. When the channel closes (the window is gone) it stops, keeps its checkpoint and ends too, so no orphan is ever left.
 */
import { constants, setPriority } from 'node:os';
import { UnsupportedStepError } from '../engines/engine';
import type { GraphRequest, StartRequest, TrainerMessage, TrainerRequest } from '../protocol/requests';
import { RunFolderError } from '../runs/writeRun';
import { TrainingControl } from './control';
import { loadVariants, prepare } from './prepare';
import { runVariant } from './runVariant';
import { variantGraph } from './variantGraph';

yieldToTheEditor();

const control = new TrainingControl();
let busy = false;

function send(message: TrainerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Ends the process once what was sent has left; the open channel is all that keeps it alive. */
function leave(exitCode: number): void {
  process.exitCode = exitCode;
  if (process.connected) process.disconnect();
}

const AT_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

async function start(request: StartRequest): Promise<void> {
  try {
    const { variants, problems } = await prepare({
      experimentPath: request.experiment,
      text: request.text,
      variants: [request.variant],
      otherwise: request.engine,
    });
    const prepared = variants?.[0];
    if (prepared === undefined) {
      send({ type: 'rejected', problems });
      return;
    }
    // Stopped while it was read: nothing was trained, so nothing is recorded.
    if (control.stopRequested) return;
    const events = runVariant({
      prepared,
      runsFolder: request.runsFolder,
      control,
      onCreated: ({ run, folder }) => send({ type: 'created', run, folder }),
    });
    for await (const event of events) send({ type: 'event', event });
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error;
    const problem = { code: 'runs.not-writable', severity: 'error', message: error.message, range: AT_START } as const;
    send({ type: 'rejected', problems: [problem] });
  }
}

async function showGraph({ experiment, text, variant }: GraphRequest): Promise<void> {
  const { variants, problems } = await loadVariants({ experimentPath: experiment, text, variants: [variant] });
  const loaded = variants?.[0];
  if (loaded === undefined) {
    send({ type: 'rejected', problems });
    return;
  }
  try {
    send({ type: 'graph', text: variantGraph(loaded, 'compiled').text });
  } catch (error) {
    if (!(error instanceof UnsupportedStepError)) throw error;
    const { message } = error;
    send({ type: 'rejected', problems: [{ code: 'engine.unsupported', severity: 'error', message, range: AT_START }] });
  }
}

process.on('message', (request: TrainerRequest) => {
  switch (request?.type) {
    case 'start':
    case 'graph':
      if (busy) {
        console.warn(`trainer: a second request to ${request.type} was passed over; a trainer process serves one`);
        return;
      }
      busy = true;
      (request.type === 'start' ? start(request) : showGraph(request)).then(
        () => leave(0),
        (error: unknown) => {
          console.error(error);
          leave(1);
        },
      );
      break;
    case 'stop':
      control.stop();
      break;
    case 'pause':
      control.pause();
      break;
    case 'resume':
      control.resume();
      break;
    default:
      console.warn(`trainer: unknown request ${JSON.stringify(request)}`);
  }
});

function stop(): void {
  control.stop();
  if (!busy) process.exit(0);
}

process.on('disconnect', stop);
// A terminal's Ctrl+C reaches the whole process group, and so does its closing.
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
