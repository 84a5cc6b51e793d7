import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findReading, type Reading } from '../../../extension/data/reading';
import { experimentSchema } from '../../../extension/experiment/schema';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-reading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readingOf(content: string, data: object = {}, file = 'rain.csv'): Promise<Reading> {
  writeFileSync(path.join(folder, file), content);
  const { reading, problems } = await findReading(
    experimentSchema.parse({
      data: { source: file, inputs: ['day'], targets: ['rain'], ...data },
      constraint: { min: 0 },
      variants: {},
    }),
    folder,
  );
  expect(problems).toEqual([]);
  return reading!;
}

describe('Rows are read elsewhere', () => {
  test('by any reader of delimited text where that gives the same numbers', async () => {
    const reading = await readingOf('day;rain\n1;0.5\n2;0\n');
    expect(reading.plainText).toEqual({ delimiter: ';' });
    expect(reading.files).toEqual(['rain.csv']);
    expect(reading.inputs).toEqual([
      { name: 'day', isList: false, width: 1, expression: expect.stringMatching(/^CAST\("?day"? AS FLOAT\)$/) },
    ]);
    expect(reading.heldOut).toBeNull();
  });

  test.for([
    { why: 'a comment stands before the header', content: '# of 2026\nday,rain\n1,0.5\n2,0\n', data: {} },
    { why: 'a column holds booleans', content: 'day,rain\ntrue,0.5\nfalse,0\n', data: {} },
    { why: 'a query makes them', content: 'day,rain\n1,0.5\n2,0\n', data: { query: 'SELECT * FROM source' } },
    {
      why: 'a number decides over texts',
      content: 'day,rain,split\n1,0.5,a\n2,0,b\n',
      data: { validation: { column: 'split', equals: 1 } },
    },
  ])('by DuckDB where $why', async ({ content, data }) => {
    expect((await readingOf(content, data)).plainText).toBeNull();
  });

  test('with the mark of a held-out row as it is', async () => {
    const content = 'day,rain,split\n1,0.5,a\n2,0,b\n';
    const reading = await readingOf(content, { validation: { column: 'split', equals: 'b' } });
    expect(reading.plainText).toEqual({ delimiter: ',' });
    expect(reading.heldOut).toMatch(/split.* = 'b'/);
  });

  test('with the function, options and columns that read them here', async () => {
    const reading = await readingOf(
      '{"day": [[1, 2], [3, 4]], "rain": 0.5}\n{"day": [[1, 2], [3, 4]], "rain": 0}\n',
      {},
      'rain.jsonl',
    );
    expect(reading.readCall('["a.jsonl"]')).toBe(
      'read_json(["a.jsonl"], format = \'newline_delimited\', sample_size = -1)',
    );
    // Rows of an image are one list: two of two.
    expect(reading.inputs).toMatchObject(
      [{ isList: true, width: 4, expression: /flatten\(.*\) AS FLOAT\[\]\)$/ }].map(({ expression, ...rest }) => ({
        ...rest,
        expression: expect.stringMatching(expression),
      })),
    );
  });

  test('not at all where a column is missing, and that is said', async () => {
    const experiment = experimentSchema.parse({
      data: { source: 'rain.csv', inputs: ['hour'], targets: ['rain'] },
      constraint: { min: 0 },
      variants: {},
    });
    writeFileSync(path.join(folder, 'rain.csv'), 'day,rain\n1,0.5\n2,0\n');
    const { reading, problems } = await findReading(experiment, folder);
    expect(reading).toBeNull();
    expect(problems).toMatchObject([{ code: 'data.missing-column' }]);
  });
});
