/** Which columns an experiment uses, whether they exist, and whether they hold numbers. */
import { certainColumn } from '../experiment/certainNames';
import { changeTo, namedFixes, withFixes } from '../experiment/fixes';
import { didYouMeanOneOf, listNames, nearestNames } from '../experiment/names';
import type { JsonPath, ProblemAtPath } from '../experiment/problems';
import type { DataSection, Experiment } from '../experiment/schema';
import type { ProblemFix } from '../protocol/problems';
import type { ColumnType, Database } from './database';
import { takeColumn } from './dataFixes';
import { identifier, literal, readableIdentifier } from './sql';
import { textColumn } from './textColumns';
import { dateColumn, derive, unusedName } from './unusableColumns';

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
 * rows has columns of no type at all: `hasRows` tells it apart from one with text. `delimiter` is that of a text file.
 */
export async function checkColumns(
  database: Database,
  relation: string,
  experiment: Experiment,
  { types, delimiter }: { types: readonly ColumnType[]; delimiter: string | null },
): Promise<{ columns: NumericColumn[]; problems: ProblemAtPath[]; hasRows: boolean }> {
  const { data } = experiment;
  const columns: NumericColumn[] = [];
  const problems: ProblemAtPath[] = [];
  let hasRows = true;
  const names = types.map(({ name }) => name);
  const typesByName = new Map(types.map(({ name, type }) => [name, type]));
  const near = limitedGuesses(names);
  const report = (code: string, path: JsonPath, message: string, fixes: readonly ProblemFix[] = []): void => {
    problems.push({ code, severity: 'error', message, path, ...withFixes(fixes) });
  };

  for (const name of new Set([...data.inputs, ...data.targets])) {
    const path = pathOfColumn(data, name);
    const type = typesByName.get(name);
    if (type === undefined) {
      const guesses = await near(name);
      const fixes = nearColumns(experiment, path, name, guesses);
      report('data.missing-column', path, missingColumn(name, guesses, names, data), fixes);
      continue;
    }
    const found = kindOf(name, type);
    switch (found.kind) {
      case 'numeric':
        columns.push(found.column);
        if (found.column.isList && data.targets.includes(name)) {
          const element = { sql: `${readableIdentifier(name)}[1]`, name: unusedName(`${name}_1`, names) };
          const message = `The target "${name}" is a list column, and a target is one number a row. Take its elements in "query", such as SELECT *, ${element.sql} AS ${readableIdentifier(element.name)} FROM source.`;
          const place = ['data', 'targets', data.targets.indexOf(name)];
          report('data.list-target', place, message, [
            derive(experiment, 'Take its first element', place, name, [element]),
          ]);
        }
        break;
      case 'text': {
        const text = await textColumn(database, relation, { experiment, path, name, names }, delimiter);
        if (text === null) hasRows = false;
        else report(text.code, path, text.message, text.fixes);
        break;
      }
      case 'date':
        report('data.date-column', path, ...dateColumn({ experiment, path, name, names }, type));
        break;
      case 'other': {
        const message = `The column "${name}" holds ${type.split('(')[0]!.toLowerCase()} values, and the network takes numbers. Make a number of it in "query".`;
        report('data.not-numeric', path, message);
      }
    }
  }

  const { validation } = data;
  if (typeof validation === 'object' && !names.includes(validation.column)) {
    const path = ['data', 'validation', 'column'];
    const { column } = validation;
    const guesses = await near(column);
    const fixes = namedFixes(
      guesses,
      () => certainColumn(column, guesses),
      (name) => changeTo(path, name),
    );
    report('data.missing-column', path, missingColumn(column, guesses, names, data), fixes);
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

/** Names for which near ones are looked for: a table of thousands takes a while for each. */
const MOST_GUESSED = 20;

/** Finds known names near one that is missing, with a breath after each; none behind the first that were asked for. */
function limitedGuesses(known: readonly string[]): (name: string) => Promise<string[]> {
  let count = 0;
  return async (name) => {
    if (++count > MOST_GUESSED) return [];
    await new Promise(setImmediate);
    return nearestNames(name, known);
  };
}

function missingColumn(name: string, near: readonly string[], names: readonly string[], data: DataSection): string {
  const where = data.query === undefined ? 'The data has' : 'The query gives';
  if (
    data.query === undefined &&
    names.length > 0 &&
    names.every((each) => each.trim() !== '' && !Number.isNaN(Number(each)))
  ) {
    return `There is no column "${name}": the first line of the file holds the numbers ${listNames(names, 'and', 4)}, and it must hold the columns' names. Add a header line.`;
  }
  return `There is no column "${name}".${didYouMeanOneOf(near)} ${where} ${listNames(names)}.`;
}

/** Columns that could be meant and are not in use yet. */
function nearColumns(experiment: Experiment, path: JsonPath, name: string, near: readonly string[]): ProblemFix[] {
  const { inputs, targets } = experiment.data;
  const unused = near.filter((each) => !inputs.includes(each) && !targets.includes(each));
  return namedFixes(
    unused,
    () => certainColumn(name, near),
    (each) => takeColumn(experiment, path, each),
  );
}
