/** Who may train a sweep, where several processes find it at the same moment. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProcessIdentity } from '../../../extension/protocol/control';
import type { ConductorFile } from '../../../extension/protocol/sweepFiles';
import { ownIdentity } from '../../../extension/runs/control';
import { claimSweep, RunTakenError } from '../../../extension/runs/takeOver';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-claim-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Pids beyond what any system gives: processes that are gone. */
const gone = (n: number): ProcessIdentity => ({ pid: 2 ** 30 + n, processStarted: n, host: hostname() });

function conductor(identity: ProcessIdentity, status: ConductorFile['status']): ConductorFile {
  const file = { ...identity, status, jobs: 1, threads: 1, since: 0, left: 2, time: 0, error: null };
  writeFileSync(path.join(folder, 'conductor.json'), JSON.stringify(file));
  return file;
}

test('A sweep that nobody has trained is taken up by one process, and the claim leaves nothing behind', () => {
  const claim = claimSweep(folder, null, ownIdentity());
  expect(() => claimSweep(folder, null, gone(1))).toThrow(RunTakenError);
  claim.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('Who looked before another took it up and let go of its claim comes too late all the same', () => {
  const seen = conductor(gone(1), 'running');
  const claim = claimSweep(folder, seen, ownIdentity());
  conductor(ownIdentity(), 'running');
  claim.release();
  expect(() => claimSweep(folder, seen, gone(2))).toThrow('The sweep was resumed by another process (pid ');
  expect(() => claimSweep(folder, null, gone(2))).toThrow('just now');
});

test('A process that told its end bars nobody, though it is still there; one that trains does', () => {
  expect(() => claimSweep(folder, conductor(ownIdentity(), 'running'), gone(1))).toThrow(
    `The sweep is being trained by another process (pid ${process.pid} on`,
  );
  claimSweep(folder, conductor(ownIdentity(), 'stopped'), gone(1)).release();
});

test('A claim whose process was killed bars nobody', () => {
  claimSweep(folder, null, gone(1));
  const claim = claimSweep(folder, null, gone(2));
  claim.release();
  expect(readdirSync(folder)).toEqual([]);
});
