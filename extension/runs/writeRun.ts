/**
 * Writing a run folder: made at once or not at all, events appended line by line as they happen, everything else
 * replaced whole, so that a kill at any moment loses at most the last line.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import type { ProcessIdentity } from '../protocol/control';
import type { RunSummary, TrainingEvent } from '../protocol/events';
import { MODEL_FILES, RUN_FILES, type RunFile } from '../protocol/runFiles';
import type { SnapshotName } from '../protocol/snapshots';
import { checkpointMetadata, type RecordedCheckpoint } from './checkpoint';
import { HEARTBEAT_INTERVAL_MS } from './liveness';
import { makeFolder, unmakeFolders } from './makeFolder';
import { readRunFileNow } from './readRuns';
import { encodeHead, HEAD_KEY, type RecordedHead } from './recordedHead';
import { encodeTensors, type NamedTensor } from './safetensors';

/** The run folder can't be made or written; the message names the folder, the reason and what to do. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}

export class RunWriter {
  readonly folder: string;
  readonly #events: number;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #owner: ProcessIdentity;
  #isGone = false;
  #isTorn = false;
  #takenBy: ProcessIdentity | null = null;

  /** Called once when `run.json` names another process, such as after a clock was set: nothing is written from then on. */
  onTaken: () => void = () => {};

  private constructor(folder: string, events: number, owner: ProcessIdentity) {
    this.folder = folder;
    this.#events = events;
    this.#owner = owner;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_INTERVAL_MS);
    this.#heartbeat.unref();
  }

  /**
   * Makes the folder of a new run. It appears under its name only when `run.json` and the experiment are in it. `log` is
   * where the process logs; it moves into the folder, or stays where it is when that lies on another disk.
   * @throws RunFolderError when it can't be written; nothing is left behind.
   */
  static create(
    runsFolder: string,
    run: Omit<RunFile, 'id'>,
    experimentText: string,
    log?: string,
  ): { writer: RunWriter; run: RunFile } {
    const made: string[] = [];
    const temporary = path.join(runsFolder, `.new-${process.pid}-${Date.now()}`);
    try {
      made.push(...makeFolder(runsFolder));
      mkdirSync(temporary);
      writeFileSync(path.join(temporary, RUN_FILES.experiment), experimentText);
      writeFileSync(path.join(temporary, RUN_FILES.events), '');
      const place = log === undefined || moveLog(log, temporary) ? undefined : log;
      for (let time = Date.parse(run.started); ; time++) {
        const file: RunFile = {
          ...run,
          id: runId(run.variant, new Date(time)),
          ...(place !== undefined && { log: place }),
        };
        const folder = path.join(runsFolder, file.id);
        writeFileSync(path.join(temporary, RUN_FILES.run), `${JSON.stringify(file, null, 2)}\n`);
        if (!renameToFree(temporary, folder)) continue;
        return { writer: new RunWriter(folder, openSync(path.join(folder, RUN_FILES.events), 'a'), file), run: file };
      }
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary, { recursive: true });
      unmakeFolders(made);
      throw new RunFolderError(
        `Runs can't be written to ${runsFolder}: ${reasonOf(error)}. Choose another folder with --runs or the setting "orthant.runsFolder".`,
      );
    }
  }

  /**
   * Goes on writing a run whose process is gone. A last line that a kill cut off is trimmed away, so that the next event
   * begins a line of its own.
   * @throws RunFolderError when it can't be written; then all is as it was.
   */
  static open(folder: string, run: RunFile): RunWriter {
    const file = path.join(folder, RUN_FILES.events);
    let writer: RunWriter | null = null;
    try {
      trimTornLine(file);
      writer = new RunWriter(folder, openSync(file, 'a'), run);
      writer.#replace(RUN_FILES.run, `${JSON.stringify(run, null, 2)}\n`);
      return writer;
    } catch (error) {
      writer?.close();
      if (error instanceof RunFolderError) throw error;
      throw new RunFolderError(`The run in ${folder} can't be resumed: ${reasonOf(error)}.`);
    }
  }

  append(event: TrainingEvent): void {
    this.#guard(() => {
      // Writing to a deleted file succeeds; it is the heartbeat that notices.
      if (this.#isGone) throw Object.assign(new Error('the folder is gone'), { code: 'ENOENT' });
      // A line that a full disk cut off must not swallow this one.
      const line = `${this.#isTorn ? '\n' : ''}${JSON.stringify(event)}\n`;
      this.#isTorn = true;
      writeFileSync(this.#events, line);
      this.#isTorn = false;
    });
  }

  writeCheckpoint({ tensors, ...position }: RecordedCheckpoint): void {
    this.#replace(RUN_FILES.checkpoint, encodeTensors({ tensors, metadata: checkpointMetadata(position) }));
  }

  /** `head` is what follows the last layer, `null` where it is the output. */
  writeModel(
    tensors: readonly NamedTensor[],
    { snapshot, epoch, step }: { snapshot: SnapshotName; epoch: number; step: number },
    head: RecordedHead | null,
  ): void {
    const metadata = {
      format: 'pt',
      snapshot,
      epoch: String(epoch),
      step: String(step),
      ...(head && { [HEAD_KEY]: encodeHead(head) }),
    };
    this.#replace(MODEL_FILES[snapshot], encodeTensors({ tensors, metadata }));
  }

  writeSummary(summary: RunSummary): void {
    this.#replace(RUN_FILES.summary, `${JSON.stringify(summary, null, 2)}\n`);
  }

  /** The run goes on: what its end was stands in its events. */
  removeSummary(): void {
    this.#guard(() => rmSync(path.join(this.folder, RUN_FILES.summary), { force: true }));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    closeSync(this.#events);
  }

  #replace(name: string, content: string | Uint8Array): void {
    this.#guard(() => {
      const file = path.join(this.folder, name);
      // Not with its parents: a run folder that somebody deleted must not come back as half of one.
      if (!existsSync(path.dirname(file))) mkdirSync(path.dirname(file));
      writeFileAtomicSync(
        file,
        typeof content === 'string' ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      );
    });
  }

  #guard(write: () => void): void {
    if (this.#takenBy !== null) {
      const { pid, host } = this.#takenBy;
      throw new RunFolderError(`Another process (pid ${pid} on ${host}) trains the run in ${this.folder} by now.`);
    }
    try {
      write();
    } catch (error) {
      throw new RunFolderError(
        `Writing to ${this.folder} failed: ${reasonOf(error)}. What was recorded before stays; make room or choose another folder with --runs or the setting "orthant.runsFolder".`,
      );
    }
  }

  #beat(): void {
    if (this.#takenBy === null) this.#lookWhoseItIs();
    if (this.#takenBy !== null) return;
    const now = new Date();
    try {
      utimesSync(path.join(this.folder, RUN_FILES.events), now, now);
    } catch (error) {
      this.#isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }

  #lookWhoseItIs(): void {
    const { pid, processStarted, host } = this.#owner;
    const named = readRunFileNow(this.folder);
    // Gone, or something that a person put there: nobody trains it in place of this process.
    if (named === null || typeof named.pid !== 'number') return;
    if (named.pid === pid && named.processStarted === processStarted && named.host === host) return;
    this.#takenBy = named;
    this.onTaken();
  }
}

/** A process goes on writing to a file that it has open. `false` when it can't be moved there. */
function moveLog(log: string, folder: string): boolean {
  try {
    renameSync(log, path.join(folder, RUN_FILES.log));
    return true;
  } catch {
    return false;
  }
}

/** Ends a file of lines with a whole line: one that lacks but its end gets it, and a part of one is taken away. */
function trimTornLine(file: string): void {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end === bytes.length) return;
  try {
    JSON.parse(bytes.toString('utf8', end));
    appendFileSync(file, '\n');
  } catch {
    truncateSync(file, end);
  }
}

/** `2026-11-20T21-55-43.412Z-baseline`: sorts by time, names the variant, is a file name on every system. */
function runId(variant: string, started: Date): string {
  const safe = variant.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60) || 'variant';
  return `${started.toISOString().replaceAll(':', '-')}-${safe}`;
}

/** Two runs may start in the same millisecond: `false` when `to` is taken. */
function renameToFree(from: string, to: string): boolean {
  if (existsSync(to)) return false;
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** What the system says of a file that can't be written, in words of a person. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'no permission to write there';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'no space left on the device';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of the path is a file, not a folder';
    case 'ENOENT':
      return 'the folder does not exist';
    default:
      return message ?? String(error);
  }
}
