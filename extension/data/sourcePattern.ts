/** An entry of `source`, which may be a path or a glob, as a place on the disk. Looks at the text alone. */
import path from 'node:path';

export interface SourcePattern {
  /** With forward slashes. */
  readonly absolute: string;
  /** The folder before anything that may be a glob; absolute, without a slash at its end but for a root. */
  readonly folder: string;
  /** What follows it: a file's name, or a glob. */
  readonly rest: string;
  readonly mayBeGlob: boolean;
}

/** Folders that the experiment itself lies in are no globs, whatever characters are in their names. */
export function sourcePattern(entry: string, directory: string): SourcePattern {
  const absolute = forwardSlashes(path.resolve(directory, entry));
  const parts = absolute.split('/');
  const own = forwardSlashes(path.resolve(directory)).split('/');
  const nShared = parts.findIndex((part, index) => part !== own[index]);
  const firstGlob = parts.findIndex((part, index) => index >= nShared && nShared >= 0 && /[*?[]/.test(part));
  const nFolders = firstGlob < 0 ? parts.length - 1 : firstGlob;
  const folder = parts.slice(0, nFolders).join('/');
  return {
    absolute,
    folder: folder === '' || folder.endsWith(':') ? `${folder}/` : folder,
    rest: parts.slice(nFolders).join('/'),
    mayBeGlob: firstGlob >= 0,
  };
}

export function isAddress(entry: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(entry);
}

export function forwardSlashes(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}
