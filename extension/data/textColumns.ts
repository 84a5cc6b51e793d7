/**
 * What is said of a column that holds text: that its numbers are written in another way, that some of its values are no
 * numbers, or that it has to be encoded.
 */
import { preferred } from '../experiment/fixes';
import type { ProblemFix } from '../protocol/problems';
import { COMMA_COUNTS, type CommaCounts, HAS_COMMAS, isCertain, type Reading, readingsOf } from './commaNumbers';
import type { Database } from './database';
import { changeQuery, dropColumn } from './dataFixes';
import { identifier, literal, readableIdentifier } from './sql';
import { derive, type Unusable, unusedName } from './unusableColumns';

export interface TextProblem {
  readonly code: string;
  readonly message: string;
  readonly fixes: readonly ProblemFix[];
}

/**
 * Text that is nearly always a number has a slip in it; text that never is has to be encoded. `null` without any row.
 * `delimiter` is what stands between the values of the file, where it is text.
 */
export async function textColumn(
  database: Database,
  relation: string,
  column: Unusable,
  delimiter: string | null,
): Promise<TextProblem | null> {
  const counts = await countText(database, relation, column.name);
  const { experiment, name } = column;
  if (counts.rows === 0) return null;
  if (counts.values === 0) {
    const message = `The column "${name}" has no value in any row. Use another column, or fill it in the data.`;
    const removal = dropColumn(experiment, name);
    return { code: 'data.empty-cells', message, fixes: removal === null ? [] : [removal] };
  }
  const code = 'data.text-column';
  if (counts.notNumbers === 0) {
    const sql = `CAST(${readableIdentifier(name)} AS DOUBLE)`;
    const message = `The column "${name}" is text that holds numbers. Make numbers of it in "query": ${replacing(name, sql)}.`;
    const fixes = [preferred(changeQuery(experiment, 'Make numbers of it', { replace: { name, sql } }))];
    return { code, message, fixes };
  }
  const readings = readingsOf(counts, delimiter);
  if (readings.length > 0) return { code, ...commaNumbers(column, counts, readings) };
  return { code, ...(counts.notNumbers <= counts.values / 2 ? withSlips(column, counts) : words(column, counts)) };
}

type Told = Pick<TextProblem, 'message' | 'fixes'>;

const READ_AS = { thousands: 'commas between thousands', decimal: 'decimal commas' };

/** One reading, or both where the values don't say which; with the rows left out that are numbers in neither. */
function commaNumbers({ experiment, name }: Unusable, counts: TextCounts, readings: readonly Reading[]): Told {
  const column = readableIdentifier(name);
  const left = counts.notNumbers - counts.either;
  const sqlOf = ({ plain }: Reading): string => `${left > 0 ? 'TRY_CAST' : 'CAST'}(${plain(column)} AS DOUBLE)`;
  const shown = `row ${counts.commaRow} has "${shorten(counts.comma)}"`;
  const changes = readings.map((reading) => {
    const sql = sqlOf(reading);
    const made =
      readings.length === 1 ? 'Make numbers of it' : `Read "${counts.comma}" as ${readAs(counts.comma, reading)}`;
    const title =
      left === 0 ? made : `${made}, and leave out ${left === 1 ? 'the row' : `the ${left} rows`} without a number`;
    const keep = { name, condition: `${sql} IS NOT NULL` };
    return changeQuery(experiment, title, { replace: { name, sql }, ...(left > 0 && { keep }) });
  });
  const [first, second] = readings;
  const query = replacing(name, sqlOf(first!)) + (left > 0 ? ` WHERE ${sqlOf(first!)} IS NOT NULL` : '');
  const none =
    left === 0
      ? ''
      : ` ${left === 1 ? 'One row holds' : `${left} rows hold`} no number: row ${counts.wordRow} has "${shorten(counts.word)}".`;
  if (second === undefined) {
    const message = `The column "${name}" has ${READ_AS[first!.kind]} (${shown}).${none} Make numbers of them in "query": ${query}.`;
    return { message, fixes: isCertain(readings, counts) ? changes.map(preferred) : changes };
  }
  const message = `The column "${name}" has numbers with commas (${shown}), which may be ${READ_AS[first!.kind]} or ${READ_AS[second.kind]}.${none} Say in "query" which they are. For ${READ_AS[first!.kind]}: ${query}. For ${READ_AS[second.kind]}, write ${second.plain(column)} in place of ${first!.plain(column)}.`;
  return { message, fixes: changes };
}

/** `1,234` as 1234 or 1.234. */
function readAs(text: string, { kind }: Reading): string {
  return kind === 'thousands' ? text.trim().replaceAll(',', '') : text.trim().replaceAll('.', '').replace(',', '.');
}

function withSlips({ experiment, name }: Unusable, { notNumbers, values, row, example }: TextCounts): Told {
  const which = notNumbers === 1 ? 'one row holds' : `${notNumbers} of ${values} rows hold`;
  const sql = `TRY_CAST(${readableIdentifier(name)} AS DOUBLE)`;
  const condition = `${sql} IS NOT NULL`;
  const message = `The column "${name}" is text because ${which} no number: row ${row} has "${shorten(example)}". Correct the data, or leave such rows out in "query": ${replacing(name, sql)} WHERE ${condition}.`;
  const title = notNumbers === 1 ? 'Leave out this row' : `Leave out these ${notNumbers} rows`;
  return { message, fixes: [changeQuery(experiment, title, { replace: { name, sql }, keep: { name, condition } })] };
}

function words({ experiment, path, name, names }: Unusable, { row, example }: TextCounts): Told {
  const derived = {
    sql: `CASE WHEN ${readableIdentifier(name)} = ${literal(example)} THEN 1 ELSE 0 END`,
    name: unusedName(`${name}_is_${shorten(example)}`.replace(/\W+/g, '_'), names),
  };
  const message = `The column "${name}" is text (row ${row} has "${shorten(example)}"), and the network takes numbers. Make a number of it in "query", such as SELECT *, ${derived.sql} AS ${readableIdentifier(derived.name)} FROM source, and name that column.`;
  const title = `Use whether it is "${shorten(example)}" instead`;
  return { message, fixes: [derive(experiment, title, path, name, [derived])] };
}

/** A query that takes an expression in a column's place. */
function replacing(name: string, sql: string): string {
  return `SELECT * REPLACE (${sql} AS ${readableIdentifier(name)}) FROM source`;
}

interface TextCounts extends CommaCounts {
  readonly rows: number;
  readonly values: number;
  /** The first row that holds no number as it stands, from 1, and what it holds. */
  readonly row: number;
  readonly example: string;
  /** The first row with a number that has commas, and the first with no number at all; 0 where there is none. */
  readonly commaRow: number;
  readonly comma: string;
  readonly wordRow: number;
  readonly word: string;
}

/** Rows at the start that tell words from numbers with slips in them. */
const HEAD_ROWS = 20_000;

/** A column of words is known by its start; only where slips are to be counted are all rows read. */
async function countText(database: Database, relation: string, name: string): Promise<TextCounts> {
  const head = await countIn(database, `(SELECT ${identifier(name)} FROM ${relation} LIMIT ${HEAD_ROWS})`, name);
  const areWords = head.notNumbers > head.values / 2 && head.either <= head.notNumbers / 2;
  return head.rows < HEAD_ROWS || areWords ? head : countIn(database, relation, name);
}

async function countIn(database: Database, relation: string, name: string): Promise<TextCounts> {
  const value = `CAST(${identifier(name)} AS VARCHAR)`;
  const numbered = `SELECT ${value} AS text, ${value} IS NOT NULL AND TRY_CAST(${value} AS DOUBLE) IS NULL AS bad, row_number() OVER () AS number FROM ${relation}`;
  const commas = Object.entries(COMMA_COUNTS);
  const first = (condition: string): string[] => [
    `coalesce(min(number) FILTER (WHERE ${condition}), 0)`,
    `arg_min(text, number) FILTER (WHERE ${condition})`,
  ];
  const asked = [
    'count(*)',
    'count(text)',
    'count(*) FILTER (WHERE bad)',
    ...commas.map(([, sql]) => sql),
    ...first('bad'),
    ...first(`bad AND ${HAS_COMMAS}`),
    ...first(`bad AND NOT ${HAS_COMMAS}`),
  ];
  const [answers] = await database.rows(`SELECT ${asked.join(', ')} FROM (${numbered})`);
  const [rows, values, notNumbers] = answers!.slice(0, 3).map(Number) as [number, number, number];
  const counted = Object.fromEntries(commas.map(([key], index) => [key, Number(answers![3 + index])]));
  const [row, example, commaRow, comma, wordRow, word] = answers!.slice(3 + commas.length);
  return {
    rows,
    values,
    notNumbers,
    ...(counted as Omit<CommaCounts, 'notNumbers'>),
    row: Number(row),
    example: String(example),
    commaRow: Number(commaRow),
    comma: String(comma),
    wordRow: Number(wordRow),
    word: String(word),
  };
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
