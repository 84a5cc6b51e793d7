/** Real sweeps on the command line: finished, interrupted in every way, resumed, with points that fail. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunFile } from '../../extension/protocol/runFiles';
import type { ConductorFile, SweepFile } from '../../extension/protocol/sweepFiles';
import { requestControl } from '../../extension/runs/control';
import { skimRun } from '../../extension/runs/readRuns';
import { listSweeps } from '../../extension/runs/sweepFolders';
import { buildIfStale } from './build';
import { orthant, ROOT } from './cli';
import { Workspace } from './workspace';

/** Two strengths and three seeds: 2 · 3 = 6 points. */
const SIX = { 'penalty.alpha': [1, 100], 'training.seed': [0, 1, 2] };
/** Epochs of 3 steps for some seconds a point. */
const LONG = { epochs: 20_000 };

let workspace: Workspace;
let children: ChildProcess[];
beforeAll(buildIfStale);
beforeEach(() => {
  workspace = new Workspace();
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  workspace.dispose();
});

interface Recorded {
  id: string;
  status: string;
  run: RunFile;
}

function recorded(): Recorded[] {
  const ids = workspace.runs().filter((id) => !id.startsWith('.'));
  return ids.map((id) => {
    const folder = path.join(workspace.runsFolder, id);
    const run = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as RunFile;
    return { id, run, status: existsSync(path.join(folder, 'summary.json')) ? workspace.summary(id).status : 'none' };
  });
}

const finished = (): Recorded[] => recorded().filter(({ status }) => status === 'finished');
const pointsOf = (runs: readonly Recorded[]): number[] => runs.map(({ run }) => run.sweep!.point).sort((a, b) => a - b);
const sweepsFolder = (): string => path.join(workspace.folder, '.orthant/sweeps');
const onlySweep = (): { folder: string; file: SweepFile; status: string } => {
  const sweeps = listSweeps(sweepsFolder());
  expect(sweeps).toHaveLength(1);
  return sweeps[0]!;
};
const conductor = (folder: string): ConductorFile =>
  JSON.parse(readFileSync(path.join(folder, 'conductor.json'), 'utf8')) as ConductorFile;

/** Of a run that may be writing its first one. */
function nEvents(id: string): number {
  return readFileSync(path.join(workspace.runsFolder, id, 'events.jsonl'), 'utf8').split('\n').length - 1;
}

/** The command without waiting for it. */
function begin(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), 'sweep', workspace.experiment, ...args], {
    stdio: 'ignore',
  });
  children.push(child);
  return child;
}

/** util-linux's `script`: a terminal for what it runs, whose exit code it passes on. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** The same in a terminal of its own; what is written to its input are keys. */
function beginInTerminal(...args: string[]): { child: ChildProcess; shown(): string } {
  const words = [process.execPath, path.join(ROOT, 'dist/cli.js'), 'sweep', workspace.experiment, ...args];
  const child = spawn('script', ['-qec', words.map((word) => `'${word}'`).join(' '), '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  return { child, shown: () => text };
}

/** A small disk of memory, which only an administrator may make. */
function canMount(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });

describe('orthant sweep', () => {
  test('trains every point once, each in a run folder that says where it belongs', async () => {
    workspace.writeExperiment({ sweep: SIX });
    const { code, stdout, stderr } = await orthant(['sweep', workspace.experiment]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { file, status } = onlySweep();
    expect(status).toBe('finished');
    expect(file.id).toMatch(/^\d{4}-\d\d-\d\dT[\d.-]+Z-rain$/);
    expect(file.points).toHaveLength(6);
    expect(pointsOf(finished())).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { run } of recorded()) {
      const { point, assignments } = run.sweep!;
      expect(run.sweep!.id).toBe(file.id);
      expect(assignments).toEqual(file.points[point]!.assignments);
      // The values were trained, and the recorded text is that of this run alone.
      const resolved = run.resolved as { method: { alpha: number }; training: { seed: number } };
      expect([resolved.method.alpha, resolved.training.seed]).toEqual(Object.values(assignments));
      const text = readFileSync(path.join(workspace.runsFolder, run.id, 'experiment.orthant.json'), 'utf8');
      expect(JSON.parse(text)).toMatchObject({ variants: { penalty: { alpha: assignments['penalty.alpha'] } } });
      expect(text).not.toContain('sweep');
      expect(workspace.events(run.id)[0]).toMatchObject({ type: 'started', sweep: run.sweep, seed: run.seed });
    }
    // Three seeds have one configuration in common, and two strengths have none.
    const configurations = new Map(
      recorded().map(({ run }) => [run.configuration, run.sweep!.assignments['penalty.alpha']]),
    );
    expect([...configurations.values()].sort()).toEqual([1, 100]);

    // A row for each strength: the median over three seeds with the least and the largest.
    expect(stdout).toMatch(/6 runs, \d+ at a time/);
    const losses = recorded()
      .filter(({ run }) => run.sweep!.assignments['penalty.alpha'] === 100)
      .map(({ id }) => workspace.summary(id).validation!.overall.loss)
      .sort((a, b) => a - b)
      .map((loss) => Number(loss.toPrecision(4)));
    const row = stdout.split('\n').find((line) => /^[* ] +penalty: alpha 100 /.test(line));
    expect(row).toContain(` 3  `);
    expect(row).toContain(`${losses[1]} (${losses[0]}–${losses[2]})`);
    expect(stdout).toMatch(/^\* {2}penalty: alpha 1/m);
  });

  test('trains as many points at a time as it is told, with the variants and values it is told', async () => {
    workspace.writeExperiment({ sweep: { 'training.seed': [0, 1] } });
    const args = ['-v', 'baseline', '-j', '1', '-s', 'training.epochs=2', '--json'];
    const { code, stdout } = await orthant(['sweep', workspace.experiment, ...args]);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; point?: number; done?: number; rows?: object[] });
    // One at a time: all of point 0, then all of point 1.
    expect([...new Set(lines.flatMap(({ point }) => point ?? []))]).toEqual([0, 1]);
    expect(lines.findLastIndex(({ point }) => point === 0)).toBeLessThan(lines.findIndex(({ point }) => point === 1));
    expect(lines.at(-1)).toMatchObject({
      type: 'swept',
      done: 2,
      total: 2,
      rows: [{ variant: 'baseline', finished: 2 }],
    });
    expect(recorded().map(({ run }) => [run.variant, workspace.summary(run.id).epochs])).toEqual([
      ['baseline', 2],
      ['baseline', 2],
    ]);
  });

  test('says what is wrong and writes nothing', async () => {
    const nothing = async (pattern: RegExp, ...args: string[]): Promise<void> => {
      const { code, stderr } = await orthant(['sweep', workspace.experiment, ...args]);
      expect(stderr).toMatch(pattern);
      expect(code).toBe(2);
      expect(existsSync(path.join(workspace.folder, '.orthant'))).toBe(false);
    };
    await nothing(/error sweep\.empty The experiment has no sweep\. Add one/);
    workspace.writeExperiment({ sweep: { 'penalty.alpha': [1, -1] } });
    await nothing(/:\d+:\d+ error experiment\.out-of-range Value 2 of "penalty\.alpha" can't be/);
    // Each is right by itself; a polish of an absolute error is not.
    workspace.writeExperiment({ sweep: { 'penalty.polish': [false, true], 'penalty.loss': ['mse', 'mae'] } });
    await nothing(/error sweep\.wrong-point Point 4 of 4 \("penalty\.polish": true, "penalty\.loss": "mae"\)/);
    workspace.writeExperiment({ sweep: SIX });
    await nothing(/There is no variant "penalti"; this sweep trains "penalty"/, '-v', 'penalti');
    await nothing(/does not train the variant "baseline", but "penalty"/, '-v', 'baseline');
    workspace.writeExperiment({ sweep: SIX, data: { source: 'snow.csv' } });
    await nothing(/error data\./);
  });
});

describe('An interrupted sweep', () => {
  test('that was killed is resumed without repeating what had finished', async () => {
    workspace.writeExperiment({ sweep: SIX, training: { epochs: 3000 } });
    const child = begin('-j', '1');
    await until(() => finished().length >= 2, 'two runs');
    child.kill('SIGKILL');
    await exitOf(child);
    const before = finished();
    expect(before.length).toBeLessThan(6);
    // The trainer whose conductor is gone ends itself.
    await until(() => recorded().every(({ status }) => status !== 'none'), 'no run in training');
    expect(onlySweep().status).toBe('lost');

    const { code, stdout } = await orthant(['sweep', workspace.experiment, '--resume']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${before.length} of them are done already.`);
    const after = finished();
    // Every point finished exactly once, the first ones as they were.
    expect(pointsOf(after)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    expect(onlySweep().status).toBe('finished');
    // There is nothing left to do.
    const again = await orthant(['sweep', workspace.experiment, '--resume', onlySweep().file.id]);
    expect(again.code).toBe(0);
    expect(finished()).toHaveLength(6);
  });

  test('by Ctrl+C ends within a second, keeps its checkpoints, and says how to go on', async () => {
    workspace.writeExperiment({ sweep: SIX, training: LONG });
    const child = begin('-j', '2');
    await until(() => recorded().length === 2 && recorded().every(({ id }) => nEvents(id) > 2), 'two');
    const asked = Date.now();
    child.kill('SIGINT');
    expect(await exitOf(child)).toBe(130);
    expect(Date.now() - asked).toBeLessThan(1000);
    expect(onlySweep().status).toBe('stopped');
    for (const { id, status } of recorded()) {
      expect(status).toBe('stopped');
      expect(existsSync(path.join(workspace.runsFolder, id, 'checkpoint/state.safetensors'))).toBe(true);
    }
    const resumed = await orthant(['sweep', workspace.experiment, '--resume', '-s', 'training.epochs=1']);
    expect(resumed.stderr).toContain("--set can't go with --resume");
    expect(resumed.code).toBe(2);
  });

  test.runIf(hasScript)('by Ctrl+C gives a real terminal back', async () => {
    workspace.writeExperiment({ sweep: SIX, training: LONG });
    const terminal = beginInTerminal('-j', '2');
    await until(() => recorded().length === 2 && recorded().every(({ id }) => nEvents(id) > 2), 'two');
    const asked = Date.now();
    // The key itself: the terminal passes it on to the whole group, trainers included.
    terminal.child.stdin!.write('\x03');
    expect(await exitOf(terminal.child)).toBe(130);
    expect(Date.now() - asked).toBeLessThan(2000);
    const shown = terminal.shown();
    // The bars hid the cursor, and it is there again.
    expect(shown).toContain('\x1b[?25l');
    expect(shown.lastIndexOf('\x1b[?25h')).toBeGreaterThan(shown.lastIndexOf('\x1b[?25l'));
    expect(shown).toMatch(/0 of 6 done\. Go on with: orthant sweep .+ --resume /);
    expect(onlySweep().status).toBe('stopped');
    expect(recorded().map(({ status }) => status)).toEqual(['stopped', 'stopped']);
  });

  test('goes on only with the data it began with', async () => {
    workspace.writeExperiment({ sweep: SIX, training: LONG });
    const child = begin();
    await until(() => recorded().length > 0, 'a run');
    child.kill('SIGINT');
    await exitOf(child);
    workspace.write('rain.csv', 'day,phase,rain\n1,2,3\n4,5,6\n7,8,9\n1,1,2\n3,3,4\n');
    const { code, stderr } = await orthant(['sweep', workspace.experiment, '--resume']);
    expect(stderr).toMatch(/error sweep\.data-changed The data are not those that this sweep began with/);
    expect(code).toBe(2);
  });

  test('goes on where it lies now, in a project that was copied', async () => {
    workspace.writeExperiment({ sweep: SIX, training: { epochs: 1000 } });
    const child = begin('-j', '1');
    await until(() => finished().length >= 1, 'a run');
    child.kill('SIGINT');
    await exitOf(child);
    const before = workspace.runs();
    const copy = `${workspace.folder}-copy`;
    cpSync(workspace.folder, copy, { recursive: true });
    try {
      const { code, stdout, stderr } = await orthant(['sweep', path.join(copy, 'rain.orthant.json'), '--resume']);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout).toContain(`${finished().length} of them are done already.`);
      // What was stopped lies beside the run that took its place.
      expect(readdirSync(path.join(copy, '.orthant/runs'))).toHaveLength(6 + (before.length - finished().length));
      expect(listSweeps(path.join(copy, '.orthant/sweeps'))[0]!.status).toBe('finished');
    } finally {
      rmSync(copy, { recursive: true });
    }
    expect(workspace.runs()).toEqual(before);
    expect(onlySweep().status).toBe('stopped');
  });

  test('is taken up by one of two that ask for it at once', async () => {
    workspace.writeExperiment({ sweep: SIX, training: { epochs: 1000 } });
    const child = begin('-j', '1');
    await until(() => finished().length >= 1, 'a run');
    child.kill('SIGKILL');
    await exitOf(child);
    await until(() => recorded().every(({ status }) => status !== 'none'), 'no run in training');
    const two = await Promise.all([1, 2].map(() => orthant(['sweep', workspace.experiment, '--resume', '-j', '1'])));
    expect(two.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(two.find(({ code }) => code === 2)!.stderr).toMatch(/is being trained by|resumed by another process/);
    expect(pointsOf(finished())).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('is asked for through its folder: pause, resume, stop', async () => {
    workspace.writeExperiment({ sweep: SIX, training: LONG });
    const child = begin('-j', '1');
    await until(() => recorded().length === 1 && nEvents(recorded()[0]!.id) > 2, 'a run');
    const { folder } = onlySweep();
    const lastEvent = (): string => workspace.events(recorded()[0]!.id).at(-1)!.type;
    requestControl(folder, conductor(folder), 'pause');
    await until(() => conductor(folder).status === 'paused' && lastEvent() === 'paused', 'a pause');
    expect(onlySweep().status).toBe('paused');
    // Another one is not begun beside it.
    const second = await orthant(['sweep', workspace.experiment, '--resume']);
    expect(second.stderr).toMatch(/is being trained by the process \d+/);
    requestControl(folder, conductor(folder), 'resume');
    await until(() => conductor(folder).status === 'running' && lastEvent() !== 'paused', 'a resumption');
    requestControl(folder, conductor(folder), 'stop');
    expect(await exitOf(child)).toBe(130);
    expect(onlySweep().status).toBe('stopped');
  });
});

describe.runIf(canMount())('A disk that is full in the middle of a sweep', () => {
  let disk: string;
  beforeEach(() => {
    disk = path.join(workspace.folder, 'disk');
    mkdirSync(disk);
    // Less than six runs take, which just fit into 400 kB.
    mount('250k');
  });
  afterEach(() => spawnSync('umount', ['-l', disk]));

  const mount = (size: string, ...options: string[]): void => {
    const how = [`size=${size}`, ...options].join(',');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', how, 'tmpfs', disk]).status).toBe(0);
  };

  test('ends it as failed, says why, and trains what is missing once there is room', async () => {
    workspace.writeExperiment({ sweep: SIX, training: { epochs: 1000 } });
    const runs = path.join(disk, 'runs');
    const sweep = (...args: string[]) => orthant(['sweep', workspace.experiment, '--runs', runs, '-j', '2', ...args]);
    const full = await sweep();
    expect(full.stderr).toContain('no space left on the device');
    expect(full.stderr).not.toContain('internal');
    expect(full.code).toBe(1);
    const ended = (): number[] =>
      readdirSync(runs).flatMap((id) => {
        const { status, sweep } = skimRun(path.join(runs, id)) ?? {};
        return status === 'finished' ? [sweep!.point] : [];
      });
    const before = ended();
    expect(before.length).toBeLessThan(6);
    mount('50m', 'remount');
    const resumed = await sweep('--resume', '--retry-failed');
    expect(resumed.stderr).toBe('');
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(before.length === 0 ? '6 runs' : `${before.length} of them are done already.`);
    expect(ended().sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('A point that fails', () => {
  test('ends nothing but itself, is told, and is trained again only when asked', async () => {
    const training = { optimizer: 'sgd', epochs: 30 };
    workspace.writeExperiment({ training, sweep: { 'penalty.learningRate': [0.001, 100, 0.002] } });
    const first = await orthant(['sweep', workspace.experiment, '-j', '1']);
    expect(first.code).toBe(1);
    expect(recorded().map(({ run, status }) => [run.sweep!.point, status])).toEqual([
      [0, 'finished'],
      [1, 'failed'],
      [2, 'finished'],
    ]);
    expect(first.stdout).toMatch(/^penalty \{"penalty\.learningRate":100\} failed: \S+/m);
    expect(first.stdout).toMatch(/penalty: learningRate 100 +0 of 1, 1 failed/);
    expect(onlySweep().status).toBe('finished');

    await orthant(['sweep', workspace.experiment, '--resume', onlySweep().file.id]);
    expect(recorded()).toHaveLength(3);
    const retried = await orthant(['sweep', workspace.experiment, '--resume', '--retry-failed']);
    expect(retried.code).toBe(1);
    expect(recorded().map(({ run }) => run.sweep!.point)).toEqual([0, 1, 2, 1]);
  });

  test('may kill its trainer: the next point gets another', async () => {
    workspace.writeExperiment({ sweep: { 'penalty.alpha': [1, 2, 3] }, training: LONG });
    const child = begin('-j', '1');
    await until(() => recorded().length === 1 && nEvents(recorded()[0]!.id) > 1, 'a run');
    process.kill(recorded()[0]!.run.pid, 'SIGKILL');
    await until(() => recorded().length === 2, 'the next point');
    child.kill('SIGINT');
    await exitOf(child);
    expect(recorded().map(({ run }) => run.sweep!.point)).toEqual([0, 1]);
    const [sweep] = readdirSync(sweepsFolder());
    const failures = readFileSync(path.join(sweepsFolder(), sweep!, 'failures.jsonl'), 'utf8');
    expect(JSON.parse(failures)).toMatchObject({ point: 0, error: expect.stringContaining('The trainer was killed') });
  });

  test('for data that went away ends the sweep at once', async () => {
    workspace.writeExperiment({ sweep: SIX, training: { epochs: 3000 } });
    const child = begin('-j', '1');
    await until(() => recorded().length === 1, 'a run');
    workspace.write('rain.csv', 'day,phase\n1,2\n');
    expect(await exitOf(child)).toBe(1);
    expect(recorded()).toHaveLength(1);
    const { folder, status } = onlySweep();
    expect(status).toBe('failed');
    expect(conductor(folder).error).toContain('rain');
  });
});
