/** Which columns an experiment uses, whether they exist, and whether they hold numbers. */
import { didYouMean, listNames } from '../experiment/names';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import type { DataSection } from '../experiment/schema';
import type { ColumnType, Database } from './database';
import { identifier, literal, readableIdentifier } from './sql';

/** A column that can be trained on: numbers, or lists of numbers that are flattened. */
export interface NumericColumn {
  readonly name: string;
  readonly isList: boolean;
  /** Fractions can be NaN or infinite; whole numbers can't. */
  readonly isFraction: boolean;
  /** SQL for its value: a number, or one flat list. */
  readonly value: string;
}

export type Kind = { kind: 'numeric'; column: NumericColumn } | { kind: 'text' | 'date' | 'other' };

/** Where a column is named first. */
export function pathOfColumn(data: DataSection, name: string): JsonPath {
  const input = data.inputs.indexOf(name);
  return input >= 0 ? ['data', 'inputs', input] : ['data', 'targets', data.targets.indexOf(name)];
}

/**
 * The columns of inputs and targets, each once; with problems for those that can't be trained on. A text file without
 * rows has columns of no type at all: `hasRows` tells it apart from one with text.
 */
export async function checkColumns(
  database: Database,
  relation: string,
  data: DataSection,
  types: readonly ColumnType[],
): Promise<{ columns: NumericColumn[]; problems: ProblemAtPath[]; hasRows: boolean }> {
  const columns: NumericColumn[] = [];
  const problems: ProblemAtPath[] = [];
  let hasRows = true;
  const names = types.map(({ name }) => name);
  const report = (code: string, path: JsonPath, message: string): void => {
    problems.push({ code, severity: 'error', message, path });
  };

  for (const name of new Set([...data.inputs, ...data.targets])) {
    const path = pathOfColumn(data, name);
    const type = types.find((each) => each.name === name)?.type;
    if (type === undefined) {
      report('data.missing-column', path, missingColumn(name, names, data));
      continue;
    }
    const found = kindOf(name, type);
    switch (found.kind) {
      case 'numeric':
        columns.push(found.column);
        if (found.column.isList && data.targets.includes(name)) {
          const message = `The target "${name}" is a list column, and a target is one number a row. Take its elements in "query", such as SELECT *, ${readableIdentifier(name)}[1] AS ${readableIdentifier(`${name}_1`)} FROM source.`;
          report('data.list-target', ['data', 'targets', data.targets.indexOf(name)], message);
        }
        break;
      case 'text': {
        const text = await textColumn(database, relation, name);
        if (text === null) hasRows = false;
        else report(text.code, path, text.message);
        break;
      }
      case 'date':
        report('data.date-column', path, dateColumn(name));
        break;
      case 'other': {
        const message = `The column "${name}" holds ${type.split('(')[0]!.toLowerCase()} values, and the network takes numbers. Make a number of it in "query".`;
        report('data.not-numeric', path, message);
      }
    }
  }

  const { validation } = data;
  if (typeof validation === 'object' && !names.includes(validation.column)) {
    report('data.missing-column', ['data', 'validation', 'column'], missingColumn(validation.column, names, data));
  }
  return { columns, problems, hasRows };
}

/**
 * SQL that is true for a held-out row. Numbers match as numbers: `"equals": 1` meets 1, 1.0 and a text '1'. A text column
 * of "t" and "f" is read as one of booleans, whose values match what reads as the same boolean.
 */
export function heldOutCondition({ column, equals }: { column: string; equals: string | number | boolean }): string {
  const value = identifier(column);
  const same =
    typeof equals === 'string'
      ? `CAST(${value} AS VARCHAR) = ${literal(equals)}`
      : typeof equals === 'number'
        ? `TRY_CAST(CAST(${value} AS VARCHAR) AS DOUBLE) = ${equals}`
        : `TRY_CAST(CAST(${value} AS VARCHAR) AS BOOLEAN) = ${equals}`;
  const sameTruth = `typeof(${value}) = 'BOOLEAN' AND CAST(${value} AS VARCHAR) = CAST(TRY_CAST(${literal(String(equals))} AS BOOLEAN) AS VARCHAR)`;
  return `(coalesce(${same}, false) OR coalesce(${sameTruth}, false))`;
}

/** What a network can make of a column of DuckDB's type `type`. */
export function kindOf(name: string, type: string): Kind {
  let element = type;
  let depth = 0;
  for (let list = /^(.*)\[\d*\]$/.exec(element); list !== null; list = /^(.*)\[\d*\]$/.exec(element)) {
    element = list[1]!;
    depth++;
  }
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN)$/.test(element)) {
    const isFraction = element === 'FLOAT' || element === 'DOUBLE';
    // An array type of fixed length becomes a list, and a list of lists (rows of an image) one list.
    let value = depth === 0 ? identifier(name) : `CAST(${identifier(name)} AS ${element}${'[]'.repeat(depth)})`;
    for (let level = depth; level > 1; level--) value = `flatten(${value})`;
    return { kind: 'numeric', column: { name, isList: depth > 0, isFraction, value } };
  }
  if (depth > 0) return { kind: 'other' };
  if (element === 'VARCHAR' || element.startsWith('ENUM')) return { kind: 'text' };
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(element)) return { kind: 'date' };
  return { kind: 'other' };
}

function missingColumn(name: string, names: readonly string[], data: DataSection): string {
  const where = data.query === undefined ? 'The data has' : 'The query gives';
  if (
    data.query === undefined &&
    names.length > 0 &&
    names.every((each) => each.trim() !== '' && !Number.isNaN(Number(each)))
  ) {
    return `There is no column "${name}": the first line of the file holds the numbers ${listNames(names, 'and', 4)}, and it must hold the columns' names. Add a header line.`;
  }
  return `There is no column "${name}".${didYouMean(name, names)} ${where} ${listNames(names)}.`;
}

/** Text that is nearly always a number has a slip in it; text that never is has to be encoded. */
async function textColumn(
  database: Database,
  relation: string,
  name: string,
): Promise<{ code: string; message: string } | null> {
  const value = `CAST(${identifier(name)} AS VARCHAR)`;
  const bad = `${value} IS NOT NULL AND TRY_CAST(${value} AS DOUBLE) IS NULL`;
  const grouped = literal('-?\\d{1,3}(,\\d{3})+(\\.\\d+)?');
  const [counts] = await database.rows(
    `SELECT count(*), count(text), count(*) FILTER (WHERE bad), min(number) FILTER (WHERE bad),
      arg_min(text, number) FILTER (WHERE bad), bool_and(regexp_full_match(text, ${grouped})) FILTER (WHERE bad)
    FROM (SELECT ${value} AS text, ${bad} AS bad, row_number() OVER () AS number FROM ${relation})`,
  );
  const [rows, values, notNumbers, row] = counts!.slice(0, 4).map(Number) as [number, number, number, number];
  if (rows === 0) return null;
  const example = String(counts![4]);
  const column = readableIdentifier(name);
  if (values === 0) {
    const message = `The column "${name}" has no value in any row. Use another column, or fill it in the data.`;
    return { code: 'data.empty-cells', message };
  }
  const code = 'data.text-column';
  const cast = (text: string): string =>
    `in "query": SELECT * REPLACE (CAST(${text} AS DOUBLE) AS ${column}) FROM source`;
  if (notNumbers === 0) {
    const message = `The column "${name}" is text that holds numbers. Make numbers of it ${cast(column)}.`;
    return { code, message };
  }
  if (counts![5] === true) {
    const message = `The column "${name}" has commas between thousands (row ${row} has "${example}"). Make numbers of them ${cast(`replace(${column}, ',', '')`)}. Were they decimal commas, it would be '.' in place of ''.`;
    return { code, message };
  }
  if (/^-?\d{1,3}(\.?\d{3})*,\d+$/.test(example)) {
    const plain = example.includes('.') ? `replace(${column}, '.', '')` : column;
    const message = `The column "${name}" has decimal commas (row ${row} has "${example}"). Make numbers of them ${cast(`replace(${plain}, ',', '.')`)}.`;
    return { code, message };
  }
  if (notNumbers <= values / 2) {
    const which = notNumbers === 1 ? 'one row holds' : `${notNumbers} of ${values} rows hold`;
    const message = `The column "${name}" is text because ${which} no number: row ${row} has "${shorten(example)}". Correct the data, or leave such rows out in "query": SELECT * REPLACE (TRY_CAST(${column} AS DOUBLE) AS ${column}) FROM source WHERE TRY_CAST(${column} AS DOUBLE) IS NOT NULL.`;
    return { code, message };
  }
  const derived = readableIdentifier(`${name}_is_${shorten(example)}`.replace(/\W+/g, '_'));
  const message = `The column "${name}" is text (row ${row} has "${shorten(example)}"), and the network takes numbers. Make a number of it in "query", such as SELECT *, CASE WHEN ${column} = ${literal(example)} THEN 1 ELSE 0 END AS ${derived} FROM source, and name that column.`;
  return { code, message };
}

function dateColumn(name: string): string {
  const column = readableIdentifier(name);
  return `The column "${name}" is a date or time, and the network takes numbers. Make one of it in "query", such as SELECT *, month(${column}) AS month, dayofyear(${column}) AS day FROM source, and name that column.`;
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
