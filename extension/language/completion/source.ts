/** Paths for `source`: data files below the experiment's folder or one that is typed, the folders on the way, and globs where files abound. */
import path from 'node:path';
import type { CompletionItem } from 'vscode-languageserver';
import { escapeGlob } from '../../data/sql';
import { dataEntries } from '../dataFolder';
import { grouped } from '../numberText';
import { COMPLETION } from '../protocolNumbers';
import { sortText } from './columns';
import { fileItems } from './files';
import { type CompletionPlace, quoted } from './replacement';

export async function sourceItems(
  place: CompletionPlace,
  directory: string,
  used: readonly string[],
): Promise<CompletionItem[]> {
  const { cursor } = place;
  const typed = cursor.string === null ? '' : cursor.string.value.slice(0, cursor.string.before);
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const entries = await dataEntries(directory, folder);
  const unused = entries.filter(({ kind, path: file }) => kind === 'folder' || !used.includes(file));
  const files = unused.filter(({ kind }) => kind === 'file').map((entry) => entry.path);
  return [
    ...fileItems(unused, place),
    ...globsOf(files).map(({ glob, count }, index) => ({
      ...quoted(glob, place),
      kind: COMPLETION.file,
      detail: `${grouped(count)} files, read as one`,
      sortText: sortText(1, index),
    })),
  ];
}

/** `parts/*.csv`, for folders with several files of one ending. */
function globsOf(files: readonly string[]): { glob: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const slash = file.lastIndexOf('/') + 1;
    const glob = `${escapeGlob(file.slice(0, slash))}*${path.extname(file)}`;
    counts.set(glob, (counts.get(glob) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([glob, count]) => ({ glob, count }));
}
