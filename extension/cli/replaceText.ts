/**
 * Puts a changed text in the place of the one that was read: whole or not at all, and only while the file is still what was
 * read. A file that is not in UTF-8 is left alone, since its other characters would be lost.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';

/** `bytes` are the file's as it was read. @returns why it was not replaced, `null` when it was. */
export function replaceText(file: string, bytes: Uint8Array, text: string): string | null {
  if (!isUtf8(bytes)) return 'it holds characters that are not in UTF-8, which would be lost; save it in UTF-8 first';
  try {
    // A folder that may be written would let a file be replaced that may not.
    accessSync(file, constants.W_OK);
    if (!readFileSync(file).equals(bytes)) return 'it has changed meanwhile';
    writeFileAtomic.sync(file, text);
    return null;
  } catch (error) {
    return `it can't be written (${(error as Error).message})`;
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
