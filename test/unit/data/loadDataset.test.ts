import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectData } from '../../../extension/data/inspectData';
import { experimentOver, folder, load, loadFrom, rowsOf, writeParquet } from './helpers';

describe('Kinds of files', () => {
  test('CSV, with quotes, blank lines and columns nobody asked for', async () => {
    const { train } = await load({ 'data.csv': '"x","name, of",y\r\n1,"a\nb",2\r\n\r\n3,"say ""hi""",4\r\n' });
    expect(rowsOf(train)).toEqual(['1: 1 → 2', '2: 3 → 4']);
  });

  test('CSV with semicolons, and with a byte order mark', async () => {
    expect(rowsOf((await load({ 'data.csv': '\uFEFFx;y\n1.5;2\n' })).train)).toEqual(['1: 1.5 → 2']);
  });

  test('CSV whose header has line breaks in quotes, or is longer than a file is usually looked at', async () => {
    const { train } = await load({ 'data.csv': 'x,"wind\n(m/s, mean)",y\n1,5,2\n' });
    expect(rowsOf(train)).toEqual(['1: 1 → 2']);
    const names = Array.from({ length: 300 }, (_, index) => `${'n'.repeat(1000)}${index}`);
    const wide = `x,y,${names.join(',')}\n1,2,${names.map(() => 0).join(',')}\n`;
    expect(rowsOf((await load({ 'data.csv': wide })).train)).toEqual(['1: 1 → 2']);
  });

  test('TSV', async () => {
    const { train } = await load({ 'data.tsv': 'x\ty\n1\t2\n3\t4\n' }, { data: { source: 'data.tsv' } });
    expect(rowsOf(train)).toEqual(['1: 1 → 2', '2: 3 → 4']);
  });

  test('JSON lines with a list column, which is flattened', async () => {
    const rows = '{"x":[1,2],"y":3}\n{"x":[4,5],"y":6}\n';
    const dataset = await load({ 'data.jsonl': rows }, { data: { source: 'data.jsonl' } });
    expect(dataset.inputSize).toBe(2);
    expect(rowsOf(dataset.train)).toEqual(['1: 1 2 → 3', '2: 4 5 → 6']);
  });

  test('Parquet with a list column, an array column, a list of lists and a boolean', async () => {
    const directory = folder({});
    const row = (n: number): string =>
      `SELECT [${n}, ${n + 0.5}] AS list, [${n}, ${n + 1}]::UTINYINT[2] AS pixels, [[${n}], [7]] AS image, ${n > 1} AS flag, ${n}::DECIMAL(5,2) AS y`;
    await writeParquet(path.join(directory, 'data.parquet'), `${row(1)} UNION ALL ${row(2)}`);
    const data = { source: 'data.parquet', inputs: ['list', 'pixels', 'image', 'flag'] };
    const dataset = await loadFrom(directory, { data });
    expect(dataset.inputSize).toBe(7);
    expect(rowsOf(dataset.train)).toEqual(['1: 1 1.5 1 2 1 7 0 → 1', '2: 2 2.5 2 3 2 7 1 → 2']);
  });

  test('A glob and a list of files, each file once, in order', async () => {
    const files = { 'a/2.csv': 'x,y\n3,4\n', 'a/1.csv': 'x,y\n1,2\n', 'b.csv': 'y,x\n6,5\n' };
    const { train } = await load(files, { data: { source: ['a/*.csv', 'b.csv', 'a/1.csv'] } });
    expect(rowsOf(train)).toEqual(['1: 1 → 2', '2: 3 → 4', '3: 5 → 6']);
  });

  test("Folders and files may have a glob's characters in their names", async () => {
    const files = { 'my [data] *?/a[1].csv': 'x,y\n1,2\n' };
    const { train } = await load(files, { data: { source: 'my [data] *?/a[1].csv' } });
    expect(rowsOf(train)).toEqual(['1: 1 → 2']);
    const root = folder({ '[x]/1.csv': 'x,y\n1,2\n' });
    expect(rowsOf((await loadFrom(path.join(root, '[x]'), { data: { source: '*.csv' } })).train)).toHaveLength(1);
  });

  test('Fractions far below whole numbers are not rounded to whole numbers', async () => {
    const { train } = await load({ 'data.csv': `x,y\n${'1,2\n'.repeat(30_000)}1.5,2.25\n` });
    expect(rowsOf(train).at(-1)).toBe('30001: 1.5 → 2.25');
  });
});

describe('Queries', () => {
  test('A query derives columns and leaves rows out; rows are numbered after it', async () => {
    const query = "SELECT month(day) AS month, y FROM source WHERE y > 0 -- dry days don't count";
    const files = { 'data.csv': 'day,y\n2012-01-05,0\n2012-02-05,1\n2012-03-05,2\n' };
    const { train } = await load(files, { data: { query, inputs: ['month'] } });
    expect(rowsOf(train)).toEqual(['1: 2 → 1', '2: 3 → 2']);
  });

  test('A query may end in a semicolon and may group', async () => {
    const query = 'WITH t AS (SELECT x, sum(y) AS y FROM source GROUP BY x) SELECT * FROM t ORDER BY x;';
    const { train } = await load({ 'data.csv': 'x,y\n2,1\n1,2\n2,5\n' }, { data: { query } });
    expect(rowsOf(train)).toEqual(['1: 1 → 2', '2: 2 → 6']);
  });
});

describe('Splits', () => {
  const numbers = (count: number): string =>
    Array.from({ length: count }, (_, index) => `${index},${index}\n`).join('');

  test('A share is drawn by the seed and both splits keep the order of the source', async () => {
    const files = { 'data.csv': `x,y\n${numbers(10)}` };
    const change = { data: { validation: 0.3 } };
    const dataset = await load(files, change, 1);
    expect([dataset.train.count, dataset.validation.count]).toEqual([7, 3]);
    const order = [...dataset.train.rowNumbers];
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect([...dataset.train.rowNumbers, ...dataset.validation.rowNumbers].sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect([...dataset.train.inputs]).toEqual(order.map((number) => number - 1));
    expect((await load(files, change, 1)).fingerprint).toBe(dataset.fingerprint);
    expect((await load(files, change, 2)).fingerprint).not.toBe(dataset.fingerprint);
  });

  test.each([
    ['text', 'a,b,a', 'a'],
    ['a number', '1,2,1', 1],
    ['a boolean', 'true,false,true', true],
    ['a text that reads as a boolean', 't,f,t', 't'],
    ['a number written as text', '1,2,1', '1'],
  ])("A column's value holds rows out: %s", async (_, values, equals) => {
    const [first, second, third] = values.split(',');
    const files = { 'data.csv': `x,y,s\n1,2,${first}\n3,4,${second}\n5,6,${third}\n` };
    const { train, validation } = await load(files, { data: { validation: { column: 's', equals } } });
    expect(rowsOf(train)).toEqual(['2: 3 → 4']);
    expect(rowsOf(validation)).toEqual(['1: 1 → 2', '3: 5 → 6']);
  });

  test('A file longer than a chunk arrives whole', async () => {
    const { train, validation } = await load({ 'data.csv': `x,y\n${numbers(10_000)}` }, { data: { validation: 0.5 } });
    const all = [...rowsOf(train), ...rowsOf(validation)].sort(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    expect(all).toEqual(Array.from({ length: 10_000 }, (_, index) => `${index + 1}: ${index} → ${index}`));
  });
});

describe('Scaling', () => {
  const files = { 'a.jsonl': '{"x":[1,3],"z":5,"y":2}\n{"x":[5,7],"z":5,"y":6}\n' };
  const data = { source: 'a.jsonl', inputs: ['x', 'z'] };

  test('A list column has one mean and deviation, a constant column deviation 1', async () => {
    const { inputScaling, targetScaling, targets } = await load(files, { data });
    // x: mean of 1, 3, 5, 7 is 4, deviation √((9 + 1 + 1 + 9) / 4) = √5; z is 5 throughout.
    expect([...inputScaling.mean]).toEqual([4, 4, 5]);
    expect([...inputScaling.deviation]).toEqual([Math.sqrt(5), Math.sqrt(5), 1]);
    // y: mean of 2 and 6 is 4, deviation √((4 + 4) / 2) = 2.
    expect([...targetScaling.mean, ...targetScaling.deviation]).toEqual([4, 2]);
    expect(targets).toMatchObject([{ name: 'y', mean: 4, standardDeviation: 2 }]);
    expect(targets[0]!.edges).toContain(0);
  });

  test('What is not standardized has mean 0 and deviation 1, and still its statistics', async () => {
    const dataset = await load(files, { data: { ...data, standardize: { targets: false } } });
    expect([...dataset.targetScaling.mean, ...dataset.targetScaling.deviation]).toEqual([0, 1]);
    expect(dataset.targets[0]).toMatchObject({ mean: 4, standardDeviation: 2 });
    expect([...dataset.inputScaling.mean]).toEqual([4, 4, 5]);
    const raw = await load(files, { data: { ...data, standardize: false } });
    expect([...raw.inputScaling.mean, ...raw.inputScaling.deviation]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test('Held-out rows take no part', async () => {
    const csv = { 'data.csv': 'x,y,s\n1,2,0\n3,6,0\n100,100,1\n' };
    const { inputScaling } = await load(csv, { data: { validation: { column: 's', equals: 1 } } });
    expect([...inputScaling.mean, ...inputScaling.deviation]).toEqual([2, 1]);
  });
});

test('The check while typing notices that a file has changed', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,2\n3,4\n' });
  const experiment = experimentOver();
  expect(await inspectData(experiment, { directory })).toEqual([]);
  writeFileSync(path.join(directory, 'data.csv'), 'x,y\n1,2\n3,\n4,5\n');
  expect((await inspectData(experiment, { directory })).map(({ code }) => code)).toEqual(['data.empty-cells']);
});

test('The check while typing notices that a file which the query names has changed', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,2\n3,4\n', 'more.csv': 'x,y\n1,2\n3,4\n' });
  const experiment = experimentOver({ data: { query: `SELECT * FROM '${path.join(directory, 'more.csv')}'` } });
  expect(await inspectData(experiment, { directory })).toEqual([]);
  writeFileSync(path.join(directory, 'more.csv'), 'x,y\n1,2\n3,\n4,5\n');
  expect((await inspectData(experiment, { directory })).map(({ code }) => code)).toEqual(['data.empty-cells']);
});
