import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder with its parents and returns those that it made, the outermost first. Node's own `recursive` never returns
 * where nothing can be made (/proc).
 * @throws Error of the file system; then nothing is left behind.
 */
export function makeFolder(folder: string): string[] {
  if (existsSync(folder)) return [];
  const parent = path.dirname(folder);
  const made = parent === folder ? [] : makeFolder(parent);
  try {
    mkdirSync(folder);
    return [...made, folder];
  } catch (error) {
    // Another trainer may have been faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return made;
    unmakeFolders(made);
    throw error;
  }
}

/** Takes back what `makeFolder` made, as far as nobody has put anything there. */
export function unmakeFolders(made: readonly string[]): void {
  try {
    for (const each of made.toReversed()) rmdirSync(each);
  } catch {
    // Another process works there by now.
  }
}
