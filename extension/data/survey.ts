/**
 * Facts about an experiment's data, found by DuckDB's aggregates: enough to say all that is wrong with it, without its
 * values ever being read. Training and the language server survey in the same way, so both say the same.
 */
import { preferred, removeField } from '../experiment/fixes';
import type { ProblemAtPath } from '../experiment/problems';
import { boundsOf, type Experiment } from '../experiment/schema';
import { checkColumns, heldOutCondition, type NumericColumn } from './columns';
import { type ColumnType, Database, DatabaseError, type SqlValue } from './database';
import { describeDatabaseError } from './errors';
import { reachOf, resolveSource, type Source } from './source';
import { openSource } from './sourceTable';
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
  /** Of the finite values (the population's deviation); `null` for lists, and without any. */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
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

export const FLOAT32_MAX = 3.4028234663852886e38;

/** Opens the data of an experiment, hands it to `use`, and closes it again. */
export async function withDatabase<Result>(
  experiment: Experiment,
  directory: string,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const hasQuery = experiment.data.query !== undefined;
  const database = await Database.open(reachOf(experiment.data.source, directory), {
    singleThread: hasQuery,
    isBounded: hasQuery,
  });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/** For training: what is counted is copied first into the table `selected`, from where its values are then read. */
export async function surveyData(
  database: Database,
  experiment: Experiment,
  source: Source,
  { seconds }: { seconds: number },
): Promise<Survey> {
  const { types, problem } = await openSource(database, source);
  if (types === null) return failed(problem);
  return surveyTable(database, experiment, { source, types }, { seconds, copies: 'always', copy });

  async function copy(select: string): Promise<string> {
    await database.copy(select, 'selected');
    return 'selected';
  }
}

export interface SurveyOptions {
  /** What a query may take. */
  seconds: number;
  /** What a query gives is always copied: it is run once, and what is counted is what is read. */
  copies: 'always' | 'queries';
  /** Keeps what a SELECT gives, and says the name of the table. @throws DatabaseError */
  copy(select: string): Promise<string>;
  /** Called with what names and types say when all is well so far, before values are looked at. */
  examined?: () => void;
}

/** `types` are those of the view `source`. */
export async function surveyTable(
  database: Database,
  experiment: Experiment,
  { source, types: sourceTypes }: { source: Source; types: readonly ColumnType[] },
  { seconds, copies, copy, examined }: SurveyOptions,
): Promise<Survey> {
  const { data } = experiment;
  const query = data.query === undefined ? undefined : withoutEnding(data.query);
  if (query === '') {
    const message =
      'The query is blank. Remove "query" to take all rows and columns, or write a SELECT, such as SELECT *, a + b AS sum FROM source WHERE a > 0.';
    const path = ['data', 'query'];
    const fixes = [preferred(removeField(path))];
    return failed({ code: 'data.query-not-select', severity: 'error', message, path, fixes });
  }
  let sql = '';
  const run = (text: string): string => {
    sql = text;
    return text;
  };
  try {
    if (query !== undefined) database.limitTime(seconds);
    const types = query === undefined ? sourceTypes : await database.describe(run(query));
    if (types === null) {
      const message =
        'The query must be one SELECT without parameters, such as SELECT *, a + b AS sum FROM source WHERE a > 0.';
      return failed({ code: 'data.query-not-select', severity: 'error', message, path: ['data', 'query'] });
    }
    let relation = query === undefined ? 'source' : `(${query}\n)`;
    const { columns, problems, hasRows } = await checkColumns(database, run(relation), experiment, {
      types,
      delimiter: source.header?.delimiter ?? null,
    });
    if (!hasRows) return { facts: { rows: 0, columns: [], heldOut: null }, problems: [] };
    if (problems.length > 0) return { facts: null, problems };
    examined?.();
    if (copies === 'always' || query !== undefined) {
      relation = await copy(run(`SELECT ${selection(experiment, columns)} FROM ${relation}`));
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
  return resolveSource((pattern) => database.glob(pattern), experiment.data.source, directory);
}

function failed(problem: ProblemAtPath): Survey {
  return { facts: null, problems: [problem] };
}

function selection({ data }: Experiment, columns: readonly NumericColumn[]): string {
  const names = columns.map(({ name }) => name);
  if (typeof data.validation === 'object' && !names.includes(data.validation.column))
    names.push(data.validation.column);
  return names.map(identifier).join(', ');
}

/** A condition whose rows are counted. */
interface Question {
  readonly fact: 'empty' | 'notANumber' | 'tooLarge' | 'otherLength' | 'belowMin' | 'aboveMax';
  readonly condition: string;
}

async function gatherFacts(
  database: Database,
  relation: string,
  experiment: Experiment,
  columns: readonly NumericColumn[],
): Promise<Facts> {
  const { validation } = experiment.data;
  const [total] = await database.aggregates(relation, ['count(*)']);
  const lengths = await firstLengths(database, relation, columns);
  const questions = columns.map((column) => [
    ...questionsAbout(column, lengths.get(column.name)!),
    ...boundQuestions(column, experiment),
  ]);
  const extremes = await database.aggregates(relation, columns.flatMap(momentsOf));
  const counts = (await database.aggregates(relation, questions.flat().map(counted))).map(Number);
  const facts: ColumnFacts[] = [];
  for (const [index, column] of columns.entries()) {
    const [min, max, mean, standardDeviation] = extremes.slice(4 * index, 4 * index + 4).map(toNumber);
    const wrong = { ...NOTHING_WRONG };
    for (const { fact, condition } of questions[index]!) {
      const count = counts.shift()!;
      if (count > 0) wrong[fact] = { count, first: await firstRows(database, relation, condition) };
    }
    const width = lengths.get(column.name)!;
    facts.push({
      ...column,
      width,
      ...wrong,
      min: min!,
      max: max!,
      mean: mean!,
      standardDeviation: standardDeviation!,
    });
  }
  return {
    rows: Number(total),
    heldOut: typeof validation === 'object' ? await heldOutRows(database, relation, validation) : null,
    columns: facts,
  };
}

/** Least, largest, mean and deviation, of finite values. Whole numbers are all finite, and quicker to ask. */
function momentsOf(column: NumericColumn): string[] {
  const [low, high] = [smallest(column), largest(column)];
  const none = ['NULL', 'NULL'];
  if (!column.isFraction) {
    const extremes = [`CAST(min(${low}) AS DOUBLE)`, `CAST(max(${high}) AS DOUBLE)`];
    const number = `CAST(${column.value} AS DOUBLE)`;
    return [...extremes, ...(column.isList ? none : [`avg(${number})`, `stddev_pop(${number})`])];
  }
  // Squares of larger ones are infinite, and a column that has them is refused anyway.
  const ordinary = `FILTER (WHERE abs(${low}) < 1e100)`;
  return [
    `CAST(min(${low}) FILTER (WHERE isfinite(${low})) AS DOUBLE)`,
    `CAST(max(${high}) FILTER (WHERE isfinite(${high})) AS DOUBLE)`,
    ...(column.isList ? none : [`avg(${low}) ${ordinary}`, `stddev_pop(${low}) ${ordinary}`]),
  ];
}

function counted({ condition }: Pick<Question, 'condition'>): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

const NO_ROWS: SomeRows = { count: 0, first: [] };
const NOTHING_WRONG: Readonly<Record<Question['fact'], SomeRows>> = {
  empty: NO_ROWS,
  notANumber: NO_ROWS,
  tooLarge: NO_ROWS,
  otherLength: NO_ROWS,
  belowMin: NO_ROWS,
  aboveMax: NO_ROWS,
};

async function heldOutRows(
  database: Database,
  relation: string,
  validation: { column: string; equals: string | number | boolean },
): Promise<Facts['heldOut']> {
  const [answer] = await database.aggregates(relation, [counted({ condition: heldOutCondition(validation) })]);
  const count = Number(answer);
  return { count, values: count > 0 ? [] : await frequentValues(database, relation, validation.column) };
}

function questionsAbout(column: NumericColumn, length: number): Question[] {
  const { value, isList, isFraction } = column;
  const low = `CAST(${smallest(column)} AS DOUBLE)`;
  const high = `CAST(${largest(column)} AS DOUBLE)`;
  const empty = isList ? `${value} IS NULL OR len(${value}) > list_count(${value})` : `${value} IS NULL`;
  const questions: Question[] = [
    { fact: 'empty', condition: empty },
    // NaN is the largest of all numbers to DuckDB.
    { fact: 'tooLarge', condition: `${low} < -${FLOAT32_MAX} OR (${high} > ${FLOAT32_MAX} AND NOT isnan(${high}))` },
  ];
  if (isFraction) questions.push({ fact: 'notANumber', condition: `isnan(${high})` });
  if (isList) questions.push({ fact: 'otherLength', condition: `len(${value}) != ${length}` });
  return questions;
}

function boundQuestions({ name, value, isList }: NumericColumn, experiment: Experiment): Question[] {
  if (!experiment.data.targets.includes(name) || isList) return [];
  const { min, max } = boundsOf(experiment, name);
  return [
    ...(min === null ? [] : [{ fact: 'belowMin' as const, condition: outsideCondition(value, 'min', min) }]),
    ...(max === null ? [] : [{ fact: 'aboveMax' as const, condition: outsideCondition(value, 'max', max) }]),
  ];
}

/** SQL that is true for a number beyond its bound; NaN is beyond none. */
export function outsideCondition(value: string, side: 'min' | 'max', limit: number): string {
  const number = `CAST(${value} AS DOUBLE)`;
  return side === 'min' ? `${number} < ${limit}` : `${number} > ${limit} AND NOT isnan(${number})`;
}

function smallest({ value, isList }: NumericColumn): string {
  return isList ? `list_min(${value})` : value;
}

function largest({ value, isList }: NumericColumn): string {
  return isList ? `list_max(${value})` : value;
}

/** What the first row says each list's length is. */
export async function firstLengths(
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

/** Numbers, from 1, of the first three rows: DuckDB reads no further than those. */
export async function firstRows(database: Database, relation: string, condition: string): Promise<number[]> {
  // The data's own names stay inside: none of them can be taken for one of these.
  const rows = await database.rows(
    `SELECT number FROM (SELECT ${condition} AS asked, row_number() OVER () AS number FROM ${relation}) WHERE asked LIMIT 3`,
  );
  return rows.map(([number]) => Number(number));
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
