import { expect, test } from 'vitest';
import { fixProblems } from '../../../extension/cli/fixProblems';
import { inspectData } from '../../../extension/data/inspectData';
import { parseExperiment } from '../../../extension/experiment/parse';
import type { Problem } from '../../../extension/protocol/problems';
import { folder } from '../data/helpers';

const findIn =
  (directory: string) =>
  async (text: string): Promise<Problem[]> => {
    const { experiment, problems, toProblem } = parseExperiment(text);
    if (experiment === null) return problems;
    return [...problems, ...(await inspectData(experiment, { directory })).map(toProblem)];
  };

const ROWS = `max temp;wind;rain\n${Array.from({ length: 50 }, (_, row) => `${row},5;${row % 7};${row % 3}`).join('\n')}\n`;

test('what is beyond doubt is mended one after the other, what it brings to light as well, and all else is left', async () => {
  const directory = folder({ 'weather.csv': ROWS });
  const text = `{
  // Four mistakes, one behind the other.
  "data": { "sorce": "Weather.csv", "inputs": ["max-temp", "wind", "wind"], "targets": ["rain"] },
  "constraint": { "min": 0 },
  "training": { "epochs": "20", "momentum": 0.9, "batchSize": 16 },
  "variants": {
    "penalty": { "method": "penalti" }, // literal
    "odd": { "method": "penalty", "percent": 3 }
  }
}
`;
  const result = await fixProblems(text, findIn(directory));
  expect(result.fixed.map(({ problem, fix }) => `${problem.code}: ${fix.title}`)).toEqual([
    'experiment.unknown-field: Change to "source"',
    'experiment.wrong-type: Change to 20',
    'experiment.unknown-method: Change to "penalty"',
  ]);
  // A field of another method may be the one that was meant: a person has to choose.
  expect(result.problems.map(({ code }) => code)).toEqual(['method.foreign-field']);

  const chosen = result.text.replace(', "percent": 3', '');
  const next = await fixProblems(chosen, findIn(directory));
  expect(next.fixed.map(({ problem, fix }) => `${problem.code}: ${fix.title}`)).toEqual([
    'experiment.duplicate-column: Remove this one',
    'data.no-such-file: Change to "weather.csv"',
    'data.missing-column: Change to "max temp"',
    'data.text-column: Make numbers of it',
    'experiment.unused-momentum: Remove "momentum"',
  ]);
  expect(next.problems).toEqual([]);
  expect(next.text).toBe(`{
  // Four mistakes, one behind the other.
  "data": { "source": "weather.csv", "inputs": ["max temp", "wind"], "targets": ["rain"], "query": "SELECT * REPLACE (CAST(replace(\\"max temp\\", ',', '.') AS DOUBLE) AS \\"max temp\\") FROM source" },
  "constraint": { "min": 0 },
  "training": { "epochs": 20, "batchSize": 16 },
  "variants": {
    "penalty": { "method": "penalty" }, // literal
    "odd": { "method": "penalty" }
  }
}
`);
  expect(await fixProblems(next.text, findIn(directory))).toMatchObject({ text: next.text, fixed: [] });
});

test.for<[string, object, object, string[]]>([
  [
    'a field of a method',
    { variants: { a: { method: 'penalti', alpah: 10 } } },
    { variants: { a: { method: 'penalty', alpha: 10 } } },
    [],
  ],
  [
    'a value in a section',
    { trainng: { epochs: '20', bacthSize: 16 } },
    { training: { epochs: 20, batchSize: 16 } },
    [],
  ],
  [
    'what a person has to choose',
    { variants: { a: { method: 'penalti', percent: 3 } }, trainng: { epochs: -1 } },
    { variants: { a: { method: 'penalty', percent: 3 } }, training: { epochs: -1 } },
    ['experiment.out-of-range', 'method.foreign-field'],
  ],
])('behind a name that nobody knew %s is seen and mended too', async ([, wrong, right, left]) => {
  const directory = folder({ 'a.csv': `x,y\n${'1,2\n2,3\n'.repeat(20)}` });
  const rest = { data: { source: 'a.csv', inputs: ['x'], targets: ['y'] }, constraint: { min: 0 } };
  const variants = { b: { method: 'unconstrained' } };
  const { text, problems } = await fixProblems(JSON.stringify({ ...rest, variants, ...wrong }), findIn(directory));
  expect(JSON.parse(text)).toEqual({ ...rest, variants, ...right });
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ code }) => code).toSorted()).toEqual(left);
});

test('hints are left as a person wants them', async () => {
  const directory = folder({ 'a.csv': 'x,y\n1,2\n2,3\n3,4\n4,5\n' });
  const text = JSON.stringify({
    data: { source: 'a.csv', inputs: ['x'], targets: ['y'], validation: 0 },
    constraint: { min: 0 },
    training: { batchSize: 2 },
    variants: { a: { method: 'penalty', epochs: 50 } },
  });
  const { fixed, problems } = await fixProblems(text, findIn(directory));
  expect(fixed).toEqual([]);
  expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['hint experiment.shadowed-field']);
});

/** Texts of which a number says what is wrong, and a fix for each to the next number. */
const steps =
  (wrong: Record<number, { code: string; severity: 'error' | 'warning' }[]>) =>
  async (text: string): Promise<Problem[]> => {
    const at = Number(JSON.parse(text).at);
    return (wrong[at] ?? []).map((problem) => ({
      ...problem,
      message: `at ${at}`,
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
      fixes: [{ title: 'Go on', isPreferred: true, edits: [{ kind: 'set', path: ['at'], value: at + 1 }] }],
    }));
  };
const error = (code: string): { code: string; severity: 'error' } => ({ code, severity: 'error' });
const warning = (code: string): { code: string; severity: 'warning' } => ({ code, severity: 'warning' });

test.each([
  ['an error of the same kind', [error('data.a')], [error('data.a')]],
  ['another error', [error('data.query-error')], [error('data.query-error'), error('data.b')]],
  ['an error further ahead', [error('data.missing-column')], [error('data.query-error')]],
  ['an error in place of a warning', [warning('data.a')], [error('data.b')]],
])('a fix that leaves %s is taken back', async (_, before, after) => {
  const { text, fixed, problems } = await fixProblems('{ "at": 0 }', steps({ 0: before, 1: after }));
  expect([text, fixed]).toEqual(['{ "at": 0 }', []]);
  expect(problems.map(({ message }) => message)).toEqual(['at 0']);
});

test('a fix that ends another error than its own is taken back', async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const fixes = [{ title: 'Go on', isPreferred: true, edits: [{ kind: 'set' as const, path: ['at'], value: 1 }] }];
  const own: Problem = { code: 'data.a', severity: 'error', message: 'own', range, fixes };
  const other: Problem = { ...own, message: 'other', fixes: [] };
  // As many errors fewer as fixes were made, and yet nothing was mended.
  const { text, fixed } = await fixProblems('{ "at": 0 }', async (tried) =>
    tried === '{ "at": 0 }' ? [own, other] : [{ ...own, fixes: [] }],
  );
  expect([text, fixed]).toEqual(['{ "at": 0 }', []]);
});

test('a fix that brings to light what was hidden behind stays', async () => {
  const wrong = { 0: [error('experiment.a')], 1: [error('data.missing-column'), error('data.missing-column')] };
  const { text, problems } = await fixProblems('{ "at": 0 }', steps(wrong));
  // The second fix leads to where nothing is wrong.
  expect([text, problems]).toEqual(['{ "at": 2 }', []]);
});

test('fixes without end come to one', async () => {
  const endless = async (text: string): Promise<Problem[]> => {
    const { at } = JSON.parse(text) as { at: number };
    const many = steps({ [at]: Array.from({ length: 1000 - at }, () => warning('data.a')) });
    return many(text);
  };
  const { fixed } = await fixProblems('{ "at": 0 }', endless);
  expect(fixed).toHaveLength(200);
});
