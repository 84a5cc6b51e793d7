/** Every fix that is offered after a look at the data really mends what it is offered for. */
import { describe, expect, test } from 'vitest';
import { inspectData } from '../../../extension/data/inspectData';
import { parseExperiment } from '../../../extension/experiment/parse';
import type { Problem } from '../../../extension/protocol/problems';
import { fixed, mendingTitles, textOf } from '../experiment/mending';
import { folder } from './helpers';

interface Change {
  data?: object;
  [part: string]: unknown;
}

/** Input `x`, target `y ≥ 0`, nothing held out, in `data.csv`, unless `change` says otherwise. */
function experiment({ data, ...parts }: Change): object {
  return {
    data: { source: 'data.csv', inputs: ['x'], targets: ['y'], validation: 0, ...data },
    constraint: { min: 0 },
    training: { batchSize: 1 },
    variants: { penalty: { method: 'penalty' } },
    ...parts,
  };
}

const findIn =
  (directory: string) =>
  async (text: string): Promise<Problem[]> => {
    const parsed = parseExperiment(text);
    const ofData = parsed.experiment === null ? [] : await inspectData(parsed.experiment, { directory });
    return [...parsed.problems, ...ofData.map(parsed.toProblem)];
  };

function titles(files: Record<string, string>, change: Change, code: string): Promise<string[]> {
  return mendingTitles(experiment(change), code, findIn(folder(files)));
}

/** The experiment after its first problem's fix of this title. */
async function changed(files: Record<string, string>, change: Change, title: string): Promise<Record<string, unknown>> {
  const text = textOf(experiment(change));
  const problems = await findIn(folder(files))(text);
  const fixes = problems.flatMap((problem) => problem.fixes ?? []);
  return JSON.parse(fixed(text, fixes.find((fix) => fix.title === title)!));
}

const csv = (...rows: string[]): Record<string, string> => ({ 'data.csv': `${rows.join('\n')}\n` });

describe('Columns', () => {
  test.for<[string, string, Change, string[]]>([
    ['a slip', 'windspeed,y,z', { data: { inputs: ['windspede'] } }, ['Change to "windspeed"']],
    ['another case', 'max temp,y,z', { data: { inputs: ['Max-Temp'] } }, ['* Change to "max temp"']],
    ['one near name, and short', 'wind,y,z', { data: { inputs: ['wnid'] } }, ['Change to "wind"']],
    ['another one', 'nitrite,y,z', { data: { inputs: ['nitrate'] } }, ['Change to "nitrite"']],
    ['one that holds it', 'temp_min,y,z', { data: { inputs: ['temp'] } }, ['Change to "temp_min"']],
    [
      'the rest of one in use',
      'temp_max,temp_min,b,y',
      { data: { inputs: ['temp_max', 'temp'], targets: ['b'] } },
      ['Change to "temp_min"'],
    ],
    [
      'a target',
      'temp_max,temp_min,b,y',
      { data: { inputs: ['b'], targets: ['k'] }, constraint: { min: 0 } },
      ['Change to "y"'],
    ],
    ['several', 'x1,x2,y', { data: { inputs: ['x3'] } }, ['Change to "x1"', 'Change to "x2"']],
    ['one that is in use already', 'x1,x2,y', { data: { inputs: ['x1', 'x3'] } }, ['Change to "x2"']],
    ['none', 'x1,x2,y', { data: { inputs: ['humidity'] } }, []],
    ['validation', 'x,y,split', { data: { validation: { column: 'Split', equals: 1 } } }, ['* Change to "split"']],
  ])('A missing column is given a near name: %s', async ([, header, change, expected]) => {
    const row = (first: number): string =>
      header
        .split(',')
        .map((_, index) => first + index)
        .join();
    // One row has 1 in the last column, "split".
    const last = header.split(',').length - 1;
    expect(await titles(csv(header, row(1 - last), row(4)), change, 'data.missing-column')).toEqual(expected);
  });

  test("A target's bounds go with its name", async () => {
    const change = { data: { targets: ['rian'] }, constraint: { rian: { min: 0, max: 9 } } };
    expect(await changed(csv('x,rain', '1,2', '2,3'), change, 'Change to "rain"')).toMatchObject({
      data: { targets: ['rain'] },
      constraint: { rain: { min: 0, max: 9 } },
    });
  });

  test.for<[string, Record<string, string>, Change, string[], string]>([
    [
      'numbers in quotes',
      { 'data.jsonl': '{"x":"1","y":2}\n{"x":"2","y":3}\n' },
      { data: { source: 'data.jsonl' } },
      ['* Make numbers of it'],
      'SELECT * REPLACE (CAST(x AS DOUBLE) AS x) FROM source',
    ],
    [
      'decimal commas',
      csv('x;y', '1,5;2', '2,5;3'),
      {},
      ['* Make numbers of it'],
      "SELECT * REPLACE (CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      'commas between thousands',
      csv('x;y', '1,234;2', '1,234,567;2', '999;3'),
      {},
      ['* Make numbers of it'],
      "SELECT * REPLACE (CAST(replace(x, ',', '') AS DOUBLE) AS x) FROM source",
    ],
    [
      'points between thousands',
      csv('x;y', '1.234,5;2', '1.234;2', '999;3'),
      {},
      ['* Make numbers of it'],
      "SELECT * REPLACE (CAST(replace(replace(x, '.', ''), ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      'commas that may be either, between semicolons',
      csv('x;y', '1,107;1', '2,114;2', '3,121;3', '4;4'),
      {},
      ['Read "1,107" as 1.107', 'Read "1,107" as 1107'],
      "SELECT * REPLACE (CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      'commas that may be either, in quotes',
      csv('x,y', '"1,107",1', '"2,114",2', '4,4'),
      {},
      ['Read "1,107" as 1107', 'Read "1,107" as 1.107'],
      "SELECT * REPLACE (CAST(replace(x, ',', '') AS DOUBLE) AS x) FROM source",
    ],
    [
      'commas that may be either, beside thousands without',
      csv('x\ty', '1,107\t1', '2114\t2', '4\t4'),
      {},
      ['Read "1,107" as 1.107', 'Read "1,107" as 1107'],
      "SELECT * REPLACE (CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      // No number that is cut into thousands begins with 0.
      'a fraction below 1',
      csv('x;y', '1,107;1', '0,500;2'),
      {},
      ['* Make numbers of it'],
      "SELECT * REPLACE (CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      'commas and points, both before fractions',
      csv('x;y', '1,5;1', '2.5;2'),
      {},
      ['Make numbers of it'],
      "SELECT * REPLACE (CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source",
    ],
    [
      'points between thousands and before fractions, which is nothing',
      csv('x;y', '1.234,5;1', '2.5;2', '3;3', '4;4'),
      {},
      ['Leave out this row'],
      'SELECT * REPLACE (TRY_CAST(x AS DOUBLE) AS x) FROM source WHERE TRY_CAST(x AS DOUBLE) IS NOT NULL',
    ],
    [
      'decimal commas, and a price',
      csv('x;y', ...Array.from({ length: 40 }, (_, row) => `0,${101 + row};${row}`), '$1,200;1'),
      {},
      ['Make numbers of it, and leave out the row without a number'],
      "SELECT * REPLACE (TRY_CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source WHERE TRY_CAST(replace(x, ',', '.') AS DOUBLE) IS NOT NULL",
    ],
    [
      'commas that may be either, and two prices',
      csv('x;y', ...Array.from({ length: 40 }, (_, row) => `1,${101 + row};${row}`), '$1,200;1', '$9;2'),
      {},
      [
        'Read "1,101" as 1.101, and leave out the 2 rows without a number',
        'Read "1,101" as 1101, and leave out the 2 rows without a number',
      ],
      "SELECT * REPLACE (TRY_CAST(replace(x, ',', '.') AS DOUBLE) AS x) FROM source WHERE TRY_CAST(replace(x, ',', '.') AS DOUBLE) IS NOT NULL",
    ],
    [
      'a slip, in a query that is there',
      csv('x,y', '1,2', 'n/a,3', '4,5'),
      { data: { query: 'SELECT * FROM source WHERE y > 1' } },
      ['Leave out this row'],
      'SELECT * REPLACE (TRY_CAST(x AS DOUBLE) AS x) FROM source WHERE y > 1 AND TRY_CAST(x AS DOUBLE) IS NOT NULL',
    ],
    [
      'words',
      csv('x,y', 'rain,2', 'sun,3'),
      {},
      ['Use whether it is "rain" instead'],
      "SELECT *, CASE WHEN x = 'rain' THEN 1 ELSE 0 END AS x_is_rain FROM source",
    ],
  ])('A text column: %s', async ([, files, change, expected, query]) => {
    expect(await titles(files, change, 'data.text-column')).toEqual(expected);
    const title = expected[0]!.replace('* ', '');
    expect((await changed(files, change, title)).data).toMatchObject({ query });
  });

  test.for<[string, string[], string[]]>([
    ['2012-01-01', ['month', 'day'], ['Use "month" and "day" of it instead']],
    ['2012-01-01 10:00:00', ['month', 'day'], ['Use "month" and "day" of it instead']],
    ['10:11:12', ['hour', 'minute'], ['Use "hour" and "minute" of it instead']],
  ])('A date or time becomes what it is made of: %s', async ([value, names, expected]) => {
    const files = csv('x,z,y', `${value},1,2`, `${value.replace('01-01', '02-03').replace('10:11', '12:13')},2,3`);
    const change = { data: { inputs: ['x', 'z'] } };
    expect(await titles(files, change, 'data.date-column')).toEqual(expected);
    expect((await changed(files, change, expected[0]!)).data).toMatchObject({ inputs: [names[0], 'z', names[1]] });
  });

  test('A column made of another takes no name that is taken', async () => {
    const files = csv('x,Month,y', '2012-01-01,1,2', '2012-02-02,2,3');
    expect(await titles(files, {}, 'data.date-column')).toEqual(['Use "month_2" and "day" of it instead']);
  });

  test('Of a list that is a target its first element is taken', async () => {
    const files = { 'a.jsonl': '{"x":1,"y":[2,1]}\n{"x":2,"y":[1,0]}\n' };
    const change = { data: { source: 'a.jsonl' }, constraint: { y: { min: 0 } } };
    expect(await titles(files, change, 'data.list-target')).toEqual(['Take its first element']);
    expect(await changed(files, change, 'Take its first element')).toMatchObject({
      data: { targets: ['y_1'], query: 'SELECT *, y[1] AS y_1 FROM source' },
      constraint: { y_1: { min: 0 } },
    });
  });
});

describe('Cells', () => {
  test.for<[string, string, Record<string, string>, Change, string[]]>([
    ['empty', 'data.empty-cells', csv('x,y', '1,2', ',3', '4,5'), {}, ['Leave out this row', 'Fill in 0']],
    [
      'empty, all',
      'data.empty-cells',
      csv('x,z,y', ',1,2', ',2,3'),
      { data: { inputs: ['z', 'x'] } },
      ['Remove it from "inputs"'],
    ],
    ['NaN', 'data.not-a-number', csv('x,y', '1,2', 'nan,3', '4,5', 'nan,9'), {}, ['Leave out these 2 rows']],
    ['infinite', 'data.not-finite', csv('x,y', '1,2', 'inf,3', '4,5'), {}, ['Leave out this row']],
    [
      'lists with gaps',
      'data.empty-cells',
      { 'a.jsonl': '{"x":[1,2],"y":2}\n{"x":[1,null],"y":3}\n{"x":[3,5],"y":4}\n' },
      { data: { source: 'a.jsonl' } },
      ['Leave out this row'],
    ],
    [
      'lists of another length',
      'data.list-lengths',
      { 'a.jsonl': '{"x":[1,2],"y":2}\n{"x":[1],"y":3}\n{"x":[3,5],"y":4}\n' },
      { data: { source: 'a.jsonl' } },
      ['Leave out this row'],
    ],
  ])('%s', async ([, code, files, change, expected]) => {
    expect(await titles(files, change, code)).toEqual(expected);
  });

  test('What is left out once and again is one condition after the other', async () => {
    const change = { data: { query: 'SELECT * FROM source WHERE x IS NOT NULL' } };
    const files = csv('x,y', '1,2', ',3', '4,5', '5,');
    expect((await changed(files, change, 'Leave out this row')).data).toMatchObject({
      query: 'SELECT * FROM source WHERE x IS NOT NULL AND y IS NOT NULL',
    });
  });
});

describe('Values', () => {
  const rows = csv('x,z,y', '1,7,2', '2,7,3', '3,7,-1', '4,7,5');
  test.for<[string, Record<string, string>, Change, string[]]>([
    ['data.constant-input', rows, { data: { inputs: ['x', 'z'] } }, ['* Remove it from "inputs"']],
    ['data.constant-input', rows, { data: { inputs: ['z'] } }, []],
    [
      'data.constant-target',
      rows,
      { data: { targets: ['y', 'z'] }, constraint: { min: 0, z: { max: 9 } } },
      ['Remove it from "targets"'],
    ],
    ['data.bound-violated', rows, {}, ['Leave out this row', 'Set "min": -1']],
    [
      'data.bound-violated',
      rows,
      { data: { targets: ['y', 'z'] }, constraint: { min: 0, max: 9 } },
      ['Leave out this row', 'Set "min": -1 for "y"'],
    ],
    [
      'data.bound-violated',
      rows,
      { data: { query: 'SELECT y, x + 0 AS x FROM source' }, constraint: { y: { min: 0, max: 4 } } },
      ['Leave out this row', 'Set "min": -1'],
    ],
    ['data.batch-larger-than-data', rows, { training: {} }, ['* Set "batchSize": 4']],
    [
      'data.batch-larger-than-data',
      rows,
      { variants: { a: { method: 'penalty', batchSize: 64 } } },
      ['* Set "batchSize": 4'],
    ],
    ['data.too-fine', csv('x,y', '1000000000.5,1', '1000000001.5,2'), {}, ['Subtract 1000000000 from it']],
    [
      'data.too-fine',
      csv('x,y', '1,-1000000000.5', '2,-1000000001.5'),
      { constraint: { max: -1000000000 } },
      ['Add 1000000002 to it'],
    ],
    ['data.one-row', csv('x,y', '1,2'), { data: { validation: 0.5 } }, ['Set "validation": 0']],
  ])('%s', async ([code, files, change, expected]) => {
    expect(await titles(files, change, code)).toEqual(expected);
  });

  test('The bounds of the other targets stay as they are', async () => {
    const change = { data: { targets: ['y', 'z'] }, constraint: { min: 0, max: 9 } };
    expect((await changed(rows, change, 'Set "min": -1 for "y"')).constraint).toEqual({
      min: 0,
      max: 9,
      y: { min: -1, max: 9 },
    });
  });

  test('The bounds of a target that is shifted are shifted with it', async () => {
    const files = csv('x,y', '1,-1000000000.5', '2,-1000000001.5');
    // −1000000000 + 1000000002 = 2
    expect((await changed(files, { constraint: { max: -1e9 } }, 'Add 1000000002 to it')).constraint).toEqual({
      max: -1e9,
      y: { max: 2 },
    });
  });

  test.for<[string, string, unknown, string[]]>([
    ['data.no-validation-rows', 'train,valid', 'Valid', ['Change to "valid"', 'Hold out a fifth of the rows instead']],
    ['data.no-validation-rows', '10,20', 21, ['Change to 20', 'Hold out a fifth of the rows instead']],
    ['data.no-validation-rows', 'all,all', 'al', ['Hold out a fifth of the rows instead']],
    ['data.no-training-rows', 'test,test', 'test', ['Hold out a fifth of the rows instead']],
  ])('%s: %s', async ([code, values, equals, expected]) => {
    const [first, second] = values.split(',');
    const files = csv('x,y,s', `1,2,${first}`, `2,3,${second}`, `3,4,${first}`);
    expect(await titles(files, { data: { validation: { column: 's', equals } } }, code)).toEqual(expected);
  });
});

describe('Files and queries', () => {
  test.for<[string, Record<string, string>, string | string[], string[]]>([
    ['another case', { 'weather.csv': 'x,y\n1,2\n2,3\n' }, 'Weather.CSV', ['* Change to "weather.csv"']],
    [
      'a letter less, which may mean another',
      { 'prices.csv': 'x,y\n1,2\n2,3\n' },
      'price.csv',
      ['Change to "prices.csv"'],
    ],
    ['another number', { 'days_2021.csv': 'x,y\n1,2\n2,3\n' }, 'days_2020.csv', ['Change to "days_2021.csv"']],
    ['a short name, which may mean another', csv('x,y', '1,2', '2,3'), 'dta.csv', ['Change to "data.csv"']],
    ['another name altogether', csv('x,y', '1,2', '2,3'), 'weather.parquet', ['Change to "data.csv"']],
    ['a folder', { 'days/a.csv': 'x,y\n1,2\n2,3\n' }, 'days/', ['Change to "days/*.csv"']],
    ['one of several', csv('x,y', '1,2', '2,3'), ['data.csv', 'dato.csv'], ['Change to "data.csv"']],
    ['nothing there', {}, 'data.csv', []],
  ])('A file that is not there: %s', async ([, files, source, expected]) => {
    expect(await titles(files, { data: { source } }, 'data.no-such-file')).toEqual(expected);
  });

  test('A file of another kind is taken off the list', async () => {
    const files = { ...csv('x,y', '1,2', '2,3'), 'b.jsonl': '{"x":1,"y":2}', 'c.xlsx': 'x' };
    const change = (source: string[]): Change => ({ data: { source } });
    expect(await titles(files, change(['data.csv', 'b.jsonl']), 'data.mixed-formats')).toEqual(['Remove this entry']);
    expect(await titles(files, change(['data.csv', 'c.xlsx']), 'data.unknown-format')).toEqual(['Remove this entry']);
    expect(await titles(files, change(['c.xlsx']), 'data.unknown-format')).toEqual([]);
  });

  test.for<[string, string[]]>([
    ['SELECT *, wnd * 2 AS x FROM source', ['Change to wind']],
    ['SELECT *, max_temp AS x FROM source', ['* Change to "max temp"']],
    ['SELECT *, wind AS x FROM sorce', ['Change to source']],
    ['SELECT *, sinn(wind) AS x FROM source', ['Change to sin']],
    // What a function takes is no name that could stand there.
    ["SELECT *, month('a', 'b') AS x FROM source", []],
    ['SELECT *, wind AS x FROM source WERE wind > 1', []],
  ])('A name that the query has wrong: %s', async ([query, expected]) => {
    const files = csv('wind,max temp,y', '1,2,3', '4,5,6');
    expect(await titles(files, { data: { query } }, 'data.query-error')).toEqual(expected);
  });

  test('A query that is blank goes', async () => {
    expect(await titles(csv('x,y', '1,2', '2,3'), { data: { query: ' ' } }, 'data.query-not-select')).toEqual([
      '* Remove "query"',
    ]);
  });
});
