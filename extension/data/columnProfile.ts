/** What is in a column, by DuckDB's aggregates: for a completion's detail, a hover, the proposal of an experiment. */
import type { ColumnKind, ColumnNumbers, ColumnProfile, ColumnValues } from '../protocol/columns';
import { kindOf, type NumericColumn } from './columns';
import type { Database, SqlValue } from './database';
import { binEdges } from './profileBins';
import { identifier } from './sql';

/** Where a column stands, as `FROM` takes it. */
export interface InTable {
  readonly relation: string;
}

/** Up to so many elements quartiles and histogram are found exactly; of more a sample is taken. */
const EXACT_ELEMENTS = 1_000_000;
const SAMPLED_ELEMENTS = 200_000;
/** Of more rows whole vectors of 2,048 are taken by chance, and no others are read. */
const SINGLE_ROWS = 500_000;
const FREQUENT_LIMIT = 10;
/** Up to so many rows different values are counted; of more their number is estimated, which may be a tenth off. */
const COUNTED_ROWS = 300_000;

export function columnKind(type: string): ColumnKind {
  if (type === 'BOOLEAN') return 'boolean';
  const found = kindOf('', type);
  if (found.kind !== 'numeric') return found.kind;
  return found.column.isList ? 'list' : 'number';
}

/** @throws DatabaseError */
export async function columnValues(
  database: Database,
  { relation }: InTable,
  name: string,
  type: string,
): Promise<ColumnValues> {
  const found = kindOf(name, type);
  const column = identifier(name);
  const [total] = await database.rows(`SELECT count(*) FROM ${relation}`);
  const different =
    Number(total![0]) <= COUNTED_ROWS ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`;
  const parts = ['count(*)', `count(${column})`, different];
  if (found.kind === 'numeric') {
    const { low, high, isFraction, isList } = ends(found.column);
    parts.push(
      `min(${low}) FILTER (WHERE isfinite(${low}))`,
      `max(${high}) FILTER (WHERE isfinite(${high}))`,
      isFraction ? `count(*) FILTER (WHERE isnan(${high}))` : '0',
      isList || type.startsWith('DECIMAL') || isFraction
        ? `bool_and(${isList ? 'false' : `${low} = floor(${low})`}) FILTER (WHERE isfinite(${low}))`
        : 'true',
    );
  }
  const [answer] = await database.rows(`SELECT ${parts.join(', ')} FROM ${relation}`);
  const [rows, filled, distinct, min = null, max = null, notANumber = 0, isWhole = false] = answer!;
  return {
    rows: Number(rows),
    nulls: Number(rows) - Number(filled),
    // An estimate may be above what there is.
    distinct: Math.min(Number(distinct), Number(filled)),
    min: toNumber(min),
    max: toNumber(max),
    notANumber: Number(notANumber),
    isWhole: isWhole === true,
  };
}

/** @throws DatabaseError */
export async function columnProfile(
  database: Database,
  table: InTable,
  name: string,
  type: string,
): Promise<ColumnProfile> {
  const values = await columnValues(database, table, name, type);
  const found = kindOf(name, type);
  const kind = columnKind(type);
  const isCounted = kind === 'text' || kind === 'date' || kind === 'boolean';
  return {
    name,
    type,
    kind,
    values,
    width: found.kind === 'numeric' ? await widthOf(database, table, found.column) : 1,
    numbers: found.kind === 'numeric' ? await numbersOf(database, table, found.column, values) : null,
    frequent: isCounted ? await frequentValues(database, table.relation, name, FREQUENT_LIMIT) : [],
  };
}

/** Most frequent first, equally frequent ones by their text. @throws DatabaseError */
export async function frequentValues(
  database: Database,
  relation: string,
  name: string,
  limit: number,
): Promise<{ value: string; count: number }[]> {
  const value = identifier(name);
  const rows = await database.rows(
    `SELECT CAST(value AS VARCHAR), count(*) FROM (SELECT ${value} AS value FROM ${relation}) WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, 1 LIMIT ${limit}`,
  );
  return rows.map(([text, count]) => ({ value: String(text), count: Number(count) }));
}

async function widthOf(database: Database, { relation }: InTable, { value, isList }: NumericColumn): Promise<number> {
  if (!isList) return 1;
  const [row] = await database.rows(`SELECT len(${value}) FROM ${relation} LIMIT 1`);
  return Number(row?.[0] ?? 0);
}

async function numbersOf(
  database: Database,
  { relation }: InTable,
  column: NumericColumn,
  { rows, min, max, isWhole }: ColumnValues,
): Promise<ColumnNumbers | null> {
  if (min === null || max === null) return null;
  const width = column.isList ? await widthOf(database, { relation }, column) : 1;
  const isAll = rows * width <= EXACT_ELEMENTS;
  const sample = isAll ? relation : sampleOf(relation, rows, SAMPLED_ELEMENTS / (rows * width));
  const flat = (from: string): string =>
    `(SELECT CAST(${column.isList ? `unnest(${column.value})` : column.value} AS DOUBLE) AS v FROM ${from})`;
  const all = column.isList ? sample : relation;
  const [moments] = await database.rows(
    `SELECT avg(v), stddev_pop(v), count(*) FILTER (WHERE v < 0), count(*) FILTER (WHERE v = 0)
    FROM ${flat(all)} WHERE abs(v) < 1e100`,
  );
  const [quartiles] = await database.rows(
    `SELECT quantile_cont(v, [0.25, 0.5, 0.75]), count(*) FROM ${flat(sample)} WHERE isfinite(v)`,
  );
  const [mean, standardDeviation, negative, zero] = moments!;
  return {
    mean: Number(mean ?? 0),
    standardDeviation: Number(standardDeviation ?? 0),
    quartiles: ((quartiles![0] as SqlValue[] | null) ?? [min, min, max]).map(Number) as [number, number, number],
    negative: Number(negative),
    zero: Number(zero),
    histogram: await histogramOf(database, flat(sample), binEdges(min, max, isWhole)),
    sampled: isAll ? null : Math.round(Number(quartiles![1]) / width),
  };
}

/** The same rows each time. */
function sampleOf(relation: string, rows: number, share: number): string {
  const way = rows > SINGLE_ROWS ? 'system' : 'bernoulli';
  return `(SELECT * FROM ${relation} USING SAMPLE ${100 * share} PERCENT (${way}, 0))`;
}

async function histogramOf(
  database: Database,
  values: string,
  edges: readonly number[],
): Promise<ColumnNumbers['histogram']> {
  const bins = edges.length - 1;
  const step = (edges.at(-1)! - edges[0]!) / bins;
  // Counted from an edge at 0 where there is one: rounding then moves no value to the other side of it.
  const anchor = Math.max(edges.indexOf(0), 0);
  const bin = `least(greatest(CAST(floor((v - ${edges[anchor]}) / ${step}) AS BIGINT) + ${anchor}, 0), ${bins - 1})`;
  const rows = await database.rows(`SELECT ${bin}, count(*) FROM ${values} WHERE isfinite(v) GROUP BY 1`);
  const counts = new Array<number>(bins).fill(0);
  for (const [index, count] of rows) counts[Number(index)] = Number(count);
  return { edges, counts };
}

function ends({ value, isList, isFraction }: NumericColumn): {
  low: string;
  high: string;
  isFraction: boolean;
  isList: boolean;
} {
  const low = `CAST(${isList ? `list_min(${value})` : value} AS DOUBLE)`;
  const high = `CAST(${isList ? `list_max(${value})` : value} AS DOUBLE)`;
  return { low, high, isFraction, isList };
}

/** JSON has no infinities: they come as text. */
function toNumber(value: SqlValue): number | null {
  return value === null ? null : Number(value);
}
