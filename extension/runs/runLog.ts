/** What the process of a run said beside its events: the last words of one that was killed or crashed. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';

const MOST_BYTES = 16_384;
const MOST_LINES = 12;

export function logFileOf(folder: string, run: Pick<RunFile, 'log'> | null): string {
  return run?.log ?? path.join(folder, RUN_FILES.log);
}

/** The last lines, oldest first; none when there is no such file. */
export function lastLines(file: string): string[] {
  let handle: number;
  try {
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
