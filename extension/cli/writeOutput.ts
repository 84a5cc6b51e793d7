/** Writes what `--output` names, a file or a folder of files, over those that are there. */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { makeFolder } from '../runs/makeFolder';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is not there',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
};

/** The message names the file, the reason and the remedy. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** @throws OutputError */
export function writeOutput(file: string, content: string | Uint8Array): void {
  orOutputError(file, 'file', () => write(file, content));
}

/** A file somewhere below the folder, which is made as far as it is not there. @throws OutputError */
export function writeInto(folder: string, file: string, content: string | Uint8Array): void {
  orOutputError(folder, 'folder', () => {
    const whole = path.join(folder, file);
    makeFolder(path.dirname(whole));
    write(whole, content);
  });
}

/** Whole or not at all: what was there stays until the new one is on the disk. */
function write(file: string, content: string | Uint8Array): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    // A terminal or a pipe has no place that another file could take.
    writeFileSync(file, content);
    return;
  }
  // A folder that may be written would let a file be replaced that may not.
  if (there !== undefined) accessSync(file, constants.W_OK);
  writeFileAtomicSync(file, typeof content === 'string' ? content : Buffer.from(content));
}

function orOutputError(output: string, kind: 'file' | 'folder', write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const isFile = kind === 'folder' && (code === 'ENOTDIR' || code === 'EEXIST');
    const reason = isFile ? 'a part of its path is a file' : (REASONS[code] ?? message);
    throw new OutputError(`${output} can't be written: ${reason}. Name another ${kind} with --output.`);
  }
}
