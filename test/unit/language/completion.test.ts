/** What the language server completes: text with a `|` for the cursor in, the list or the text with one taken out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import type { DataReader } from '../../../extension/data/dataReader';
import { parseExperiment } from '../../../extension/experiment/parse';
import { supportedList, supportOf } from '../../../extension/language/clientSupport';
import type { ColumnProfile } from '../../../extension/protocol/columns';
import { edited, experimentText, fakeReader, marked, number, serviceWith, text, WEATHER } from './helpers';

const NO_SUPPORT = supportOf({});

async function itemsAt(
  markedText: string,
  { reader = fakeReader(), file, mayRead = true }: { reader?: DataReader; file?: string; mayRead?: boolean } = {},
): Promise<CompletionItem[]> {
  const { text, position } = marked(markedText);
  const { service } = serviceWith({ reader, mayReadData: () => mayRead });
  const { items } = await service.completions(experimentText(text, file), position);
  return items.toSorted((a, b) => (a.sortText! < b.sortText! ? -1 : 1));
}

async function labelsAt(...asked: Parameters<typeof itemsAt>): Promise<string[]> {
  return (await itemsAt(...asked)).map(({ label }) => label);
}

/** The text with an item taken, its places filled with what stands there until then. */
async function taken(markedText: string, label: string, options: Parameters<typeof itemsAt>[1] = {}): Promise<string> {
  const { text } = marked(markedText);
  const items = await itemsAt(markedText, options);
  const [item] = supportedList(
    { isIncomplete: false, items: items.filter((item) => item.label === label) },
    NO_SUPPORT,
  ).items;
  if (item === undefined) throw new Error(`${label} is not among ${items.map((each) => each.label)}`);
  return edited(text, item.textEdit as TextEdit);
}

/** With its data section as marked. */
function data(fields: string): string {
  return `{ "data": { "source": "weather.csv", ${fields} } }`;
}

describe('Keys of a sweep are offered', () => {
  const variants = '"variants": { "penalty": { "method": "rate" }, "base": { "method": "unconstrained" }, "half": {} }';

  test('for the fields of the variants in the file, without those that stand there already', async () => {
    const sweep = `{ ${variants}, "sweep": { "penalty.percent": [1], | } }`;
    const labels = await labelsAt(sweep);
    // In the order of the variants and of their fields: first what the method has, then what training has.
    expect(labels.slice(0, 2)).toEqual(['penalty.proxy', 'penalty.width']);
    expect(labels).toContain('penalty.learningRate');
    expect(labels).toContain('base.learningRate');
    expect(labels).not.toContain('base.percent');
    // The schema gives those that all variants share.
    expect(labels.filter((label) => label.startsWith('training.'))).toEqual([]);
    expect(await labelsAt(sweep, { mayRead: false })).toEqual(labels);
  });

  test('with a list to fill in, and not where values stand', async () => {
    const sweep = `{ ${variants}, "sweep": { | } }`;
    expect(await taken(sweep, 'penalty.percent')).toBe(`{ ${variants}, "sweep": { "penalty.percent": [] } }`);
    expect(await labelsAt(`{ ${variants}, "sweep": { "penalty.percent": [|] } }`)).toEqual([]);
    expect(await labelsAt(`{ ${variants}, "sweep": { "penalty.percent": { | } } }`)).toEqual([]);
  });
});

describe('Networks to start from are offered', () => {
  test('by their files, and folders on the way, but not at other fields', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'orthant-networks-'));
    mkdirSync(path.join(folder, 'trained'));
    for (const file of ['own.safetensors', 'own.csv', 'trained/last.safetensors']) {
      writeFileSync(path.join(folder, file), '');
    }
    const file = path.join(folder, 'x.orthant.json');
    expect(await labelsAt('{ "network": { "from": "|" } }', { file })).toEqual([
      'own.safetensors',
      'trained/last.safetensors',
      'trained/',
    ]);
    expect(await labelsAt('{ "network": { "from": "trained/|" } }', { file })).toEqual(['trained/last.safetensors']);
    expect(await labelsAt('{ "network": { "activation": "|" } }', { file })).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('Columns are offered', () => {
  test('as inputs: numbers first, then dates and texts, which have to be made numbers', async () => {
    expect(await labelsAt(data('"inputs": ["|"]'))).toEqual(['rain', 'temp', 'wind', 'date', 'sky', 'split']);
  });

  test('as targets: those that are never negative first', async () => {
    expect(await labelsAt(data('"targets": ["|"]'))).toEqual(['rain', 'wind', 'temp', 'date', 'sky', 'split']);
  });

  test('to hold rows out by: texts of few values first', async () => {
    const labels = await labelsAt(data('"validation": { "column": "|" }'));
    expect(labels.slice(0, 2)).toEqual(['sky', 'split']);
    expect(labels).toHaveLength(6);
  });

  test('unless they are used already', async () => {
    const text = data('"inputs": ["temp", "|"], "targets": ["rain"]');
    expect(await labelsAt(text)).toEqual(['wind', 'date', 'sky', 'split']);
  });

  test('the one at the cursor among them', async () => {
    expect(await labelsAt(data('"inputs": ["temp", "win|d"], "targets": ["rain"]'))).toContain('wind');
  });

  test('with type, range and the share of rows where they are empty', async () => {
    // 2 of 20 rows are 10 %.
    const items = await itemsAt(data('"inputs": ["|"]'));
    expect(items.slice(0, 3).map(({ labelDetails }) => [labelDetails?.detail, labelDetails?.description])).toEqual([
      [' DOUBLE', '0 … 55.9'],
      [' DOUBLE', '-7.1 … 35.6, 10 % empty'],
      [' DOUBLE', '0.4 … 9.5'],
    ]);
    expect(items[4]).toMatchObject({ detail: 'VARCHAR', labelDetails: { description: '5 values' } });
  });

  test('that a query makes', async () => {
    const text =
      '{ "data": { "source": "a.csv", "query": "SELECT *, sin(temp) AS season FROM source", "inputs": ["|"] } }';
    expect(await labelsAt(text)).toContain('season');
  });

  test('of the files while the query is half typed', async () => {
    const columns = fakeReader().columns;
    const reader = fakeReader(WEATHER, {
      columns: async (asked) => (asked.query === undefined ? columns(asked) : null),
    });
    const text = '{ "data": { "source": "a.csv", "query": "SELECT *, sin(", "inputs": ["|"] } }';
    expect(await labelsAt(text, { reader })).toContain('temp');
  });

  test('at once, and again once their values are known', async () => {
    const reader = fakeReader(WEATHER, {
      columns: async () => WEATHER.map((column) => ({ ...column, values: null })),
    });
    const { service } = serviceWith({ reader });
    const { text, position } = marked(data('"inputs": ["|"]'));
    const list = await service.completions(experimentText(text), position);
    expect(list.isIncomplete).toBe(true);
    expect(list.items[1]!.labelDetails).toEqual({ detail: ' DOUBLE' });
  });

  test('with their profile once somebody looks at one', async () => {
    const { service } = serviceWith();
    const { text } = marked(data('"inputs": ["|"]'));
    const [item] = (await itemsAt(data('"inputs": ["|"]'))).filter(({ label }) => label === 'rain');
    expect(item!.documentation).toBeUndefined();
    const resolved = await service.resolveCompletion(item!, experimentText(text));
    expect(resolved.documentation).toMatchObject({ kind: 'markdown' });
    expect((resolved.documentation as { value: string }).value).toContain('**rain** `DOUBLE`, 20 rows');
  });

  test('nowhere else', async () => {
    for (const text of [data('"standardize": |'), '{ "network": { "hidden": [|] } }', '{ "variants": { "|" } }'])
      expect(await labelsAt(text)).toEqual([]);
  });

  test('before a name that stands there, but not behind its closing quote', async () => {
    expect(await labelsAt(data('"inputs": [|"wind"]'))).toContain('wind');
    expect(await labelsAt(data('"inputs": ["wind"|]'))).toEqual([]);
  });

  test('not while data may not be read', async () => {
    expect(await labelsAt(data('"inputs": ["|"]'), { mayRead: false })).toEqual([]);
  });
});

describe('A column that is taken', () => {
  test.each([
    ['replaces what stands there', '"inputs": ["wi|n", "temp"]', '"inputs": ["wind", "temp"]'],
    ['gets its quotes', '"inputs": [|]', '"inputs": ["wind"]'],
    ['takes a word for its beginning', '"inputs": [wi|]', '"inputs": ["wind"]'],
    ['leaves commas where they are', '"inputs": ["temp", "|", "sky"]', '"inputs": ["temp", "wind", "sky"]'],
    ['gets one where it is missing', '"inputs": ["temp", | "sky"]', '"inputs": ["temp", "wind", "sky"]'],
    ['closes its own quote', '"inputs": ["wi|], "targets": ["rain"]', '"inputs": ["wind"], "targets": ["rain"]'],
  ])('%s', async (_what, fields, expected) => {
    const whole = await taken(data(fields), 'wind');
    expect(whole.replaceAll(/\s*,\s*/g, ', ')).toContain(expected);
  });

  const strange = [
    'a "quoted" name',
    'back\\slash',
    'Größe in µm², 温度',
    '*bold* `code` [link](x)',
    "it's",
    `${'$'}{1:x}`,
  ];
  test.each(strange)('is written as it is called, whatever that is: %s', async (name) => {
    const reader = fakeReader([number(name, { min: 0, max: 1 })]);
    const whole = await taken(data('"inputs": [|], "targets": ["y"]'), name, { reader });
    expect(JSON.parse(whole).data.inputs).toEqual([name]);
  });
});

describe('In "constraint"', () => {
  const text = (fields: string) =>
    `{ "data": { "source": "a.csv", "inputs": ["temp"], "targets": ["rain", "wind"] }, "constraint": { ${fields} } }`;

  test('targets without a bound of their own are offered as names', async () => {
    expect(await labelsAt(text('"min": 0, "|"'))).toEqual(['rain', 'wind']);
    expect(await labelsAt(text('"rain": { "min": 1 }, "|"'))).toEqual(['wind']);
    expect(await labelsAt(text('"rain": { "|" }'))).toEqual([]);
  });

  test('each with its range, and a bound to fill in', async () => {
    expect((await itemsAt(text('"|"')))[0]).toMatchObject({ labelDetails: { description: '0 … 55.9' } });
    expect(await taken(text('"min": 0, |'), 'wind')).toContain('{ "min": 0, "wind": { "min": 0 } }');
    expect(await taken(text('"|" "min": 0'), 'wind')).toContain('{ "wind": { "min": 0 }, "min": 0 }');
  });

  test('only the name where there is a value', async () => {
    expect(await taken(text('"ra|": { "max": 9 }'), 'rain')).toContain('{ "rain": { "max": 9 } }');
  });

  test('a target of any name is written as it is called', async () => {
    const name = `${'$'}{1:$x}" \\`;
    const targets = `{ "data": { "source": "a.csv", "targets": [${JSON.stringify(name)}] }, "constraint": { | } }`;
    expect(JSON.parse(await taken(targets, name)).constraint).toEqual({ [name]: { min: 0 } });
  });
});

describe('The value to hold rows out by', () => {
  const text = (column: string, value: string) => data(`"validation": { "column": "${column}", "equals": ${value} }`);

  test('is one of the column, the most frequent first', async () => {
    expect(await labelsAt(text('split', '"|"'))).toEqual(['train', 'test']);
    expect(await taken(text('split', '|'), 'test')).toContain('"equals": "test" }');
  });

  test('is a number where the column holds numbers, and true or false where it holds those', async () => {
    const fold = { ...number('fold', { min: 1, max: 3 }), frequent: [{ value: '2', count: 9 }] };
    const held: ColumnProfile = { ...text_('held', 'BOOLEAN'), frequent: [{ value: 'true', count: 9 }] };
    const reader = fakeReader([fold, held]);
    expect(await taken(text('fold', '"|"'), '2', { reader })).toContain('"equals": 2 }');
    expect(await taken(text('held', '|'), 'true', { reader })).toContain('"equals": true }');
  });

  test('is unknown before the column is', async () => {
    expect(await labelsAt(text('', '"|"'))).toEqual([]);
  });
});

function text_(name: string, type: string): ColumnProfile {
  return text(name, { type, kind: 'boolean', distinct: 2 });
}

describe('In a query', () => {
  const query = (sql: string) => `{ "data": { "source": "a.csv", "query": "${sql}" } }`;

  test('columns of the files come first, then the table, functions and words', async () => {
    const labels = await labelsAt(query('SELECT |'));
    expect(labels.slice(0, 7)).toEqual(['date', 'rain', 'temp', 'wind', 'sky', 'split', 'source']);
    expect(labels).toEqual(expect.arrayContaining(['dayofyear()', 'CASE WHEN  THEN 1 ELSE 0 END', 'FROM source']));
  });

  test('a word is replaced whole, and nothing around it', async () => {
    expect(await taken(query('SELECT te|m + 1 AS t FROM source'), 'temp')).toBe(
      query('SELECT temp + 1 AS t FROM source'),
    );
    expect(await taken(query('SELECT sin(|) FROM source'), 'temp')).toBe(query('SELECT sin(temp) FROM source'));
  });

  test('a name that SQL needs in quotes gets them, escaped for JSON', async () => {
    const reader = fakeReader([number('max temp', { min: 0, max: 1 }), number('say "hi"', { min: 0, max: 1 })]);
    expect(await taken(query('SELECT |'), 'max temp', { reader })).toBe(query(String.raw`SELECT \"max temp\"`));
    const whole = await taken(query('SELECT |'), 'say "hi"', { reader });
    expect(JSON.parse(whole).data.query).toBe('SELECT "say ""hi"""');
  });

  test('behind a quote only columns are offered, and the quote is not doubled', async () => {
    const reader = fakeReader([number('max temp', { min: 0, max: 1 })]);
    const text = query(String.raw`SELECT \"ma|\" FROM source`);
    expect(await labelsAt(text, { reader })).toEqual(['max temp']);
    expect(await taken(text, 'max temp', { reader })).toBe(query(String.raw`SELECT \"max temp\" FROM source`));
  });

  test('nothing is offered in a text or a comment', async () => {
    expect(await labelsAt(query("SELECT 'te|m' FROM source"))).toEqual([]);
    expect(await labelsAt(query('SELECT /* te|m */ 1'))).toEqual([]);
    expect(await labelsAt(query("SELECT 'temp' | FROM source"))).toContain('temp');
    expect(await labelsAt('{ "data": { "source": "a.csv", "query": |"SELECT 1" } }')).toEqual([]);
  });

  test('a function is written with its place for the argument', async () => {
    expect(await taken(query('SELECT da|'), 'dayofyear()')).toBe(query('SELECT dayofyear()'));
    const [item] = (await itemsAt(query('SELECT |'))).filter(({ label }) => label === 'dayofyear()');
    expect(item!.textEdit!.newText).toBe('dayofyear($1)');
  });

  test('a column of the files shows their profile, whatever the query makes of it', async () => {
    const asked: (string | undefined)[] = [];
    const reader = fakeReader(WEATHER, {
      profile: async (question) => {
        asked.push(question.query);
        return WEATHER[1]!;
      },
    });
    const { service } = serviceWith({ reader });
    const { text } = marked(query('SELECT |'));
    const [item] = await itemsAt(query('SELECT |'));
    await service.resolveCompletion(item!, experimentText(text));
    expect(asked).toEqual([undefined]);
  });
});

describe('In "source"', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'orthant-files-'));
    file = path.join(folder, 'weather.orthant.json');
    const files = ['weather.csv', 'parts/1.parquet', 'parts/2.parquet', 'deep/er/still.tsv', '.hidden/no.csv'];
    for (const each of [...files, 'node_modules/p/no.csv', 'notes.txt', 'weather.orthant.json', 'package.json']) {
      mkdirSync(path.dirname(path.join(folder, each)), { recursive: true });
      writeFileSync(path.join(folder, each), '');
    }
    mkdirSync(path.join(folder, 'empty'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const source = (value: string) => `{ "data": { "source": ${value} } }`;

  test('data files below the experiment are offered, nearest first, then globs and folders that hold some', async () => {
    expect(await labelsAt(source('"|"'), { file })).toEqual([
      'weather.csv',
      'parts/1.parquet',
      'parts/2.parquet',
      'deep/er/still.tsv',
      'parts/*.parquet',
      'deep/',
      'parts/',
    ]);
  });

  test('only what lies in the folder that is typed', async () => {
    expect(await labelsAt(source('"deep/|"'), { file })).toEqual(['deep/er/still.tsv', 'deep/er/']);
  });

  test('not what is in the list already', async () => {
    const labels = await labelsAt(source('["weather.csv", "|"]'), { file });
    expect(labels).not.toContain('weather.csv');
    expect(labels).toContain('parts/1.parquet');
  });

  test('what lies in a folder elsewhere, once that is typed', async () => {
    const deeper = path.join(folder, 'deep/weather.orthant.json');
    const offered = await labelsAt(source('"../|"'), { file: deeper });
    expect(offered).toEqual(expect.arrayContaining(['../weather.csv', '../parts/1.parquet', '../parts/*.parquet']));
    expect(await labelsAt(source(`"${folder}/parts/|"`), { file: deeper })).toContain(`${folder}/parts/1.parquet`);
    expect(await labelsAt(source('"|"'), { file: deeper })).toEqual(['er/still.tsv', 'er/']);
  });

  test('a path replaces what is typed, with quotes', async () => {
    expect(await taken(source('|'), 'weather.csv', { file })).toBe(source('"weather.csv"'));
    expect(await taken(source('"deep/e|"'), 'deep/er/still.tsv', { file })).toBe(source('"deep/er/still.tsv"'));
  });

  test('a folder goes on with what is in it', async () => {
    const [item] = (await itemsAt(source('"|"'), { file })).filter(({ label }) => label === 'parts/');
    expect(item!.command?.command).toBe('editor.action.triggerSuggest');
  });

  test('nothing while data may not be read', async () => {
    expect(await labelsAt(source('"|"'), { file, mayRead: false })).toEqual([]);
  });

  test('an empty file is offered a whole experiment on each data file', async () => {
    const labels = await labelsAt('// mine\n|', { file });
    expect(labels[0]).toBe('Experiment on weather.csv');
    const whole = await taken('|', 'Experiment on weather.csv', { file });
    expect(whole).toContain('"source": "weather.csv"');
    const filled = whole.replace('"inputs": [""]', '"inputs": ["a"]').replace('"targets": [""]', '"targets": ["b"]');
    const { experiment, problems } = parseExperiment(filled);
    expect(problems).toEqual([]);
    expect(Object.keys(experiment!.variants)).toEqual(['baseline', 'penalty', 'augmented']);
  });

  test('an empty file is offered an experiment on a file to be named where none may be looked for', async () => {
    expect(await taken('|', 'Experiment', { file, mayRead: false })).toContain('"source": "data.csv"');
    expect(await labelsAt('{} |', { file })).toEqual([]);
  });
});

describe('An editor that knows less', () => {
  test('gets no places to fill in', async () => {
    const items = await itemsAt('{ "data": { "source": "a.csv", "targets": ["rain"] }, "constraint": { | } }');
    const [item] = supportedList({ isIncomplete: false, items }, NO_SUPPORT).items;
    expect(item!.textEdit!.newText).toBe('"rain": { "min": 0 }');
    expect(item).not.toHaveProperty('insertTextFormat');
  });

  test('gets the range beside the type', async () => {
    const items = await itemsAt(data('"inputs": ["|"]'));
    const [item] = supportedList({ isIncomplete: false, items }, NO_SUPPORT).items;
    expect(item!.detail).toBe('DOUBLE, 0 … 55.9');
  });
});
