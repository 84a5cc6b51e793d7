/** The table of what several seeds of one configuration gave: chance in the spread, the setting in the median. */
import { type Figures, QUANTITIES } from '../protocol/figures';
import { formatSpread, oneOfEachSeed, seedGroups, spreadOf } from '../protocol/seedGroups';
import { rowWords } from '../protocol/sweepRows';
import type { RunListing } from '../runs/readRuns';
import { type Columns, tableLines } from './table';

type SeedRun = Pick<RunListing, 'id' | 'variant' | 'status' | 'summary' | 'sweep' | 'configuration' | 'seed'>;

const COLUMNS: Columns = {
  head: ['configuration', 'runs', 'inside', 'MSE', 'RMSE', 'outside', 'max violation'],
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
};

/**
 * `null` where no configuration finished with two seeds. In the order of `runs`; figures are those of the training rows. A
 * seed that was trained again counts once, its latest run.
 */
export function seedTable(runs: readonly SeedRun[]): string | null {
  const finished = runs.filter(({ status, summary }) => status === 'finished' && summary?.train != null);
  const groups = seedGroups(finished, ({ configuration }) => configuration)
    .map((group) => oneOfEachSeed(group, ({ id, seed }) => ({ seed: seed ?? null, isFinished: true, time: id })))
    .filter(({ length }) => length > 1);
  if (groups.length === 0) return null;
  const rows = groups.map((group) => {
    const spread = (name: keyof Figures): string =>
      formatSpread(spreadOf(group.map(({ summary }) => summary!.train!.overall[name])), QUANTITIES[name].format);
    const { variant, sweep } = group[0]!;
    return [
      rowWords({ variant, assignments: sweep?.assignments ?? {} }),
      String(group.length),
      String(group.filter(({ summary }) => summary!.verdict.kind === 'feasible').length),
      spread('loss'),
      spread('rmse'),
      spread('negativeShare'),
      spread('maxViolation'),
    ];
  });
  return [
    'Runs that differ only in their seed: the median of the training rows (least–largest).',
    ...tableLines(COLUMNS, rows),
  ].join('\n');
}
