/** The files of a source as the table `source` of a database, with the columns it has. */
import type { ProblemAtPath } from '../experiment/problems';
import { type ColumnType, type Database, DatabaseError } from './database';
import { describeDatabaseError, findRaggedRow } from './errors';
import { readSource, type Source } from './source';

export type OpenedSource =
  | { readonly types: readonly ColumnType[]; readonly problem: null }
  | { readonly types: null; readonly problem: ProblemAtPath };

/**
 * Text is read anew for each question asked of a view. `imports` reads it once and keeps it in memory, for many
 * questions; Parquet is quick to ask and stays where it is.
 */
export async function openSource(
  database: Database,
  source: Source,
  { imports = false }: { imports?: boolean } = {},
): Promise<OpenedSource> {
  const kind = imports && source.format !== 'parquet' ? 'TABLE' : 'VIEW';
  const sql = `CREATE ${kind} source AS SELECT * FROM ${readSource(source)}`;
  try {
    await database.run(sql);
    const types = await columnsOfSource(database);
    const isRagged = source.header !== null && types.length !== source.header.columns.length;
    const problem = isRagged ? await findRaggedRow(database, source) : null;
    return problem === null ? { types, problem } : { types: null, problem };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { types: null, problem: await describeDatabaseError(error, { database, source, query: undefined, sql }) };
  }
}

export async function closeSource(database: Database): Promise<void> {
  const [kind] = await database.freshRows(
    "SELECT table_type FROM information_schema.tables WHERE table_name = 'source' AND table_schema = 'main'",
  );
  if (kind !== undefined) await database.run(`DROP ${kind[0] === 'VIEW' ? 'VIEW' : 'TABLE'} source`);
}

/** From the catalog: asking a view itself would have DuckDB look through the files again. */
async function columnsOfSource(database: Database): Promise<ColumnType[]> {
  const rows = await database.freshRows(
    "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'source' ORDER BY column_index",
  );
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}
