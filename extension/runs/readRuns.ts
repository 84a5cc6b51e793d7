/**
 * Reading run folders, one's own and other processes': a listing for the sidebar and the whole state of one run by the
 * same fold that a live run uses. Foreign files are passed over; a half-written last line is dropped; what an earlier
 * version recorded comes in today's form.
 */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { completeEvent, completeSummary } from '../protocol/earlierVersions';
import type { ListedSummary, RunSummary, TrainingEvent } from '../protocol/events';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';
import type { RunNotes } from '../protocol/runNotes';
import { applyEvent, initialRunState, type RunState, type RunStatus } from '../protocol/runState';
import type { SweepPlace } from '../protocol/sweepFiles';
import { inSlices } from './inSlices';
import { isWriterAlive } from './liveness';
import { asObject, readJson } from './readJson';
import { lastLines, logFileOf } from './runLog';
import { readNotes } from './runNotes';
import { asSweepPlace } from './sweepFolders';

export interface RunListing {
  folder: string;
  id: string;
  experiment: string;
  variant: string;
  method: string;
  status: RunStatus;
  /** ISO 8601. */
  started: string;
  summary: ListedSummary | null;
  notes: RunNotes;
  /** Of a run of a sweep. */
  sweep?: SweepPlace;
  /** As in `run.json`; absent in runs recorded before there was one. */
  configuration?: string;
  /** As in `run.json`; absent where another program wrote it without. */
  seed?: number;
  /** Of a run that is lost: that it is. Its log is read where the run itself is, not for lists of thousands. */
  error?: string;
}

/** Newest first; an absent folder has no runs. */
export async function listRuns(runsFolder: string): Promise<RunListing[]> {
  let names: string[];
  try {
    names = await readdir(runsFolder);
  } catch {
    return [];
  }
  const folders = names.filter((name) => !name.startsWith('.')).map((name) => path.join(runsFolder, name));
  const listings = await inSlices(folders, skimRun);
  return listings.filter((listing) => listing !== null).sort(newestFirst);
}

/** By their ids, which begin with the start. */
export function newestFirst(a: RunListing, b: RunListing): number {
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** `null` when the folder is not a run. */
export function listRun(folder: string): (RunListing & { summary: RunSummary | null }) | null {
  return listingOf(folder, asSummary(readJson<RunSummary>(path.join(folder, RUN_FILES.summary))));
}

/**
 * The same without the networks that the run keeps, for lists of thousands. Reads at once and not asynchronously: handing
 * each of so many small files to a thread takes several times as long as reading it (`inSlices.ts`).
 */
export function skimRun(folder: string): RunListing | null {
  return listingOf(folder, asSummary(skimSummary(path.join(folder, RUN_FILES.summary))));
}

function listingOf<Summary extends ListedSummary>(
  folder: string,
  summary: Summary | null,
): (RunListing & { summary: Summary | null }) | null {
  const run = runFileOf(folder);
  if (run === null) return null;
  const sweep = asSweepPlace(run.sweep);
  const status = summary?.status ?? statusWithoutEnd(folder, run);
  return {
    folder,
    id: run.id,
    experiment: run.experiment,
    variant: run.variant,
    method: run.method,
    status,
    started: run.started,
    summary,
    notes: readNotes(folder),
    ...(sweep !== null && { sweep }),
    ...(typeof run.configuration === 'string' && { configuration: run.configuration }),
    ...(typeof run.seed === 'number' && { seed: run.seed }),
    ...(status === 'lost' && { error: LOST_TEXT }),
  };
}

/**
 * The state of a run from its folder. Of a run that is lost it has the last words of its process, from `logFolder` too,
 * where the editor's extension logs.
 * @throws Error with a message for a person when the folder is not a run.
 */
export async function readRun(folder: string, logFolder?: string): Promise<RunState> {
  const run = await readRunFile(folder);
  if (run === null) throw new Error(`${folder} is not a run folder: it has no readable ${RUN_FILES.run}.`);
  let state = initialRunState({ run: run.id, experiment: run.experiment, variant: run.variant, folder });
  state = { ...state, status: 'starting' };
  for await (const event of readEvents(path.join(folder, RUN_FILES.events))) state = applyEvent(state, event);
  if (state.ended !== null) return state;
  const status = statusWithoutEnd(folder, run);
  if (status !== 'lost') return state;
  return { ...state, status, error: [LOST_TEXT, ...lastLines(logFileOf(folder, run, logFolder))].join('\n') };
}

const LOST_TEXT = 'The process that trained this run is gone and left no end; what it recorded is shown.';

export async function readRunFile(folder: string): Promise<RunFile | null> {
  return runFileOf(folder);
}

/** At once, for those who ask while they do something else. */
export function readRunFileNow(folder: string): RunFile | null {
  return runFileOf(folder);
}

/** What another program wrote under the name of a run counts as none; what an earlier version left out is empty. */
function runFileOf(folder: string): RunFile | null {
  const run = readJson<RunFile>(path.join(folder, RUN_FILES.run));
  if (run === null) return null;
  const { id, variant, experiment, method, started } = run;
  if (typeof id !== 'string' || typeof variant !== 'string' || typeof experiment !== 'string') return null;
  return {
    ...run,
    method: typeof method === 'string' ? method : '',
    started: typeof started === 'string' ? started : '',
  };
}

function statusWithoutEnd(folder: string, run: RunFile): RunStatus {
  try {
    return isWriterAlive(run, statSync(path.join(folder, RUN_FILES.events)).mtimeMs) ? 'running' : 'lost';
  } catch {
    return 'lost';
  }
}

/** Every event that can be understood, in order. */
export async function* readEvents(file: string): AsyncGenerator<TrainingEvent> {
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

/** `null` for a line that was cut off or is no event. */
export function parseEvent(line: string): TrainingEvent | null {
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

/** How `RunWriter` begins the last field of a summary, the longest by far. */
const SNAPSHOTS = ',\n  "snapshots": ';

/** A summary read up to the networks kept, where they stand last; else all of it. */
function skimSummary(file: string): RunSummary | null {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.endsWith('}\n') ? text.lastIndexOf(SNAPSHOTS) : -1;
    return asObject(JSON.parse(end < 0 ? text : `${text.slice(0, end)}}`));
  } catch {
    return null;
  }
}
