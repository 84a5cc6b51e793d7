import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectData } from '../../../extension/data/inspectData';
import { loadDataset } from '../../../extension/data/loadDataset';
import { experimentOver, folder, problemsOf } from './helpers';

/** Each line starts with what is expected, so that a long remedy need not be repeated. */
async function expectProblems(
  files: Parameters<typeof problemsOf>[0],
  change: Parameters<typeof problemsOf>[1],
  starts: string[],
): Promise<void> {
  const lines = await problemsOf(files, change);
  expect(lines.map((line, index) => line.slice(0, starts[index]?.length))).toEqual(starts);
}

describe('Columns', () => {
  test('A missing column is offered the nearest names', () =>
    expectProblems({ 'data.csv': 'temp_max,y\n1,2\n3,4\n' }, { data: { inputs: ['temp-max'] } }, [
      'error data.missing-column at data.inputs.0: There is no column "temp-max". Did you mean "temp_max"? The data has "temp_max" and "y".',
    ]));

  test('The column that validation goes by must exist too', () =>
    expectProblems(
      { 'data.csv': 'x,y,split\n1,2,a\n3,4,b\n' },
      { data: { validation: { column: 'Split', equals: 'a' } } },
      ['error data.missing-column at data.validation.column: There is no column "Split". Did you mean "split"?'],
    ));

  test('A file without header line is told to have one', () =>
    expectProblems({ 'data.csv': '1,2\n3,4\n' }, { data: { targets: ['z'] } }, [
      'error data.missing-column at data.inputs.0: There is no column "x": the first line of the file holds the numbers "1" and "2", and it must hold the columns\' names.',
      'error data.missing-column at data.targets.0: There is no column "z": the first line',
    ]));

  test('A text column gets the SQL that makes a number of it', () =>
    expectProblems({ 'data.csv': 'x,y\nrain,2\nsun,3\n' }, {}, [
      `error data.text-column at data.inputs.0: The column "x" is text (row 1 has "rain"), and the network takes numbers. Make a number of it in "query", such as SELECT *, CASE WHEN x = 'rain' THEN 1 ELSE 0 END AS x_is_rain FROM source, and name that column.`,
    ]));

  test('A column that is text because of a slip names the slip', () =>
    expectProblems({ 'data.csv': `x,y\n${'1,2\n'.repeat(40_000)}n/a,3\n4,5\n` }, {}, [
      'error data.text-column at data.inputs.0: The column "x" is text because one row holds no number: row 40001 has "n/a".',
    ]));

  test('Decimal commas are recognized', () =>
    expectProblems({ 'data.csv': 'x;y\n1,5;2\n2,5;3\n' }, {}, [
      'error data.text-column at data.inputs.0: The column "x" has decimal commas (row 1 has "1,5").',
    ]));

  test('Commas between thousands are not decimal commas', () =>
    expectProblems({ 'data.csv': 'x;y\n1,234;2\n999;3\n2,345,678.5;4\n' }, {}, [
      `error data.text-column at data.inputs.0: The column "x" has commas between thousands (row 1 has "1,234"). Make numbers of them in "query": SELECT * REPLACE (CAST(replace(x, ',', '') AS DOUBLE) AS x) FROM source.`,
    ]));

  test('Text that holds numbers is called that', () =>
    expectProblems({ 'a.jsonl': '{"x":"1","y":2}\n{"x":"2","y":3}\n' }, { data: { source: 'a.jsonl' } }, [
      'error data.text-column at data.inputs.0: The column "x" is text that holds numbers. Make numbers of it in "query": SELECT * REPLACE (CAST(x AS DOUBLE) AS x) FROM source.',
    ]));

  test('A date column gets the functions that make numbers of it', () =>
    expectProblems({ 'data.csv': 'x,y\n2012-01-01,2\n2012-01-02,3\n' }, {}, [
      'error data.date-column at data.inputs.0: The column "x" is a date or time, and the network takes numbers. Make one of it in "query", such as SELECT *, month(x) AS month',
    ]));

  test('A structure is no number', () =>
    expectProblems({ 'a.jsonl': '{"x":{"a":1},"y":2}\n{"x":{"a":1},"y":3}\n' }, { data: { source: 'a.jsonl' } }, [
      'error data.not-numeric at data.inputs.0: The column "x" holds struct values',
    ]));

  test('A list column is no target', () =>
    expectProblems({ 'a.jsonl': '{"x":[1,2],"y":[2]}\n{"x":[1,3],"y":[1]}\n' }, { data: { source: 'a.jsonl' } }, [
      'error data.list-target at data.targets.0: The target "y" is a list column, and a target is one number a row.',
    ]));
});

describe('Cells', () => {
  test('Empty cells are counted and the first ones named, and so are NaN and infinities', () =>
    expectProblems({ 'data.csv': 'x,y\n1,2\n,3\n4,\n,6\nnan,7\ninf,8\n1e300,9\n' }, {}, [
      'error data.empty-cells at data.inputs.0: The column "x" is empty in rows 2 and 4. Correct the data, fill them in "query", such as SELECT * REPLACE (coalesce(x, 0) AS x) FROM source, or leave such rows out: SELECT * FROM source WHERE x IS NOT NULL.',
      'error data.not-a-number at data.inputs.0: The column "x" is NaN (not a number) in row 5. Correct the data, or leave such rows out in "query": SELECT * FROM source WHERE NOT isnan(x).',
      'error data.not-finite at data.inputs.0: The column "x" is infinite, or too large for the 32-bit numbers that networks use, in rows 6 and 7.',
      'error data.empty-cells at data.targets.0: The column "y" is empty in row 3.',
    ]));

  test('A column may be named like anything', () =>
    expectProblems({ 'data.csv': 'number,y\n9,\n8,1\n' }, { data: { inputs: ['number'] } }, [
      'error data.empty-cells at data.targets.0: The column "y" is empty in row 1.',
    ]));

  test('Of many rows the first three are named', () => {
    const rows = Array.from({ length: 2400 }, (_, index) => `${index % 2 === 1 ? '' : index},${index}\n`);
    return expectProblems({ 'data.csv': `x,y\n${rows.join('')}` }, {}, [
      'error data.empty-cells at data.inputs.0: The column "x" is empty in 1,200 rows (the first are 2, 4 and 6).',
    ]);
  });

  test('A column without any value is called that, and not text', () =>
    expectProblems({ 'data.csv': 'x,y\n,2\n,3\n' }, {}, [
      'error data.empty-cells at data.inputs.0: The column "x" has no value in any row.',
    ]));

  test('A field left out of a JSON line is an empty cell', () =>
    expectProblems({ 'a.jsonl': '{"x":1,"y":2}\n{"x":1}\n' }, { data: { source: 'a.jsonl' } }, [
      'error data.empty-cells at data.targets.0: The column "y" is empty in row 2.',
    ]));

  test('Lists must be of one length and full', () => {
    const rows = ['{"x":[1,2],"y":2}', '{"x":[1,2,3],"y":3}', '{"x":[1,null],"y":4}', '{"x":null,"y":5}'];
    return expectProblems({ 'a.jsonl': rows.join('\n') }, { data: { source: 'a.jsonl' } }, [
      'error data.empty-cells at data.inputs.0: The column "x" has empty lists or elements in rows 3 and 4.',
      'error data.list-lengths at data.inputs.0: The lists of "x" must all be of one length. Row 1 has 2 elements, and row 2 has another number.',
    ]);
  });
});

describe('Files', () => {
  test.each([
    [
      'too few values',
      'x,y\n1,2\n3\n4,5\n',
      'Line 3 of "data.csv" has 1 value and the header has 2 columns: 3. Correct the line, or remove it.',
    ],
    [
      'too many values',
      'x,y\n1,2\n3,4,5\n4,5\n',
      'Line 3 of "data.csv" has 3 values and the header has 2 columns: 3,4,5.',
    ],
    [
      'a header that is too short',
      'x,y\n1,2,3\n4,5,6\n',
      'Line 2 of "data.csv" has 3 values and the header has 2 columns: 1,2,3.',
    ],
    [
      'a header that is too long',
      'x,y,z\n1,2\n4,5\n',
      'Line 2 of "data.csv" has 2 values and the header has 3 columns: 1,2.',
    ],
    [
      'far down',
      `x,y\n${'1,2\n'.repeat(30_000)}7\n`,
      'Line 30002 of "data.csv" has 1 value and the header has 2 columns: 7.',
    ],
  ])('A ragged row is named by its line, never padded or skipped: %s', (_, text, message) =>
    expectProblems({ 'data.csv': text }, {}, [`error data.ragged-row at data.source: ${message}`]),
  );

  test('An open quote is named by its line', () =>
    expectProblems({ 'data.csv': 'x,y\n"1,2\n3,4\n' }, {}, [
      'error data.unclosed-quote at data.source: Line 2 of "data.csv" opens a quote " that is never closed',
    ]));

  test.each([
    ['an empty file', '', 'data.empty-file at data.source: "data.csv" is empty.'],
    ['line breaks alone', '\n\n', 'data.empty-file at data.source: "data.csv" is empty.'],
    ['a header alone', 'x,y\n', 'data.no-rows at data.source: The data has a header and no rows. Add rows below it.'],
  ])('Nothing to read: %s', (_, text, message) => expectProblems({ 'data.csv': text }, {}, [`error ${message}`]));

  test('Text in another encoding is refused, not misread', async () => {
    await expectProblems({ 'data.csv': Buffer.from('x,y,z\n1,2,caf\xe9\n', 'latin1') }, {}, [
      'error data.encoding at data.source: Line 2 of "data.csv" holds bytes that are no text in UTF-8.',
    ]);
    await expectProblems({ 'data.csv': Buffer.from('\ufeffx,y\n1,2\n', 'utf16le') }, {}, [
      'error data.encoding at data.source: "data.csv" is not text in UTF-8.',
    ]);
  });

  test('A file that is not there gets the nearest names, or those there are', async () => {
    await expectProblems({ 'dato.csv': 'x,y\n1,2\n' }, {}, [
      'error data.no-such-file at data.source: There is no file "data.csv" beside the experiment. Did you mean "dato.csv"?',
    ]);
    await expectProblems({ 'weather.parquet': '', 'a.orthant.json': '{}' }, {}, [
      'error data.no-such-file at data.source: There is no file "data.csv" beside the experiment. The folder holds "weather.parquet".',
    ]);
  });

  test('A glob that matches nothing says so', () =>
    expectProblems({ 'a.tsv': 'x' }, { data: { source: '*.csv' } }, [
      'error data.no-such-file at data.source: No file matches "*.csv".',
    ]));

  test('A name that no file can have is a problem like any other', () =>
    expectProblems({ 'data.csv': 'x' }, { data: { source: 'd*\0.csv' } }, [
      "error data.no-such-file at data.source: No file's name holds the character",
    ]));

  test('A folder is not a file', () =>
    expectProblems({ 'days/a.csv': 'x' }, { data: { source: 'days' } }, [
      'error data.no-such-file at data.source: "days" is a folder. Name the files in it, such as "days/*.csv".',
    ]));

  test('An address is refused, at its own entry', () =>
    expectProblems({ 'a.csv': 'x,y\n1,2\n2,3\n' }, { data: { source: ['a.csv', 'https://example.org/a.csv'] } }, [
      'error data.remote-source at data.source.1: "https://example.org/a.csv" is an address, and Orthant reads files.',
    ]));

  test("Files may lie outside the experiment's folder, whose own name is no glob", async () => {
    const directory = folder({
      'exp [1]/a.csv': 'x,y\n1,2\n3,4\n',
      'data/b.csv': 'x,y\n5,6\n7,8\n',
      'data/c.csv': 'x,y\n9,10\n11,12\n',
    });
    const found = async (source: string | string[], query?: string): Promise<string[]> => {
      const experiment = experimentOver({ data: { source, ...(query !== undefined && { query }) } });
      const problems = await inspectData(experiment, { directory: path.join(directory, 'exp [1]') });
      return problems.map(({ code }) => code);
    };
    expect(await found('../data/b.csv')).toEqual([]);
    expect(await found('../data/*.csv')).toEqual([]);
    expect(await found(path.join(directory, 'data/*.csv'))).toEqual([]);
    expect(await found(['*.csv', '../data/c.csv'])).toEqual([]);
    expect(await found('../data/d.csv')).toEqual(['data.no-such-file']);
    // A query reaches what the source names and no neighbor of it.
    expect(await found('../data/b.csv', 'SELECT * FROM source')).toEqual([]);
    expect(await found('../data/b.csv', "SELECT * FROM '../data/c.csv'")).not.toEqual([]);
    const neighbor = path.join(directory, 'data/c.csv');
    expect(await found('../data/b.csv', `SELECT * FROM '${neighbor}'`)).toEqual(['data.query-forbidden']);
    expect(await found('a.csv', `SELECT * FROM '${neighbor}'`)).toEqual(['data.query-forbidden']);
  });

  test('A link that leads nowhere is refused', async () => {
    const directory = folder({ 'inside.csv': 'x,y\n1,2\n' });
    const outside = folder({ 'a.csv': 'x,y\n1,2\n' });
    symlinkSync(path.join(directory, 'none.csv'), path.join(directory, 'dangling.csv'));
    symlinkSync(outside, path.join(directory, 'days'));
    symlinkSync(path.join(directory, 'inside.csv'), path.join(directory, 'within.csv'));
    const found = async (source: string): Promise<string[]> =>
      (await inspectData(experimentOver({ data: { source } }), { directory })).map((each) => each.message.slice(0, 40));
    expect(await found('dangling.csv')).toEqual(['"dangling.csv" is a link to a file that ']);
    expect(await found('days/a.csv')).toEqual(['The data has one row, so every target is']);
    expect(await found('within.csv')).toEqual(['The data has one row, so every target is']);
  });

  test('A header whose quote is never closed is named as that, however long the file', async () => {
    const problem =
      'error data.unclosed-quote at data.source: The header of "data.csv" opens a quote " that is never closed.';
    await expectProblems({ 'data.csv': '"x,y\n1,2\n2,3\n' }, {}, [problem]);
    await expectProblems({ 'data.csv': `x,"y\n${'1,2\n'.repeat(600_000)}` }, {}, [problem]);
    await expectProblems(
      { 'data.csv': '"x","y ""high""\n(mm)"\n1,2\n2,3\n' },
      { data: { targets: ['y "high"\n(mm)'] } },
      [],
    );
  });

  test('A first line without an end is named as that', () =>
    expectProblems({ 'data.csv': 'x,y,'.repeat(400_000) }, {}, [
      'error data.unreadable at data.source: The first line of "data.csv" goes on for more than a million characters',
    ]));

  test('Unknown kinds and mixtures of kinds are refused', async () => {
    await expectProblems({ 'a.xlsx': 'x' }, { data: { source: 'a.xlsx' } }, [
      'error data.unknown-format at data.source: "a.xlsx" is no kind of file that Orthant reads',
    ]);
    await expectProblems({ 'a.csv': 'x', 'b.parquet': 'x' }, { data: { source: ['a.csv', 'b.parquet'] } }, [
      'error data.mixed-formats at data.source.1: "b.parquet" and "a.csv" are files of two kinds',
    ]);
  });

  test('Files with different columns are refused', () =>
    expectProblems({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,z\n1,2\n' }, { data: { source: '?.csv' } }, [
      'error data.files-differ at data.source: The files of the source don\'t have the same columns: the column "y" of "a.csv" is missing in another.',
    ]));

  test('A broken Parquet file and a broken JSON line are named', async () => {
    await expectProblems({ 'a.parquet': 'hello, hello, hello' }, { data: { source: 'a.parquet' } }, [
      'error data.unreadable at data.source: "a.parquet" can\'t be read: it is no Parquet file, or one that was cut short.',
    ]);
    await expectProblems({ 'a.jsonl': '{"x":1,"y":2}\n{"x":1,"y":}\n' }, { data: { source: 'a.jsonl' } }, [
      'error data.bad-json at data.source: Line 2 of "a.jsonl" is no JSON: {"x":1,"y":}.',
    ]);
  });
});

describe('Queries', () => {
  const files = { 'data.csv': 'x,y,z\n1,2,a\n2,3,b\n' };
  test.each([
    ['SELECT * FROM source WERE x > 1', ' «x»: The query can\'t be run: syntax error at or near "x".'],
    ["SELECT 'é',\n wind, y FROM source;", ' «wind»: The query can\'t be run: Referenced column "wind" not found'],
    [
      'SELECT * FROM sourc',
      ' «sourc»: The query can\'t be run: Table with name sourc does not exist. Did you mean "source"?',
    ],
    [
      'SELECT *, mont(x) FROM source',
      ' «mont»: The query can\'t be run: Scalar Function with name mont does not exist. Did you mean "month"?',
    ],
    [
      'SELECT CAST(z AS INTEGER) AS x, y FROM source',
      " «CAST»: The query can't be run: Could not convert string 'a' to INT32",
    ],
    ['hello', ' «hello»: The query can\'t be run: syntax error at or near "hello".'],
  ])('A SQL error is shown at its place: %s', (query, message) =>
    expectProblems(files, { data: { query } }, [`error data.query-error at data.query${message}`]),
  );

  test.each([
    'SELECT * FROM source;;',
    'SELECT * FROM source; -- done',
    "SELECT *, ';--' AS a FROM source /* all */ ;\n",
  ])('Semicolons and comments may end a query: %s', (query) => expectProblems(files, { data: { query } }, []));

  test('A blank query is called that', () =>
    expectProblems(files, { data: { query: ' -- \n;' } }, [
      'error data.query-not-select at data.query: The query is blank.',
    ]));

  test.each([
    'SELECT 1; SELECT 2',
    'CREATE TABLE a AS SELECT 1',
    'SELECT * FROM source WHERE x > ?',
    'SET threads = 2',
  ])('Only a single SELECT is a query: %s', (query) =>
    expectProblems(files, { data: { query } }, [
      'error data.query-not-select at data.query: The query must be one SELECT',
    ]),
  );

  test.each(["SELECT * FROM read_csv('/etc/passwd')", "COPY source TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'"])(
    'A query reaches no file outside: %s',
    async (query) => {
      const [line] = await problemsOf(files, { data: { query } });
      expect(line).toMatch(/^error data\.query-(forbidden|not-select) at data\.query/);
    },
  );

  test('A query without end is stopped', async () => {
    const query = 'WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) SELECT x, x AS y FROM t';
    const experiment = experimentOver({ data: { query } });
    const directory = folder(files);
    const code = 'data.query-too-slow';
    expect(await inspectData(experiment, { directory, seconds: 0.2 })).toMatchObject([{ code, severity: 'warning' }]);
    const loaded = await loadDataset(experiment, { directory, seed: 0, seconds: 0.2 });
    expect(loaded).toMatchObject({ dataset: null, problems: [{ code, severity: 'error' }] });
    expect(loaded.problems[0]!.message).toContain('The query takes longer than 0.2 seconds and was stopped.');
  });

  test('A query that gives no row says so', () =>
    expectProblems(files, { data: { query: 'SELECT * FROM source WHERE x > 3' } }, [
      'error data.no-rows at data.query: The query gives no row.',
    ]));
});

describe('What the data means for the experiment', () => {
  test('One row leaves nothing to hold out', () =>
    expectProblems({ 'data.csv': 'x,y\n1,2\n' }, { data: { validation: 0.2 } }, [
      'error data.one-row at data.validation: The data has one row, and a share of 0.2 is to be held out for validation, which leaves nothing to train on. Add rows, or set "validation": 0',
    ]));

  test('One row can be trained on when nothing is held out', () =>
    expectProblems({ 'data.csv': 'x,y\n1,2\n' }, {}, ['warning data.one-row at data.source: The data has one row']));

  test('A batch larger than the data is one batch an epoch, said where the size is set', () =>
    expectProblems(
      { 'data.csv': 'x,y\n1,2\n3,4\n5,6\n' },
      {
        data: { validation: 0.3 },
        training: { batchSize: 32 },
        variants: {
          a: { method: 'penalty' },
          b: { method: 'penalty', batchSize: 64 },
          c: { method: 'penalty', batchSize: 2 },
        },
      },
      [
        'warning data.batch-larger-than-data at training.batchSize: A batch of 32 is larger than the 2 rows to train on, so every epoch is a single batch',
        'warning data.batch-larger-than-data at variants.b.batchSize: A batch of 64',
      ],
    ));

  test('Targets outside their own bounds are counted, and the first rows named', () =>
    expectProblems({ 'data.csv': 'x,y\n1,-2\n3,4\n4,9\n' }, { constraint: { min: 0, max: 5 } }, [
      'warning data.bound-violated at constraint.min: The target "y" itself lies below its min 0 (down to -2) in 1 of 3 rows (row 1).',
      'warning data.bound-violated at constraint.max: The target "y" itself lies above its max 5 (up to 9) in 1 of 3 rows (row 3).',
    ]));

  test("A target's own bounds replace the general ones", () =>
    expectProblems({ 'data.csv': 'x,y\n1,-2\n3,4\n4,9\n' }, { constraint: { min: 0, y: { max: 5 } } }, [
      'warning data.bound-violated at constraint.y.max: The target "y" itself lies above its max 5',
    ]));

  test('A value that no row has holds nothing out, one that all rows have leaves nothing', async () => {
    const files = { 'data.csv': 'x,y,s,t\n1,2,a,u\n3,4,b,u\n' };
    await expectProblems(files, { data: { validation: { column: 's', equals: 'c' } } }, [
      'error data.no-validation-rows at data.validation.equals: No row has "c" in the column "s", so nothing would be held out. Its values are "a" and "b".',
    ]);
    await expectProblems(files, { data: { validation: { column: 't', equals: 'u' } } }, [
      'error data.no-training-rows at data.validation.equals: Every row has "u" in the column "t", so all would be held out',
    ]);
  });

  test('A range too narrow for its distance from 0 is refused, with the offset that mends it', async () => {
    const rows = [0, 50, 100].map((n) => `${1_600_000_000 + n},${-20_000_000 + n}\n`).join('');
    await expectProblems({ 'data.csv': `x,y\n${rows}` }, { constraint: { max: 1e9 } }, [
      'error data.too-fine at data.inputs.0: The column "x" goes from 1600000000 to 1600000100, where the 32-bit numbers that networks use lie 128 apart: rounding would blur its values. Subtract an offset in "query", such as x - 1600000000 AS x.',
      'error data.too-fine at data.targets.0: The column "y" goes from -20000000 to -19999900, where the 32-bit numbers that networks use lie 2 apart: rounding would blur its values. Subtract an offset in "query", such as y + 20000000 AS y, and move its bounds by as much.',
    ]);
    const query = 'SELECT x - 1600000000 AS x, y + 20000000 AS y FROM source';
    await expectProblems({ 'data.csv': `x,y\n${rows}` }, { data: { query } }, []);
  });

  test('Constant columns are warned of', () =>
    expectProblems({ 'data.csv': 'x,y\n1,2\n1,2\n' }, {}, [
      'warning data.constant-input at data.inputs.0: The input "x" is 1 in every row and tells the network nothing. It can\'t be divided by its standard deviation of 0, so 1 is taken instead.',
      'warning data.constant-target at data.targets.0: The target "y" is 2 in every row',
    ]));
});
