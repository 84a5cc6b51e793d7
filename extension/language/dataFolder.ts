/** Data files, and others that an experiment names, below its folder, to choose from. Looks at names only, and at no more than it can look through in a moment. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface FolderEntry {
  /** Relative to the experiment's folder, with forward slashes; a folder's ends with one. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

const DEEPEST = 3;
const MOST_FOLDERS = 100;
const MOST_FILES = 500;

/**
 * Files that are `wanted` by their names, those of a format that `source` takes unless said, in `folder` (relative, ends with a slash unless it is empty) and below, and
 * the folders that hold them, directly or further down; nearest first. Hidden folders and packages are passed over.
 */
export async function dataEntries(
  directory: string,
  folder: string,
  wanted: (name: string) => boolean = isDataFile,
): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  const levels: string[] = [folder];
  let nFolders = 0;
  for (let depth = 0; depth < DEEPEST && levels.length > 0; depth++) {
    const next: string[] = [];
    for (const each of levels.splice(0)) {
      if (nFolders++ >= MOST_FOLDERS || entries.length >= MOST_FILES) return entries;
      for (const child of await children(path.resolve(directory, each))) {
        const relative = each + child.name;
        if (child.isFolder) next.push(`${relative}/`);
        else if (wanted(child.name)) entries.push({ path: relative, kind: 'file' });
        if (child.isFolder && depth === 0) entries.push({ path: `${relative}/`, kind: 'folder' });
      }
    }
    levels.push(...next);
  }
  const holds = (folder: string): boolean =>
    levels.some((each) => each.startsWith(folder)) ||
    entries.some((entry) => entry.kind === 'file' && entry.path.startsWith(folder));
  return entries.filter((entry) => entry.kind === 'file' || holds(entry.path));
}

/** By its name. Any `.json` may be JSON lines, but experiments and settings are none. */
export function isDataFile(name: string): boolean {
  return /\.(csv|tsv|tab|parquet|pq|jsonl|ndjson)$/i.test(name) && !name.startsWith('.');
}

async function children(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .filter(({ name, isFolder }) => !isFolder || (!name.startsWith('.') && name !== 'node_modules'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
