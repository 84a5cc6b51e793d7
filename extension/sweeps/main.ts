/**
 * The processes of a sweep, in one bundle: `sweep.js worker` trains points; without an argument it conducts a sweep that
 * the editor asks for over its channel, and goes on when the channel closes, so that a reload ends nothing. What comes of
 * it is in the sweep's folder; stopping, pausing and resuming are asked for there.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { WantedEngine } from '../protocol/events';
import { hasErrors } from '../protocol/problems';
import { SWEEP_FILES, type SweepFile } from '../protocol/sweepFiles';
import type { ConductorMessage, ConductorRequest } from '../protocol/sweepRequests';
import { readSweep } from '../runs/sweepFolders';
import { createSweep } from '../runs/writeSweep';
import { refusalOf } from '../trainer/refusal';
import { conductSweep } from './conduct';
import { SweepControl } from './control';
import { checkResumed, planSweep } from './plan';

function send(message: ConductorMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function serve(request: ConductorRequest): Promise<void> {
  const began = request.type === 'begin' ? await begin(request) : await resume(request);
  if (began === null) return;
  const { folder, file, otherwise } = began;
  const control = new SweepControl();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => control.stop());
  try {
    const end = await conductSweep({
      folder,
      file,
      control,
      module: __filename,
      // Whoever reads the folder then finds who trains it.
      listener: { begun: () => send({ type: 'begun', id: file.id, folder }) },
      ...(request.jobs !== undefined && { jobs: request.jobs }),
      ...(otherwise !== undefined && { otherwise }),
      ...(request.type === 'resume' && { retryFailed: request.retryFailed }),
    });
    if (end.error !== null) log(folder, end.error);
  } catch (error) {
    // Nobody reads what a process says whose window is gone.
    if (refusalOf(error) === null) log(folder, error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
}

function log(folder: string, text: string): void {
  try {
    appendFileSync(path.join(folder, SWEEP_FILES.log), `${text}\n`);
  } catch {
    // The folder is what failed, or it is gone: what was trained is in the run folders.
  }
}

interface Began {
  folder: string;
  file: SweepFile;
  otherwise?: WantedEngine;
}

async function begin(request: ConductorRequest & { type: 'begin' }): Promise<Began | null> {
  const { experiment, text, runsFolder, engine, variants } = request;
  const { plan, problems } = await planSweep({
    experimentPath: experiment,
    text,
    runsFolder,
    otherwise: engine,
    ...(variants !== undefined && { variants }),
  });
  if (plan !== null) return { ...createSweep(plan), otherwise: engine };
  send({ type: 'rejected', problems });
  return null;
}

async function resume(request: ConductorRequest & { type: 'resume' }): Promise<Began | null> {
  const listing = readSweep(request.folder);
  if (listing === null) throw new Error(`${request.folder} is no sweep`);
  const file = { ...listing.file, experiment: request.experiment };
  const problems = await checkResumed(file, request.engine);
  if (!hasErrors(problems)) return { folder: request.folder, file, otherwise: request.engine };
  send({ type: 'rejected', problems });
  return null;
}

// The window that would read it may be gone; the log of the sweep has it.
process.stderr.on('error', () => {});

if (process.argv[2] === 'worker') {
  void import('./worker');
} else {
  process.once('message', (request: ConductorRequest) => {
    serve(request).then(
      () => process.exit(0),
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal === null) console.error(error);
        else send({ type: 'rejected', problems: [refusal] });
        process.exit(refusal === null ? 1 : 0);
      },
    );
  });
  // A window that closes before it asked for anything leaves nothing to do.
  const leave = (): void => process.exit(0);
  process.once('disconnect', leave);
  process.once('message', () => process.off('disconnect', leave));
}
