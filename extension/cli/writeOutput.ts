/** Writes a file that `--output` names, over one that is there. */
import { writeFileSync } from 'node:fs';

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
  try {
    writeFileSync(file, content);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new OutputError(`${file} can't be written: ${REASONS[code] ?? message}. Name another file with --output.`);
  }
}
