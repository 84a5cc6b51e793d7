/**
 * Columns whose numbers are written with decimal commas, as spreadsheets write them in much of the world: DuckDB takes
 * them for text. Only those beyond doubt are told; what else looks like a number is for a person to judge.
 */
import type { ColumnType, Database } from './database';
import { identifier, literal, readableIdentifier } from './sql';

/** Up to 15 digits, or dots between thousands, and then perhaps a comma with more. */
const SHAPE = '[-+]?(\\d{1,15}|\\d{1,3}(\\.\\d{3}){1,4})(,\\d{1,30})?';
/** Such as `0,125`, `1234,567`, `1.234,567` and `2,5`: as a comma between thousands stands none of theirs. */
const PROOF = '[-+]?(0\\d*,\\d+|\\d{4,},\\d+|\\d+\\.[\\d.]+,\\d+|\\d+,(\\d{1,2}|\\d{4,}))';

/**
 * By name, SQL that makes numbers of the column. `delimiter` is that of the file, `null` where it has none: numbers
 * between commas have no decimal commas, and what stands in quotes there may be a list.
 *
 * @throws DatabaseError
 */
export async function decimalCommas(
  database: Database,
  relation: string,
  types: readonly ColumnType[],
  delimiter: string | null,
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  if (delimiter === null || delimiter === ',') return made;
  const texts = types.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name);
  const answers = await database.aggregates(relation, texts.flatMap(questions));
  for (const name of texts) {
    const [areNumbers, isProven, haveDots] = answers.splice(0, 3);
    if (areNumbers !== true || isProven !== true) continue;
    const column = readableIdentifier(name);
    const plain = haveDots === true ? `replace(${column}, '.', '')` : column;
    made.set(name, `CAST(replace(${plain}, ',', '.') AS DOUBLE)`);
  }
  return made;
}

function questions(name: string): string[] {
  const column = identifier(name);
  return [
    `bool_and(regexp_full_match(${column}, ${literal(SHAPE)}))`,
    `bool_or(regexp_full_match(${column}, ${literal(PROOF)}))`,
    `bool_or(contains(${column}, '.'))`,
  ];
}
