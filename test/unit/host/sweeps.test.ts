/** Sweeps as the window finds them on disk, with the runs that the store knows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Emitter } from '../../../extension/host/emitter';
import type { RunFolders } from '../../../extension/host/runFolders';
import { RunStore } from '../../../extension/host/runStore';
import { type Sweep, Sweeps } from '../../../extension/host/sweeps';
import { sweepContext, sweepDescription } from '../../../extension/host/sweepText';
import type { SweepFile } from '../../../extension/protocol/sweepFiles';
import type { SweepStatus } from '../../../extension/protocol/sweepState';
import { ConductorWriter, createSweep } from '../../../extension/runs/writeSweep';
import { NOW, run } from './runFixture';

let folder: string;
let store: RunStore;
let known: Emitter<{ experiment: string; runsFolder: string }>;
let sweeps: Sweeps;
const writers: ConductorWriter[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(path.join(tmpdir(), 'orthant-sweeps-'));
  store = new RunStore();
  known = new Emitter();
  sweeps = new Sweeps(store, { onDidKnow: known.event } as RunFolders);
});
afterEach(() => {
  sweeps.dispose();
  for (const writer of writers.splice(0)) writer.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const experiment = (): string => path.join(folder, 'weather.orthant.json');

function begin(started: string, change: Partial<SweepFile> = {}): { file: SweepFile; writer: ConductorWriter } {
  const created = createSweep({
    formatVersion: 1,
    experiment: experiment(),
    text: '{}',
    runsFolder: path.join(folder, '.orthant/runs'),
    engine: null,
    points: [0, 1].map((seed) => ({ variant: 'penalty', assignments: { 'training.seed': seed } })),
    dataFingerprint: 'f',
    started,
    ...change,
  });
  const writer = new ConductorWriter(created.folder, { jobs: 1, threads: 1, left: 2 });
  writers.push(writer);
  return { file: created.file, writer };
}

const know = (): void => {
  known.fire({ experiment: experiment(), runsFolder: path.join(folder, '.orthant/runs') });
  vi.advanceTimersByTime(1000);
};
const statuses = (): string[] => sweeps.all().map(({ id, status }) => `${id.slice(0, 10)} ${status}`);

describe('The sweeps of a window', () => {
  test('are found with the experiments, the newest first', () => {
    begin('2026-01-01T00:00:00.000Z').writer.tell('finished');
    begin('2026-01-02T00:00:00.000Z');
    expect(sweeps.all()).toEqual([]);
    know();
    expect(statuses()).toEqual(['2026-01-02 running', '2026-01-01 finished']);
    expect(sweeps.latest(experiment())!.id).toContain('2026-01-02');
    expect(sweeps.live()).toHaveLength(1);
  });

  test('tell by themselves when one ends, once', () => {
    const { writer } = begin('2026-01-01T00:00:00.000Z');
    know();
    const ended: string[] = [];
    sweeps.onDidEnd(({ status }) => ended.push(status));
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual([]);
    writer.tell('finished');
    vi.advanceTimersByTime(5000);
    expect(ended).toEqual(['finished']);
  });

  test('are lost where the process that trained one is gone', () => {
    const { file } = begin('2026-01-01T00:00:00.000Z');
    const conductor = path.join(folder, '.orthant/sweeps', file.id, 'conductor.json');
    know();
    // A pid beyond what any system gives.
    const gone = { ...sweeps.all()[0]!.conductor, pid: 2 ** 30 };
    writeFileSync(conductor, JSON.stringify(gone));
    vi.advanceTimersByTime(1500);
    expect(sweeps.all()[0]!.status).toBe('lost');
  });

  test('are as far as the runs in the store say', () => {
    const { file } = begin('2026-01-01T00:00:00.000Z');
    know();
    const progress = () => sweeps.progress(sweeps.get(file.id)!);
    const place = (point: number) => ({ id: file.id, point, assignments: file.points[point]!.assignments });
    expect(progress()).toEqual({ total: 2, done: 0, failed: 0, live: 0 });
    const first = { ...run({ status: 'running', key: 'a' }), sweep: place(0) };
    store.add(first, { ...run({ status: 'finished', key: 'b' }), sweep: place(1) });
    expect(progress()).toEqual({ total: 2, done: 1, failed: 0, live: 1 });
    store.update(first, { status: 'failed' });
    expect(progress()).toEqual({ total: 2, done: 2, failed: 1, live: 0 });
  });

  test('of a folder that was moved belong to the experiment of that name beside it', () => {
    begin('2026-01-01T00:00:00.000Z', { experiment: '/elsewhere/weather.orthant.json' });
    know();
    expect(sweeps.latest(experiment())).toBeDefined();
  });

  test('are not what else lies there', () => {
    begin('2026-01-01T00:00:00.000Z');
    writeFileSync(path.join(folder, '.orthant/sweeps/notes.txt'), 'mine');
    know();
    expect(sweeps.all()).toHaveLength(1);
  });
});

describe('A sweep in words', () => {
  const sweep = (status: SweepStatus): Sweep => ({
    id: 's',
    folder: '/s',
    experiment: '/e',
    points: [],
    since: NOW,
    status,
    conductor: null,
    failures: [],
  });
  const progress = (done: number, failed = 0) => ({ total: 12, done, failed, live: 0 });

  test('says how far it is, and its status where that is not plain', () => {
    expect(sweepDescription(sweep('running'), progress(5), NOW)).toBe('5 of 12 runs');
    expect(sweepDescription(sweep('paused'), progress(5, 1), NOW)).toBe('5 of 12 runs, 1 failed, paused');
    expect(sweepDescription(sweep('finished'), progress(12), NOW + 3 * 60_000)).toBe('12 of 12 runs, 3 min ago');
    expect(sweepDescription(sweep('lost'), progress(7), NOW)).toBe('7 of 12 runs, lost, just now');
  });

  test('offers what can be asked of it', () => {
    expect(sweepContext(sweep('running'), progress(5))).toBe('sweep.canStop.canPause');
    expect(sweepContext(sweep('paused'), progress(5))).toBe('sweep.canStop.canResume');
    expect(sweepContext(sweep('stopping'), progress(5))).toBe('sweep');
    expect(sweepContext(sweep('stopped'), progress(5))).toBe('sweep.canResume');
    expect(sweepContext(sweep('finished'), progress(12))).toBe('sweep');
    // All done, and some of it failed: those can be trained again.
    expect(sweepContext(sweep('finished'), progress(12, 2))).toBe('sweep.canResume');
  });
});
