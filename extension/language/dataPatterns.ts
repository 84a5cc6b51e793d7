/** Which files to watch for an experiment's data and the network it starts from, as globs of the language server protocol below a folder. */
import path from 'node:path';
import { isAddress, sourcePattern } from '../data/sourcePattern';
import { writtenData } from './writtenData';

export interface DataPattern {
  /** Absolute folder. */
  readonly base: string;
  readonly glob: string;
}

/** One for each entry of `source`, and for `network.from`; what isn't there yet is watched too, since it may come. */
export function dataPatterns(text: string, directory: string): DataPattern[] {
  const { source, from } = writtenData(text);
  const entries = source === null ? [] : typeof source === 'string' ? [source] : source;
  const ofWeights =
    from === null || from.includes('\0') ? [] : weightsPattern(path.resolve(directory, from), directory);
  return [...ofData(entries, directory), ...ofWeights];
}

function weightsPattern(file: string, directory: string): DataPattern[] {
  if (path.relative(directory, file) === '') return [];
  return [{ base: path.dirname(file), glob: escaped(path.basename(file)) }];
}

function ofData(entries: readonly string[], directory: string): DataPattern[] {
  return entries.flatMap((entry): DataPattern[] => {
    if (entry.includes('\0') || isAddress(entry)) return [];
    const { absolute, folder, rest, mayBeGlob } = sourcePattern(entry, directory);
    // While a path is being typed, it may be the experiment's folder itself.
    if (path.relative(directory, absolute) === '') return [];
    return [{ base: path.normalize(folder), glob: mayBeGlob ? withoutBraces(rest) : escaped(rest) }];
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
