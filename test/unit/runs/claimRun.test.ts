/** Claiming a run where the disk is in the way: full, read-only, or without links. */
import { linkSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProcessIdentity } from '../../../extension/protocol/control';
import { RUN_FILES, type RunFile } from '../../../extension/protocol/runFiles';
import { ownIdentity } from '../../../extension/runs/control';
import { claimRun, RunTakenError } from '../../../extension/runs/takeOver';
import { RunFolderError } from '../../../extension/runs/writeRun';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, linkSync: vi.fn(fs.linkSync) };
});

/** Pids beyond what any system gives: processes that are gone. */
const gone = (n: number): ProcessIdentity => ({ pid: 2 ** 30 + n, processStarted: n, host: hostname() });

let folder: string;
const seen = gone(1) as RunFile;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-claim-'));
  writeFileSync(path.join(folder, RUN_FILES.run), JSON.stringify(seen));
});
afterEach(() => {
  vi.mocked(linkSync).mockReset();
  rmSync(folder, { recursive: true, force: true });
});

const claim = (self = ownIdentity()) => claimRun(folder, { seen, hasEnded: false }, self);
const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'));

test('A run whose folder can not be written is refused with folder and reason', () => {
  rmSync(folder, { recursive: true });
  expect(() => claim()).toThrow(RunFolderError);
  expect(() => claim()).toThrow(`The run in ${folder} can't be resumed: the folder does not exist.`);
});

test('On a disk without links one process only claims a run, too, and leaves nothing behind', () => {
  vi.mocked(linkSync).mockImplementation(() => {
    throw Object.assign(new Error('not supported'), { code: 'ENOTSUP' });
  });
  const { release } = claim();
  expect(() => claim(gone(2))).toThrow(RunTakenError);
  release();
  expect(hidden()).toEqual([]);
});

test('A claim that was never filled bars the run for a moment only, and then for all but one', () => {
  const empty = path.join(folder, `.after-${seen.pid}-${seen.processStarted}`);
  writeFileSync(empty, '');
  // Somebody may be about to fill it.
  expect(() => claim()).toThrow(RunTakenError);
  const before = new Date(Date.now() - 60_000);
  utimesSync(empty, before, before);
  const { release } = claim();
  expect(() => claim(gone(2))).toThrow(RunTakenError);
  release();
  expect(hidden()).toEqual([]);
});
