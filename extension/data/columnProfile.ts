/** What is in a column, by DuckDB's aggregates: for a completion's detail, a hover, the proposal of an experiment. */
import type { ColumnKind, ColumnNumbers, ColumnProfile, ColumnValues } from '../protocol/columns';
import { kindOf, type NumericColumn } from './columns';
import type { ColumnType, Database, SqlValue } from './database';
import { binEdges, stepBetween } from './profileBins';
import { identifier } from './sql';

/** Up to so many elements quartiles and histogram are found exactly; of more a sample is taken. */
const EXACT_ELEMENTS = 1_000_000;
const SAMPLED_ELEMENTS = 200_000;
/** Of more rows whole vectors of 2,048 are taken by chance, and no others are read. */
const SINGLE_ROWS = 500_000;
/** Up to so many rows different values are counted; of more their number is estimated. */
const COUNTED_ROWS = 300_000;
const FREQUENT_LIMIT = 10;

export function columnKind(type: string): ColumnKind {
  if (type === 'BOOLEAN') return 'boolean';
  const found = kindOf('', type);
  if (found.kind !== 'numeric') return found.kind;
  return found.column.isList ? 'list' : 'number';
}

/** In one pass for all columns. @throws DatabaseError */
export async function columnValues(
  database: Database,
  relation: string,
  columns: readonly ColumnType[],
): Promise<ColumnValues[]> {
  const rows = Number((await database.aggregates(relation, ['count(*)']))[0]);
  const asked = columns.map((column) => valueAggregates(column, rows));
  const answers = await database.aggregates(relation, asked.flat());
  return asked.map((own): ColumnValues => {
    const [filled, distinct, min, max, notANumber, isWhole] = answers.splice(0, own.length);
    return {
      rows,
      nulls: rows - Number(filled),
      // An estimate may be above what there is.
      distinct: Math.min(Number(distinct), Number(filled)),
      min: toNumber(min!),
      max: toNumber(max!),
      notANumber: Number(notANumber),
      isWhole: isWhole === true,
    };
  });
}

/** Of several columns, with as few passes as of one. @throws DatabaseError */
export async function columnProfiles(
  database: Database,
  relation: string,
  columns: readonly ColumnType[],
): Promise<ColumnProfile[]> {
  const values = await columnValues(database, relation, columns);
  const widths = await widthsOf(database, relation, columns);
  const numbers = await numbersOf(database, relation, columns, values, widths);
  const profiles: ColumnProfile[] = [];
  for (const [index, { name, type }] of columns.entries()) {
    const kind = columnKind(type);
    const isCounted = kind === 'text' || kind === 'date' || kind === 'boolean';
    profiles.push({
      name,
      type,
      kind,
      values: values[index]!,
      width: widths[index]!,
      numbers: numbers[index]!,
      frequent: isCounted ? await frequentValues(database, relation, name, FREQUENT_LIMIT) : [],
    });
  }
  return profiles;
}

/** Most frequent first, equally frequent ones by their text. @throws DatabaseError */
export async function frequentValues(
  database: Database,
  relation: string,
  name: string,
  limit: number,
): Promise<{ value: string; count: number }[]> {
  const rows = await database.rows(
    `SELECT CAST(value AS VARCHAR), count(*) FROM (SELECT ${identifier(name)} AS value FROM ${relation}) WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, 1 LIMIT ${limit}`,
  );
  return rows.map(([text, count]) => ({ value: String(text), count: Number(count) }));
}

/** Values there are, different ones, min, max, NaN, whether all are whole. */
function valueAggregates({ name, type }: ColumnType, rows: number): string[] {
  const column = identifier(name);
  const counts = [
    `count(${column})`,
    rows <= COUNTED_ROWS ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`,
  ];
  const found = kindOf(name, type);
  if (found.kind !== 'numeric') return [...counts, 'NULL', 'NULL', '0', 'false'];
  const { value, isList, isFraction } = found.column;
  const low = `CAST(${isList ? `list_min(${value})` : value} AS DOUBLE)`;
  const high = `CAST(${isList ? `list_max(${value})` : value} AS DOUBLE)`;
  const mayBeFraction = isFraction || type.includes('DECIMAL');
  const areWhole = `bool_and(${low} = floor(${low})) FILTER (WHERE isfinite(${low}))`;
  return [
    ...counts,
    `min(${low}) FILTER (WHERE isfinite(${low}))`,
    `max(${high}) FILTER (WHERE isfinite(${high}))`,
    isFraction ? `count(*) FILTER (WHERE isnan(${high}))` : '0',
    isList && mayBeFraction ? 'false' : mayBeFraction ? areWhole : 'true',
  ];
}

async function widthsOf(database: Database, relation: string, columns: readonly ColumnType[]): Promise<number[]> {
  const widths: number[] = [];
  for (const { name, type } of columns) {
    const found = kindOf(name, type);
    widths.push(found.kind === 'numeric' ? await widthOf(database, relation, found.column) : 1);
  }
  return widths;
}

async function widthOf(database: Database, relation: string, { value, isList }: NumericColumn): Promise<number> {
  if (!isList) return 1;
  const [row] = await database.rows(`SELECT len(${value}) FROM ${relation} WHERE ${value} IS NOT NULL LIMIT 1`);
  return Number(row?.[0] ?? 0);
}

/** A table whose column is one of numbers: lists are one row for each element in it. */
interface Numbers {
  readonly index: number;
  /** SQL for the value in both tables. */
  readonly value: string;
  readonly whole: string;
  readonly sample: string;
  readonly sampled: boolean;
  readonly edges: number[];
}

async function numbersOf(
  database: Database,
  relation: string,
  columns: readonly ColumnType[],
  values: readonly ColumnValues[],
  widths: readonly number[],
): Promise<(ColumnNumbers | null)[]> {
  const asked: Numbers[] = [];
  for (const [index, { name, type }] of columns.entries()) {
    const found = kindOf(name, type);
    const { rows, min, max, isWhole } = values[index]!;
    if (found.kind !== 'numeric' || min === null || max === null) continue;
    const { isList, value } = found.column;
    const width = widths[index]!;
    const sampled = rows * width > EXACT_ELEMENTS;
    const sample = sampled ? sampleOf(relation, rows, SAMPLED_ELEMENTS / (rows * width)) : relation;
    const edges = binEdges(min, max, isWhole);
    if (isList) {
      const elements = `(SELECT unnest(${value}) AS element FROM ${sample})`;
      asked.push({ index, value: 'CAST(element AS DOUBLE)', whole: elements, sample: elements, sampled, edges });
    } else {
      asked.push({ index, value: `CAST(${value} AS DOUBLE)`, whole: relation, sample, sampled, edges });
    }
  }
  const moments = await aggregatesOf(database, asked, ({ whole }) => whole, momentAggregates);
  const spreads = await aggregatesOf(database, asked, ({ sample }) => sample, spreadAggregates);
  const numbers = columns.map((): ColumnNumbers | null => null);
  for (const each of asked) {
    const [mean, standardDeviation, negative, zero] = moments.get(each)!;
    const [quartiles, taken, bins] = spreads.get(each)!;
    const { min, max } = values[each.index]!;
    numbers[each.index] = {
      mean: Number(mean ?? 0),
      standardDeviation: Number(standardDeviation ?? 0),
      // A sample may miss the few finite values there are.
      quartiles: ((quartiles as SqlValue[] | null) ?? [min!, min!, max!]).map(Number) as [number, number, number],
      negative: Number(negative),
      zero: Number(zero),
      histogram: { edges: each.edges, counts: binCounts(bins!, each.edges.length - 1) },
      sampled: each.sampled ? Number(taken) : null,
    };
  }
  return numbers;
}

/** Columns of one table are asked about in one pass. */
async function aggregatesOf(
  database: Database,
  asked: readonly Numbers[],
  tableOf: (numbers: Numbers) => string,
  aggregates: (numbers: Numbers) => string[],
): Promise<Map<Numbers, SqlValue[]>> {
  const answers = new Map<Numbers, SqlValue[]>();
  for (const table of new Set(asked.map(tableOf))) {
    const own = asked.filter((each) => tableOf(each) === table);
    const given = await database.aggregates(table, own.flatMap(aggregates));
    for (const each of own) answers.set(each, given.splice(0, aggregates(each).length));
  }
  return answers;
}

function momentAggregates({ value }: Numbers): string[] {
  // Squares of larger ones are infinite.
  const ordinary = `FILTER (WHERE abs(${value}) < 1e100)`;
  return [
    `avg(${value}) ${ordinary}`,
    `stddev_pop(${value}) ${ordinary}`,
    `count(*) FILTER (WHERE ${value} < 0)`,
    `count(*) FILTER (WHERE ${value} = 0)`,
  ];
}

/** Quartiles, how many values they are of, and the histogram as a map from bin to count. */
function spreadAggregates({ value, edges }: Numbers): string[] {
  const bins = edges.length - 1;
  const step = stepBetween(edges[0]!, edges.at(-1)!, bins);
  // Counted from an edge at 0 where there is one: rounding then moves no value to the other side of it.
  const anchor = Math.max(edges.indexOf(0), 0);
  const bin = `CAST(least(greatest(floor((${value} - (${edges[anchor]})) / ${step}) + ${anchor}, 0), ${bins - 1}) AS INTEGER)`;
  const finite = `FILTER (WHERE isfinite(${value}))`;
  return [
    `quantile_cont(${value}, [0.25, 0.5, 0.75]) ${finite}`,
    `count(*) ${finite}`,
    `CAST(histogram(${bin}) ${finite} AS JSON)`,
  ];
}

/** DuckDB's map as JSON: `{"0": 12, "3": 4}`. */
function binCounts(map: SqlValue, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const [bin, count] of Object.entries(JSON.parse(String(map ?? '{}')) as Record<string, number>)) {
    counts[Number(bin)] = count;
  }
  return counts;
}

/** The same rows each time. */
function sampleOf(relation: string, rows: number, share: number): string {
  const way = rows > SINGLE_ROWS ? 'system' : 'bernoulli';
  return `(SELECT * FROM ${relation} USING SAMPLE ${100 * share} PERCENT (${way}, 0))`;
}

/** JSON has no infinities: they come as text. */
function toNumber(value: SqlValue): number | null {
  return value === null ? null : Number(value);
}
