import { describe, expect, test } from 'vitest';
import { headlineFigures, type RunChange, RunStore } from '../../../extension/host/runStore';
import { parallelRuns } from '../../../extension/host/trainings';
import { measured, NOW, run, split, started, summary } from './runFixture';

describe('the run store', () => {
  test('lists runs newest first, whoever trained them', () => {
    const store = new RunStore();
    store.add(run({ variant: 'old', since: 1 }));
    store.add(run({ variant: 'new', since: 3 }));
    store.add(run({ variant: 'found', since: 2, isInMemory: false, folder: '/runs/found' }));
    expect(store.all().map(({ state }) => state.variant)).toEqual(['new', 'found', 'old']);
  });

  test('gives the newest run of a variant', () => {
    const store = new RunStore();
    store.add(run({ key: 'a', since: 1 }));
    store.add(run({ key: 'b', since: 2 }));
    expect(store.latest('/project/weather.orthant.json', 'penalty')?.key).toBe('b');
    expect(store.latest('/project/other.orthant.json', 'penalty')).toBeUndefined();
  });

  test('gives a run by its folder, one of its own from when it has one', () => {
    const store = new RunStore();
    const own = run({ key: 'own', status: 'starting' });
    const found = run({ isInMemory: false, folder: '/runs/found' });
    store.add(own, found);
    expect(store.byFolder('/runs/own')).toBeUndefined();
    store.update(own, { folder: '/runs/own' });
    expect(['/runs/own', '/runs/found'].map((folder) => store.byFolder(folder))).toEqual([own, found]);
    store.remove(own);
    expect(store.byFolder('/runs/own')).toBeUndefined();
  });

  test('stays at stopping until the end, whatever else was on its way', () => {
    const store = new RunStore();
    const it = run({ status: 'running' });
    store.add(it);
    store.update(it, { status: 'stopping' });
    store.apply(it, { type: 'resumed', time: NOW, step: 1 });
    expect(it.state.status).toBe('stopping');
    store.apply(it, { type: 'ended', time: NOW, status: 'stopped', error: null, summary: summary() });
    expect(it.state.status).toBe('stopped');
  });

  test('tells of events and of what they change', () => {
    const store = new RunStore();
    const it = run({ status: 'starting' });
    store.add(it);
    const changes: string[] = [];
    store.onDidChange((change: RunChange) => changes.push(change.kind));
    store.apply(it, started('r1'));
    store.apply(it, measured(0, 0.1));
    expect(changes).toEqual(['event', 'status', 'event']);
  });

  test('hears that another window resumes what it saw the end of', () => {
    const store = new RunStore();
    const own = run({ status: 'stopped', key: 'own', folder: '/runs/a' });
    store.add(own);
    const kinds: string[] = [];
    store.onDidChange(({ kind }) => kinds.push(kind));
    store.replaceFound(() => true, [run({ status: 'running', isInMemory: false, folder: '/runs/a' })]);
    expect(store.all()).toEqual([own]);
    expect(own.state.status).toBe('running');
    expect(kinds).toContain('list');
    // An end that a listing doesn't know yet is one all the same.
    own.state = { ...own.state, status: 'queued' };
    store.replaceFound(() => true, [run({ status: 'stopped', isInMemory: false, folder: '/runs/a' })]);
    expect(own.state.status).toBe('queued');
  });

  test('holds a run that was found while it is followed, and lets its folder speak for it afterwards', () => {
    const store = new RunStore();
    const found = run({ status: 'running', isInMemory: false, folder: '/runs/a', key: '/runs/a' });
    store.add(found);
    store.hold(found);
    store.replaceFound(() => true, [run({ status: 'lost', isInMemory: false, folder: '/runs/a' })]);
    expect(store.all()).toEqual([found]);
    expect(found.state.status).toBe('running');
    store.release(found);
    store.replaceFound(() => true, [run({ status: 'lost', isInMemory: false, folder: '/runs/a' })]);
    expect(store.all()[0]!.state.status).toBe('lost');
  });

  test('keeps what it read of a run whose listing says nothing new', () => {
    const store = new RunStore();
    const found = (status: 'running' | 'lost') => run({ status, isInMemory: false, folder: '/runs/a' });
    const read = found('running');
    read.state.measured.push(measured(1, 0.1));
    store.add(read);
    store.replaceFound(() => true, [found('running')]);
    expect(store.get('/runs/a')!.state.measured).toHaveLength(1);
    store.replaceFound(() => true, [found('lost')]);
    expect(store.get('/runs/a')!.state).toMatchObject({ status: 'lost', measured: [] });
  });
});

test('figures are of the held-out rows where there are any', () => {
  const heldOut = headlineFigures(run({ summary: summary({ validation: split(0.25) }) }));
  expect(heldOut).toMatchObject({ isHeldOut: true, figures: { negativeShare: 0.25 } });
  const train = headlineFigures(run({ summary: summary({ validation: null }) }));
  expect(train).toMatchObject({ isHeldOut: false, figures: { negativeShare: 0.031 } });
  expect(headlineFigures(run())).toBeNull();
});

test.each([
  [0, 1, 2],
  [0, 2, 2],
  [0, 16, 8],
  [1, 16, 1],
  [5, 2, 5],
])('with the setting %d on %d cores %d runs train at the same time', (setting, nCores, expected) => {
  expect(parallelRuns(setting, nCores)).toBe(expected);
});
