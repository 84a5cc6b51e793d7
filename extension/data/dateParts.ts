/** What differs among the dates and times of a column: whether a day of the year or an hour would tell rows apart. */
import type { DateParts } from '../protocol/columns';
import { columnKind } from './columnProfile';
import type { ColumnType, Database } from './database';
import { identifier } from './sql';

/** By name, of the columns that hold dates or times. In one pass. @throws DatabaseError */
export async function dateParts(
  database: Database,
  relation: string,
  types: readonly ColumnType[],
): Promise<ReadonlyMap<string, DateParts>> {
  const columns = types.filter(({ type }) => columnKind(type) === 'date' && type !== 'INTERVAL');
  const answers = await database.aggregates(relation, columns.flatMap(questions));
  return new Map(
    columns.map(({ name }) => {
      const [days, years, hours, infinite] = answers.splice(0, 4).map(Number) as [number, number, number, number];
      return [name, { days, years, hours, infinite }];
    }),
  );
}

function questions({ name, type }: ColumnType): string[] {
  const column = identifier(name);
  const count = (part: string): string => `count(DISTINCT ${part})`;
  const hasDay = /^(DATE|TIMESTAMP)/.test(type);
  return [
    // One day of the calendar has two numbers, as leap years have it.
    hasDay ? count(`100 * month(${column}) + day(${column})`) : '0',
    hasDay ? count(`year(${column})`) : '0',
    type === 'DATE' ? '0' : count(`hour(${column})`),
    hasDay ? `count(*) FILTER (WHERE NOT isfinite(${column}))` : '0',
  ];
}
