/** Where a name leads: text with a `|` in, files and places out. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import type { DataReader } from '../../../extension/data/dataReader';
import { dataPatterns } from '../../../extension/language/dataPatterns';
import { cut, experimentText, fakeReader, marked, serviceWith, WEATHER } from './helpers';

let folder: string;
let file: string;
const runsFolder = async (): Promise<string> => path.join(folder, '.orthant/runs');

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-definition-'));
  file = path.join(folder, 'weather.orthant.json');
  writeFileSync(path.join(folder, 'a.csv'), '# seen in Seattle\ndate,"rain, mm",wind\n2012-01-01,0,4.7\n');
  writeFileSync(path.join(folder, 'b.tsv'), '\uFEFFdate\t"a ""b"""\ttemp\n');
  writeFileSync(path.join(folder, 'c.parquet'), 'PAR1');
  const run = (id: string, variant: string, withSummary: boolean, experiment = file): void => {
    const runFolder = path.join(folder, '.orthant/runs', id);
    mkdirSync(runFolder, { recursive: true });
    writeFileSync(path.join(runFolder, 'run.json'), JSON.stringify({ id, variant, experiment, method: 'penalty' }));
    const summary = { status: 'finished', durationMs: 1, verdict: {}, train: null };
    if (withSummary) writeFileSync(path.join(runFolder, 'summary.json'), JSON.stringify(summary));
  };
  run('2026-01-01-a', 'penalty', true);
  run('2026-01-02-b', 'penalty', true);
  run('2026-01-03-c', 'penalty', true, path.join(folder, 'other.orthant.json'));
  run('2026-01-04-d', 'running', false);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `a.csv 1:5 "rain, mm"`, counted from 0; the text that the place has, if any. */
async function definitions(
  markedText: string,
  options: { reader?: DataReader; mayRead?: boolean } = {},
): Promise<string[]> {
  const { reader = fakeReader(), mayRead = true } = options;
  const { text, position } = marked(markedText);
  const { service } = serviceWith({ reader, mayReadData: () => mayRead, runsFolder });
  const links = await service.definitions(experimentText(text, file), position);
  return links.map(({ targetUri, targetSelectionRange: range }) => {
    const target = URI.parse(targetUri).fsPath;
    const found = cut(target === file ? text : readFileSync(target, 'utf8').replace(/^\uFEFF/, ''), range);
    const { line, character } = range.start;
    return `${path.relative(folder, target)} ${line}:${character} ${found}`.trim();
  });
}

function data(fields: string): string {
  return `{ "data": { ${fields} }, "constraint": { "min": 0, "wind": { "max": 9 } } }`;
}

describe('Go to definition leads', () => {
  test('from a source to its files', async () => {
    expect(await definitions(data('"source": "a.c|sv"'))).toEqual(['a.csv 0:0']);
    expect(await definitions(data('"sour|ce": ["a.csv", "b.tsv"]'))).toEqual(['a.csv 0:0', 'b.tsv 0:0']);
    expect(await definitions(data('"source": ["a.csv", "b.t|sv"]'))).toEqual(['b.tsv 0:0']);
  });

  test('from a column to its place in the header, comments passed over', async () => {
    expect(await definitions(data('"source": "a.csv", "inputs": ["wi|nd"]'))).toEqual(['a.csv 1:16 wind']);
    expect(await definitions(data('"source": "a.csv", "targets": ["rain|, mm"]'))).toEqual(['a.csv 1:5 "rain, mm"']);
    expect(await definitions(data('"source": ["a.csv", "b.tsv"], "inputs": ["te|mp"]'))).toEqual(['b.tsv 0:15 temp']);
    const escaped = await definitions(data(String.raw`"source": "b.tsv", "inputs": ["a \"|b\""]`));
    expect(escaped).toEqual(['b.tsv 0:5 "a ""b"""']);
  });

  test('from a column to the file where the file has no header line', async () => {
    expect(await definitions(data('"source": "c.parquet", "inputs": ["wi|nd"]'))).toEqual(['c.parquet 0:0']);
  });

  test('from a column to where the query makes it', async () => {
    const query = '"source": "a.csv", "query": "SELECT *, sin(wind) AS breeze FROM source", "inputs": ["bre|eze"]';
    expect(await definitions(data(query))).toEqual([`weather.orthant.json 0:${data(query).indexOf('breeze')} breeze`]);
    const strange = String.raw`"source": "a.csv", "query": "SELECT 1 AS \"a \"\"b\"\"\" FROM source", "inputs": ["a \"|b\""]`;
    expect((await definitions(data(strange)))[0]).toContain(String.raw`\"a \"\"b\"\"\"`);
  });

  test('from a word of the query to the header', async () => {
    expect(await definitions(data('"source": "a.csv", "query": "SELECT sin(WI|ND) FROM source"'))).toEqual([
      'a.csv 1:16 wind',
    ]);
  });

  test('from a bound of its own to the target', async () => {
    const text = data('"source": "a.csv", "targets": ["rain", "wind"]').replace('"wind": {', '"wi|nd": {');
    expect(await definitions(text)).toEqual([`weather.orthant.json 0:${text.indexOf('"wind"]')} "wind"`]);
    expect(await definitions(text, { mayRead: false })).toHaveLength(1);
  });

  test('from a variant to what its latest run came to, and to what the run is while it has no end', async () => {
    const text = (name: string) => `{ "variants": { "${name}": { "method": "penalty" } } }`;
    expect(await definitions(text('pen|alty'))).toEqual(['.orthant/runs/2026-01-02-b/summary.json 0:0']);
    expect(await definitions(text('run|ning'))).toEqual(['.orthant/runs/2026-01-04-d/run.json 0:0']);
    expect(await definitions(text('ne|ver'))).toEqual([]);
  });

  test('nowhere from other places', async () => {
    for (const text of [
      '{ "net|work": {} }',
      '{ "constraint": { "m|in": 0 } }',
      '{ "data": { "standardize": tr|ue } }',
      '|',
    ])
      expect(await definitions(text)).toEqual([]);
  });

  test('not to data that may not be read', async () => {
    expect(await definitions(data('"source": "a.c|sv"'), { mayRead: false })).toEqual([]);
    expect(await definitions(data('"source": "a.csv", "inputs": ["wi|nd"]'), { mayRead: false })).toEqual([]);
  });
});

describe('A source is a link', () => {
  const links = async (text: string, reader = fakeReader(), mayRead = true): Promise<string[]> => {
    const { service } = serviceWith({ reader, mayReadData: () => mayRead });
    const found = await service.links(experimentText(text, file));
    return found.map(
      ({ range, target }) => `${cut(text, range)} → ${path.relative(folder, URI.parse(target!).fsPath)}`,
    );
  };

  test('to its file, without its quotes', async () => {
    expect(await links(data('"source": "a.csv"'))).toEqual(['a.csv → a.csv']);
    expect(await links(data('"source": ["a.csv", 3, "", "b.tsv"]'))).toEqual(['a.csv → a.csv', 'b.tsv → b.tsv']);
  });

  test('unless it means none or several', async () => {
    const files = { '*.csv': ['/p/1.csv', '/p/2.csv'], 'none.csv': [] } as Record<string, string[]>;
    const reader = fakeReader(WEATHER, { files: async ({ source }) => files[source as string] ?? [] });
    expect(await links(data('"source": "*.csv"'), reader)).toEqual([]);
    expect(await links(data('"source": "none.csv"'), reader)).toEqual([]);
  });

  test('not while data may not be read', async () => {
    expect(await links(data('"source": "a.csv"'), fakeReader(), false)).toEqual([]);
  });
});

describe('The files to watch', () => {
  const patterns = (source: string): string[] =>
    dataPatterns(`{ "data": { "source": ${source} } }`, '/project').map(({ base, glob }) => `${base} ${glob}`);

  test.each([
    ['"a.csv"', ['/project a.csv']],
    ['"data/2024/a.csv"', ['/project/data/2024 a.csv']],
    ['["a.csv", "data/b.csv"]', ['/project a.csv', '/project/data b.csv']],
    ['"data/*.csv"', ['/project/data *.csv']],
    ['"data/**/part-?.parquet"', ['/project/data **/part-?.parquet']],
    ['"odd {name}.csv"', ['/project odd [{]name}.csv']],
    ['"parts{1}/*.csv"', ['/project/parts{1} *.csv']],
    ['"../data/a.csv"', ['/data a.csv']],
    ['"/else/where/*.csv"', ['/else/where *.csv']],
    ['"https://example.org/a.csv"', []],
    ['""', []],
    ['3', []],
    ['"."', []],
  ])('of %s', (source, expected) => {
    expect(patterns(source)).toEqual(expected);
  });

  test('with the network to start from, whose name is no glob', () => {
    const text = '{ "data": { "source": "a.csv" }, "network": { "from": "nets/own*.safetensors" } }';
    expect(dataPatterns(text, '/project')).toEqual([
      { base: '/project', glob: 'a.csv' },
      { base: path.resolve('/project/nets'), glob: 'own[*].safetensors' },
    ]);
  });
});
