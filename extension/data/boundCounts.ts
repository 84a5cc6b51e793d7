/** How many rows a bound touches and cuts off. */

import { kindOf } from './columns';
import type { ColumnType, Database } from './database';
import type { BoundCounts } from './dataReader';
import { firstRows, outsideCondition } from './survey';

/** `null` for a column that is no number. */
export async function boundCounts(
  database: Database,
  relation: string,
  { name, type }: ColumnType,
  { side, limit }: { side: 'min' | 'max'; limit: number },
): Promise<BoundCounts | null> {
  const found = kindOf(name, type);
  if (found.kind !== 'numeric' || found.column.isList) return null;
  const { value } = found.column;
  const outside = outsideCondition(value, side, limit);
  const farthest = `${side}(CAST(${value} AS DOUBLE))`;
  const answers = await database.aggregates(relation, [
    'count(*)',
    `count(*) FILTER (WHERE CAST(${value} AS DOUBLE) = ${limit})`,
    `count(*) FILTER (WHERE ${outside})`,
    `${farthest} FILTER (WHERE ${outside})`,
  ]);
  const [rows, touching, count] = answers.slice(0, 3).map(Number) as [number, number, number];
  return {
    rows,
    touching,
    outside: { count, first: count === 0 ? [] : await firstRows(database, relation, outside) },
    extreme: answers[3] === null ? null : Number(answers[3]),
  };
}
