/** `orthant resume` after real interruptions: Ctrl+C, and a kill that leaves no time for anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { MODEL_FILES, RUN_FILES } from '../../extension/protocol/runFiles';
import { requestControl } from '../../extension/runs/control';
import { listRuns, readRun, readRunFile } from '../../extension/runs/readRuns';
import { decodeTensors } from '../../extension/runs/safetensors';
import { buildIfStale } from './build';
import { orthant, ROOT } from './cli';
import { Workspace } from './workspace';

let workspace: Workspace;
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  // Some seconds, with a checkpoint after five of them.
  workspace.writeExperiment({
    network: { hidden: [32, 32] },
    training: { epochs: 10_000, batchSize: 8, seed: 5 },
    variants: { lagrangian: { method: 'lagrangian' } },
  });
});
afterEach(() => workspace.dispose());

const fileOf = (run: string, name: string): string => path.join(workspace.runsFolder, run, name);

/** Trains the whole in another folder, and gives its final network. */
async function wholeNetwork(): Promise<Buffer> {
  const runs = path.join(workspace.folder, 'whole');
  expect((await orthant(['train', workspace.experiment, '--runs', runs])).code).toBe(0);
  const [run] = await listRuns(runs);
  return readFileSync(path.join(run!.folder, RUN_FILES.model));
}

test('A run that was killed is lost, and resumed it ends with the weights of one that was not', async () => {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), 'train', workspace.experiment], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const written = (name: string) => statSync(fileOf(workspace.runs()[0]!, name));
  await vi.waitFor(() => [RUN_FILES.checkpoint, MODEL_FILES.mostFeasible].map(written), {
    timeout: 60_000,
    interval: 20,
  });
  child.kill('SIGKILL');
  await exited;
  const [lost] = await listRuns(workspace.runsFolder);
  expect(lost!.status).toBe('lost');
  const { metadata } = decodeTensors(readFileSync(fileOf(lost!.id, MODEL_FILES.mostFeasible)));
  const kept = (await readRun(lost!.folder)).measured.find(({ step }) => String(step) === metadata.step)!;
  const { code, stdout, stderr } = await orthant(['resume', lost!.id.slice(0, 12), '--runs', workspace.runsFolder]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/lost, goes on after step \d+ of 60000\n/);
  expect(stdout).toMatch(/lagrangian +finished/);
  expect(readFileSync(fileOf(lost!.id, RUN_FILES.model)).equals(await wholeNetwork())).toBe(true);
  const { measured, ended } = await readRun(lost!.folder);
  // The best moments before the kill count: what is kept in the end is none worse.
  const { mostFeasible } = ended!.summary.snapshots!;
  expect(mostFeasible!.train.overall.maxViolation).toBeLessThanOrEqual(kept.train.overall.maxViolation);
  const steps = measured.map(({ step }) => step);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
});

test('A run that was interrupted goes on, and one that goes on is resumed by nobody else', async () => {
  const stopped = await orthant(['train', workspace.experiment, '--json'], { interruptAt: /"epoch":\d{3,}/ });
  expect(stopped.code).toBe(130);
  const [run] = workspace.runs();
  const resuming = orthant(['resume', path.join(workspace.runsFolder, run!), '--json']);
  await vi.waitFor(async () => expect((await listRuns(workspace.runsFolder))[0]!.status).toBe('running'), {
    timeout: 20_000,
  });
  const second = await orthant(['resume', path.join(workspace.runsFolder, run!)]);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/is being trained by another process \(pid \d+\)\. Stop it there first/);
  const { code, stdout } = await resuming;
  expect(code).toBe(0);
  expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ type: 'resumed', fromCheckpoint: true });
  expect(readFileSync(fileOf(run!, RUN_FILES.model)).equals(await wholeNetwork())).toBe(true);
});

test('A run of a terminal can be paused, resumed and stopped through its folder', async () => {
  workspace.writeExperiment({ training: { epochs: 1_000_000 }, variants: { baseline: { method: 'unconstrained' } } });
  const training = orthant(['train', workspace.experiment, '--json']);
  await vi.waitFor(() => expect(workspace.events(workspace.runs()[0]!).length).toBeGreaterThan(3), { timeout: 20_000 });
  const folder = path.join(workspace.runsFolder, workspace.runs()[0]!);
  const writer = (await readRunFile(folder))!;
  const status = async () => (await readRun(folder)).status;
  for (const [action, becomes] of [
    ['pause', 'paused'],
    ['resume', 'running'],
    ['pause', 'paused'],
    ['stop', 'stopped'],
  ] as const) {
    requestControl(folder, writer, action);
    await vi.waitFor(async () => expect(await status()).toBe(becomes), { timeout: 5000, interval: 20 });
  }
  // Its process may still be about to leave.
  const resumed = await orthant(['resume', folder, '--json'], { interruptAt: /"measured"/ });
  expect(resumed.stderr).toBe('');
  expect(resumed.code).toBe(130);
  expect((await training).code).toBe(130);
  expect(await status()).toBe('stopped');
});

test('What can not be resumed is refused with exit code 2', async () => {
  const missing = await orthant(['resume', '2020', '--runs', workspace.runsFolder]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/There is no run "2020": .*"orthant runs" lists them/);
  workspace.writeExperiment({ training: { epochs: 2 } });
  await orthant(['train', workspace.experiment]);
  const several = await orthant(['resume', '20', '--runs', workspace.runsFolder]);
  expect(several.code).toBe(2);
  expect(several.stderr).toMatch(/2 runs in .* begin with "20": .*-baseline, .*-penalty\. Give more/);
  const finished = await orthant(['resume', path.join(workspace.runsFolder, workspace.runs()[0]!)]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(/-baseline is finished: there is nothing left to train\./);
  copyFileSync(workspace.experiment, fileOf(workspace.runs()[1]!, RUN_FILES.run));
  const foreign = await orthant(['resume', path.join(workspace.runsFolder, workspace.runs()[1]!)]);
  expect(foreign.code).toBe(2);
  expect(foreign.stderr).toMatch(/is not a run folder/);
});
