/** A table as a Parquet file, written by DuckDB. Knows nothing of what is in it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBAppender, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from './sql';

/** What a column holds: words, whole numbers (BIGINT) or numbers (DOUBLE); any of them may lack a value. */
export type ColumnKind = 'text' | 'integer' | 'number';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** One value per column, in their order. */
export type TableRow = readonly (string | number | null)[];

const TYPES: Readonly<Record<ColumnKind, string>> = { text: 'VARCHAR', integer: 'BIGINT', number: 'DOUBLE' };

const APPEND: Readonly<Record<ColumnKind, (appender: DuckDBAppender, value: string | number) => void>> = {
  text: (appender, value) => appender.appendVarchar(String(value)),
  integer: (appender, value) => appender.appendBigInt(BigInt(value)),
  number: (appender, value) => appender.appendDouble(Number(value)),
};

/** Compressed with Zstandard, as every reader of Parquet understands. */
export async function encodeParquet(
  columns: readonly TableColumn[],
  rows: AsyncIterable<TableRow> | Iterable<TableRow>,
): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orthant-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const types = columns.map(({ name, kind }) => `${identifier(name)} ${TYPES[kind]}`);
    await connection.run(`CREATE TABLE exported (${types.join(', ')})`);
    const appender = await connection.createAppender('exported');
    for await (const row of rows) {
      columns.forEach(({ kind }, index) => {
        const value = row[index]!;
        if (value === null) appender.appendNull();
        else APPEND[kind](appender, value);
      });
      appender.endRow();
    }
    appender.closeSync();
    const file = path.join(folder, 'table.parquet');
    await connection.run(`COPY exported TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`);
    return await readFile(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
