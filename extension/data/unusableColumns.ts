/** What is said of columns that hold dates, and how a query makes columns of numbers of one that holds none. */
import { fix } from '../experiment/fixes';
import { listNames } from '../experiment/names';
import type { JsonPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { ProblemFix } from '../protocol/problems';
import { columnEdits, queryEdit } from './dataFixes';
import { readableIdentifier } from './sql';

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
