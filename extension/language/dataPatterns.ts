/** Which files to watch for an experiment's data, as globs of the language server protocol below a folder. */
import path from 'node:path';
import { writtenData } from './writtenData';

export interface DataPattern {
  /** Absolute folder. */
  readonly base: string;
  readonly glob: string;
}

/** One for each entry of `source`; what isn't there yet is watched too, since it may come. */
export function dataPatterns(text: string, directory: string): DataPattern[] {
  const { source } = writtenData(text);
  const entries = source === null ? [] : typeof source === 'string' ? [source] : source;
  return entries.flatMap((entry): DataPattern[] => {
    const relative = path.relative(directory, path.resolve(directory, entry)).split(path.sep);
    // What lies outside is not read.
    if (relative[0] === '..' || relative[0] === '' || path.isAbsolute(relative.join(path.sep)) || entry.includes('\0'))
      return [];
    const first = relative.findIndex((part) => /[*?[]/.test(part));
    const nFolders = first < 0 ? relative.length - 1 : first;
    const base = path.join(directory, ...relative.slice(0, nFolders));
    return [
      {
        base,
        glob: relative
          .slice(nFolders)
          .map(first < 0 ? escaped : withoutBraces)
          .join('/'),
      },
    ];
  });
}

/** As it stands, to who reads a glob. */
function escaped(part: string): string {
  return part.replace(/[*?[{]/g, '[$&]');
}

/** Braces mean nothing to the data's reader and something to an editor. */
function withoutBraces(part: string): string {
  return part.replace(/\{/g, '[{]');
}
