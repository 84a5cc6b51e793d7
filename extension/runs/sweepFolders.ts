/**
 * Sweep folders: made whole or not at all, and read again by whoever asks how far a sweep is. Beside the runs folder, so
 * that no list of runs has to pass them over.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import {
  type ConductorFile,
  type PointFailure,
  SWEEP_FILES,
  type SweepFile,
  type SweepPlace,
} from '../protocol/sweepFiles';
import type { SweepStatus } from '../protocol/sweepState';
import { ownIdentity } from './control';
import { HEARTBEAT_INTERVAL_MS, isWriterAlive } from './liveness';
import { RunFolderError } from './writeRun';

/** `.orthant/sweeps` for `.orthant/runs`; a folder of another name gets one of its own beside it. */
export function sweepsFolderOf(runsFolder: string): string {
  const name = path.basename(runsFolder);
  return path.join(path.dirname(runsFolder), name === 'runs' ? 'sweeps' : `${name}-sweeps`);
}

/**
 * Makes the folder of a new sweep; it appears under its name only when `sweep.json` is in it.
 * @throws RunFolderError when it can't be written.
 */
export function createSweep(sweep: Omit<SweepFile, 'id'>): { folder: string; file: SweepFile } {
  const sweepsFolder = sweepsFolderOf(sweep.runsFolder);
  const temporary = path.join(sweepsFolder, `.new-${process.pid}-${Date.now()}`);
  try {
    mkdirSync(temporary, { recursive: true });
    for (let time = Date.parse(sweep.started); ; time++) {
      const file: SweepFile = { ...sweep, id: sweepId(sweep.experiment, new Date(time)) };
      const folder = path.join(sweepsFolder, file.id);
      if (existsSync(folder)) continue;
      writeFileAtomicSync(path.join(temporary, SWEEP_FILES.sweep), `${JSON.stringify(file, null, 2)}\n`);
      renameSync(temporary, folder);
      return { folder, file };
    }
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunFolderError(
      `Sweeps can't be written to ${sweepsFolder}: ${reason}. Choose another folder with --runs or the setting "orthant.runsFolder".`,
    );
  }
}

/** `2026-11-20T21-55-43.412Z-weather`: sorts by time and names the experiment. */
function sweepId(experiment: string, started: Date): string {
  const name = path.basename(experiment).replace(/(\.orthant)?\.json$/, '');
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60) || 'experiment';
  return `${started.toISOString().replaceAll(':', '-')}-${safe}`;
}

/** Who trains a sweep, as long as it does: writes its state, and beats so that its death is noticed. */
export class ConductorWriter {
  readonly #file: string;
  readonly #heartbeat: NodeJS.Timeout;
  #state: ConductorFile;

  constructor(
    readonly folder: string,
    state: Pick<ConductorFile, 'jobs' | 'threads' | 'left'>,
  ) {
    this.#file = path.join(folder, SWEEP_FILES.conductor);
    const now = Date.now();
    this.#state = { ...state, ...ownIdentity(), status: 'running', since: now, time: now, error: null };
    this.#write();
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_INTERVAL_MS);
    this.#heartbeat.unref();
  }

  get state(): ConductorFile {
    return this.#state;
  }

  tell(status: ConductorFile['status'], error: string | null = null): void {
    this.#state = { ...this.#state, status, error, time: Date.now() };
    this.#write();
  }

  /** @throws Error when it can't be written: nobody would learn of it. */
  addFailure(failure: PointFailure): void {
    appendFileSync(path.join(this.folder, SWEEP_FILES.failures), `${JSON.stringify(failure)}\n`);
  }

  close(): void {
    clearInterval(this.#heartbeat);
  }

  #write(): void {
    writeFileAtomicSync(this.#file, `${JSON.stringify(this.#state, null, 2)}\n`);
  }

  #beat(): void {
    const now = new Date();
    try {
      utimesSync(this.#file, now, now);
    } catch {
      // The folder is gone; the watch of its requests tells the conductor.
    }
  }
}

/** A sweep as it lies on disk; how far it is, its runs say (`protocol/sweepState.ts`). */
export interface SweepListing {
  folder: string;
  file: SweepFile;
  status: SweepStatus;
  /** `null` where nobody has begun to train it. */
  conductor: ConductorFile | null;
  /** Points that failed before they had a run. */
  failures: PointFailure[];
}

/** `null` when the folder is no sweep, or half of one. */
export function readSweep(folder: string): SweepListing | null {
  const file = readJson<SweepFile>(path.join(folder, SWEEP_FILES.sweep));
  if (typeof file?.id !== 'string' || typeof file.text !== 'string' || !Array.isArray(file.points)) return null;
  const conductor = readJson<ConductorFile>(path.join(folder, SWEEP_FILES.conductor));
  return { folder, file, conductor, status: statusOf(folder, conductor), failures: readFailures(folder) };
}

/** Newest first; an absent folder has none. */
export function listSweeps(sweepsFolder: string): SweepListing[] {
  return namesIn(sweepsFolder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .reverse()
    .flatMap((name) => readSweep(path.join(sweepsFolder, name)) ?? []);
}

function statusOf(folder: string, conductor: ConductorFile | null): SweepStatus {
  if (conductor === null) return 'lost';
  const { status } = conductor;
  if (status === 'finished' || status === 'stopped' || status === 'failed') return status;
  try {
    const heartbeat = statSync(path.join(folder, SWEEP_FILES.conductor)).mtimeMs;
    return isWriterAlive(conductor, heartbeat) ? status : 'lost';
  } catch {
    return 'lost';
  }
}

/** The last line may be half of one. */
function readFailures(folder: string): PointFailure[] {
  let text: string;
  try {
    text = readFileSync(path.join(folder, SWEEP_FILES.failures), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const { point, time, error }: Partial<PointFailure> = JSON.parse(line);
      return Number.isInteger(point) && typeof error === 'string' ? [{ point: point!, time: time ?? 0, error }] : [];
    } catch {
      return [];
    }
  });
}

/** What another program wrote into a `run.json` counts as none. */
export function asSweepPlace(value: unknown): SweepPlace | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, point, assignments } = value as Partial<SweepPlace>;
  const isWhole = typeof id === 'string' && Number.isInteger(point) && typeof assignments === 'object';
  return isWhole && assignments !== null ? (value as SweepPlace) : null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson<Value>(file: string): Value | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Value) : null;
  } catch {
    return null;
  }
}
