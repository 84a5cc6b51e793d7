/**
 * Reading run folders, one's own and other processes': a listing for the sidebar and the whole state of one run by the
 * same fold that a live run uses. Foreign files are passed over; a half-written last line is dropped; what an earlier
 * version recorded comes in today's form.
 */
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { completeEvent, completeSummary } from '../protocol/earlierVersions';
import type { RunSummary, TrainingEvent } from '../protocol/events';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';
import { applyEvent, initialRunState, type RunState, type RunStatus } from '../protocol/runState';
import { isWriterAlive } from './liveness';

export interface RunListing {
  folder: string;
  id: string;
  experiment: string;
  variant: string;
  method: string;
  status: RunStatus;
  /** ISO 8601. */
  started: string;
  summary: RunSummary | null;
}

/** Newest first; an absent folder has no runs. */
export async function listRuns(runsFolder: string): Promise<RunListing[]> {
  let names: string[];
  try {
    names = await readdir(runsFolder);
  } catch {
    return [];
  }
  const listings = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => listRun(path.join(runsFolder, name))),
  );
  return listings
    .filter((listing): listing is RunListing => listing !== null)
    .sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

/** `null` when the folder is not a run. */
export async function listRun(folder: string): Promise<RunListing | null> {
  const run = await readRunFile(folder);
  if (run === null) return null;
  const summary = asSummary(await readJson<RunSummary>(path.join(folder, RUN_FILES.summary)));
  return {
    folder,
    id: run.id,
    experiment: run.experiment,
    variant: run.variant,
    method: run.method,
    status: summary?.status ?? (await statusWithoutEnd(folder, run)),
    started: run.started,
    summary,
  };
}

/**
 * The state of a run from its folder.
 * @throws Error with a message for a person when the folder is not a run.
 */
export async function readRun(folder: string): Promise<RunState> {
  const run = await readRunFile(folder);
  if (run === null) throw new Error(`${folder} is not a run folder: it has no readable ${RUN_FILES.run}.`);
  let state = initialRunState({ run: run.id, experiment: run.experiment, variant: run.variant, folder });
  state = { ...state, status: 'starting' };
  for await (const event of readEvents(path.join(folder, RUN_FILES.events))) state = applyEvent(state, event);
  if (state.ended !== null) return state;
  const status = await statusWithoutEnd(folder, run);
  if (status !== 'lost') return state;
  return {
    ...state,
    status,
    error: 'The process that trained this run is gone and left no end; what it recorded is shown.',
  };
}

export async function readRunFile(folder: string): Promise<RunFile | null> {
  const run = await readJson<RunFile>(path.join(folder, RUN_FILES.run));
  return run !== null && typeof run.id === 'string' && typeof run.variant === 'string' ? run : null;
}

async function statusWithoutEnd(folder: string, run: RunFile): Promise<RunStatus> {
  try {
    const { mtimeMs } = await stat(path.join(folder, RUN_FILES.events));
    return isWriterAlive(run, mtimeMs) ? 'running' : 'lost';
  } catch {
    return 'lost';
  }
}

async function* readEvents(file: string): AsyncGenerator<TrainingEvent> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const event = parseEvent(line);
      if (event !== null) yield event;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** What each event must hold to be shown; a line that doesn't was cut off by a kill or written by somebody else. */
const NEEDED: Readonly<Record<string, (event: Record<string, unknown>) => boolean>> = {
  started: ({ targets, engine, epochs }) => Array.isArray(targets) && isObject(engine) && typeof epochs === 'number',
  measured: ({ train, histograms, step }) =>
    isObject(train) && isObject(train.overall) && isObject(histograms) && typeof step === 'number',
  ended: ({ summary, status }) => asSummary(summary as RunSummary) !== null && typeof status === 'string',
};

function parseEvent(line: string): TrainingEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    if (!isObject(event) || typeof event.type !== 'string' || typeof event.time !== 'number') return null;
    const isWhole = Object.hasOwn(NEEDED, event.type) ? NEEDED[event.type]!(event) : true;
    return isWhole ? completeEvent(event as unknown as TrainingEvent) : null;
  } catch {
    return null;
  }
}

/** A foreign or half-written summary counts as none. */
function asSummary(summary: RunSummary | null): RunSummary | null {
  const isWhole =
    isObject(summary) &&
    typeof summary.status === 'string' &&
    typeof summary.durationMs === 'number' &&
    isObject(summary.verdict) &&
    (summary.train === null || (isObject(summary.train) && isObject(summary.train.overall)));
  return isWhole ? completeSummary(summary) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function readJson<Value>(file: string): Promise<Value | null> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Value) : null;
  } catch {
    return null;
  }
}
