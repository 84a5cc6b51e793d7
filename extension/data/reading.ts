/**
 * How an experiment's rows are read, for a program that reads them again elsewhere: the files, the SQL around them and an
 * expression for each column. Looks at names and types; values are the business of `loadDataset.ts`.
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ProblemAtPath } from '../experiment/problems';
import type { DataSection, Experiment } from '../experiment/schema';
import { checkColumns, heldOutCondition, type NumericColumn } from './columns';
import { type ColumnType, DatabaseError } from './database';
import { describeDatabaseError, describeFailure } from './errors';
import { readFiles, type Source } from './source';
import { openSource } from './sourceTable';
import { withoutEnding } from './sql';
import { findSource, firstLengths, withDatabase } from './survey';

export interface ReadColumn {
  readonly name: string;
  readonly isList: boolean;
  /** Elements a row: 1 for a number, the first row's for a list. */
  readonly width: number;
  /** SQL for its value as `FLOAT`, or as a flat `FLOAT[]`. */
  readonly expression: string;
}

export interface Reading {
  /** Relative to the experiment's folder, with forward slashes, in the order they are read. */
  readonly files: readonly string[];
  /** DuckDB's function that reads the files which an SQL list of texts names. */
  readCall(list: string): string;
  /** Over the table `source`; `null` for all of it. */
  readonly query: string | null;
  readonly inputs: readonly ReadColumn[];
  readonly targets: readonly ReadColumn[];
  /** SQL that is true for a held-out row; `null` where a share of the rows is held out. */
  readonly heldOut: string | null;
  /** Where any reader of comma-separated values gives the same numbers: what stands between them. */
  readonly plainText: { readonly delimiter: string } | null;
}

/** Asks the files, as they are now. Throws only for what is no fault of the data. */
export async function findReading(
  experiment: Experiment,
  directory: string,
): Promise<{ reading: Reading | null; problems: ProblemAtPath[] }> {
  const failed = (...problems: ProblemAtPath[]) => ({ reading: null, problems });
  const { data } = experiment;
  const query = data.query === undefined ? null : withoutEnding(data.query);
  return withDatabase(experiment, directory, async (database) => {
    const { source, problems } = await findSource(database, experiment, directory);
    if (source === null) return failed(...problems);
    const opened = await openSource(database, source);
    if (opened.types === null) return failed(opened.problem);
    try {
      const types = query === null ? opened.types : ((await database.describe(query)) ?? []);
      const relation = query === null ? 'source' : `(${query}\n)`;
      const checked = await checkColumns(database, relation, experiment, {
        types,
        delimiter: source.header?.delimiter ?? null,
      });
      if (checked.problems.length > 0) return failed(...checked.problems);
      const widths = await firstLengths(database, relation, checked.columns);
      const columns = (names: readonly string[]): ReadColumn[] =>
        names.map((name) => asRead(checked.columns.find((column) => column.name === name)!, widths.get(name)!));
      const isPlain = query === null && (await isPlainText(source, types, data));
      const reading: Reading = {
        files: source.files.map((file) => path.relative(directory, file).split(path.sep).join('/')),
        readCall: (list) => readFiles(source, list),
        query,
        inputs: columns(data.inputs),
        targets: columns(data.targets),
        heldOut: typeof data.validation === 'number' ? null : heldOutCondition(data.validation),
        plainText: isPlain ? { delimiter: source.header!.delimiter } : null,
      };
      return { reading, problems: [] };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const asked = { database, source, query: query ?? undefined, sql: query ?? '' };
      return failed(await describeDatabaseError(error, asked));
    }
  }).catch((error: unknown) => failed(describeFailure(error)));
}

function asRead({ name, isList, value }: NumericColumn, width: number): ReadColumn {
  return { name, isList, width, expression: `CAST(${value} AS FLOAT${isList ? '[]' : ''})` };
}

/** Types whose text means the same number everywhere. */
const PLAIN_NUMBERS = ['BIGINT', 'DOUBLE'];

/** One file with a header in its first line, where every column that is used holds plain numbers under a name of its own. */
async function isPlainText({ format, files, header }: Source, types: readonly ColumnType[], data: DataSection) {
  if (format !== 'csv' || files.length > 1 || header === null) return false;
  const { inputs, targets, validation } = data;
  const isOnce = (name: string): boolean => header.columns.filter((column) => column === name).length === 1;
  const typeOf = (name: string): string => types.find((column) => column.name === name)?.type ?? '';
  const areNumbers = [...inputs, ...targets].every((name) => isOnce(name) && PLAIN_NUMBERS.includes(typeOf(name)));
  return areNumbers && (typeof validation === 'number' || isPlainMark()) && (await startsWithHeader());

  function isPlainMark(): boolean {
    if (typeof validation === 'number' || !isOnce(validation.column)) return false;
    const type = typeOf(validation.column);
    if (typeof validation.equals === 'string') return type === 'VARCHAR';
    return typeof validation.equals === 'number' && PLAIN_NUMBERS.includes(type);
  }

  /** No comments and blank lines before it. */
  async function startsWithHeader(): Promise<boolean> {
    const handle = await open(files[0]!);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      const start = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF?"?/, '');
      return start.startsWith(header!.columns[0]!.slice(0, 500)) && !/^[#\s]/.test(start);
    } finally {
      await handle.close();
    }
  }
}
