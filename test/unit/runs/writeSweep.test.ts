/** Making the folder of a sweep where that is not possible. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SweepFile } from '../../../extension/protocol/sweepFiles';
import { makeFolder, unmakeFolders } from '../../../extension/runs/makeFolder';
import { RunFolderError } from '../../../extension/runs/writeRun';
import { createSweep } from '../../../extension/runs/writeSweep';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'orthant-sweep-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const sweep = (runsFolder: string): Omit<SweepFile, 'id'> => ({
  formatVersion: 1,
  experiment: path.join(root, 'rain.orthant.json'),
  text: '{}',
  runsFolder,
  engine: null,
  points: [],
  dataFingerprint: 'f',
  started: '2026-01-01T00:00:00.000Z',
});

test('A sweep that can not be written leaves nothing, and names the folder and what to do', () => {
  writeFileSync(path.join(root, 'file'), '');
  const make = (): unknown => createSweep(sweep(path.join(root, 'file/runs')));
  expect(make).toThrow(RunFolderError);
  expect(make).toThrow(/^Sweeps can't be written to .+file\/sweeps: .+ Choose another folder with --runs/);
  expect(readdirSync(root)).toEqual(['file']);
});

test.runIf(existsSync('/proc/self'))('A sweep is refused at once where nothing can be made', () => {
  // In a process of its own: where making it never returns, no time limit of a test ends it.
  const script = `
    const { createSweep } = require(process.argv[1]);
    try { createSweep(JSON.parse(process.argv[2])); } catch (error) { console.log(error.name); }`;
  const bundle = bundled();
  const args = ['-e', script, bundle, JSON.stringify(sweep('/proc/orthant/runs'))];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })).toBe('RunFolderError\n');
});

function bundled(): string {
  const outfile = path.join(root, 'writeSweep.cjs');
  const entry = path.resolve(import.meta.dirname, '../../../extension/runs/writeSweep.ts');
  const esbuild = path.resolve(import.meta.dirname, '../../../node_modules/esbuild/bin/esbuild');
  execFileSync(esbuild, [entry, '--bundle', '--platform=node', '--format=cjs', `--outfile=${outfile}`], {
    stdio: 'ignore',
  });
  return outfile;
}

test('Folders that were made are taken back as far as they are empty', () => {
  const made = makeFolder(path.join(root, 'a/b/c'));
  expect(made).toEqual(['a', 'a/b', 'a/b/c'].map((name) => path.join(root, name)));
  mkdirSync(path.join(root, 'a/others'));
  unmakeFolders(made);
  expect(readdirSync(path.join(root, 'a'))).toEqual(['others']);
});
