/** The host's side of a training, with a real child process that only speaks the protocol. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Log } from '../../extension/host/log';
import type { RunFolders } from '../../extension/host/runFolders';
import { RunFollowers } from '../../extension/host/runFollowers';
import { type Run, RunStore } from '../../extension/host/runStore';
import { type TrainingEnd, Trainings, type TrainingsOptions } from '../../extension/host/trainings';
import { WaitingTrainings } from '../../extension/host/waitingTrainings';
import type { OnWindowClose } from '../../extension/protocol/requests';
import type { RunFile } from '../../extension/protocol/runFiles';
import { initialRunState } from '../../extension/protocol/runState';
import { ownProcessStart, processPresence } from '../../extension/runs/liveness';
import { listRuns } from '../../extension/runs/readRuns';

vi.mock('../../extension/runs/liveness', async (original) => {
  const liveness = await original<typeof import('../../extension/runs/liveness')>();
  return { ...liveness, processPresence: vi.fn(liveness.processPresence) };
});

const TRAINER = path.resolve(import.meta.dirname, '../fixtures/trainer/fakeTrainer.cjs');

let folder: string;
let store: RunStore;
let lines: string[];
const disposables: { dispose(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-host-'));
  store = new RunStore();
  lines = [];
});

afterEach(() => {
  for (const disposable of disposables.splice(0)) disposable.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Options {
  module?: string;
  maximumParallel?: number;
  stopGraceMs?: number;
  onWindowClose?: OnWindowClose;
  waiting?: TrainingsOptions['waiting'];
}

/** A window on the runs folder: its store, and the trainings it begins. */
function trainings(options: Options = {}) {
  const write = (line: string): void => void lines.push(line);
  const log = { trace: write, debug: write, info: write, warn: write, error: write };
  const { module = TRAINER, maximumParallel = 2, stopGraceMs, onWindowClose = 'stop', waiting } = options;
  const logFolder = path.join(folder, 'logs');
  const followers = new RunFollowers({ store, logFolder, log, ...(stopGraceMs !== undefined && { stopGraceMs }) });
  const made = new Trainings({
    store,
    followers,
    module,
    logFolder,
    maximumParallel: () => maximumParallel,
    ...(waiting !== undefined && { waiting }),
    onWindowClose: () => onWindowClose,
    log,
    stopGraceMs,
  });
  disposables.push(made, followers);
  const ends: TrainingEnd[] = [];
  made.onDidEnd((end) => ends.push(end));
  const start = (variant: string): Run =>
    made.start({
      experiment: '/project/weather.orthant.json',
      text: '{}',
      variant,
      engine: 'auto',
      runsFolder: folder,
    });
  return {
    trainings: made,
    followers,
    start,
    ends,
    ended: (run: Run) => until(() => ends.some((end) => end.run === run)),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 20_000, interval: 10 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The log says which process went. */
function pidsGone(): number[] {
  return lines.flatMap((line) => {
    const match = /^Trainer (\d+)/.exec(line);
    return match === null ? [] : [Number(match[1])];
  });
}

describe('a training', () => {
  test('goes from start to finish, with its id, folder, measures and summary', async () => {
    const { start, ended } = trainings();
    const statuses: string[] = [];
    store.onDidChange((change) => change.kind === 'status' && statuses.push(change.run.state.status));
    const run = start('finish');
    expect(run.state.status).toBe('starting');
    await ended(run);
    expect(run.state.status).toBe('finished');
    expect(run.state.folder).toBe(path.join(folder, run.state.run));
    expect(run.state.measured.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    expect(run.summary?.status).toBe('finished');
    expect([...new Set(statuses)]).toEqual(['starting', 'running', 'finished']);
  });

  test('stops when asked, and the process is gone within a second', async () => {
    const { trainings: all, start, ended } = trainings();
    const run = start('wait');
    await until(() => run.state.status === 'running');
    const asked = performance.now();
    all.stop(run);
    expect(run.state.status).toBe('stopping');
    await ended(run);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(run.state.status).toBe('stopped');
    expect(pidsGone().filter(isAlive)).toEqual([]);
  });

  test('that does not answer is killed, and says so', async () => {
    const { trainings: all, start, ended } = trainings({ stopGraceMs: 300 });
    const run = start('deaf');
    await until(() => run.state.status === 'running');
    all.stop(run);
    await ended(run);
    expect(run.state.status).toBe('stopped');
    expect(run.state.error).toMatch(/did not answer and was killed.* in the run folder/);
    expect(pidsGone().filter(isAlive)).toEqual([]);
  });

  test('stops while it still reads its data, and nothing is recorded', async () => {
    const { trainings: all, start, ended } = trainings();
    const run = start('slow');
    await new Promise((resolve) => setTimeout(resolve, 300));
    all.stop(run);
    await ended(run);
    expect(run.state).toMatchObject({ status: 'stopped', folder: null, error: null });
  });

  test('that was told to stop before it began never begins', async () => {
    const { trainings: all, start, ended } = trainings();
    const run = start('wait');
    all.stop(run);
    await ended(run);
    expect(run.state).toMatchObject({ status: 'stopped', folder: null, measured: [] });
  });

  test('pauses and goes on', async () => {
    const { trainings: all, start } = trainings();
    const run = start('wait');
    await until(() => run.state.status === 'running');
    all.pause(run);
    await until(() => run.state.status === 'paused');
    all.resume(run);
    await until(() => run.state.status === 'running');
  });

  test('that crashes is lost, with its last words', async () => {
    const { start, ended } = trainings();
    const run = start('crash');
    await ended(run);
    expect(run.state.status).toBe('lost');
    expect(run.state.error).toBe('The trainer ended unexpectedly with exit code 3.\nabout to fall\nout of luck');
  });

  test('that can not write its end is lost, and says why', async () => {
    const { start, ended } = trainings();
    const run = start('full');
    await ended(run);
    expect(run.state.status).toBe('lost');
    expect(run.state.error).toBe('No space left. Make room.');
  });

  test('that dies of a signal is lost, and the signal is named', async () => {
    const { start, ended } = trainings();
    const run = start('abort');
    await ended(run);
    expect(run.state.status).toBe('lost');
    expect(run.state.error).toMatch(/signal SIGABRT/);
  });

  test('that is killed before it had a folder has failed, and memory is suspected', async () => {
    const module = path.join(folder, 'killed.cjs');
    writeFileSync(
      module,
      "process.send({ type: 'ready', pid: process.pid }, () => process.kill(process.pid, 'SIGKILL'))",
    );
    const { start, ended } = trainings({ module });
    const run = start('any');
    await ended(run);
    expect(run.state.status).toBe('failed');
    expect(run.state.error).toMatch(/SIGKILL.*memory/);
  });

  test('that is refused has written nothing, and each problem has its place', async () => {
    const { start, ended, ends } = trainings();
    const run = start('reject');
    await ended(run);
    expect(run.state).toMatchObject({ status: 'failed', folder: null, error: 'No column "rian".' });
    expect(ends[0]!.problems[0]!.range.start.line).toBe(3);
  });

  test('can not start from a trainer that is not there', async () => {
    const { start, ended } = trainings({ module: path.join(folder, 'absent.js') });
    const run = start('finish');
    await ended(run);
    expect(run.state.status).toBe('failed');
    expect(run.state.error).toMatch(/Cannot find module/);
  });

  test('of which the system makes no process has failed, and the next one has its turn', async () => {
    const { start, ends } = trainings({ module: 'no\0file', maximumParallel: 1 });
    const runs = [start('finish'), start('finish')];
    expect(runs.map(({ state }) => state.status)).toEqual(['failed', 'failed']);
    expect(runs[0]!.state.error).toMatch(/^The trainer could not be started: .*null bytes/);
    expect(ends).toHaveLength(2);
  });

  test('ends by itself, with its checkpoint, when the window closes and it was told to', async () => {
    const { trainings: all, start } = trainings({ onWindowClose: 'stop' });
    const run = start('wait');
    await until(() => run.state.status === 'running');
    all.dispose();
    const checkpoint = path.join(folder, 'checkpoint');
    await vi.waitFor(() => readFileSync(checkpoint, 'utf8'), { timeout: 5000 });
    await until(() => !isAlive(Number(readFileSync(checkpoint, 'utf8'))));
  });
});

/** What a window that was just opened finds in the runs folder. */
async function reopened(options: Options = {}) {
  for (const disposable of disposables.splice(0)) disposable.dispose();
  store = new RunStore();
  const window = trainings(options);
  const listings = await listRuns(folder);
  store.add(
    ...listings.map((listing) => ({
      key: listing.folder,
      isInMemory: false,
      state: {
        ...initialRunState({
          run: listing.id,
          experiment: listing.experiment,
          variant: listing.variant,
          folder: listing.folder,
        }),
        status: listing.status,
      },
      method: listing.method,
      since: 0,
      summary: listing.summary,
      notes: listing.notes,
    })),
  );
  return window;
}

describe('a training that outlives its window', () => {
  test('goes on, is found again with all it told, and is paused, resumed and stopped as before', async () => {
    const { start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('wait');
    await until(() => before.state.measured.length > 2);
    const { trainings: all, ends } = await reopened();
    const [run] = store.all();
    await until(() => run!.state.measured.length > before.state.measured.length);
    expect(run!.state.measured.slice(0, before.state.measured.length)).toEqual(before.state.measured);
    expect(run!.state.started).toEqual(before.state.started);
    all.pause(run!);
    await until(() => run!.state.status === 'paused');
    all.resume(run!);
    await until(() => run!.state.status === 'running');
    all.stop(run!);
    expect(run!.state.status).toBe('stopping');
    await until(() => ends.length > 0);
    expect(ends.map((end) => [end.run, end.run.state.status])).toEqual([[run, 'stopped']]);
  });

  test('that was paused is found paused', async () => {
    const { trainings: all, start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('wait');
    await until(() => before.state.status === 'running');
    all.pause(before);
    await until(() => before.state.status === 'paused');
    const window = await reopened();
    const [run] = store.all();
    await until(() => run!.state.status === 'paused');
    window.trainings.stop(run!);
    await until(() => run!.state.status === 'stopped');
  });

  test('that does not answer is killed by its number, as one of this window is', async () => {
    const { start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('deaf');
    await until(() => before.state.status === 'running');
    const window = await reopened({ stopGraceMs: 200 });
    const [run] = store.all();
    await until(() => run!.state.measured.length > 0);
    window.trainings.stop(run!);
    await until(() => run!.state.status === 'stopped');
    expect(run!.state.error).toMatch(/did not answer and was killed/);
    const { pid } = JSON.parse(readFileSync(path.join(run!.state.folder!, 'run.json'), 'utf8')) as { pid: number };
    await until(() => !isAlive(pid));
  });

  test('and may be another process by now, for all the system tells, is not killed', async () => {
    const { start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('deaf');
    await until(() => before.state.status === 'running');
    const window = await reopened({ stopGraceMs: 200 });
    const [run] = store.all();
    await until(() => run!.state.measured.length > 0);
    vi.mocked(processPresence).mockReturnValue('unknown');
    window.trainings.stop(run!);
    await until(() => lines.some((line) => /End its process \(pid \d+\) by hand/.test(line)));
    expect(run!.state.status).toBe('running');
    vi.mocked(processPresence).mockReset();
    const { pid } = JSON.parse(readFileSync(path.join(run!.state.folder!, 'run.json'), 'utf8')) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
    await until(() => run!.state.status === 'lost');
  });

  test('and is killed then is lost, with its log, within seconds', async () => {
    const { start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('wait');
    await until(() => before.state.status === 'running');
    await reopened();
    const [run] = store.all();
    await until(() => run!.state.measured.length > 0);
    writeFileSync(path.join(run!.state.folder!, 'trainer.log'), 'first\nabout to fall\n');
    const { pid } = JSON.parse(readFileSync(path.join(run!.state.folder!, 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until(() => run!.state.status === 'lost');
    expect(run!.state.error).toBe('The process that trained this run is gone and left no end.\nfirst\nabout to fall');
  });

  test('on another machine is asked through the folder they share, and nothing is killed here', async () => {
    const { start, ended } = trainings();
    const copied = start('finish');
    await ended(copied);
    const its = path.join(folder, 'far');
    cpSync(copied.state.folder!, its, { recursive: true });
    rmSync(path.join(its, 'summary.json'));
    const events = readFileSync(path.join(its, 'events.jsonl'), 'utf8').split('\n');
    writeFileSync(path.join(its, 'events.jsonl'), `${events.slice(0, 3).join('\n')}\n`);
    const file = JSON.parse(readFileSync(path.join(its, 'run.json'), 'utf8')) as RunFile;
    // A process of this number is there, and it is this one.
    writeFileSync(path.join(its, 'run.json'), JSON.stringify({ ...file, id: 'far', pid: process.pid, host: 'far' }));
    const window = await reopened({ stopGraceMs: 200 });
    const run = store.byFolder(its)!;
    await until(() => run.state.measured.length === 2);
    window.trainings.stop(run);
    await until(() => existsSync(path.join(its, 'control.json')));
    expect(run.state.status).toBe('stopping');
    expect(JSON.parse(readFileSync(path.join(its, 'control.json'), 'utf8'))).toMatchObject({
      action: 'stop',
      to: { pid: process.pid, host: 'far' },
    });
    await until(() => run.state.status === 'running');
    expect(lines.join('\n')).toMatch(/process on far did not stop, and can't be killed from here/);
  });

  test('whose folder is deleted leaves the list', async () => {
    const { start } = trainings({ onWindowClose: 'keepRunning' });
    const before = start('wait');
    await until(() => before.state.status === 'running');
    await reopened();
    const [run] = store.all();
    await until(() => run!.state.measured.length > 0);
    const { pid } = JSON.parse(readFileSync(path.join(run!.state.folder!, 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    rmSync(run!.state.folder!, { recursive: true, force: true });
    await until(() => store.all().length === 0);
  });
});

describe('a run that is resumed from its checkpoint', () => {
  test('goes on in its own folder and under its own name, and tells what is new', async () => {
    const { trainings: all, start, ended, ends } = trainings();
    const run = start('wait');
    await until(() => run.state.measured.length > 3);
    all.stop(run);
    await ended(run);
    const { folder: its } = run.state;
    all.resumeFromCheckpoint(run);
    expect(run.state.status).toMatch(/queued|starting/);
    await until(() => run.state.status === 'running' && run.state.measured.length > 5);
    expect(run.state).toMatchObject({ folder: its, ended: null, error: null });
    expect(run.summary).toBeNull();
    // Told once each, in order, though the fake began again at step 10.
    const steps = run.state.measured.map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(store.all()).toEqual([run]);
    all.stop(run);
    await until(() => ends.length === 2);
    expect(run.state.status).toBe('stopped');
  });

  test('does not come back as half a folder when it was deleted', async () => {
    const { trainings: all, start, ended, ends } = trainings();
    const run = start('wait');
    await until(() => run.state.measured.length > 0);
    all.stop(run);
    await ended(run);
    rmSync(run.state.folder!, { recursive: true });
    all.resumeFromCheckpoint(run);
    await until(() => ends.length === 2);
    expect(existsSync(run.state.folder!)).toBe(false);
    expect(run.state).toMatchObject({ status: 'stopped', error: 'The run folder was deleted.' });
  });

  test('right after it was stopped is not taken for the process that was asked to stop', async () => {
    const { trainings: all, start, ended, followers } = trainings({ stopGraceMs: 600 });
    const run = start('wait');
    await until(() => run.state.measured.length > 0);
    all.stop(run);
    await ended(run);
    all.resumeFromCheckpoint(run);
    await until(() => run.state.status === 'running');
    // Well past the time at which a process that did not stop would have been killed.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(run.state).toMatchObject({ status: 'running', error: null });
    expect(followers.isFollowed(run)).toBe(true);
  });

  test('by another window while this one waits for its stop is left to that window', async () => {
    const { trainings: all, start } = trainings({ stopGraceMs: 300, onWindowClose: 'keepRunning' });
    const run = start('deaf');
    await until(() => run.state.measured.length > 0);
    const file = path.join(run.state.folder!, 'run.json');
    const asked = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
    all.stop(run);
    await until(() => existsSync(path.join(run.state.folder!, 'control.json')));
    // As a process that took over writes it: this one, which lives and must not be killed.
    writeFileSync(file, JSON.stringify({ ...asked, pid: process.pid, processStarted: ownProcessStart() }));
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(lines.join('\n')).not.toMatch(/killed/);
    expect(isAlive(asked.pid)).toBe(true);
    process.kill(asked.pid, 'SIGKILL');
  });

  test('is what it was when it can not be resumed, and the reason is told', async () => {
    const { trainings: all, start, ended } = trainings();
    const run = start('wait');
    await until(() => run.state.measured.length > 0);
    all.stop(run);
    await ended(run);
    for (const disposable of disposables.splice(0)) disposable.dispose();
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const problem = { code: 'runs.not-resumable', severity: 'error', message: 'The data have changed.', range };
    const module = path.join(folder, 'refusing.cjs');
    writeFileSync(
      module,
      `process.on('message', () => process.send(${JSON.stringify({ type: 'rejected', problems: [problem] })}, () => process.exit(0)));
       process.send({ type: 'ready', pid: process.pid });`,
    );
    const refusing = trainings({ module });
    refusing.trainings.resumeFromCheckpoint(run);
    await refusing.ended(run);
    expect(run.state).toMatchObject({ status: 'stopped', error: 'The data have changed.' });
    expect(refusing.ends[0]!.problems).toMatchObject([{ code: 'runs.not-resumable' }]);
  });
});

describe('several trainings', () => {
  test('go on at the same time, and the rest wait their turn', async () => {
    const { trainings: all, start, ended } = trainings({ maximumParallel: 2 });
    const runs = [start('wait'), start('wait'), start('wait')];
    await until(() => runs[0]!.state.status === 'running' && runs[1]!.state.status === 'running');
    expect(runs[2]!.state.status).toBe('queued');
    all.stop(runs[0]!);
    await ended(runs[0]!);
    await until(() => runs[2]!.state.status === 'running');
  });

  test('that wait are remembered for the next window, and those that train on have their places there', async () => {
    const memory = new Map<string, unknown>();
    const waiting = new WaitingTrainings({
      get: (key) => memory.get(key),
      update: async (key, value) => void memory.set(key, value),
    });
    const { start } = trainings({ maximumParallel: 1, onWindowClose: 'keepRunning', waiting });
    const [first] = [start('wait'), start('finish'), start('chatty')];
    await until(() => first!.state.status === 'running');
    expect(waiting.read().map(({ variant }) => variant)).toEqual(['finish', 'chatty']);
    const window = await reopened({ maximumParallel: 1, onWindowClose: 'stop', waiting });
    const folders = { know: async () => {} } as unknown as RunFolders;
    await waiting.restore(folders, window.trainings, { info: () => {} } as unknown as Log);
    const found = store.all().find(({ state }) => state.variant === 'wait')!;
    const [finish, chatty] = ['finish', 'chatty'].map(
      (name) => store.all().find(({ state }) => state.variant === name)!,
    );
    await until(() => found.state.status === 'running');
    expect([finish!, chatty!].map(({ state }) => state.status)).toEqual(['queued', 'queued']);
    window.trainings.stop(found);
    await window.ended(finish!);
    await until(() => chatty!.state.status === 'running');
    expect(waiting.read()).toEqual([]);
  });

  test('that have just been begun are remembered, too, until their process has its order', async () => {
    const memory = new Map<string, unknown>();
    const waiting = new WaitingTrainings({
      get: (key) => memory.get(key),
      update: async (key, value) => void memory.set(key, value),
    });
    const { start, trainings: all } = trainings({ maximumParallel: 1, onWindowClose: 'keepRunning', waiting });
    start('finish');
    start('chatty');
    // The window goes before the first process, which it takes along, could say that it listens.
    all.dispose();
    expect(waiting.read().map(({ variant }) => variant)).toEqual(['finish', 'chatty']);
    const window = trainings({ maximumParallel: 1, onWindowClose: 'keepRunning', waiting });
    const run = window.start('wait');
    expect(waiting.read().map(({ variant }) => variant)).toEqual(['wait']);
    await until(() => run.state.status === 'running');
    expect(waiting.read()).toEqual([]);
    window.trainings.stop(run);
    await window.ended(run);
  });

  test('that wait are forgotten where the window takes its runs along', () => {
    const written: number[] = [];
    const waiting = { write: (orders: readonly unknown[]) => void written.push(orders.length) };
    const { trainings: all, start } = trainings({ maximumParallel: 1, onWindowClose: 'stop', waiting });
    start('wait');
    start('wait');
    all.dispose();
    expect(written.at(-1)).toBe(0);
  });

  test('that wait can be stopped without having started', async () => {
    const { trainings: all, start } = trainings({ maximumParallel: 1 });
    const [, second] = [start('wait'), start('wait')];
    all.stop(second);
    expect(second.state).toMatchObject({ status: 'stopped', folder: null, error: null });
  });

  test('do not mix their events', async () => {
    const { start, ended } = trainings({ maximumParallel: 2 });
    const runs = [start('finish'), start('chatty')];
    await ended(runs[0]!);
    expect(runs[0]!.state.measured).toHaveLength(5);
    await until(() => runs[1]!.state.measured.length > 5);
  });
});
