/** The SQL that a person is offered must run, whatever the columns are called. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { identifier, literal, readableIdentifier } from '../../../extension/experiment/sqlNames';

async function withConnection<Result>(use: (run: (sql: string) => Promise<unknown[][]>) => Promise<Result>) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await use(async (sql) => (await connection.runAndReadAll(sql)).getRowsJson());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('a plain name stays as it is, any other is quoted', () => {
  expect(['wind', 'temp_max', '_1', 'Year'].map(readableIdentifier)).toEqual(['wind', 'temp_max', '_1', 'Year']);
  expect(['2nd', 'wind speed', 'a"b', 'größe', 'ORDER', ''].map(readableIdentifier)).toEqual([
    '"2nd"',
    '"wind speed"',
    '"a""b"',
    '"größe"',
    '"ORDER"',
    '""',
  ]);
});

test('every keyword of DuckDB works as the name of a column and of a derived one', async () => {
  await withConnection(async (run) => {
    const keywords = (await run('SELECT keyword_name FROM duckdb_keywords()')).map(([word]) => String(word));
    expect(keywords.length).toBeGreaterThan(400);
    const others = ['source', 'user', 'current_date', 'session_user', 'rowid', 'localtime', 'current_timestamp'];
    const failed: string[] = [];
    for (const [number, word] of [...new Set([...keywords, ...others])].entries()) {
      const name = readableIdentifier(word);
      const rows = await run(
        `WITH data AS (SELECT ${number}::DOUBLE AS ${identifier(word)}),
          renamed AS (SELECT abs(${name}) + 1 AS ${name} FROM data WHERE ${name} IS NOT NULL AND isfinite(${name}))
        SELECT *, ${name} = 0, dayofyear(make_date(2000, 1, ${name}::INT % 7 + 1)) FROM renamed`,
      ).catch((error: unknown) => String(error));
      if (typeof rows === 'string' || rows[0]![0] !== number + 1) failed.push(`${word}: ${JSON.stringify(rows)}`);
    }
    expect(failed).toEqual([]);
  });
});

test('values and names with quotes in them stay whole', async () => {
  await withConnection(async (run) => {
    const names = [`it's`, `say "hi"`, `back\\slash`, `new\nline`, '雨量', `'; DROP TABLE x; --`];
    for (const name of names) {
      const rows = await run(
        `SELECT ${readableIdentifier(name)} FROM (SELECT ${literal(name)} AS ${identifier(name)})`,
      );
      expect(rows).toEqual([[name]]);
    }
  });
});
