/** `orthant new`: from a data file to a trained run with nothing but a terminal. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildIfStale } from './build';
import { orthant } from './cli';
import { Workspace } from './workspace';

/** Columns day (0 to below 1), phase (0 to 6) and rain (0 on half of the days). */
const DATA = 'rain.csv';
const DRAFTED = 'rain.orthant.json';

let workspace: Workspace;
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  rmSync(workspace.experiment);
});
afterEach(() => workspace.dispose());

const run = (...args: string[]) => orthant(args, { cwd: workspace.folder });
const written = () => readdirSync(workspace.folder).filter((name) => name.endsWith('.orthant.json'));

test('an experiment for a data file is written beside it, can be checked and trained as it is', async () => {
  const { code, stdout, stderr } = await run('new', DATA, '--target', 'rain');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain(`Wrote ${DRAFTED}\nTargets: "rain" (never negative, 0 … `);
  expect(stdout).toContain('Inputs: "day" (0 … 0.9833) and "phase" (0 … 6)');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Train it: orthant train ${DRAFTED}`);
  expect((await run('check', DRAFTED)).stdout).toBe(`${DRAFTED}: no problems\n`);

  const trained = await run('train', DRAFTED, '--set', 'training.epochs=3');
  expect(trained.code).toBe(0);
  expect(trained.stdout).toMatch(/^augmented +(in)?feasible/m);
  expect(workspace.runs().map((name) => name.replace(/^.*Z-/, ''))).toEqual(['baseline', 'penalty', 'augmented']);
});

test('which column is the target is told by the data where only one suits best, and said', async () => {
  workspace.write(
    'one.csv',
    `t,level,y\n${Array.from({ length: 20 }, (_, i) => `${i / 2 - 4},${-i % 3},${i / 3}`).join('\n')}\n`,
  );
  const { code, stderr } = await run('new', 'one.csv');
  expect(code).toBe(0);
  expect(stderr).toBe('Target: "y" (never negative, 0 … 6.333, 5 % zeros). It suits best; --target names another.\n');
});

test('where several columns could be the target and nobody can be asked, they are listed with the command to type', async () => {
  const { code, stdout, stderr } = await run('new', DATA);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('Which columns are the targets? Name one or more:\n  "rain" (never negative, 0 … ');
  expect(stderr).toContain('"day" (never negative, 0 … 0.9833, 2 % zeros)');
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(`Such as: orthant new ${DATA} --target rain`);
  expect(written()).toEqual([]);
});

test('inputs and the place of the file can be named; the source is relative to that place', async () => {
  mkdirSync(path.join(workspace.folder, 'data'));
  workspace.write('data/my rain.csv', readFileSync(path.join(workspace.folder, DATA), 'utf8'));
  const { code, stdout } = await run('new', 'data/my rain.csv', '-t', 'rain', '-i', 'phase', '-o', 'mine.orthant.json');
  expect(code).toBe(0);
  expect(stdout).toContain('Wrote mine.orthant.json\n');
  const text = readFileSync(path.join(workspace.folder, 'mine.orthant.json'), 'utf8');
  expect(text).toContain('"source": "data/my rain.csv"');
  expect(text).toContain('"inputs": ["phase"]');
  expect((await run('check', 'mine.orthant.json')).stdout).toBe('mine.orthant.json: no problems\n');
});

test('the data may lie in a folder beside that of the experiment', async () => {
  mkdirSync(path.join(workspace.folder, 'experiments'), { recursive: true });
  const { code } = await run('new', DATA, '-t', 'rain', '-o', 'experiments/mine.orthant.json');
  expect(code).toBe(0);
  const text = readFileSync(path.join(workspace.folder, 'experiments/mine.orthant.json'), 'utf8');
  expect(text).toContain(`"source": "../${DATA}"`);
  expect((await run('check', 'experiments/mine.orthant.json')).stdout).toMatch(/: no problems\n$/);
});

test('a file that is there is written over with --force only', async () => {
  workspace.write(DRAFTED, 'mine');
  const refused = await run('new', DATA, '-t', 'rain');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toBe(`${DRAFTED} exists. Name another file with --output, or write over it with --force.\n`);
  expect(readFileSync(workspace.experiment, 'utf8')).toBe('mine');
  expect((await run('new', DATA, '-t', 'rain', '--force')).code).toBe(0);
  expect(readFileSync(workspace.experiment, 'utf8')).toContain('"targets": ["rain"]');
});

test.for([
  ['a file that is not there', ['none.csv'], /^none\.csv: there is no such file\. Give the path of a data file/],
  ['a folder', ['.'], /^\.: this is a folder; name the data file in it/],
  ['an empty file', ['empty.csv'], /^empty\.csv: "empty\.csv" is empty\./],
  ['a file that is no text', ['binary.csv'], /^binary\.csv: "binary\.csv" is not text in UTF-8\./],
  ['a file of a kind that is not read', ['note.txt'], /^note\.txt: "note\.txt" is no kind of file that Orthant reads/],
  ['a header without rows', ['header.csv'], /"header\.csv" has a header and no rows\. Add rows below it\./],
  ['text alone', ['text.csv'], /^"text\.csv" has no column of numbers that could be a target: "a" is text/],
  ['an experiment', ['some.orthant.json'], /^some\.orthant\.json: this is an experiment file already\. Train it with/],
  [
    'a target that is not there',
    [DATA, '-t', 'rian'],
    /^There is no column "rian"\. Did you mean "rain"\? The file has/,
  ],
  ['a target that is text', ['mixed.csv', '-t', 'name'], /^"name" can't be a target: it is text\.$/],
  ['an input that is the target', [DATA, '-t', 'rain', '-i', 'rain'], /^"rain" can't be an input: it is a target\.$/],
  [
    'a target that leaves nothing to take',
    ['mixed.csv', '-t', 'x'],
    /^Beside "x" there is nothing that the network could/,
  ],
  [
    'a folder that is not there',
    [DATA, '-t', 'rain', '-o', 'nowhere/x.orthant.json'],
    /^nowhere\/x\.orthant\.json can't be written: its folder is not there\. Name another file with --output\.$/,
  ],
  [
    'a name that editors do not know',
    [DATA, '-t', 'rain', '-o', 'x.json'],
    /^x\.json: an experiment's name ends in \.orthant\.json/,
  ],
] as const)('%s is refused with the reason and nothing is written', async ([, args, reason]) => {
  workspace.write('empty.csv', '');
  workspace.write('binary.csv', 'a,b\n\u0000\u0001\u0000\n');
  workspace.write('note.txt', 'a,b\n1,2\n');
  workspace.write('header.csv', 'a,b\n');
  workspace.write('text.csv', 'a\nAda\nBob\n');
  workspace.write('some.orthant.json', '{}');
  workspace.write('mixed.csv', 'name,x\nAda Lovelace,1.5\nBob Bo,2.5\nCy Cy,3.5\n');
  const before = written();
  const { code, stdout, stderr } = await run('new', ...args);
  expect(stderr.trimEnd()).toMatch(reason);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  expect(written()).toEqual(before);
  expect(existsSync(path.join(workspace.folder, 'sub'))).toBe(false);
});
