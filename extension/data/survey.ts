/**
 * Facts about an experiment's data, found by DuckDB's aggregates: enough to say all that is wrong with it, without its
 * values ever being read. Training and the language server survey in the same way, so both say the same.
 */
import { totalmem } from 'node:os';
import type { ProblemAtPath } from '../experiment/problems';
import { boundsOf, type Experiment } from '../experiment/schema';
import { checkColumns, heldOutCondition, type NumericColumn } from './columns';
import { type ColumnType, Database, DatabaseError, type SqlValue } from './database';
import { describeDatabaseError, findRaggedRow } from './errors';
import { readSource, resolveSource, type Source } from './source';
import { identifier, withoutEnding } from './sql';

/** Rows with something in common: how many, and the numbers of the first three, from 1. */
export interface SomeRows {
  readonly count: number;
  readonly first: readonly number[];
}

export interface ColumnFacts extends NumericColumn {
  /** Elements a row: 1 for a number, the list's length otherwise. */
  readonly width: number;
  readonly empty: SomeRows;
  readonly notANumber: SomeRows;
  /** Infinite, or beyond what 32 bits hold. */
  readonly tooLarge: SomeRows;
  /** Lists of another length than the first row's. */
  readonly otherLength: SomeRows;
  /** Outside the bounds, where the column is a target. */
  readonly belowMin: SomeRows;
  readonly aboveMax: SomeRows;
  /** Over all elements of all rows; `null` without any. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface Facts {
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** Rows held out by a column's value, and that column's most frequent values; `null` where a share is held out. */
  readonly heldOut: { count: number; values: readonly string[] } | null;
}

export interface Survey {
  /** `null` when `problems` say why. */
  readonly facts: Facts | null;
  readonly problems: readonly ProblemAtPath[];
}

/** Of the machine's memory: what a query may fill, which may have no end. */
const QUERY_MEMORY_SHARE = 0.5;

export const FLOAT32_MAX = 3.4028234663852886e38;

/** Opens the data of an experiment, hands it to `use`, and closes it again. */
export async function withDatabase<Result>(
  experiment: Experiment,
  directory: string,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const hasQuery = experiment.data.query !== undefined;
  const database = await Database.open(directory, {
    singleThread: hasQuery,
    memoryLimit: hasQuery ? `${Math.ceil(totalmem() * QUERY_MEMORY_SHARE)}B` : null,
  });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/**
 * `materialize` copies the columns in use into the table `selected`, from where their values are then read. What a query
 * gives is always copied: it is run once, and what is counted is what is read. A query may take so many `seconds`.
 */
export async function surveyData(
  database: Database,
  experiment: Experiment,
  source: Source,
  { materialize, seconds }: { materialize: boolean; seconds: number },
): Promise<Survey> {
  const { data } = experiment;
  const query = data.query === undefined ? undefined : withoutEnding(data.query);
  if (query === '') {
    const message =
      'The query is blank. Remove "query" to take all rows and columns, or write a SELECT, such as SELECT *, a + b AS sum FROM source WHERE a > 0.';
    return failed({ code: 'data.query-not-select', severity: 'error', message, path: ['data', 'query'] });
  }
  let sql = '';
  const run = (text: string): string => {
    sql = text;
    return text;
  };
  try {
    await database.run(run(`CREATE VIEW source AS SELECT * FROM ${readSource(source)}`));
    const sourceTypes = await columnsOfSource(database);
    if (source.header !== null && sourceTypes.length !== source.header.columns.length) {
      const ragged = await findRaggedRow(database, source);
      if (ragged !== null) return { facts: null, problems: [ragged] };
    }
    if (query !== undefined) database.limitTime(seconds);
    const types = query === undefined ? sourceTypes : await database.describe(run(query));
    if (types === null) {
      const message =
        'The query must be one SELECT without parameters, such as SELECT *, a + b AS sum FROM source WHERE a > 0.';
      return failed({ code: 'data.query-not-select', severity: 'error', message, path: ['data', 'query'] });
    }
    let relation = query === undefined ? 'source' : `(${query}\n)`;
    const { columns, problems, hasRows } = await checkColumns(database, run(relation), data, types);
    if (!hasRows) return { facts: { rows: 0, columns: [], heldOut: null }, problems: [] };
    if (problems.length > 0) return { facts: null, problems };
    if (materialize || query !== undefined) {
      await database.run(
        run(`CREATE TEMP TABLE selected AS SELECT ${selection(experiment, columns)} FROM ${relation}`),
      );
      relation = 'selected';
    }
    return { facts: await gatherFacts(database, run(relation), experiment, columns), problems: [] };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return failed(await describeDatabaseError(error, { database, source, query, sql }));
  } finally {
    database.limitTime(null);
  }
}

export async function findSource(
  database: Database,
  experiment: Experiment,
  directory: string,
): Promise<{ source: Source | null; problems: ProblemAtPath[] }> {
  return resolveSource(database, experiment.data.source, directory);
}

function failed(problem: ProblemAtPath): Survey {
  return { facts: null, problems: [problem] };
}

/** From the catalog: asking the view itself would have DuckDB look through the files again. */
async function columnsOfSource(database: Database): Promise<ColumnType[]> {
  const rows = await database.rows(
    "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'source' ORDER BY column_index",
  );
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

function selection({ data }: Experiment, columns: readonly NumericColumn[]): string {
  const names = columns.map(({ name }) => name);
  if (typeof data.validation === 'object' && !names.includes(data.validation.column))
    names.push(data.validation.column);
  return names.map(identifier).join(', ');
}

/** One condition of one column whose rows are counted. */
interface Question {
  column: string;
  fact: 'empty' | 'notANumber' | 'tooLarge' | 'otherLength' | 'belowMin' | 'aboveMax';
  condition: string;
}

async function gatherFacts(
  database: Database,
  relation: string,
  experiment: Experiment,
  columns: readonly NumericColumn[],
): Promise<Facts> {
  const { validation, targets } = experiment.data;
  const lengths = await firstLengths(database, relation, columns);
  const questions = columns.flatMap((column) => questionsAbout(column, lengths.get(column.name)!, experiment, targets));
  const heldOut = typeof validation === 'object' ? heldOutCondition(validation) : 'false';
  const extremes = columns.flatMap((column) => [
    `CAST(min(${smallest(column)}) FILTER (WHERE isfinite(CAST(${smallest(column)} AS DOUBLE))) AS DOUBLE)`,
    `CAST(max(${largest(column)}) FILTER (WHERE isfinite(CAST(${largest(column)} AS DOUBLE))) AS DOUBLE)`,
  ]);
  const counted = questions.map(({ condition }) => `count(*) FILTER (WHERE ${condition})`);
  const [answers] = await database.rows(
    `SELECT ${['count(*)', `count(*) FILTER (WHERE ${heldOut})`, ...extremes, ...counted].join(', ')} FROM ${relation}`,
  );
  const [rows, held] = answers!.slice(0, 2).map(Number) as [number, number];
  const counts = answers!.slice(2 + extremes.length).map(Number);
  const first = await firstRows(
    database,
    relation,
    questions.filter((_, index) => counts[index]! > 0),
  );

  const someRows = (name: string, fact: Question['fact']): SomeRows => {
    const index = questions.findIndex((question) => question.column === name && question.fact === fact);
    return index < 0 ? { count: 0, first: [] } : { count: counts[index]!, first: first.get(questions[index]!) ?? [] };
  };
  return {
    rows,
    heldOut:
      typeof validation === 'object'
        ? { count: held, values: held > 0 ? [] : await frequentValues(database, relation, validation.column) }
        : null,
    columns: columns.map((column, index) => ({
      ...column,
      width: lengths.get(column.name)!,
      empty: someRows(column.name, 'empty'),
      notANumber: someRows(column.name, 'notANumber'),
      tooLarge: someRows(column.name, 'tooLarge'),
      otherLength: someRows(column.name, 'otherLength'),
      belowMin: someRows(column.name, 'belowMin'),
      aboveMax: someRows(column.name, 'aboveMax'),
      min: toNumber(answers![2 + 2 * index]!),
      max: toNumber(answers![3 + 2 * index]!),
    })),
  };
}

function questionsAbout(
  column: NumericColumn,
  length: number,
  experiment: Experiment,
  targets: readonly string[],
): Question[] {
  const { name, value, isList, isFraction } = column;
  const ask = (fact: Question['fact'], condition: string): Question => ({ column: name, fact, condition });
  const low = `CAST(${smallest(column)} AS DOUBLE)`;
  const high = `CAST(${largest(column)} AS DOUBLE)`;
  const questions = [
    ask('empty', isList ? `${value} IS NULL OR len(${value}) > list_count(${value})` : `${value} IS NULL`),
    // NaN is the largest of all numbers to DuckDB.
    ask('tooLarge', `${low} < -${FLOAT32_MAX} OR (${high} > ${FLOAT32_MAX} AND NOT isnan(${high}))`),
  ];
  if (isFraction) questions.push(ask('notANumber', `isnan(${high})`));
  if (isList) questions.push(ask('otherLength', `len(${value}) != ${length}`));
  if (targets.includes(name) && !isList) {
    const { min, max } = boundsOf(experiment, name);
    if (min !== null) questions.push(ask('belowMin', `${low} < ${min}`));
    if (max !== null) questions.push(ask('aboveMax', `${high} > ${max} AND NOT isnan(${high})`));
  }
  return questions;
}

function smallest({ value, isList }: NumericColumn): string {
  return isList ? `list_min(${value})` : value;
}

function largest({ value, isList }: NumericColumn): string {
  return isList ? `list_max(${value})` : value;
}

/** What the first row says each list's length is. */
async function firstLengths(
  database: Database,
  relation: string,
  columns: readonly NumericColumn[],
): Promise<Map<string, number>> {
  const lists = columns.filter(({ isList }) => isList);
  const lengths = new Map(columns.map(({ name }) => [name, 1]));
  if (lists.length === 0) return lengths;
  const [row] = await database.rows(
    `SELECT ${lists.map(({ value }) => `len(${value})`).join(', ')} FROM ${relation} LIMIT 1`,
  );
  lists.forEach(({ name }, index) => {
    lengths.set(name, Number(row?.[index] ?? 0));
  });
  return lengths;
}

/** Only asked where there are such rows: numbering rows costs more than counting them. */
async function firstRows(
  database: Database,
  relation: string,
  questions: readonly Question[],
): Promise<Map<Question, number[]>> {
  if (questions.length === 0) return new Map();
  // The data's own names stay inside: none of them can be taken for one of these.
  const conditions = questions.map(({ condition }, index) => `${condition} AS asked_${index}`);
  const lists = questions.map((_, index) => `min(number, 3) FILTER (WHERE asked_${index})`);
  const [answers] = await database.rows(
    `SELECT ${lists.join(', ')} FROM (SELECT ${conditions.join(', ')}, row_number() OVER () AS number FROM ${relation})`,
  );
  return new Map(questions.map((question, index) => [question, (answers![index] as SqlValue[]).map(Number)]));
}

async function frequentValues(database: Database, relation: string, column: string): Promise<string[]> {
  const value = `CAST(${identifier(column)} AS VARCHAR)`;
  const rows = await database.rows(
    `SELECT ${value} FROM ${relation} WHERE ${value} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 6`,
  );
  return rows.map(([text]) => String(text));
}

/** JSON has no infinities: they come as text. */
function toNumber(value: SqlValue): number | null {
  return value === null ? null : Number(value);
}
