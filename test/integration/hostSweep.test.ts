/** The editor's side of a sweep against the real process: begun, refused, gone on with, and alive without its window. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConductorStart, startConductor } from '../../extension/host/conductorProcess';
import type { ConductorRequest } from '../../extension/protocol/sweepRequests';
import { requestControl } from '../../extension/runs/control';
import { readSweep, type SweepListing } from '../../extension/runs/sweepFolders';
import { buildIfStale } from './build';
import { ROOT } from './cli';
import { Workspace } from './workspace';

const MODULE = path.join(ROOT, 'dist/sweep.js');
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

let workspace: Workspace;
let begun: string[];
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  begun = [];
});
afterEach(() => {
  for (const folder of begun) {
    const conductor = readSweep(folder)?.conductor;
    try {
      if (conductor != null) process.kill(conductor.pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  }
  workspace.dispose();
});

async function start(request: Partial<ConductorRequest> & { type: 'begin' | 'resume' }): Promise<ConductorStart> {
  const text = workspace.experimentText();
  const { experiment, runsFolder } = workspace;
  const start = await startConductor(
    MODULE,
    { experiment, text, runsFolder, engine: 'auto', jobs: 1, ...request } as ConductorRequest,
    silent,
  );
  if (start.kind === 'begun') begun.push(start.folder);
  return start;
}

const sweep = (): SweepListing => readSweep(begun[0]!)!;

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain; the sweep is ${sweep().status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('A sweep that the editor begins', () => {
  test('is trained by a process in a group of its own, which goes on when nobody listens any more', async () => {
    workspace.writeExperiment({ sweep: { 'training.seed': [0, 1], variants: ['penalty'] } });
    expect(await start({ type: 'begin' })).toMatchObject({ kind: 'begun', folder: expect.stringContaining('sweeps') });
    const { pid } = sweep().conductor!;
    // Ctrl+C in a terminal and the end of a window reach the group of this process.
    const groups = execFileSync('ps', ['-o', 'pgid=', '-p', `${pid},${process.pid}`], { encoding: 'utf8' });
    expect(new Set(groups.trim().split(/\s+/)).size).toBe(2);
    await until(() => sweep().status === 'finished');
    expect(workspace.runs()).toHaveLength(2);
  });

  test('is refused in words that name the place, and leaves nothing', async () => {
    workspace.writeExperiment({ sweep: { 'penalty.alpha': [1, -1] } });
    const refused = await start({ type: 'begin' });
    expect(refused).toMatchObject({ kind: 'rejected', problems: [{ code: 'experiment.out-of-range' }] });
    expect(workspace.runs()).toEqual([]);
  });

  test('is stopped by its folder and gone on with by another process', async () => {
    workspace.writeExperiment({ sweep: { 'penalty.alpha': [1, 2] }, training: { epochs: 2000 } });
    await start({ type: 'begin' });
    await until(() => workspace.runs().length > 0);
    const first = sweep().conductor!;
    requestControl(begun[0]!, first, 'stop');
    await until(() => sweep().status === 'stopped');
    const resumed = await start({ type: 'resume', folder: begun[0]!, retryFailed: false });
    expect(resumed.kind).toBe('begun');
    await until(() => sweep().status === 'finished');
    expect(sweep().conductor!.pid).not.toBe(first.pid);
  });

  test('that can not be begun says why', async () => {
    const crashed = await startConductor(path.join(workspace.folder, 'gone.js'), {} as ConductorRequest, silent);
    expect(crashed).toMatchObject({ kind: 'crashed', error: expect.stringContaining('gone.js') });
  });
});
