import { describe, expect, test } from 'vitest';
import { RememberedArrangement } from '../../../extension/host/rememberedArrangement';
import {
  type Arrangement,
  arrangeRuns,
  FIRST_ARRANGEMENT,
  restoredArrangement,
} from '../../../extension/host/runArrangement';
import type { Run } from '../../../extension/host/runStore';
import { NO_NOTES } from '../../../extension/protocol/runNotes';
import { initialRunState } from '../../../extension/protocol/runState';
import { run, split, summary } from './runFixture';

const starred = { ...NO_NOTES, isStarred: true };

/** One letter, one group in brackets: `[ab][c]`. */
function picture(runs: readonly Run[], change: Partial<Arrangement>): string {
  const groups = arrangeRuns(runs, { ...FIRST_ARRANGEMENT, ...change });
  return groups.map((group) => `[${group.runs.map(({ state }) => state.variant).join('')}]`).join('');
}

function measuredRun(variant: string, change: { rmse?: number; share?: number; isStarred?: boolean } = {}): Run {
  const { rmse, share = 0, isStarred = false } = change;
  return run({
    variant,
    summary: rmse === undefined ? null : summary({ validation: { ...split(share), overall: figures(rmse, share) } }),
    notes: { ...NO_NOTES, isStarred },
  });
}

function figures(rmse: number, share: number) {
  return { ...split(share, rmse).overall, loss: rmse ** 2 };
}

describe('runs are arranged', () => {
  test('in groups of one experiment, method or day, or in none; groups by their newest run', () => {
    const noon = new Date(2026, 4, 2, 12).getTime();
    const dayBefore = new Date(2026, 4, 1, 23, 59).getTime();
    const other = initialRunState({ run: 'r', experiment: '/project/digits.orthant.json', variant: 'b' });
    const runs = [
      run({ variant: 'a', method: 'penalty', since: noon }),
      run({ state: other, method: 'lagrangian', since: dayBefore }),
      run({ variant: 'c', method: 'penalty', since: dayBefore }),
    ];
    expect(picture(runs, { grouping: 'experiment' })).toBe('[ac][b]');
    expect(picture(runs, { grouping: 'method' })).toBe('[ac][b]');
    expect(picture(runs, { grouping: 'day' })).toBe('[a][bc]');
    expect(picture(runs, { grouping: 'none' })).toBe('[abc]');
    const days = arrangeRuns(runs, { ...FIRST_ARRANGEMENT, grouping: 'day' }).map(({ key }) => key);
    expect(days).toEqual(['2026-05-02', '2026-05-01']);
  });

  test('in groups of one sweep, with the runs of none in a group of their own', () => {
    const sweep = (id: string) => ({ id, point: 0, assignments: {} });
    const runs = [
      { ...run({ variant: 'a' }), sweep: sweep('s2') },
      run({ variant: 'b' }),
      { ...run({ variant: 'c' }), sweep: sweep('s1') },
      { ...run({ variant: 'd' }), sweep: sweep('s2') },
    ];
    expect(picture(runs, { grouping: 'sweep' })).toBe('[ad][b][c]');
    expect(arrangeRuns(runs, { ...FIRST_ARRANGEMENT, grouping: 'sweep' }).map(({ key }) => key)).toEqual([
      's2',
      '',
      's1',
    ]);
  });

  test('newest first, or by a figure with those that have none last', () => {
    const runs = [
      measuredRun('a', { rmse: 3, share: 0.1 }),
      measuredRun('b'),
      measuredRun('c', { rmse: 2, share: 0.3 }),
      measuredRun('d', { rmse: 2, share: 0.2 }),
    ];
    expect(picture(runs, { sort: 'newest' })).toBe('[abcd]');
    // MSE 9, none, 4, 4: of equals the newest first.
    expect(picture(runs, { sort: 'loss' })).toBe('[cdab]');
    expect(picture(runs, { sort: 'outside' })).toBe('[adcb]');
  });

  test('by name as a person counts, a title in place of the variant', () => {
    const runs = ['a10', 'a9', 'B1', 'z'].map((variant) => run({ variant }));
    runs[3]!.notes = { ...NO_NOTES, title: 'a9b' };
    expect(picture(runs, { sort: 'name' })).toBe('[a9za10B1]');
  });

  test('with starred ones on top of their group, whatever the order', () => {
    const runs = [
      measuredRun('a', { rmse: 1 }),
      measuredRun('b', { rmse: 3, isStarred: true }),
      measuredRun('c', { rmse: 2, isStarred: true }),
    ];
    expect(picture(runs, { sort: 'newest' })).toBe('[bca]');
    expect(picture(runs, { sort: 'loss' })).toBe('[cba]');
  });

  test('without those that the filter leaves out, and without groups that are empty then', () => {
    const runs = [run({ variant: 'a', method: 'penalty' }), run({ variant: 'b', method: 'pid', notes: starred })];
    expect(picture(runs, { grouping: 'method', filter: 'starred' })).toBe('[b]');
  });

  test('ten thousand in a moment', () => {
    const runs = Array.from({ length: 10_000 }, (_, index) => measuredRun(`v${index}`, { rmse: index % 97 }));
    const start = performance.now();
    const groups = arrangeRuns(runs, { grouping: 'method', sort: 'loss', filter: 'v -lost rmse<50' });
    // Half of the 97 remainders and a little more are below 50. 30 ms where nothing else runs.
    expect(groups[0]!.runs.length).toBe(runs.filter((_, index) => index % 97 < 50).length);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test('an arrangement is remembered, and one that another version or nobody wrote is the first one', async () => {
  const stored = new Map<string, unknown>();
  const memory = {
    get: (key: string) => stored.get(key),
    update: async (key: string, value: unknown) => void stored.set(key, value),
  };
  const before = new RememberedArrangement(memory);
  await before.choose({ grouping: 'day', filter: 'starred' });
  before.preview({ sort: 'loss' });
  expect(new RememberedArrangement(memory).current).toEqual({ grouping: 'day', sort: 'newest', filter: 'starred' });
  for (const foreign of [undefined, null, 7, 'day', { grouping: 'color', sort: 5, filter: [] }]) {
    expect(restoredArrangement(foreign)).toEqual(FIRST_ARRANGEMENT);
  }
});
