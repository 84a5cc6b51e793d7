/** Writing a sweep's folder: made whole or not at all, and the state of whoever trains it, replaced whole. */
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { type ConductorFile, type PointFailure, SWEEP_FILES, type SweepFile } from '../protocol/sweepFiles';
import { ownIdentity } from './control';
import { HEARTBEAT_INTERVAL_MS } from './liveness';
import { makeFolder, unmakeFolders } from './makeFolder';
import { sweepsFolderOf } from './sweepFolders';
import { RunFolderError } from './writeRun';

/**
 * Makes the folder of a new sweep; it appears under its name only when `sweep.json` is in it.
 * @throws RunFolderError when it can't be written; nothing is left behind.
 */
export function createSweep(sweep: Omit<SweepFile, 'id'>): { folder: string; file: SweepFile } {
  const sweepsFolder = sweepsFolderOf(sweep.runsFolder);
  const temporary = path.join(sweepsFolder, `.new-${process.pid}-${Date.now()}`);
  const made: string[] = [];
  try {
    made.push(...makeFolder(sweepsFolder));
    mkdirSync(temporary);
    for (let time = Date.parse(sweep.started); ; time++) {
      const file: SweepFile = { ...sweep, id: sweepId(sweep.experiment, new Date(time)) };
      const folder = path.join(sweepsFolder, file.id);
      if (existsSync(folder)) continue;
      writeFileAtomicSync(path.join(temporary, SWEEP_FILES.sweep), `${JSON.stringify(file, null, 2)}\n`);
      renameSync(temporary, folder);
      return { folder, file };
    }
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true });
    unmakeFolders(made);
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

  /**
   * Gives why that can't be written, for a person, and `null` where it was. It doesn't throw: a full disk, or a folder that
   * somebody deleted, must not keep its trainers from being stopped.
   */
  tell(status: ConductorFile['status'], error: string | null = null): string | null {
    this.#state = { ...this.#state, status, error, time: Date.now() };
    return this.#reasonNot(() => this.#write());
  }

  /** Gives what `tell` does. */
  addFailure(failure: PointFailure): string | null {
    return this.#reasonNot(() =>
      appendFileSync(path.join(this.folder, SWEEP_FILES.failures), `${JSON.stringify(failure)}\n`),
    );
  }

  close(): void {
    clearInterval(this.#heartbeat);
  }

  #reasonNot(write: () => void): string | null {
    try {
      write();
      return null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `The state of the sweep can't be written to ${this.folder}: ${reason}. Its runs stay as they are; make room or allow writing there, and resume it.`;
    }
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
