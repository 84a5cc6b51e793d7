/** The query of a new experiment: makes the columns that the network needs and leaves out rows without a value. */
import { readableIdentifier } from '../sqlNames';
import { usableRows, valueSql } from './columnFacts';
import { needsOtherName } from './draftBounds';
import { gapsOf, type InputProposal } from './proposeInputs';
import type { TargetProposal } from './proposeTargets';

export interface DataQuery {
  /** `null` where the file's own columns and rows will do. */
  readonly sql: string | null;
  /** Names as the query gives them. */
  readonly inputs: readonly string[];
  /** The same of one input: one name, or one for each column made of it. */
  namesOf(input: InputProposal): readonly string[];
  nameOf(target: TargetProposal): string;
  /** Columns for whose sake rows are left out, and how many. */
  readonly gaps: readonly { readonly column: string; readonly rows: number }[];
  /** So many rows stay, at least where the gaps leave any for certain. */
  readonly rows: number;
}

/** @param columns names of all columns, which no new one may take */
export function dataQuery(
  rows: number,
  columns: readonly string[],
  targets: readonly TargetProposal[],
  inputs: readonly InputProposal[],
): DataQuery {
  const names = namesBeside(columns);
  const made: string[] = [];
  const make = (sql: string, wanted: string): string => {
    const name = names(wanted);
    made.push(`${sql} AS ${readableIdentifier(name)}`);
    return name;
  };
  const renamed = new Map(
    targets
      .filter((target) => needsOtherName(target, targets))
      .map(({ column }) => [column.name, make(valueSql(column), `${column.name}_value`)]),
  );
  const inputNames = new Map(
    inputs.map((input) => {
      const { column, derived } = input;
      return [input, derived.length === 0 ? [column.name] : derived.map(({ sql, name }) => make(sql, name))] as const;
    }),
  );
  const asTheyAre = [
    ...targets.map(({ column }) => column).filter(({ name }) => !renamed.has(name)),
    ...inputs.filter(({ derived }) => derived.length === 0).map(({ column }) => column),
  ];
  const replaced = asTheyAre.flatMap(({ name, madeBy }) =>
    madeBy === undefined ? [] : [`${madeBy} AS ${readableIdentifier(name)}`],
  );
  const all = replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`;
  const used = [...targets.map(({ column }) => ({ column, gaps: gapsOf(column) })), ...inputs];
  const conditions = used.flatMap(({ gaps }) => gaps?.condition ?? []);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return {
    sql:
      all === '*' && made.length === 0 && where === ''
        ? null
        : `SELECT ${[all, ...made].join(', ')} FROM source${where}`,
    inputs: [...inputNames.values()].flat(),
    namesOf: (input) => inputNames.get(input)!,
    nameOf: ({ column: { name } }) => renamed.get(name) ?? name,
    gaps: used.flatMap(({ column, gaps }) => (gaps === null ? [] : [{ column: column.name, rows: gaps.rows }])),
    rows: usableRows(
      rows,
      used.map(({ gaps }) => gaps?.rows ?? 0),
    ),
  };
}

/** Gives each wish a name that no column has yet, upper and lower case being one, as in SQL. */
function namesBeside(columns: readonly string[]): (wanted: string) => string {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  };
}
