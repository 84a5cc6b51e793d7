/** From what DuckDB refused to a problem that names the thing, the place and the remedy. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { certainColumn } from '../experiment/certainNames';
import { fix, namedFixes, withFixes } from '../experiment/fixes';
import { listNames, nearestNames } from '../experiment/names';
import type { ProblemAtPath } from '../experiment/problems';
import type { ProblemFix } from '../protocol/problems';
import { type Database, DatabaseError } from './database';
import { readStrictly, type Source } from './source';
import { readableIdentifier } from './sql';

export interface ErrorContext {
  database: Database;
  source: Source;
  query: string | undefined;
  /** The SQL that was run, with the query somewhere in it. */
  sql: string;
}

export async function describeDatabaseError(error: DatabaseError, context: ErrorContext): Promise<ProblemAtPath> {
  if (error.kind === 'Timeout') {
    const message = `The query ${error.message} and was stopped. Give it an end or less to do, or run it once and name its result as "source".`;
    return { code: 'data.query-too-slow', severity: 'error', message, path: ['data', 'query'] };
  }
  return (await describeSourceError(error, context)) ?? describeQueryError(error, context);
}

/** For what is refused outside the SQL of a survey, and for files that vanish while they are read. */
export function describeFailure(error: unknown): ProblemAtPath {
  const isOfFiles = error instanceof Error && 'syscall' in error;
  if (!(error instanceof DatabaseError) && !isOfFiles) throw error;
  return problem('data.unreadable', `The data can't be read: ${firstLine(error.message).replace(/\.$/, '')}.`);
}

/** A problem of the files, or `null` when it must be the query's. */
async function describeSourceError(error: DatabaseError, context: ErrorContext): Promise<ProblemAtPath | null> {
  const { database, source, query } = context;
  if (/sniffing file/.test(error.message)) {
    return (await findRaggedRow(database, source)) ?? unreadable(source, 'its lines make no table');
  }
  const line = /^CSV Error on Line: (\d+)/.exec(error.message);
  if (line !== null) return describeLine(error, Number(line[1]), source);
  if (/Malformed JSON/.test(error.message)) return describeJson(source);
  if (/Schema mismatch/i.test(error.message)) {
    const [, name] = /name: "([^"]+)"/.exec(error.message) ?? [];
    const column = name === undefined ? 'a column' : `the column "${name}"`;
    const message = `The files of the source don't have the same columns: ${column} of "${path.basename(source.files[0]!)}" is missing in another. Give all files the same header line.`;
    return problem('data.files-differ', message);
  }
  if (/magic bytes|small to be a Parquet/i.test(error.message)) {
    return unreadable(source, 'it is no Parquet file, or one that was cut short');
  }
  if (query === undefined || (error.position === null && /parquet/i.test(error.message))) {
    return unreadable(source, firstLine(error.message));
  }
  return null;
}

/** The first line whose number of values differs from the header's, if any. */
export async function findRaggedRow(database: Database, source: Source): Promise<ProblemAtPath | null> {
  if (source.header === null) return null;
  for (const file of source.files) {
    try {
      await database.rows(`SELECT count(*) FROM ${readStrictly(file, source.header)}`);
    } catch (error) {
      const line = /^CSV Error on Line: (\d+)/.exec((error as DatabaseError).message);
      if (line !== null) return describeLine(error as DatabaseError, Number(line[1]), source);
    }
  }
  return null;
}

function describeLine({ message }: DatabaseError, line: number, source: Source): ProblemAtPath {
  const [, fileName] = /^\s*file = (.+)$/m.exec(message) ?? [];
  const file = path.basename(fileName ?? source.files[0]!);
  const [, original = ''] = /^Original Line: (.*)$/m.exec(message) ?? [];
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message) ?? [];
  const text = original.length > 60 ? `${original.slice(0, 60)}…` : original;
  const where = `Line ${line} of "${file}"`;
  if (expected !== undefined) {
    const values = found === '1' ? '1 value' : `${found} values`;
    const columns = expected === '1' ? '1 column' : `${expected} columns`;
    return problem(
      'data.ragged-row',
      `${where} has ${values} and the header has ${columns}: ${text}. Correct the line, or remove it.`,
    );
  }
  if (/unicode|utf-8/i.test(message)) {
    return problem('data.encoding', `${where} holds bytes that are no text in UTF-8. Save the file as CSV in UTF-8.`);
  }
  if (/quote/i.test(message)) {
    return problem(
      'data.unclosed-quote',
      `${where} opens a quote " that is never closed: ${text}. Close or remove it.`,
    );
  }
  return problem(
    'data.unreadable',
    `${where} can't be read (${firstLine(message.split('\n').slice(2).join('\n'))}): ${text}`,
  );
}

/** DuckDB counts lines of JSON in its own way, so the line is looked for here. */
async function describeJson(source: Source): Promise<ProblemAtPath> {
  for (const file of source.files.filter((each) => !each.endsWith('.json'))) {
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '' || isJson(line)) continue;
      const text = line.length > 60 ? `${line.slice(0, 60)}…` : line;
      const message = `Line ${number} of "${path.basename(file)}" is no JSON: ${text}. Each line must hold one object, such as {"x": 1, "y": 2}.`;
      return problem('data.bad-json', message);
    }
  }
  return problem('data.bad-json', `"${path.basename(source.files[0]!)}" is no JSON that can be read as a table.`);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function unreadable(source: Source, reason: string): ProblemAtPath {
  const names = listNames(source.files.map((file) => path.basename(file)));
  const shown = source.files.reduce((text, file) => text.replaceAll(file, path.basename(file)), reason);
  return problem('data.unreadable', `${names} can't be read: ${shown.replace(/\.$/, '')}.`);
}

function describeQueryError(error: DatabaseError, { query, sql }: ErrorContext): ProblemAtPath {
  const path = ['data', 'query'];
  const within = placeInQuery(error.position, query!, sql);
  if (error.kind === 'Permission') {
    const message =
      'The query reaches for a file or setting that an experiment may not touch. It may read the table source and files of its folder.';
    return { code: 'data.query-forbidden', severity: 'error', message, path, within };
  }
  // DuckDB's own tables (pg_class) are no help, and neither are the types that a function takes.
  const candidates = /^No function matches/.test(error.message)
    ? []
    : error.candidates.filter((name) => !/^(pg|sqlite|duckdb|information)_/.test(name));
  const guess = candidates.length === 0 ? '' : ` Did you mean ${listNames(candidates, 'or', 4)}?`;
  const message = `The query can't be run: ${firstLine(error.message).replace(/[.!]$/, '')}.${guess}`;
  const fixes = within === undefined ? [] : nearWords(query!, within, candidates, /Function/.test(error.message));
  return { code: 'data.query-error', severity: 'error', message, path, within, ...withFixes(fixes) };
}

/** Names in the place of one that DuckDB doesn't know; a function's is never in quotes. */
function nearWords(
  query: string,
  { offset, length }: { offset: number; length: number },
  candidates: readonly string[],
  isFunction: boolean,
): ProblemFix[] {
  const word = query.slice(offset, offset + length).replace(/^"(.*)"$/, '$1');
  return namedFixes(
    nearestNames(word, candidates),
    () => certainColumn(word, candidates),
    (name) => {
      const text = isFunction ? name : readableIdentifier(name);
      return fix(`Change to ${text}`, { kind: 'replaceText', path: ['data', 'query'], offset, length, text });
    },
  );
}

/** DuckDB counts bytes of the SQL it ran; the place is wanted in UTF-16 units of the query inside it. */
function placeInQuery(position: number | null, query: string, sql: string): ProblemAtPath['within'] {
  if (position === null) return undefined;
  const before = Buffer.from(sql).subarray(0, position).toString();
  const offset = before.length - sql.indexOf(query);
  if (offset < 0 || offset >= query.length) return undefined;
  const word = /^(?:[\p{L}\p{N}_]+|"[^"]*"|'[^']*'|.)/u.exec(query.slice(offset));
  return { offset, length: word?.[0].length ?? 1 };
}

function firstLine(message: string): string {
  return message.split('\n').find((line) => line.trim() !== '') ?? message;
}

function problem(code: string, message: string): ProblemAtPath {
  return { code, severity: 'error', message, path: ['data', 'source'] };
}
