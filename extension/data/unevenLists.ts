/** Rows whose list is unlike that of the first row: of another length, or with elements that are empty. */
import { kindOf, type NumericColumn } from './columns';
import type { ColumnType, Database } from './database';
import { firstLengths } from './survey';

/** By name, of columns of lists whose type doesn't say their length. Rows without a list don't count. @throws DatabaseError */
export async function unevenLists(
  database: Database,
  relation: string,
  types: readonly ColumnType[],
): Promise<ReadonlyMap<string, number>> {
  const lists = types.flatMap(({ name, type }): NumericColumn[] => {
    const found = kindOf(name, type);
    return found.kind === 'numeric' && found.column.isList && type.includes('[]') ? [found.column] : [];
  });
  const lengths = await firstLengths(database, relation, lists);
  const counts = await database.aggregates(
    relation,
    lists.map(({ name, value }) => {
      return `count(*) FILTER (WHERE len(${value}) != ${lengths.get(name)!} OR list_count(${value}) != len(${value}))`;
    }),
  );
  return new Map(lists.map(({ name }, index) => [name, Number(counts[index])]));
}
