/** What is offered of a data file, and in which words. */
import { describe, expect, test } from 'vitest';
import { writeParquet } from '../../data/helpers';
import { csv, type Drafted, draftOf, rowsOf } from './helpers';

async function drafted(...request: Parameters<typeof draftOf>): Promise<Drafted> {
  const draft = await draftOf(...request);
  if (typeof draft === 'string') throw new Error(draft);
  return draft;
}

/** A Parquet file of what a query over the numbers `i` from 0 to 99 gives. */
function parquet(columns: string): (file: string) => Promise<void> {
  return (file) => writeParquet(file, `SELECT ${columns} FROM range(100) t(i)`);
}

describe('Targets', () => {
  test('that are never negative come first, those most often at 0 before the others', async () => {
    const { targets } = await drafted(
      'a.parquet',
      parquet(`i - 3.5 AS signed, i + 100.5 AS above, greatest(0, i - 59.5) AS half, i % 2 = 0 AS flag,
        i % 4 AS quarter, i AS id, i % 2 AS bit`),
    );
    expect(targets).toEqual([
      // 0 to 59 are cut off at 0: 60 of 100.
      'half: never negative, 0 … 39.5, 60 % zeros',
      'above: never negative, 100.5 … 199.5',
      // Few whole numbers are likelier a code.
      'quarter: never negative, 0 … 3, 25 % zeros',
      // −3.5, −2.5, −1.5 and −0.5.
      'signed: goes below 0, −3.5 … 95.5, 4 negative',
      'flag: true or false',
      'bit: never negative, 0 … 1, 50 % zeros',
      'id: whole and different in every row, like an id, 0 … 99',
    ]);
  });

  test('with rows that have no number say how many', async () => {
    const { targets } = await drafted(
      'a.parquet',
      parquet(`i % 7 AS x, CASE WHEN i < 3 THEN NULL WHEN i < 5 THEN 'nan'::DOUBLE WHEN i < 9 THEN 'inf'::DOUBLE
        ELSE i / 3 END AS y`),
      { targets: ['y'] },
    );
    expect(targets).toContain('y: never negative, 3 … 33, no value in 9 rows');
  });
});

describe('Inputs', () => {
  test('are numbers, booleans and lists as they are', async () => {
    const { inputs, experiment } = await drafted(
      'a.parquet',
      parquet('i * 0.3 AS y, i % 9 - 4 AS n, i % 3 = 0 AS b, [i, i + 1, 7]::INT[3] AS l, [i, 2 * i] AS m'),
      { targets: ['y'] },
    );
    expect(inputs).toEqual([
      '+ n: −4 … 4',
      '+ b: true or false',
      '+ l: 3 numbers a row, 0 … 100',
      '+ m: 2 numbers a row, 0 … 198',
    ]);
    expect(experiment.data.inputs).toEqual(['n', 'b', 'l', 'm']);
    expect(experiment.data.query).toBeUndefined();
  });

  test('leave out what tells nothing, with the reason', async () => {
    const { inputs, leftOut } = await drafted(
      'a.parquet',
      parquet(`i * 0.3 AS y, i % 9 AS n, 7 AS seven, 'x' AS word, NULL::INT AS nothing, 'note ' || i AS note,
        {a: i} AS pair, [1, 1] AS ones, i * 3 AS order_id, INTERVAL (i) DAY AS span, 1e35 * i AS huge, [i]::VARCHAR[] AS texts`),
      { targets: ['y'] },
    );
    expect(inputs).toEqual(['+ n: 0 … 8', '- order_id: is whole and different in every row, like an id']);
    expect(leftOut).toEqual([
      'seven is 7 in every row',
      'word is "x" in every row',
      'nothing has no value in any row',
      expect.stringMatching(/^note is text with about \d+ different values$/),
      'pair holds struct values',
      'ones is 1 in every element of every row',
      'span is a span of time',
      'huge holds numbers too large for the 32-bit numbers of a network',
      'texts holds varchar[] values',
    ]);
  });

  test('take a number of the row where there is nothing else', async () => {
    const { experiment } = await drafted(
      'a.csv',
      csv(
        ['t', 'y'],
        rowsOf(20, (row) => [row, Math.sin(row) + 2]),
      ),
    );
    expect(experiment.data).toMatchObject({ inputs: ['t'], targets: ['y'] });
  });

  test('make of dates the day of the year, of times the hour too, and the year where the day is always the same', async () => {
    const { experiment, inputs, leftOut } = await drafted(
      'a.parquet',
      parquet(`i * 0.3 AS y, DATE '2020-01-01' + i::INT AS day, TIMESTAMP '2020-01-01' + INTERVAL (i) HOUR AS hour,
        make_date(1900 + i, 5, 1) AS annual, TIME '00:00' + INTERVAL (i * 7) MINUTE AS clock, DATE '2020-01-01' AS same,
        TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL (i) DAY AS zoned, TIMESTAMP '2020-01-01 12:00' + INTERVAL (i % 9) SECOND AS moment`),
      { targets: ['y'] },
    );
    expect(inputs).toEqual([
      '+ day: a date: the day of its year',
      '+ hour: a time: the day of its year and its hour',
      '+ annual: a date: its year',
      '+ clock: a time: its hour',
      '+ zoned: a time: the day of its year',
    ]);
    expect(leftOut).toEqual(['same is "2020-01-01" in every row', 'moment lies within one hour']);
    expect(experiment.data.query).toBe(
      'SELECT *, dayofyear(day) AS day_dayofyear, dayofyear(hour) AS hour_dayofyear, hour(hour) AS hour_hour, ' +
        'year(annual) AS annual_year, hour(clock) AS clock_hour, dayofyear(zoned) AS zoned_dayofyear FROM source',
    );
  });

  test('leave out rows whose date has no day: infinite ones', async () => {
    const { experiment, problems } = await drafted(
      'a.parquet',
      parquet(`i * 0.3 AS y, CASE WHEN i = 3 THEN 'infinity'::TIMESTAMP WHEN i = 4 THEN NULL
        ELSE TIMESTAMP '2020-01-01' + INTERVAL (i) DAY END AS moment`),
      { targets: ['y'] },
    );
    expect(experiment.data.query).toBe(
      'SELECT *, dayofyear(moment) AS moment_dayofyear FROM source WHERE isfinite(moment)',
    );
    expect(problems).toEqual([]);
  });

  test('take of times only what differs, however many there are', async () => {
    // 40 hours from 2020-01-01 00:00 would be two days; these are 20, and 40 minutes from 10:00.
    const { inputs, leftOut, experiment, problems } = await drafted(
      'a.csv',
      csv(
        ['y', 'when', 't', 'then'],
        rowsOf(40, (row) => [
          (row % 7) * 0.3,
          new Date(Date.UTC(2020, 0, 1, row / 2, 30 * (row % 2))).toISOString().slice(0, 19),
          `10:${String(row).padStart(2, '0')}:00`,
          new Date(Date.UTC(2020, 0, 1 + row, 12)).toISOString().slice(0, 19),
        ]),
      ),
    );
    expect(inputs).toEqual(['+ when: a time: its hour', '+ then: a time: the day of its year']);
    expect(leftOut).toEqual(['t lies within one hour']);
    expect(experiment.data.inputs).toEqual(['when_hour', 'then_dayofyear']);
    expect(problems).toEqual([]);
  });

  test('make of text of a few kinds a column for each, also where some rows have none', async () => {
    const { experiment, problems } = await drafted(
      'a.csv',
      csv(
        ['y', 'sky', 'side', 'it\'s "so"'],
        rowsOf(30, (row) => [
          row * 0.3,
          row % 3 === 0 ? null : row % 3 === 1 ? 'sun' : 'rain',
          row % 2 ? 'left' : 'right',
          ["d'or", '?', '!'][row % 3]!,
        ]),
      ),
    );
    expect(experiment.data.query).toBe(
      "SELECT *, coalesce(sky = 'rain', false) AS sky_rain, coalesce(sky = 'sun', false) AS sky_sun, side = 'left' AS side_left, " +
        `"it's ""so""" = '!' AS "it's ""so""_other", "it's ""so""" = '?' AS "it's ""so""_other_2", ` +
        `"it's ""so""" = 'd''or' AS "it's ""so""_d_or" FROM source`,
    );
    expect(problems).toEqual([]);
  });

  test('are counted from their least value where 32-bit numbers would blur them', async () => {
    const { experiment, problems } = await drafted(
      'a.csv',
      csv(
        ['unix', 'y'],
        rowsOf(40, (row) => [1_700_000_000 + 61 * row + (row % 3), (row % 7) * 0.3]),
      ),
    );
    expect(experiment.data.query).toBe('SELECT *, unix - 1700000000 AS unix_shifted FROM source');
    expect(problems).toEqual([]);
  });

  test('with gaps lose their rows, those with the fewest first, and are left out where half of the rows would go', async () => {
    // "some" lacks 10 rows of 100, "many" 41: together up to 51, more than half.
    const { experiment, inputs, problems } = await drafted(
      'a.parquet',
      parquet(`(i % 13) * 0.3 AS y, i % 9 AS full_, nullif(i % 10, 3) AS some, CASE WHEN i < 41 THEN NULL ELSE i % 8 END AS many,
        CASE WHEN i % 20 = 0 THEN 'nan'::DOUBLE ELSE i * 1.5 END AS fraction`),
      { targets: ['y'] },
    );
    expect(inputs).toEqual([
      '+ full_: 0 … 8',
      '+ some: 0 … 9',
      '- many: has no value in 41 of 100 rows',
      '+ fraction: 1.5 … 148.5',
    ]);
    expect(experiment.data.query).toBe('SELECT * FROM source WHERE "some" IS NOT NULL AND isfinite(fraction)');
    expect(problems).toEqual([]);
  });

  test('that a person chooses are taken, gaps and all', async () => {
    const { experiment, problems } = await drafted(
      'a.parquet',
      parquet('(i % 13) * 0.3 AS y, i % 9 AS n, CASE WHEN i < 90 THEN NULL ELSE i END AS rare, i AS id'),
      { targets: ['y'], inputs: ['rare', 'id'] },
    );
    expect(experiment.data.inputs).toEqual(['rare', 'id']);
    expect(problems).toEqual([]);
    // 10 rows, 2 of them held out.
    expect(experiment.training.batchSize).toBe(8);
  });
});

describe('Numbers with decimal commas', () => {
  /** 40 rows: `a` from 0,05 to 9,80 in steps of 0,25; `b` from 1.000,5 on; `c` 1 or 2,5; `d` whole with three zeros. */
  const rows = rowsOf(40, (row) => [
    (0.05 + row / 4).toFixed(2).replace('.', ','),
    `${1 + (row % 9)}.000,5`,
    row % 2 === 0 ? '1' : '2,5',
    `${1 + row},000`,
    `${row % 7},2`,
  ]);

  test('are made numbers of, as targets and inputs, and said to be', async () => {
    const { experiment, inputs, targets, text, problems } = await drafted(
      'a.csv',
      csv(['a', 'b', 'c', 'd', 'rain'], rows, ';'),
      { targets: ['rain'] },
    );
    expect(targets).toContain('rain: never negative, 0.2 … 6.2, written with decimal commas');
    expect(inputs).toEqual([
      '+ a: 0.05 … 9.8, written with decimal commas',
      '+ b: 1,001 … 9,001, written with decimal commas',
      '+ c: 1 … 2.5, written with decimal commas',
    ]);
    expect(experiment.data).toMatchObject({ inputs: ['a', 'b', 'c'], targets: ['rain'] });
    expect(experiment.data.query).toBe(
      "SELECT * REPLACE (CAST(replace(rain, ',', '.') AS DOUBLE) AS rain, CAST(replace(a, ',', '.') AS DOUBLE) AS a, " +
        "CAST(replace(replace(b, '.', ''), ',', '.') AS DOUBLE) AS b, CAST(replace(c, ',', '.') AS DOUBLE) AS c) FROM source",
    );
    expect(text).toContain('// Numbers made: "rain" (never negative, 0.2 … 6.2, written with decimal commas)');
    expect(problems).toEqual([]);
  });

  test('that may be thousands are left out with the reason, and so are all in a file of commas', async () => {
    const { leftOut } = await drafted('a.csv', csv(['a', 'b', 'c', 'd', 'rain'], rows, ';'), { targets: ['rain'] });
    expect(leftOut).toEqual([
      'd is text, although it holds numbers (such as "1,000"): make numbers of it in "query" (the check of an experiment that uses it says how)',
    ]);
    const inQuotes = await drafted(
      'b.csv',
      csv(
        ['a', 'x', 'y'],
        rows.map(([a], row) => [a!, row % 5, row / 3]),
      ),
      { targets: ['y'] },
    );
    expect(inQuotes.leftOut).toEqual([
      expect.stringMatching(/^a is text, although it holds numbers \(such as "0,05"\)/),
    ]);
  });

  test('are counted from their least value, get another name and lose empty cells like any numbers', async () => {
    const { experiment, problems } = await drafted(
      'a.csv',
      csv(
        ['unix', 'min', 'x', 'deep'],
        rowsOf(60, (row) => [
          `${1_700_000_000 + 61 * row},5`,
          `${(row % 9) - 4},5`,
          row % 10 === 3 ? null : `${row % 4},25`,
          `${(row % 5) - 3},5`,
        ]),
        ';',
      ),
      { targets: ['min', 'deep'] },
    );
    expect(experiment.data.inputs).toEqual(['unix_shifted', 'x']);
    expect(experiment.data.targets).toEqual(['min_value', 'deep']);
    expect(experiment.data.query).toContain("CAST(replace(unix, ',', '.') AS DOUBLE) - 1700000000 AS unix_shifted");
    expect(experiment.data.query).toMatch(/FROM source WHERE x IS NOT NULL$/);
    expect(problems).toEqual([]);
  });
});

describe('A file that gives no experiment is refused with the reason:', () => {
  test('no rows', async () => {
    expect(await draftOf('a.csv', 'x,y\n')).toBe('"a.csv" has a header and no rows. Add rows below it.');
  });

  test('no column of numbers', async () => {
    expect(await draftOf('a.csv', 'name,day,n\nAda,2020-01-01,1\nBob,2020-01-02,1\n')).toBe(
      '"a.csv" has no column of numbers that could be a target: "name" is text; "day" is a date or time; "n" is 1 in every row. A target is a column of numbers that differ from row to row.',
    );
  });

  test('numbers that are text and may be meant in two ways', async () => {
    // 1,500 is one and a half, or fifteen hundred.
    const rows = rowsOf(20, (row) => [`${row + 1},500`, `Nr ${row}`]);
    expect(await draftOf('a.csv', csv(['Menge', 'Ort'], rows, ';'))).toContain(
      '"Menge" is text, although it holds numbers (such as "1,500"): make numbers of it in "query"',
    );
  });

  test('one column', async () => {
    expect(await draftOf('a.csv', 'x\n1\n2\n3.5\n')).toMatch(/^"a\.csv" has one column, and a network needs/);
  });

  test('nothing beside the target that a network could take', async () => {
    expect(await draftOf('a.csv', 'x,c\n1,3\n2,3\n3.5,3\n')).toBe(
      'Beside "x" there is nothing that the network could take: "c" is 3 in every row. Choose other targets, or add a column of numbers.',
    );
  });
});
