/**
 * Puts a changed text in the place of the one that was read: whole or not at all, and only while the file is still what was
 * read. A file that is not in UTF-8 is left alone, since its other characters would be lost.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** `bytes` are the file's as it was read. @returns why it was not replaced, `null` when it was. */
export function replaceText(file: string, bytes: Uint8Array, text: string): string | null {
  if (!isUtf8(bytes)) return 'it holds characters that are not in UTF-8, which would be lost; save it in UTF-8 first';
  try {
    // What a link leads to is written, and the link stays.
    const target = realpathSync(file);
    accessSync(target, constants.W_OK);
    return withTemporary(target, text, () => (readFileSync(target).equals(bytes) ? null : 'it has changed meanwhile'));
  } catch (error) {
    return `it can't be written (${(error as Error).message})`;
  }
}

/** Everything is on the disk before the name changes hands; `check` is asked as late as can be. */
function withTemporary(target: string, text: string, check: () => string | null): string | null {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, 'wx');
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(temporary, statSync(target).mode);
    const refused = check();
    if (refused === null) renameSync(temporary, target);
    return refused;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
