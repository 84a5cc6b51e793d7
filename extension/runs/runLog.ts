/** What the process of a run said beside its events: the last words of one that was killed or crashed. */
import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';

const MOST_BYTES = 16_384;
const MOST_LINES = 12;

/**
 * A log that could not move into the run folder lies in `logFolder`, that of the editor's extension. What `run.json` names
 * anywhere else is not looked at: a run folder may be somebody else's, and name any file of this machine.
 */
export function logFileOf(folder: string, run: Pick<RunFile, 'log'> | null, logFolder?: string): string {
  const elsewhere = run?.log;
  const isOwn =
    typeof elsewhere === 'string' &&
    logFolder !== undefined &&
    path.dirname(path.resolve(elsewhere)) === path.resolve(logFolder);
  return isOwn ? elsewhere : path.join(folder, RUN_FILES.log);
}

/** The last lines, oldest first; none when there is no such file, or what lies there is a link or no file at all. */
export function lastLines(file: string): string[] {
  let handle: number;
  try {
    // A pipe would be waited for, and a link may lead anywhere.
    if (!lstatSync(file).isFile()) return [];
    handle = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8').split(/\r?\n/);
    return lines.filter((line) => line.trim() !== '').slice(-MOST_LINES);
  } finally {
    closeSync(handle);
  }
}
