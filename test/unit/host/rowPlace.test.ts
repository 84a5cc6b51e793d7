import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findRow, isTextData, keepsRows } from '../../../extension/host/rowPlace';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const made = path.join(folder, name);
  writeFileSync(made, text);
  return made;
}

const wanted = (row: number, value: number, target = 'rain') => ({ row, value, target });

describe('The line of a row', () => {
  test('follows the header, where there is one', async () => {
    const data = file('a.csv', 'day,rain\n1,0.5\n2,7.25\n');
    expect(await findRow([data], wanted(2, 7.25))).toEqual({ file: data, firstLine: 2, lastLine: 2 });
    const bare = file('b.csv', '1,0.5\n2,7.25\n');
    expect(await findRow([bare], wanted(2, 7.25, 'column1'))).toEqual({ file: bare, firstLine: 1, lastLine: 1 });
  });

  test('is found where quoted fields go over lines and blank lines stand between', async () => {
    const data = file('c.csv', 'note,rain\r\n"two\r\nlines, ""quoted""",1\r\n\r\nplain,2\r\n');
    expect(await findRow([data], wanted(1, 1))).toMatchObject({ firstLine: 1, lastLine: 2 });
    expect(await findRow([data], wanted(2, 2))).toMatchObject({ firstLine: 4, lastLine: 4 });
  });

  test('is found behind a quote that is only a character', async () => {
    const data = file(
      'q.csv',
      `note,rain\n5" pipe,1\n"a ""b"", c",2\n "two\n""lines""" ,3\n${'6" pipe,7\n'.repeat(20_000)}x,8\n`,
    );
    expect(await findRow([data], wanted(1, 1))).toMatchObject({ firstLine: 1, lastLine: 1 });
    expect(await findRow([data], wanted(2, 2))).toMatchObject({ firstLine: 2, lastLine: 2 });
    expect(await findRow([data], wanted(3, 3))).toMatchObject({ firstLine: 3, lastLine: 4 });
    expect(await findRow([data], wanted(20_004, 8))).toMatchObject({ firstLine: 20_005 });
  });

  test('is looked for in one go where a quoted field never ends', async () => {
    const data = file('r.csv', `note,rain\n"open,1\n${'b,2\n'.repeat(50_000)}`);
    expect(await findRow([data], wanted(2, 2))).toBeNull();
  });

  test('is found with other separators, decimal commas, quotes around numbers and a byte order mark', async () => {
    const data = file('d.tsv', '\uFEFFrain\tday\n"1,5"\t1\n2,25\t2\n');
    expect(await findRow([data], wanted(1, 1.5))).toMatchObject({ firstLine: 1 });
    expect(await findRow([data], wanted(2, 2.25))).toMatchObject({ firstLine: 2 });
  });

  test('counts on over several files, each with its header', async () => {
    const files = [file('e1.csv', 'rain\n1\n2\n'), file('e2.csv', 'rain\n3\n4\n')];
    expect(await findRow(files, wanted(4, 4))).toEqual({ file: files[1], firstLine: 2, lastLine: 2 });
    expect(await findRow(files, wanted(5, 5))).toBeNull();
  });

  test('is found in JSON lines', async () => {
    const data = file('f.jsonl', '{"rain":1,"note":"a \\" b"}\n{"rain":0.1}\n');
    // As float32, 0.1 is 0.10000000149.
    expect(await findRow([data], wanted(2, Math.fround(0.1)))).toMatchObject({ firstLine: 1 });
  });

  test('is not told where the value is another one: the file changed', async () => {
    const data = file('g.csv', 'rain\n1\n2\n');
    expect(await findRow([data], wanted(2, 3))).toBeNull();
    expect(await findRow([data], wanted(2, 2.0001))).toBeNull();
  });
});

describe('A query', () => {
  test('that computes columns keeps the rows of the source', () => {
    expect(keepsRows(null)).toBe(true);
    expect(keepsRows('SELECT *, sin(2 * pi() * dayofyear(date) / 365.25) AS season FROM source')).toBe(true);
    // Words in strings and comments are no clauses.
    expect(keepsRows("SELECT *, 'where' AS w FROM source -- order by day")).toBe(true);
  });

  test.for([
    'SELECT * FROM source WHERE rain > 0',
    'select * from source order by day',
    'SELECT max(rain) FROM source',
    'SELECT * FROM source JOIN other USING (day)',
    'SELECT DISTINCT day FROM source',
  ])('may leave no certain place: %s', (query) => {
    expect(keepsRows(query)).toBe(false);
  });
});

test('rows of Parquet files have no lines', () => {
  expect(['a.CSV', 'a.tsv', 'a.jsonl', 'a.parquet', 'a.csv.gz'].map(isTextData)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
