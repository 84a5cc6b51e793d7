import { expect, test } from 'vitest';
import { seedTable } from '../../../extension/cli/seedTable';
import type { ListedSummary } from '../../../extension/protocol/events';
import type { RunStatus } from '../../../extension/protocol/runState';

type Listed = Parameters<typeof seedTable>[0][number];

function run(configuration: string | undefined, loss: number, status: RunStatus = 'finished'): Listed {
  const overall = { loss, rmse: Math.sqrt(loss), negativeShare: 0, maxViolation: 0 };
  const summary = {
    status,
    verdict: { kind: 'feasible', sinceStep: 0 },
    train: { overall },
  } as unknown as ListedSummary;
  const seed = nextSeed++;
  return {
    id: `run ${seed}`,
    variant: 'penalty',
    status,
    summary,
    seed,
    ...(configuration !== undefined && { configuration }),
  };
}
let nextSeed = 0;

test('Runs that differ only in their seed are one row: the median, with the least and the largest', () => {
  const table = seedTable([run('a', 4), run('b', 100), run('a', 16), run('a', 9)]);
  // Of 4, 9 and 16 the middle one is 9; its root 3 is the middle of 2, 3 and 4.
  expect(table!.split('\n').at(-1)).toMatch(/^penalty +3 +3 +9 \(4–16\) +3 \(2–4\) +0\.0 % +0$/);
  // The other configuration has one seed, and no row.
  expect(table!.match(/penalty/g)).toHaveLength(1);
});

test('A run of a sweep is called by what the sweep sets', () => {
  const sweep = (seed: number) => ({
    id: 's',
    point: seed,
    assignments: { 'penalty.alpha': 10, 'training.seed': seed },
  });
  const runs = [0, 1].map((seed) => ({ ...run('a', 1), sweep: sweep(seed) }));
  expect(seedTable(runs)).toContain('penalty: alpha 10');
});

test('A seed that was trained twice counts once, as it came out the second time', () => {
  const [first, second, other] = [run('a', 100), run('a', 1), run('a', 3)];
  const table = seedTable([{ ...other }, { ...second, seed: first.seed! }, first]);
  // Of 1 and 3 the middle is 2; with 100 it would be 3.
  expect(table!.split('\n').at(-1)).toMatch(/^penalty +2 +2 +2 \(1–3\)/);
  expect(seedTable([first, { ...second, seed: first.seed! }])).toBeNull();
});

test('What did not finish, or was recorded before configurations were, is no part of it', () => {
  expect(seedTable([run('a', 4), run('a', 9, 'failed'), run(undefined, 1), run(undefined, 1)])).toBeNull();
});
