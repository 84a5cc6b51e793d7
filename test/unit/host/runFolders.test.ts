import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunFolders } from '../../../extension/host/runFolders';
import { RunStore } from '../../../extension/host/runStore';
import { NO_NOTES } from '../../../extension/protocol/runNotes';
import { initialRunState, type RunStatus } from '../../../extension/protocol/runState';
import type { RunListing } from '../../../extension/runs/readRuns';
import type { OtherEntry } from '../../../extension/runs/runLister';
import { run } from './runFixture';

const RUNS = '/project/.orthant/runs';
const EXPERIMENT = '/project/weather.orthant.json';
const STARTED = '2026-01-01T00:00:00.000Z';
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function listing(id: string, change: Partial<RunListing> = {}): RunListing {
  return {
    folder: `${RUNS}/${id}`,
    id,
    experiment: EXPERIMENT,
    variant: 'penalty',
    method: 'penalty',
    status: 'finished',
    started: STARTED,
    summary: null,
    notes: NO_NOTES,
    ...change,
  };
}

function setUp(listings: RunListing[]) {
  const store = new RunStore();
  const onDisk = { listings, others: [] as OtherEntry[], status: 'running' as RunStatus };
  const reader = {
    list: vi.fn(async () => ({ runs: onDisk.listings, others: onDisk.others })),
    readRun: vi.fn(async (folder: string) => ({
      ...initialRunState({ run: folder.slice(RUNS.length + 1), experiment: EXPERIMENT, variant: 'penalty', folder }),
      status: onDisk.status,
    })),
    readOutcome: vi.fn(async () => null),
    readRunFile: vi.fn(async () => ({ pid: 42, host: 'far', method: 'penalty', started: STARTED })),
    readNotes: vi.fn(() => NO_NOTES),
  };
  const folders = new RunFolders(store, reader, silent);
  return { store, folders, reader, onDisk };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('run folders', () => {
  test('are read once for an experiment, however many ask', async () => {
    const { folders, reader } = setUp([listing('a')]);
    await Promise.all([folders.know(EXPERIMENT, RUNS), folders.know(EXPERIMENT, RUNS)]);
    await folders.know(EXPERIMENT, RUNS);
    expect(reader.list).toHaveBeenCalledTimes(1);
  });

  test('are not listed a second time for a run this window trains', async () => {
    const { store, folders } = setUp([listing('a'), listing('b')]);
    const own = run({ status: 'running', folder: `${RUNS}/a`, key: 'own' });
    store.add(own);
    await folders.know(EXPERIMENT, RUNS);
    expect(store.all().map(({ key }) => key)).toEqual(['own', `${RUNS}/b`]);
  });

  test('belong to the experiment beside them after the whole folder moved', async () => {
    const { store, folders } = setUp([listing('a', { experiment: '/elsewhere/weather.orthant.json' })]);
    await folders.know(EXPERIMENT, RUNS);
    expect(store.latest(EXPERIMENT, 'penalty')?.state.run).toBe('a');
  });

  test('belong to the experiment beside them however they are read', async () => {
    const { store, folders, reader } = setUp([listing('a', { experiment: '/elsewhere/weather.orthant.json' })]);
    const readHere = reader.readRun.getMockImplementation()!;
    reader.readRun.mockImplementation(async (folder) => {
      return { ...(await readHere(folder)), experiment: '/elsewhere/weather.orthant.json', status: 'finished' };
    });
    const opened = await folders.open(`${RUNS}/a`);
    expect(opened.since).toBe(Date.parse(STARTED));
    await folders.know(EXPERIMENT, RUNS);
    const run = store.latest(EXPERIMENT, 'penalty')!;
    expect((await folders.read(run)).experiment).toBe(EXPERIMENT);
  });

  test('are opened once, however many ask at the same time', async () => {
    const { folders } = setUp([]);
    const [one, other] = await Promise.all([folders.open(`${RUNS}/a`), folders.open(`${RUNS}/a`)]);
    expect(one).toBe(other);
    folders.dispose();
  });

  test('that are gone leave the list', async () => {
    const { store, folders, onDisk } = setUp([listing('a'), listing('b')]);
    await folders.know(EXPERIMENT, RUNS);
    onDisk.listings = [listing('b')];
    await folders.refresh();
    expect(store.all().map(({ key }) => key)).toEqual([`${RUNS}/b`]);
  });

  test('of a process that died are found out, and no timer is left', async () => {
    const { store, folders, onDisk } = setUp([listing('a', { status: 'running' })]);
    await folders.know(EXPERIMENT, RUNS);
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.all()[0]!.state.status).toBe('running');
    onDisk.status = 'lost';
    onDisk.listings = [listing('a', { status: 'lost', error: 'gone\nits last words' })];
    await vi.advanceTimersByTimeAsync(3000);
    expect(store.all()[0]!.state).toMatchObject({ status: 'lost', error: 'gone\nits last words' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('of a terminal that trains one variant after the other are all found', async () => {
    const { store, folders, onDisk } = setUp([listing('a', { status: 'running' })]);
    await folders.know(EXPERIMENT, RUNS);
    onDisk.listings = [listing('a')];
    onDisk.status = 'finished';
    await vi.advanceTimersByTimeAsync(3000);
    onDisk.listings = [listing('b', { status: 'running' }), listing('a')];
    await vi.advanceTimersByTimeAsync(3000);
    expect(store.all().map(({ state }) => state.run)).toContain('b');
  });

  test('of thousands are looked at more rarely while a run goes on, by what a look takes', async () => {
    const { folders, reader, onDisk } = setUp([listing('a', { status: 'running' })]);
    reader.list.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { runs: onDisk.listings, others: [] };
    });
    void folders.know(EXPERIMENT, RUNS);
    // 0.3 s for the first look, 2 s between, 0.3 s for the second one.
    await vi.advanceTimersByTimeAsync(2600);
    expect(reader.list).toHaveBeenCalledTimes(2);
    // The third comes 0.3 s / 2 % = 15 s after that.
    await vi.advanceTimersByTimeAsync(14_900);
    expect(reader.list).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(reader.list).toHaveBeenCalledTimes(3);
    folders.dispose();
  });

  test('tell what else lies in them, and when that changes', async () => {
    const { folders, onDisk } = setUp([listing('a')]);
    const changed = vi.fn();
    folders.onDidChangeOthers(changed);
    await folders.know(EXPERIMENT, RUNS);
    onDisk.others = [{ path: `${RUNS}/pictures`, kind: 'foreign' }];
    await folders.refresh();
    await folders.refresh();
    expect(folders.others()).toEqual([{ path: `${RUNS}/pictures`, kind: 'foreign' }]);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  test('bring what another window noted, also about a run that this one trains', async () => {
    const { store, folders, onDisk } = setUp([listing('a'), listing('b')]);
    store.add(run({ status: 'running', folder: `${RUNS}/a`, key: 'own' }));
    await folders.know(EXPERIMENT, RUNS);
    const notes = { title: 'theirs', note: '', isStarred: true };
    onDisk.listings = [listing('a', { notes }), listing('b', { notes })];
    await folders.refresh();
    expect(store.all().map((each) => each.notes)).toEqual([notes, notes]);
  });

  test('nothing is timed while no other process trains', async () => {
    const { folders } = setUp([listing('a')]);
    await folders.know(EXPERIMENT, RUNS);
    expect(vi.getTimerCount()).toBe(0);
  });
});
