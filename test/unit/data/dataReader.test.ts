/** What can be asked about data while a person writes: files in, facts out. */
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DataQuestion, DataReader } from '../../../extension/data/dataReader';
import { describeFile } from '../../../extension/data/describeFile';
import { openDataReader } from '../../../extension/data/openDataReader';
import { binEdges } from '../../../extension/data/profileBins';
import type { ColumnSummary } from '../../../extension/protocol/columns';
import { experimentOver, folder, writeParquet } from './helpers';

function reader(): DataReader {
  const opened = openDataReader();
  onTestFinished(() => opened.dispose());
  return opened;
}

const RAIN = 'day,rain,note\n1,0,dry\n2,0,dry\n3,4,wet\n4,,wet\n5,8,dry\n';

/** Asked again until the values are known too, which may take longer than a list of columns waits. */
async function columnsOf(question: DataQuestion): Promise<ColumnSummary[]> {
  const opened = reader();
  const isKnown = ({ values }: ColumnSummary): boolean => values !== null;
  await expect.poll(async () => (await opened.columns(question))?.every(isKnown), { timeout: 20_000 }).toBe(true);
  return (await opened.columns(question))!;
}

/** Writes with a time of its own: two versions within a tick of the clock would look the same. */
let clock = 1_700_000_000;
function write(file: string, text: string): void {
  writeFileSync(file, text);
  utimesSync(file, ++clock, clock);
}

test('Columns come with type, kind, range, nulls and how many values differ', async () => {
  const directory = folder({ 'rain.csv': RAIN });
  expect(await columnsOf({ source: 'rain.csv', directory })).toEqual([
    {
      name: 'day',
      type: 'BIGINT',
      kind: 'number',
      values: { rows: 5, nulls: 0, distinct: 5, min: 1, max: 5, notANumber: 0, isWhole: true },
    },
    {
      name: 'rain',
      type: 'BIGINT',
      kind: 'number',
      values: { rows: 5, nulls: 1, distinct: 3, min: 0, max: 8, notANumber: 0, isWhole: true },
    },
    {
      name: 'note',
      type: 'VARCHAR',
      kind: 'text',
      values: { rows: 5, nulls: 0, distinct: 2, min: null, max: null, notANumber: 0, isWhole: false },
    },
  ]);
});

test('Columns of a query are those that it gives', async () => {
  const directory = folder({ 'rain.csv': RAIN });
  const query = 'SELECT rain * 0.5 AS half, day > 2 AS late FROM source WHERE rain IS NOT NULL; -- done';
  const columns = await columnsOf({ source: 'rain.csv', query, directory });
  expect(columns.map(({ name, kind, values }) => [name, kind, values!.rows, values!.max, values!.isWhole])).toEqual([
    ['half', 'number', 4, 4, true],
    ['late', 'boolean', 4, 1, true],
  ]);
});

test('A profile has quartiles, moments, signs and a histogram', async () => {
  // 1 … 9 and −3: mean 42 / 10, variance (Σ x² = 285 + 9) / 10 − 4.2² = 11.76.
  const directory = folder({ 'x.csv': `x\n-3\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].join('\n')}\n` });
  const profile = await reader().profile({ source: 'x.csv', directory }, 'x');
  const { mean, standardDeviation, quartiles, negative, zero, histogram, sampled } = profile!.numbers!;
  expect(mean).toBeCloseTo(4.2, 12);
  expect(standardDeviation).toBeCloseTo(Math.sqrt(11.76), 12);
  // Sorted −3 1 2 3 4 5 6 7 8 9, at places 2.25, 4.5 and 6.75 of 0 … 9.
  expect(quartiles).toEqual([2.25, 4.5, 6.75]);
  expect([negative, zero, sampled]).toEqual([1, 0, null]);
  expect(histogram.edges).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(histogram.counts).toEqual([1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test('In a histogram no value is on the wrong side of 0, however near to it', async () => {
  const directory = folder({ 'x.csv': 'x\n-0.7\n-1e-17\n0\n1e-17\n1.3\n' });
  const { negative, histogram } = (await reader().profile({ source: 'x.csv', directory }, 'x'))!.numbers!;
  expect(negative).toBe(2);
  const below = histogram.counts.slice(0, histogram.edges.indexOf(0));
  expect(below.reduce((sum, count) => sum + count)).toBe(2);
});

test('NaN and infinities are counted apart and disturb no figure', async () => {
  const directory = folder({});
  await writeParquet(
    path.join(directory, 'x.parquet'),
    "SELECT unnest([1.0, 3.0, 'nan'::DOUBLE, 'inf'::DOUBLE, NULL]) AS x",
  );
  const profile = await reader().profile({ source: 'x.parquet', directory }, 'x');
  expect(profile!.values).toMatchObject({ rows: 5, nulls: 1, notANumber: 1, min: 1, max: 3, isWhole: true });
  expect(profile!.numbers).toMatchObject({ mean: 2, quartiles: [1.5, 2, 2.5] });
  expect(profile!.numbers!.histogram.counts.reduce((sum, count) => sum + count)).toBe(2);
});

test('A column without a finite value has no figures, and one of text its most frequent values', async () => {
  const directory = folder({});
  await writeParquet(
    path.join(directory, 'x.parquet'),
    "SELECT unnest(['nan'::DOUBLE, NULL, NULL]) AS x, unnest(['b', 'a', 'b']) AS t",
  );
  const question = { source: 'x.parquet', directory };
  const opened = reader();
  expect((await opened.profile(question, 'x'))!.numbers).toBeNull();
  expect((await opened.profile(question, 't'))!.frequent).toEqual([
    { value: 'b', count: 2 },
    { value: 'a', count: 1 },
  ]);
  expect(await opened.valuesOf(question, 't')).toEqual(['b', 'a']);
});

test('A list column is profiled by its elements', async () => {
  const directory = folder({});
  await writeParquet(path.join(directory, 'x.parquet'), 'SELECT unnest([[1, 2], [3, 6]]) AS image');
  const profile = await reader().profile({ source: 'x.parquet', directory }, 'image');
  expect(profile).toMatchObject({ kind: 'list', width: 2, values: { rows: 2, min: 1, max: 6 } });
  expect(profile!.numbers).toMatchObject({ mean: 3, quartiles: [1.75, 2.5, 3.75] });
});

test('Of many rows a fair sample is taken, the same each time, and said', async () => {
  const directory = folder({});
  await writeParquet(path.join(directory, 'x.parquet'), 'SELECT range AS x FROM range(1500000)');
  const opened = reader();
  const first = (await opened.profile({ source: 'x.parquet', directory }, 'x'))!.numbers!;
  expect(first.sampled).toBeGreaterThan(100_000);
  expect(first.sampled).toBeLessThan(400_000);
  // Quartiles of 0 … 1.5 million lie at 375, 750 and 1125 thousand. Some hundred vectors out of 733 were read.
  for (const [index, expected] of [375_000, 750_000, 1_125_000].entries()) {
    expect(Math.abs(first.quartiles[index]! - expected)).toBeLessThan(110_000);
  }
  expect((await reader().profile({ source: 'x.parquet', directory }, 'x'))!.numbers!.quartiles).toEqual(
    first.quartiles,
  );
});

test('A bound tells the rows that it touches and cuts off', async () => {
  const directory = folder({ 'rain.csv': RAIN });
  const opened = reader();
  const question = { source: 'rain.csv', directory };
  expect(await opened.bound(question, 'rain', 'min', 4)).toEqual({
    rows: 5,
    touching: 1,
    outside: { count: 2, first: [1, 2] },
    extreme: 0,
  });
  expect(await opened.bound(question, 'rain', 'max', 3)).toEqual({
    rows: 5,
    touching: 0,
    outside: { count: 2, first: [3, 5] },
    extreme: 8,
  });
  expect(await opened.bound(question, 'rain', 'min', 0)).toMatchObject({
    touching: 2,
    outside: { count: 0, first: [] },
  });
  expect(await opened.bound(question, 'note', 'min', 0)).toBeNull();
  expect(await opened.bound(question, 'snow', 'min', 0)).toBeNull();
});

test('What a file was is forgotten when it changes, comes or goes', async () => {
  const directory = folder({ 'a.csv': 'x,y\n1,2\n3,4\n' });
  const opened = reader();
  const experiment = experimentOver({ data: { source: '*.csv' } });
  const codes = async (): Promise<string[]> =>
    (await opened.inspect(experiment, { directory })).map(({ code }) => code);
  const rows = async (): Promise<number> => (await opened.profile({ source: '*.csv', directory }, 'x'))!.values.rows;
  expect([await codes(), await rows()]).toEqual([[], 2]);
  write(path.join(directory, 'a.csv'), 'x,y\n1,2\n3,-4\n');
  expect(await codes()).toEqual(['data.bound-violated']);
  write(path.join(directory, 'b.csv'), 'x,y\n5,6\n');
  expect([await codes(), await rows()]).toEqual([['data.bound-violated'], 3]);
  rmSync(path.join(directory, 'a.csv'));
  expect([await codes(), await rows()]).toEqual([['data.one-row'], 1]);
  rmSync(path.join(directory, 'b.csv'));
  expect(await codes()).toEqual(['data.no-such-file']);
  expect(await opened.profile({ source: '*.csv', directory }, 'x')).toBeNull();
  expect(await opened.files({ source: '*.csv', directory })).toEqual([]);
  write(path.join(directory, 'c.csv'), 'x,y\n1,2\n3,4\n');
  expect(await codes()).toEqual([]);
  expect(await opened.files({ source: '*.csv', directory })).toEqual([path.posix.join(directory, 'c.csv')]);
});

test('Names and types are told before the values have been looked at', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,-2\n3,4\n' });
  const told: unknown[] = [];
  const found = await reader().inspect(experimentOver(), { directory, partly: (problems) => told.push(problems) });
  expect(told).toEqual([[]]);
  expect(found.map(({ code }) => code)).toEqual(['data.bound-violated']);
  const missing = await reader().inspect(experimentOver({ data: { inputs: ['z'] } }), {
    directory,
    partly: () => expect.unreachable(),
  });
  expect(missing.map(({ code }) => code)).toEqual(['data.missing-column']);
});

test('A question that nobody waits for any more ends, and the next one is answered at once', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,2\n3,4\n' });
  const opened = reader();
  const endless = experimentOver({
    data: { query: 'SELECT count(*) AS x, 1 AS y FROM range(1000000000) a, range(1000000) b' },
  });
  const abort = new AbortController();
  const asked = opened.inspect(endless, { directory, signal: abort.signal, seconds: 60 });
  const next = opened.inspect(experimentOver({ data: { query: 'SELECT * FROM source' } }), { directory });
  setTimeout(() => abort.abort(new Error('typed on')), 200);
  await expect(asked).rejects.toThrow('typed on');
  expect(await next).toEqual([]);
});

const SLOW = 'SELECT count(*) AS x, 1 AS y FROM range(1000000000) a, range(1000000) b';

test('What is wrong is told first: looking at a column steps back for it', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,2\n3,4\n' });
  const opened = reader();
  const ended = new AbortController();
  const slow = opened.until(ended.signal).profile({ source: 'data.csv', query: SLOW, directory }, 'x');
  const experiment = experimentOver({ data: { query: 'SELECT * FROM source' } });
  expect(await opened.inspect(experiment, { directory })).toEqual([]);
  ended.abort(new Error('the pointer went on'));
  await expect(slow).rejects.toThrow('the pointer went on');
});

test('A column of a query that has been checked is looked at without running it again', async () => {
  const directory = folder({ 'data.csv': 'x,y\n1,2\n3,4\n' });
  const opened = reader();
  const query = 'SELECT x, y, random() AS r FROM source';
  expect(await opened.inspect(experimentOver({ data: { query, inputs: ['r'] } }), { directory })).toEqual([]);
  const [first, second] = [
    await opened.profile({ source: 'data.csv', query, directory }, 'r'),
    await opened.bound({ source: 'data.csv', query, directory }, 'r', 'min', 2),
  ];
  // Drawn anew, the largest of all would be another.
  expect(second!.extreme).toBe(first!.values.min);
});

test('Which files a source means is told without opening them', async () => {
  const directory = folder({ 'a [1]/b.csv': 'x\n1\n', 'a [1]/c.csv': 'no,table\n1', 'd.parquet': 'none' });
  const opened = reader();
  const file = (name: string): string => path.join(directory, name);
  expect(await opened.files({ source: 'd.parquet', directory })).toEqual([file('d.parquet')]);
  expect(await opened.files({ source: 'a [[]1]/*.csv', directory })).toEqual([
    file('a [1]/b.csv'),
    file('a [1]/c.csv'),
  ]);
  expect(await opened.files({ source: 'e.csv', directory })).toEqual([]);
});

test('Numbers near the largest there are have a profile like others', async () => {
  const directory = folder({ 'far.csv': 'x\n-1.7e308\n0\n1\n1.7e308\n' });
  const profile = await reader().profile({ source: 'far.csv', directory }, 'x');
  const { edges, counts } = profile!.numbers!.histogram;
  expect(edges).toContain(0);
  // 22 bins of 1.5e307: the least in the first, 0 and 1 right of the middle, the greatest in the last.
  expect(counts).toEqual([1, ...Array(10).fill(0), 2, ...Array(9).fill(0), 1]);
  expect(profile!.numbers).toMatchObject({ negative: 1, zero: 1 });
});

test('Lists are as wide as those that are there', async () => {
  const directory = folder({ 'l.jsonl': '{"x":null}\n{"x":[1,-2,3]}\n{"x":[4,5,6]}\n' });
  const profile = await reader().profile({ source: 'l.jsonl', directory }, 'x');
  expect(profile).toMatchObject({ width: 3, values: { min: -2, max: 6 } });
});

test('A reader that was given up opens nothing any more, for a look that goes on in the background neither', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const directory = folder({ 'wide.csv': `${names.join()}\n${names.map(() => 1).join()}\n` });
  const opened = reader();
  const question = { source: 'wide.csv', directory };
  await opened.columns(question);
  opened.dispose();
  await expect(opened.columns(question)).rejects.toThrow('after their end');
});

test('Many sources may be asked in turn and at once: a few are held open', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `d${index}.csv`);
  const directory = folder(Object.fromEntries(names.map((name, index) => [name, `x,y\n${index},1\n`])));
  const opened = reader();
  const ask = (source: string) => opened.profile({ source, directory }, 'x');
  const both = await Promise.all([...names, ...names].map(ask));
  expect(both.map((profile) => profile!.values.min)).toEqual([...names, ...names].map((_, index) => index % 12));
});

test('What can not be read has no columns and no profile, and never throws', async () => {
  const directory = folder({ 'bad.parquet': 'no parquet', 'a.csv': 'x\n1\n', 'empty.csv': '' });
  const opened = reader();
  for (const question of [
    { source: 'bad.parquet', directory },
    { source: 'nowhere.csv', directory },
    { source: 'empty.csv', directory },
    { source: '../a.csv', directory },
    { source: 'a.csv', directory: path.join(directory, 'nowhere') },
    { source: 'a.csv', query: 'SELECT', directory },
    { source: 'a.csv', query: '', directory },
    { source: 'a.csv', query: 'SELECT * FROM source; SELECT 1', directory },
    { source: 'a.csv', query: "SELECT * FROM read_csv('/etc/passwd')", directory },
  ]) {
    expect(await opened.columns(question)).toBeNull();
    expect(await opened.profile(question, 'x')).toBeNull();
    expect(await opened.valuesOf(question, 'x')).toBeNull();
  }
  expect(await opened.profile({ source: 'a.csv', directory }, 'y')).toBeNull();
});

test('A data file is described for a new experiment, or the reason is given why it can not be', async () => {
  const directory = folder({ 'rain.csv': RAIN, 'header.csv': 'a,b\n', 'text.txt': 'a' });
  const described = await describeFile(path.join(directory, 'rain.csv'));
  expect(described).toMatchObject({ rows: 5, columns: [{ name: 'day' }, { name: 'rain' }, { name: 'note' }] });
  expect(await describeFile(path.join(directory, 'header.csv'))).toEqual({
    problem: '"header.csv" has a header and no rows. Add rows below it.',
  });
  expect(await describeFile(path.join(directory, 'text.txt'))).toEqual({
    problem: expect.stringContaining('no kind of file that Orthant reads'),
  });
  expect(await describeFile(path.join(directory, 'no', 'a.csv'))).toHaveProperty('problem');
});

test.each([
  // [min, max, whole] → first and last edge, bins
  [0, 9, true, 0, 10, 10],
  [-3, 9, true, -3, 10, 13],
  [0, 47, true, 0, 48, 24],
  [-100, 1000, true, -144, 1008, 24],
  [5, 5, true, 5, 6, 1],
  [0, 48, false, 0, 48, 24],
  [2, 2, false, 1, 3, 1],
  [0, 0, false, -0.5, 0.5, 1],
  [-1, 0, false, -1, 0, 24],
  // Too far apart to count, and farther apart than a double can tell.
  [0, 1e300, true, 0, 1e300, 24],
  // Too near to tell what lies between.
  [1e17, 1e17 + 16, true, 1e17, 1e17 + 16, 1],
  [-5e-324, 5e-324, false, -5e-324, 5e-324, 2],
  [-1.7e308, 1.7e308, false, -1.7e308, 1.7e308, 22],
])(
  'Bins of [%d, %d] hold all values, and 0 lies on an edge where both signs occur',
  (min, max, whole, low, high, bins) => {
    const edges = binEdges(min, max, whole);
    expect(edges.length - 1).toBe(bins);
    expect(edges[0]! / (low || 1)).toBeCloseTo(low && 1, 9);
    expect(edges.at(-1)! / (high || 1)).toBeCloseTo(high && 1, 9);
    expect(edges.every((edge, at) => at === 0 || edge > edges[at - 1]!)).toBe(true);
    if (min < 0 && max > 0) expect(edges).toContain(0);
  },
);
