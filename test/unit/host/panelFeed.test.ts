import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PanelFeed, thinned } from '../../../extension/host/panelFeed';
import { RunStore } from '../../../extension/host/runStore';
import type { ToPanel } from '../../../extension/protocol/panel';
import { initialRunState, type RunState } from '../../../extension/protocol/runState';
import { measured, run, started, summary } from './runFixture';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function panelOf(it: ReturnType<typeof run>, read = async (): Promise<RunState> => it.state) {
  const store = new RunStore();
  store.add(it);
  const posted: ToPanel[] = [];
  const feed = new PanelFeed({
    store,
    runs: [it],
    read,
    readOutcome: read,
    stamp: async () => null,
    settings: async () => ({}),
    post: (message) => posted.push(structuredClone(message)),
    failed: (error) => {
      throw error;
    },
  });
  return { store, feed, posted, kinds: () => posted.map(({ type }) => type) };
}

describe('a panel', () => {
  test('hears nothing before it is ready, then everything there is', async () => {
    const it = run({ status: 'starting' });
    const { store, feed, posted } = panelOf(it);
    store.apply(it, started('r1'));
    store.apply(it, measured(0, 0.4));
    expect(posted).toEqual([]);
    await feed.snapshot();
    expect(posted).toMatchObject([{ type: 'snapshot', runs: [{ status: 'running', measured: [{ epoch: 0 }] }] }]);
  });

  test('hears events at most ten times a second, each measure once and in order', async () => {
    const it = run({ status: 'running' });
    const { store, feed, posted } = panelOf(it);
    await feed.snapshot();
    for (let epoch = 0; epoch < 100; epoch++) {
      store.apply(it, measured(epoch, 0.1));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(100);
    const events = posted.flatMap((message) => (message.type === 'events' ? [message.events] : []));
    expect(events.length).toBeLessThanOrEqual(11);
    expect(events.flat().map((event) => event.type === 'measured' && event.epoch)).toEqual([...Array(100).keys()]);
  });

  test('hears where training is now, not where it was in between', async () => {
    const it = run({ status: 'running' });
    const { store, feed, posted } = panelOf(it);
    await feed.snapshot();
    store.apply(it, measured(0, 0.1));
    for (let step = 0; step < 5; step++) {
      const progress = { type: 'progress', time: step, epoch: 0, step, elapsedMs: 0, samplesPerSecond: 0 } as const;
      store.apply(it, { ...progress, batchLoss: null, penalty: null });
    }
    vi.advanceTimersByTime(100);
    expect(posted.at(-1)).toMatchObject({ type: 'events', events: [{ type: 'progress', step: 4 }] });
  });

  test('is told nothing while hidden, and everything when it shows again', async () => {
    const it = run({ status: 'running' });
    const { store, feed, posted, kinds } = panelOf(it);
    await feed.snapshot();
    feed.hide();
    store.apply(it, measured(0, 0.1));
    vi.advanceTimersByTime(1000);
    expect(kinds()).toEqual(['snapshot']);
    await feed.snapshot();
    expect(posted.at(-1)).toMatchObject({ runs: [{ measured: [{ epoch: 0 }] }] });
  });

  test('never hears an event that its snapshot has already', async () => {
    const it = run({ status: 'running' });
    let letRead = (): void => {};
    const reading = new Promise<void>((resolve) => {
      letRead = resolve;
    });
    const { store, feed, posted } = panelOf(it, async () => {
      await reading;
      return it.state;
    });
    const snapshot = feed.snapshot();
    store.apply(it, measured(0, 0.1));
    letRead();
    await snapshot;
    vi.advanceTimersByTime(1000);
    expect(posted).toMatchObject([{ type: 'snapshot', runs: [{ measured: [{ epoch: 0 }] }] }]);
  });

  test('gets a new snapshot when the run gets its id and folder', async () => {
    const it = run({ status: 'starting' });
    const { store, feed, posted } = panelOf(it);
    await feed.snapshot();
    store.update(it, { run: '2026-penalty', folder: '/runs/2026-penalty' });
    await vi.advanceTimersByTimeAsync(0);
    expect(posted.at(-1)).toMatchObject({ type: 'snapshot', identity: { folders: ['/runs/2026-penalty'] } });
  });

  test('hears of a status that no event carries, after the events before it', async () => {
    const it = run({ status: 'running' });
    const { store, feed, posted, kinds } = panelOf(it);
    await feed.snapshot();
    store.apply(it, measured(0, 0.1));
    store.apply(it, measured(1, 0.1));
    store.update(it, { status: 'failed', error: 'out of memory' });
    expect(kinds()).toEqual(['snapshot', 'events', 'events', 'status']);
    expect(posted.at(-1)).toEqual({ type: 'status', run: 'r1', status: 'failed', error: 'out of memory' });
  });

  test('is shown anew when it goes on from its checkpoint: what was measured beyond it counts no longer', async () => {
    const it = run({ status: 'running' });
    const { store, feed, posted, kinds } = panelOf(it);
    await feed.snapshot();
    for (const step of [0, 1, 2]) store.apply(it, measured(step, 0.1));
    store.apply(it, { type: 'resumed', time: 1, step: it.state.measured[1]!.step, fromCheckpoint: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(kinds().at(-1)).toBe('snapshot');
    expect(posted.at(-1)).toMatchObject({ runs: [{ status: 'running', measured: [{}, {}] }] });
    store.replaceState(it, { ...it.state, status: 'paused' });
    await vi.advanceTimersByTimeAsync(0);
    expect(posted.at(-1)).toMatchObject({ type: 'snapshot', runs: [{ status: 'paused' }] });
  });

  test('shows the end of a run that a terminal trained', async () => {
    const it = run({ status: 'running', isInMemory: false, folder: '/runs/a' });
    const { store, feed, posted } = panelOf(it, async () => store.get('/runs/a')!.state);
    await feed.snapshot();
    const ended = run({ status: 'finished', isInMemory: false, folder: '/runs/a' });
    store.replaceFound(() => true, [ended]);
    await vi.advanceTimersByTimeAsync(0);
    expect(posted.at(-1)).toMatchObject({ type: 'snapshot', runs: [{ status: 'finished' }] });
  });
});

describe('a comparison', () => {
  function comparisonOf(
    broken: readonly string[],
    onPost: (message: ToPanel) => void = () => {},
    names: readonly string[] = ['a', 'b'],
  ) {
    const runs = names.map((name) =>
      run({ status: 'finished', isInMemory: false, variant: name, folder: `/runs/${name}` }),
    );
    const store = new RunStore();
    for (const it of runs) store.add(it);
    const onDisk = { stamp: '1' };
    const reading = { whole: 0, outcomes: 0, atOnce: 0, mostAtOnce: 0 };
    const shown: string[][] = [];
    const failures: boolean[] = [];
    const feed = new PanelFeed({
      store,
      runs,
      readOutcome: async ({ state }) => {
        reading.outcomes++;
        reading.mostAtOnce = Math.max(reading.mostAtOnce, ++reading.atOnce);
        await Promise.resolve();
        reading.atOnce--;
        return state;
      },
      stamp: async () => onDisk.stamp,
      read: async (it) => {
        reading.whole++;
        if (broken.includes(it.state.variant)) throw new Error('gone');
        return it.state;
      },
      settings: async (it) => ({ method: it.state.variant }),
      post: (message) => {
        onPost(message);
        if (message.type === 'snapshot') shown.push(message.runs.map(({ variant }) => variant));
      },
      failed: (_error, isLast) => failures.push(isLast),
    });
    return { feed, runs, shown, failures, store, onDisk, reading };
  }

  test('is told what each run was trained with', async () => {
    const told: Record<string, unknown>[] = [];
    const { feed, runs } = comparisonOf([], (message) => message.type === 'snapshot' && told.push(message.settings));
    await feed.snapshot();
    expect(told).toEqual([Object.fromEntries(runs.map(({ state }) => [state.run, { method: state.variant }]))]);
  });

  test('has eight runs whole, the others with their first and last measure, unless others are asked for', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `r${index}`);
    const sizes: number[][] = [];
    const { feed, runs } = comparisonOf(
      [],
      (message) => message.type === 'snapshot' && sizes.push(message.runs.map((state) => state.measured.length)),
      names,
    );
    for (const it of runs) it.state = { ...it.state, run: it.key, measured: [0, 1, 2, 3].map((at) => measured(at, 0)) };
    await feed.snapshot();
    expect(sizes.at(-1)).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 2, 2]);
    await feed.detail([runs[9]!.key]);
    expect(sizes.at(-1)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 4]);
  });

  test('tells a run from its copy, which has the same id in another folder', async () => {
    const snapshots: { ids: string[]; settings: string[] }[] = [];
    const { feed, runs } = comparisonOf([], (message) => {
      if (message.type !== 'snapshot') return;
      snapshots.push({ ids: message.runs.map((state) => state.run), settings: Object.keys(message.settings) });
    });
    for (const it of runs) it.state = { ...it.state, run: 'r1' };
    await feed.snapshot();
    expect(snapshots).toEqual([{ ids: ['r1', '/runs/b'], settings: ['r1', '/runs/b'] }]);
    expect([feed.run('r1'), feed.run('/runs/b'), feed.run('gone')]).toEqual([runs[0], runs[1], undefined]);
  });

  test('shows what is left when a run can not be read', async () => {
    const { feed, shown, failures } = comparisonOf(['a']);
    await feed.snapshot();
    expect(shown).toEqual([['b']]);
    expect(failures).toEqual([false]);
    expect(feed.runs().map(({ state }) => state.variant)).toEqual(['b']);
  });

  test('has failed when no run can be read', async () => {
    const { feed, shown, failures } = comparisonOf(['a', 'b']);
    await feed.snapshot();
    expect(shown).toEqual([]);
    expect(failures).toEqual([true, true]);
  });

  test('goes on without a run that is deleted', async () => {
    const { feed, runs, shown } = comparisonOf([]);
    await feed.snapshot();
    feed.drop([runs[0]!.key]);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toEqual([['a', 'b'], ['b']]);
  });

  test('goes on without several that are deleted in one go, and untouched where it shows none of them', async () => {
    const { feed, runs, shown } = comparisonOf([], undefined, ['a', 'b', 'c']);
    await feed.snapshot();
    feed.drop(['/runs/x', '/runs/y']);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toHaveLength(1);
    feed.drop([runs[0]!.key, runs[2]!.key]);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown.slice(1)).toEqual([['b']]);
  });

  const MANY = Array.from({ length: 100 }, (_, index) => `r${index}`);
  const giveEnds = (runs: ReturnType<typeof comparisonOf>['runs']): void => {
    const ended = { type: 'ended', time: 1, status: 'finished', summary: summary(), error: null } as const;
    for (const it of runs) it.state = { ...it.state, run: it.key, ended };
  };

  test('of hundreds reads eight whole, the others by their ends, a few at a time, and those again only when they change', async () => {
    const { feed, runs, reading, onDisk } = comparisonOf([], undefined, MANY);
    giveEnds(runs);
    await feed.snapshot();
    expect(reading).toMatchObject({ whole: 8, outcomes: 92 });
    expect(reading.mostAtOnce).toBeLessThanOrEqual(4);
    await feed.snapshot();
    expect(reading).toMatchObject({ whole: 16, outcomes: 92 });
    onDisk.stamp = '2';
    await feed.snapshot();
    expect(reading).toMatchObject({ outcomes: 2 * 92 });
  });

  test('reads a run that left no end each time: whether it is lost, its folder alone does not tell', async () => {
    const { feed, runs, reading } = comparisonOf([], undefined, MANY);
    giveEnds(runs);
    runs[50]!.state = { ...runs[50]!.state, ended: null };
    await feed.snapshot();
    await feed.snapshot();
    expect(reading.outcomes).toBe(92 + 1);
  });

  test('is read once more for all who ask while it is read', async () => {
    const { feed, shown, reading } = comparisonOf([]);
    await Promise.all([feed.snapshot(), feed.snapshot(), feed.snapshot(), feed.snapshot()]);
    // Both runs twice, and not four times; only the last is posted.
    expect([reading.whole, shown.length]).toEqual([4, 1]);
  });

  test('shows another run whole where one of the first eight can not be read', async () => {
    const { feed, runs, shown, reading } = comparisonOf(['r0'], undefined, MANY.slice(0, 10));
    giveEnds(runs);
    await feed.snapshot();
    expect(shown).toEqual([MANY.slice(1, 10)]);
    // r0 to r7, then r1 to r8.
    expect(reading.whole).toBe(16);
  });
});

test('a snapshot of a long training keeps the first, the last and an even choice between', () => {
  const state = initialRunState({ run: 'r', experiment: 'e', variant: 'v' });
  for (let epoch = 0; epoch < 36_000; epoch++) state.measured.push(measured(epoch, 0));
  const { measured: kept } = thinned(state);
  expect(kept.length).toBe(1000);
  expect(kept[0]!.epoch).toBe(0);
  expect(kept.at(-1)!.epoch).toBe(35_999);
  expect(state.measured.length).toBe(36_000);
});
