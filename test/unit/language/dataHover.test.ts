/** What the language server says over a column, a bound and a source: text with a `|` for the pointer in, Markdown out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver';
import type { BoundCounts, DataReader } from '../../../extension/data/dataReader';
import { columnMarkdown } from '../../../extension/language/columnText';
import type { ColumnProfile } from '../../../extension/protocol/columns';
import { SMALL, tensorFile } from '../weights/weightsFile';
import { cut, experimentText, fakeReader, marked, number, serviceWith, text, WEATHER } from './helpers';

interface Hovered {
  markdown: string;
  /** What the hover belongs to. */
  over: string;
}

async function hoverAt(markedText: string, reader: DataReader = fakeReader(), file?: string): Promise<Hovered | null> {
  const { text, position } = marked(markedText);
  const hover = await serviceWith({ reader }).service.hover(experimentText(text, file), position);
  return hover && { markdown: (hover.contents as MarkupContent).value, over: cut(text, hover.range!) };
}

const RAIN: ColumnProfile = number('rain', {
  type: 'DOUBLE',
  rows: 1461,
  min: 0,
  max: 55.9,
  zero: 838,
  numbers: {
    mean: 3.0294,
    standardDeviation: 6.6802,
    quartiles: [0, 0, 2.8],
    histogram: { edges: [0, 13.975, 27.95, 41.925, 55.9], counts: [1360, 84, 13, 4] },
  },
});

function experiment(fields: string): string {
  return `{ "data": { "source": "weather.csv", ${fields} } }`;
}

describe('Over a column', () => {
  test('stand its type, its rows, its spread, a picture of it, and what is empty, zero or negative', async () => {
    // 100 · 838 / 1461 = 57.36. Of 24 eighths 84 are 24 · 84 / 1360 = 1.5, and less is drawn as one.
    expect(
      (await hoverAt(experiment('"targets": ["ra|in"]'), fakeReader([RAIN])))!.markdown,
    ).toBe(`**rain** \`DOUBLE\`, 1,461 rows

| min | ¼ | median | ¾ | max | mean ± sd |
| --: | --: | --: | --: | --: | --: |
| 0 | 0 | 0 | 2.8 | 55.9 | 3.029 ± 6.68 |

\`\`\`text
█
█
█▁▁▁
────
0 55.9
\`\`\`

None empty, 57.4 % zero, none negative.`);
  });

  test.each([
    ['inputs', experiment('"inputs": ["temp", "wi|nd"]'), 'wind'],
    ['targets', experiment('"targets": ["wi|nd"]'), 'wind'],
    ['the split', experiment('"validation": { "column": "spl|it", "equals": "test" }'), 'split'],
    [
      'a bound of its own',
      `${experiment('"targets": ["rain"]').slice(0, -1)}, "constraint": { "ra|in": {} } }`,
      'rain',
    ],
    ['the query', experiment('"query": "SELECT *, sin(te|mp) AS s FROM source"'), 'temp'],
    ['what the query makes', experiment('"query": "SELECT *, 1 AS one FROM source", "inputs": ["o|ne"]'), 'one'],
  ])('in %s', async (_where, text, over) => {
    const hover = (await hoverAt(text))!;
    expect(hover.over).toBe(over);
    expect(hover.markdown).toContain(`**${over}**`);
  });

  test('of the query case does not matter, and quotes are not part of the name', async () => {
    expect((await hoverAt(experiment('"query": "SELECT TE|MP FROM source"')))!.markdown).toContain('**temp**');
    const quoted = (await hoverAt(experiment(String.raw`"query": "SELECT \"te|mp\" FROM source"`)))!;
    expect(quoted.over).toBe(String.raw`\"temp\"`);
    expect(quoted.markdown).toContain('**temp**');
  });

  test.each([
    ['in a text of the query', experiment(`"query": "SELECT 'te|mp' FROM source"`)],
    ['in a comment of the query', experiment('"query": "SELECT 1 -- te|mp"')],
    ['that does not exist', experiment('"inputs": ["pressu|re"]')],
    ['without a source', '{ "data": { "inputs": ["wi|nd"] } }'],
    [
      'that is a bound of no target',
      `${experiment('"targets": ["rain"]').slice(0, -1)}, "constraint": { "wi|nd": {} } }`,
    ],
  ])('%s stands nothing', async (_what, text) => {
    expect(await hoverAt(text)).toBeNull();
  });

  test('of text stand its most frequent values', async () => {
    // 12 and 8 of 20 rows.
    expect((await hoverAt(experiment('"inputs": ["sk|y"]')))!.markdown).toBe(`**sky** \`VARCHAR\`, 20 rows

None empty, about 5 different values.

- \`sun\` in 12 (60 %)
- \`rain\` in 8 (40 %)`);
  });

  test('of text that is never the same stand some of it', () => {
    const frequent = [
      { value: 'a', count: 1 },
      { value: 'b', count: 1 },
    ];
    expect(columnMarkdown(text('id', { distinct: 20, frequent }))).toBe(
      '**id** `VARCHAR`, 20 rows\n\nNone empty, all different.\n\nSuch as `a`, `b`.',
    );
  });

  test('of lists every element counts', () => {
    const profile = number('pixels', { type: 'UTINYINT[784]', rows: 10, min: 0, max: 255, zero: 3920 });
    const list = columnMarkdown({ ...profile, kind: 'list', width: 784 });
    const sampled = { ...profile.numbers!, sampled: 4900 };
    // 3920 of the 4,900 elements that were drawn.
    const drawn = columnMarkdown({ ...profile, kind: 'list', width: 784, numbers: sampled });
    expect(drawn).toContain('80 % zero');
    expect(drawn).toContain('All but min and max are of 4,900 values drawn from all.');
    expect(list).toContain('**pixels** `UTINYINT[784]`, 10 rows, 784 elements a row');
    // 3920 of 10 · 784 = 7840 elements.
    expect(list).toContain('50 % zero');
  });

  test('with NaN and empty rows they are told, and so is a sample', () => {
    const numbers = { sampled: 100_000 };
    const profile = number('a', { rows: 1_000_000, min: 0, max: 1, nulls: 250_000, notANumber: 10_000, numbers });
    const markdown = columnMarkdown(profile);
    expect(markdown).toContain('25 % empty, 1 % NaN, none zero, none negative.');
    expect(markdown).toContain('Quartiles and histogram are of 100,000 values drawn from all.');
  });

  test('without any value stands that', () => {
    const values = { rows: 20, nulls: 20, notANumber: 0, min: null, max: null, distinct: 0, isWhole: false };
    const markdown = columnMarkdown({ ...number('a', { min: 0, max: 0 }), values, numbers: null });
    expect(markdown).toBe('**a** `DOUBLE`, 20 rows\n\n100 % empty, about 0 different values.');
  });

  test('with a name of Markdown stand its letters', () => {
    const profile = number('*a*_b_ `c` <img src=x> [l](x)\n# h | &lt;', { min: 0, max: 1 });
    expect(columnMarkdown(profile).split('\n')[0]).toBe(
      [String.raw`**\*a\*\_b\_ \`c\` \<img src\=x\> \[l\]\(x\) \# h \| \&lt\;**`, '`DOUBLE`, 20 rows'].join(' '),
    );
    const values = text('v', {
      distinct: 2,
      frequent: [
        { value: 'a`b', count: 3 },
        { value: '`', count: 1 },
      ],
    });
    expect(columnMarkdown(values)).toContain('- ``a`b`` in 3');
    expect(columnMarkdown(values)).toContain('- `` ` `` in 1');
  });
});

describe('Over a bound', () => {
  const bounds: Record<string, BoundCounts> = {
    rain: { rows: 1461, touching: 838, outside: { count: 0, first: [] }, extreme: null },
    temp: { rows: 1461, touching: 0, outside: { count: 41, first: [3, 5, 1200] }, extreme: -7.1 },
    wind: { rows: 1461, touching: 1, outside: { count: 1, first: [7] }, extreme: -0.4 },
  };
  const asked: string[] = [];
  const reader = fakeReader(WEATHER, {
    bound: async (_question, column, side, limit) => {
      asked.push(`${column} ${side} ${limit}`);
      return bounds[column] ?? null;
    },
  });
  const text = (constraint: string) =>
    `{ "data": { "source": "a.csv", "targets": ["rain", "temp", "wind"] }, "constraint": { ${constraint} } }`;

  test('stands for each target how many rows touch it and how many break it, with the worst', async () => {
    // 100 · 838 / 1461 = 57.36, 100 · 1 / 1461 = 0.068
    expect(await hoverAt(text('"m|in": 0'), reader)).toEqual({
      over: '"min"',
      markdown: [
        '- rain: 838 of 1,461 rows touch it (57.4 %), none is below',
        '- temp: no row touches it, **41 are below**, the worst at -7.1 (the first in rows 3, 5, 1,200)',
        '- wind: 1 of 1,461 rows touches it (0.068 %), **1 is below**, the worst at -0.4 (row 7)',
      ].join('\n'),
    });
    expect((await hoverAt(text('"min": |0'), reader))!.over).toBe('0');
  });

  test('of its own stands what it does to that target', async () => {
    asked.length = 0;
    await hoverAt(text('"min": 0, "temp": { "ma|x": 30 }'), reader);
    expect(asked).toEqual(['temp max 30']);
  });

  test('that is general stands nothing of a target that has its own', async () => {
    asked.length = 0;
    await hoverAt(text('"mi|n": 1, "temp": { "max": 30 }'), reader);
    expect(asked).toEqual(['rain min 1', 'wind min 1']);
  });

  test.each(['"mi|n": "0"', '"toler|ance": 0.1', '"pressure": { "m|in": 0 }'])(
    '%s stands nothing',
    async (constraint) => {
      expect(await hoverAt(text(constraint), reader)).toBeNull();
    },
  );
});

describe('Over the source', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-hover-'));
  writeFileSync(path.join(folder, 'a.csv'), 'x'.repeat(1500));
  writeFileSync(path.join(folder, 'b.csv'), 'x'.repeat(500));
  const file = path.join(folder, 'w.orthant.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const over = (marked: string) => hoverAt(marked, fakeReader(), file);

  test('stand its files with their sizes, the rows and the columns', async () => {
    // 1500 and 500 bytes are 2 kB.
    expect(await over('{ "data": { "sour|ce": ["a.csv", "b.csv"] } }')).toEqual({
      over: '"source"',
      markdown: [
        '2 files, 20 rows, 2 kB',
        '- `a.csv`, 1.5 kB\n- `b.csv`, 500 bytes',
        '6 columns: date, rain, temp, wind, sky, split',
      ].join('\n\n'),
    });
  });

  test('stands over one of several that one', async () => {
    expect((await over('{ "data": { "source": ["a.csv", "b.c|sv"] } }'))!.markdown).toMatch(
      /^1 file, 20 rows, 500 bytes/,
    );
  });

  test('rows are asked for where the columns do not tell them yet', async () => {
    const reader = fakeReader(WEATHER, { columns: async () => WEATHER.map((column) => ({ ...column, values: null })) });
    const hover = await hoverAt('{ "data": { "source": "a.c|sv" } }', reader, file);
    expect(hover!.markdown).toContain('1 file, 20 rows');
  });

  test('that means no file stands nothing', async () => {
    const reader = fakeReader([], { files: async () => [] });
    expect(await hoverAt('{ "data": { "source": "no|ne.csv" } }', reader, file)).toBeNull();
  });
});

test('Nothing is said of data that may not be read', async () => {
  const { service } = serviceWith({ mayReadData: () => false });
  for (const text of [experiment('"inputs": ["wi|nd"]'), '{ "data": { "source": "a.c|sv" } }']) {
    const { text: clean, position } = marked(text);
    expect(await service.hover(experimentText(clean), position)).toBeNull();
  }
});

test('Over a network to start from stand its layers; over one that is none, nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-hover-'));
  writeFileSync(path.join(folder, 'own.safetensors'), tensorFile(SMALL));
  writeFileSync(path.join(folder, 'cut.safetensors'), tensorFile(SMALL).slice(0, 20));
  const over = (from: string) => {
    const file = path.join(folder, 'x.orthant.json');
    return hoverAt(`{ "network": { "from": "${from}|" } }`, fakeReader(), file);
  };
  expect(await over('own.safetensors')).toEqual({
    over: '"own.safetensors"',
    // (2 + 1) · 3 + (3 + 1) · 1
    markdown:
      '2 linear layers 2-3-1, 13 parameters\n\n- `0.weight` [3, 2], `0.bias` [3]\n- `2.weight` [1, 3], `2.bias` [1]',
  });
  expect(await over('cut.safetensors')).toBeNull();
  rmSync(folder, { recursive: true });
});
