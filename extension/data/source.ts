/**
 * From the experiment's `source` to files that exist, and to the SQL that reads them. They may lie anywhere on the disk:
 * naming them is what `source` is for. A query reaches no further than them and the experiment's folder.
 */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { certainColumn } from '../experiment/certainNames';
import { changeTo, fix, namedFixes, withFixes } from '../experiment/fixes';
import { listNames, nearestNames } from '../experiment/names';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import type { ProblemFix } from '../protocol/problems';
import { type Header, readHeader } from './delimitedText';
import { fileStamp } from './fileStamp';
import { forwardSlashes, isAddress, sourcePattern } from './sourcePattern';
import { escapeGlob, literal } from './sql';

export type SourceFormat = 'csv' | 'parquet' | 'json';

export interface Source {
  format: SourceFormat;
  /** Absolute paths with forward slashes, in the order they are read. */
  files: string[];
  /** Bytes and times of change: the same when the files are. */
  stamp: string;
  /** Of all files. */
  bytes: number;
  /** Of the first file, for delimited text. */
  header: Header | null;
}

const FORMATS: Readonly<Record<string, SourceFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.json': 'json',
};

/** Files that match a glob, sorted: the business of a database, which reads them by the same rules. */
export type Glob = (pattern: string) => Promise<string[]>;

export async function resolveSource(
  glob: Glob,
  source: string | readonly string[],
  directory: string,
): Promise<{ source: Source | null; problems: ProblemAtPath[] }> {
  const patterns = typeof source === 'string' ? [source] : source;
  const problems: ProblemAtPath[] = [];
  const files: string[] = [];
  const stamps: string[] = [];
  let bytes = 0;
  const pathOf = (index: number): JsonPath =>
    typeof source === 'string' ? ['data', 'source'] : ['data', 'source', index];

  const removalOf = (index: number): ProblemFix[] =>
    patterns.length === 1 ? [] : [fix('Remove this entry', { kind: 'remove', path: pathOf(index) })];

  for (const [index, pattern] of patterns.entries()) {
    const found = await findFiles(glob, pattern, directory);
    if (!Array.isArray(found)) {
      problems.push(problemOf(found, pathOf(index)));
      continue;
    }
    for (const file of found) {
      if (files.includes(file)) continue;
      const missing = await checkLink(file);
      if (missing !== null) {
        problems.push(problemOf(missing, pathOf(index)));
        continue;
      }
      const problem = checkFormat(file, files[0] ?? file);
      if (problem !== null) problems.push({ ...problemOf(problem, pathOf(index)), ...withFixes(removalOf(index)) });
      const { stamp, bytes: size } = await fileStamp(file);
      if (size === 0) problems.push(problemOf(emptyFile(file), pathOf(index)));
      files.push(file);
      bytes += size;
      stamps.push(stamp);
    }
  }
  if (problems.length > 0) return { source: null, problems };

  const format = formatOf(files[0]!)!;
  const header = format === 'csv' ? await readHeader(files[0]!, stamps[0]!).catch(toReason) : null;
  if (header instanceof Error) {
    const message = `"${path.basename(files[0]!)}" can't be opened: ${header.message}. Check its permissions.`;
    return { source: null, problems: [{ code: 'data.unreadable', severity: 'error', message, path: pathOf(0) }] };
  }
  if (header === 'binary') {
    const message = `"${path.basename(files[0]!)}" is not text in UTF-8. Save it as CSV in UTF-8 (in Excel: "CSV UTF-8").`;
    return { source: null, problems: [{ code: 'data.encoding', severity: 'error', message, path: pathOf(0) }] };
  }
  if (format === 'csv' && header === null) {
    return { source: null, problems: [{ ...emptyFile(files[0]!), severity: 'error', path: pathOf(0) }] };
  }
  if (header?.isClosed === false) return { source: null, problems: [unclosedQuote(files[0]!, pathOf(0))] };
  if (header?.isWhole === false) return { source: null, problems: [endlessHeader(files[0]!, pathOf(0))] };
  return { source: { format, files, stamp: stamps.join('\n'), bytes, header }, problems: [] };
}

/** What may be opened: folders with all that is below them, and single files. */
export interface Reach {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** The experiment's folder, and what its source names elsewhere: of a glob the folder before it. */
export function reachOf(source: string | readonly string[], directory: string): Reach {
  const entries = typeof source === 'string' ? [source] : source;
  const patterns = entries.map((entry) => sourcePattern(entry, directory));
  return {
    folders: [directory, ...patterns.filter(({ mayBeGlob }) => mayBeGlob).map(({ folder }) => folder)],
    files: patterns.map(({ absolute }) => absolute),
  };
}

/**
 * SQL that reads the files. Every line of a text file takes part in finding the columns' types: from a sample, DuckDB
 * may take a column for whole numbers and then round the fractions further down.
 */
export function readSource(source: Source): string {
  return readFiles(source, `[${source.files.map((file) => literal(escapeGlob(file))).join(', ')}]`);
}

/** The same of files that `list`, an SQL list of texts, names. */
export function readFiles(
  { format, files, header }: Pick<Source, 'format' | 'files' | 'header'>,
  list: string,
): string {
  switch (format) {
    case 'parquet':
      return `read_parquet(${list})`;
    case 'json': {
      const shape = files.every((file) => file.toLowerCase().endsWith('.json')) ? 'auto' : 'newline_delimited';
      return `read_json(${list}, format = '${shape}', sample_size = -1)`;
    }
    case 'csv':
      return `read_csv(${list}, ${csvOptions(header!)}, sample_size = -1)`;
  }
}

/** Reads one file with exactly the header's columns, all as text: the first line that has others is an error. */
export function readStrictly(file: string, header: Header): string {
  const columns = header.columns.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  return `read_csv(${literal(escapeGlob(file))}, ${csvOptions(header)}, auto_detect = false, columns = {${columns}})`;
}

function csvOptions({ delimiter }: Header): string {
  return `delim = ${literal(delimiter)}, header = true, quote = '"', escape = '"', strict_mode = true, null_padding = false`;
}

interface Finding {
  readonly code: string;
  readonly message: string;
  /** What to name instead, the likeliest first. */
  readonly instead?: readonly string[];
  /** The one of them that is meant beyond doubt. */
  readonly certain?: string | null;
}

function problemOf({ instead = [], certain = null, ...finding }: Finding, place: JsonPath): ProblemAtPath {
  const fixes = namedFixes(
    instead,
    () => certain,
    (pattern) => changeTo(place, pattern),
  );
  return { ...finding, severity: 'error', path: place, ...withFixes(fixes) };
}

async function findFiles(glob: Glob, pattern: string, directory: string): Promise<string[] | Finding> {
  if (isAddress(pattern)) {
    const message = `"${pattern}" is an address, and Orthant reads files. Download it and name the file.`;
    return { code: 'data.remote-source', message };
  }
  if (pattern.includes('\0')) {
    return { code: 'data.no-such-file', message: "No file's name holds the character \\u0000. Remove it." };
  }
  const { absolute, folder, rest, mayBeGlob } = sourcePattern(pattern, directory);
  const found = await stat(absolute).catch(() => null);
  const isLink = (await lstat(absolute).catch(() => null))?.isSymbolicLink() ?? false;
  if (found?.isFile() || (found === null && isLink)) return [absolute];
  if (found?.isDirectory()) {
    const inside = `${escapeGlob(pattern.replace(/[\\/]$/, ''))}/*`;
    const message = `"${pattern}" is a folder. Name the files in it, such as "${inside}.csv".`;
    const kinds = new Set((await dataFilesIn(absolute)).map((name) => path.extname(name)));
    return { code: 'data.no-such-file', message, instead: [...kinds].map((kind) => inside + kind) };
  }
  if (mayBeGlob) {
    const files = await glob(path.posix.join(escapeGlob(folder), rest));
    if (files.length > 0) return files.map(forwardSlashes);
    return noSuchFile(`No file matches "${pattern}".`, absolute, pattern);
  }
  return noSuchFile(`There is no file "${pattern}" beside the experiment.`, absolute, pattern);
}

/** Offers what could have been meant: files with a similar name, else those there are. */
async function noSuchFile(lead: string, absolute: string, pattern: string): Promise<Finding> {
  const code = 'data.no-such-file';
  const folder = path.dirname(absolute);
  const data = await dataFilesIn(folder);
  if (data.length === 0) {
    const message = `${lead} The folder ${path.basename(folder)} holds no CSV, TSV, Parquet or JSON lines file.`;
    return { code, message };
  }
  const prefix = pattern.slice(0, pattern.length - path.basename(pattern).length);
  const name = path.basename(pattern);
  const near = nearestNames(name, data).map((each) => prefix + each);
  if (near.length > 0) {
    const certain = certainColumn(name, data);
    const message = `${lead} Did you mean ${listNames(near, 'or')}?`;
    return { code, message, instead: near, certain: certain === null ? null : prefix + certain };
  }
  const few = data.length > FEW_FILES ? [] : data.map((name) => prefix + name);
  return { code, message: `${lead} The folder holds ${listNames(data, 'and', 6)}.`, instead: few };
}

const FEW_FILES = 3;

/** Experiments are JSON files as well, and no data. */
async function dataFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => formatOf(name) !== undefined && !name.endsWith('.orthant.json')).sort();
}

async function checkLink(file: string): Promise<Finding | null> {
  if ((await realpath(file).catch(() => null)) !== null) return null;
  const message = `"${path.basename(file)}" is a link to a file that is not there. Mend or remove it.`;
  return { code: 'data.no-such-file', message };
}

function checkFormat(file: string, first: string): Finding | null {
  const name = path.basename(file);
  const format = formatOf(file);
  if (format === undefined) {
    const message = `"${name}" is no kind of file that Orthant reads: CSV (.csv), TSV (.tsv), Parquet (.parquet) or JSON lines (.jsonl).`;
    return { code: 'data.unknown-format', message };
  }
  if (format === formatOf(first)) return null;
  const message = `"${name}" and "${path.basename(first)}" are files of two kinds, and all files of one source must be of one. Convert one of them.`;
  return { code: 'data.mixed-formats', message };
}

/** Left to DuckDB, it would read the whole file for it. */
function unclosedQuote(file: string, place: JsonPath): ProblemAtPath {
  const message = `The header of "${path.basename(file)}" opens a quote " that is never closed. Close or remove it.`;
  return { code: 'data.unclosed-quote', severity: 'error', message, path: place };
}

/** Left to DuckDB, millions of columns would fill the memory. */
function endlessHeader(file: string, place: JsonPath): ProblemAtPath {
  const message = `The first line of "${path.basename(file)}" goes on for more than a million characters, and should hold the columns' names. Check that the file has line breaks.`;
  return { code: 'data.unreadable', severity: 'error', message, path: place };
}

function emptyFile(file: string): Finding {
  const message = `"${path.basename(file)}" is empty. A data file has a line with the columns' names and then one line for each row.`;
  return { code: 'data.empty-file', message };
}

function formatOf(file: string): SourceFormat | undefined {
  return FORMATS[path.extname(file).toLowerCase()];
}

function toReason(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
