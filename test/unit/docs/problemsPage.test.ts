/** docs/problems.md lists every code that the sources have, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataSchema, trainingSchema } from '../../../extension/experiment/schema';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), 'utf8');

const sources = readdirSync(path.join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read('extension', file));

const rows = read('docs/problems.md')
  .split('\n')
  .flatMap((line) => {
    const [, code, severity, ...cells] =
      /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/.exec(line) ?? [];
    return code === undefined ? [] : [{ code, severity: severity!.trim(), fix: cells.at(-1)!.trim() }];
  });

/** What stands before the dot of any `code: '…'`; those of the failure doctor have a page of their own. */
const areas = new Set(
  sources.flatMap((text) => [...text.matchAll(/\bcode: '([a-z]+)\.[a-z-]+'/g)].map(([, area]) => area!)),
);
areas.delete('doctor');

/** `data.source` is a path in an experiment and no code. */
const isPath = (area: string, name: string): boolean =>
  (area === 'data' && name in dataSchema.shape) || (area === 'training' && name in trainingSchema.shape);

const codes = new Set(
  sources.flatMap((text) =>
    // No code is called like a file, `sweep.json`.
    [...text.matchAll(/'([a-z]+)\.(?!json?'|js')([a-z][a-z-]*)'/g)].flatMap(([, area, name]) =>
      areas.has(area!) && !isPath(area!, name!) ? [`${area}.${name}`] : [],
    ),
  ),
);

test('every code of the sources has a row, and every row a code', () => {
  expect([...areas].sort()).toEqual(['data', 'engine', 'experiment', 'method', 'runs', 'sweep', 'training', 'weights']);
  expect(rows.map(({ code }) => code).sort()).toEqual([...codes].sort());
});

test('severities and fixes are called by the words that the page explains', () => {
  for (const { code, severity, fix } of rows) {
    expect(severity, code).toMatch(/^(error|warning|information|hint)$/);
    expect(fix, code).toMatch(/^(–|clear|choice|clear, choice)$/);
  }
});

test('a code with a fix is among those whose fixes are tried out, and no other is', () => {
  const tried = ['experiment/fixes', 'data/fixes', 'data/scales', 'engines/availability', 'weights/startWeights']
    .map((name) => read('test/unit', `${name}.test.ts`))
    .join('\n');
  const withFix = rows.filter(({ fix }) => fix !== '–').map(({ code }) => code);
  expect(withFix.filter((code) => !tried.includes(`'${code}'`))).toEqual([]);
  const without = rows.filter(({ fix }) => fix === '–').map(({ code }) => code);
  expect(without.filter((code) => tried.includes(`'${code}'`))).toEqual([]);
});
