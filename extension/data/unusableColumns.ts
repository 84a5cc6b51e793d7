/** What is said of columns that hold text or dates, and how a query makes numbers of them. */
import { fix, preferred } from '../experiment/fixes';
import { listNames } from '../experiment/names';
import type { JsonPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { ProblemFix } from '../protocol/problems';
import type { Database } from './database';
import { changeQuery, columnEdits, dropColumn, queryEdit } from './dataFixes';
import { identifier, literal, readableIdentifier } from './sql';

/** A column that can't be trained on as it is. */
export interface Unusable {
  readonly experiment: Experiment;
  readonly path: JsonPath;
  readonly name: string;
  /** Of all columns that there are. */
  readonly names: readonly string[];
}

/** Columns made of a column in "query", and taken in its place. */
export function derive(
  experiment: Experiment,
  title: string,
  path: JsonPath,
  from: string,
  columns: readonly { sql: string; name: string }[],
): ProblemFix {
  const [first, ...others] = columns.map(({ name }) => name);
  const { inputs } = experiment.data;
  return fix(
    title,
    queryEdit(experiment.data.query, { add: { from, columns } }),
    ...columnEdits(experiment, path, first!),
    ...others.map((name, index) => ({
      kind: 'set' as const,
      path: ['data', 'inputs', inputs.length + index],
      value: name,
    })),
  );
}

/** Upper and lower case are one to DuckDB. */
export function unusedName(wanted: string, names: readonly string[]): string {
  const isTaken = (name: string): boolean => names.some((each) => each.toLowerCase() === name.toLowerCase());
  for (let count = 2, name = wanted; ; name = `${wanted}_${count++}`) if (!isTaken(name)) return name;
}

interface TextProblem {
  readonly code: string;
  readonly message: string;
  readonly fixes: readonly ProblemFix[];
}

/** Text that is nearly always a number has a slip in it; text that never is has to be encoded. `null` without any row. */
export async function textColumn(
  database: Database,
  relation: string,
  { experiment, path, name, names }: Unusable,
): Promise<TextProblem | null> {
  const counts = await countText(database, relation, name);
  const { rows, values, notNumbers, row, example } = counts;
  if (rows === 0) return null;
  const column = readableIdentifier(name);
  if (values === 0) {
    const message = `The column "${name}" has no value in any row. Use another column, or fill it in the data.`;
    const removal = dropColumn(experiment, name);
    return { code: 'data.empty-cells', message, fixes: removal === null ? [] : [removal] };
  }
  const code = 'data.text-column';
  const cast = (lead: string, text: string, note = ''): TextProblem => {
    const sql = `CAST(${text} AS DOUBLE)`;
    return {
      code,
      message: `${lead} in "query": SELECT * REPLACE (${sql} AS ${column}) FROM source.${note}`,
      fixes: [preferred(changeQuery(experiment, 'Make numbers of it', { replace: { name, sql } }))],
    };
  };
  if (notNumbers === 0) return cast(`The column "${name}" is text that holds numbers. Make numbers of it`, column);
  if (counts.areGrouped) {
    return cast(
      `The column "${name}" has commas between thousands (row ${row} has "${example}"). Make numbers of them`,
      `replace(${column}, ',', '')`,
      ` Were they decimal commas, it would be '.' in place of ''.`,
    );
  }
  if (hasDecimalComma(counts)) {
    const plain = example.includes('.') ? `replace(${column}, '.', '')` : column;
    return cast(
      `The column "${name}" has decimal commas (row ${row} has "${example}"). Make numbers of them`,
      `replace(${plain}, ',', '.')`,
    );
  }
  if (notNumbers <= values / 2) {
    const which = notNumbers === 1 ? 'one row holds' : `${notNumbers} of ${values} rows hold`;
    const sql = `TRY_CAST(${column} AS DOUBLE)`;
    const condition = `${sql} IS NOT NULL`;
    const message = `The column "${name}" is text because ${which} no number: row ${row} has "${shorten(example)}". Correct the data, or leave such rows out in "query": SELECT * REPLACE (${sql} AS ${column}) FROM source WHERE ${condition}.`;
    const title = notNumbers === 1 ? 'Leave out this row' : `Leave out these ${notNumbers} rows`;
    const fixes = [changeQuery(experiment, title, { replace: { name, sql }, keep: { name, condition } })];
    return { code, message, fixes };
  }
  const derived = {
    sql: `CASE WHEN ${column} = ${literal(example)} THEN 1 ELSE 0 END`,
    name: unusedName(`${name}_is_${shorten(example)}`.replace(/\W+/g, '_'), names),
  };
  const message = `The column "${name}" is text (row ${row} has "${shorten(example)}"), and the network takes numbers. Make a number of it in "query", such as SELECT *, ${derived.sql} AS ${readableIdentifier(derived.name)} FROM source, and name that column.`;
  const title = `Use whether it is "${shorten(example)}" instead`;
  return { code, message, fixes: [derive(experiment, title, path, name, [derived])] };
}

interface TextCounts {
  readonly rows: number;
  readonly values: number;
  readonly notNumbers: number;
  /** The first row that holds no number, from 1, and what it holds. */
  readonly row: number;
  readonly example: string;
  /** Whether all that are no numbers have commas between thousands. */
  readonly areGrouped: boolean;
}

/** Rows at the start that tell words from numbers with slips in them. */
const HEAD_ROWS = 20_000;

/** A column of words is known by its start; only where slips are to be counted are all rows read. */
async function countText(database: Database, relation: string, name: string): Promise<TextCounts> {
  const head = await countIn(database, `(SELECT ${identifier(name)} FROM ${relation} LIMIT ${HEAD_ROWS})`, name);
  const areWords = head.notNumbers > head.values / 2 && !head.areGrouped && !hasDecimalComma(head);
  return head.rows < HEAD_ROWS || areWords ? head : countIn(database, relation, name);
}

async function countIn(database: Database, relation: string, name: string): Promise<TextCounts> {
  const value = `CAST(${identifier(name)} AS VARCHAR)`;
  const bad = `${value} IS NOT NULL AND TRY_CAST(${value} AS DOUBLE) IS NULL`;
  const grouped = literal('-?\\d{1,3}(,\\d{3})+(\\.\\d+)?');
  const [counts] = await database.rows(
    `SELECT count(*), count(text), count(*) FILTER (WHERE bad), min(number) FILTER (WHERE bad),
      arg_min(text, number) FILTER (WHERE bad), bool_and(regexp_full_match(text, ${grouped})) FILTER (WHERE bad)
    FROM (SELECT ${value} AS text, ${bad} AS bad, row_number() OVER () AS number FROM ${relation})`,
  );
  const [rows, values, notNumbers, row] = counts!.slice(0, 4).map(Number) as [number, number, number, number];
  return { rows, values, notNumbers, row, example: String(counts![4]), areGrouped: counts![5] === true };
}

function hasDecimalComma({ example }: TextCounts): boolean {
  return /^-?\d{1,3}(\.?\d{3})*,\d+$/.test(example);
}

/** Message and fixes. A target that is a date is something else than its parts. */
export function dateColumn({ experiment, path, name, names }: Unusable, type: string): [string, ProblemFix[]] {
  const column = readableIdentifier(name);
  const parts = datePartsOf(type).map(([part, wanted]) => ({
    sql: `${part}(${column})`,
    name: unusedName(wanted, names),
  }));
  const list = parts.map((part) => `${part.sql} AS ${readableIdentifier(part.name)}`).join(', ');
  const message = `The column "${name}" is a date or time, and the network takes numbers. Make one of it in "query", such as SELECT *, ${list} FROM source, and name that column.`;
  const title = `Use ${listNames(parts.map((part) => part.name))} of it instead`;
  return [message, path[1] === 'inputs' ? [derive(experiment, title, path, name, parts)] : []];
}

/** Functions of DuckDB with the names of what they give. */
function datePartsOf(type: string): readonly (readonly [string, string])[] {
  if (type.startsWith('INTERVAL')) return [['epoch', 'seconds']];
  if (/^TIME(?!STAMP)/.test(type)) {
    return [
      ['hour', 'hour'],
      ['minute', 'minute'],
    ];
  }
  return [
    ['month', 'month'],
    ['dayofyear', 'day'],
  ];
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
