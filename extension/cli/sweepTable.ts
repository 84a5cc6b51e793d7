/** The table that ends a sweep: a row for each configuration, with the median and spread over its seeds. */
import { formatWorstViolation, QUANTITIES } from '../protocol/figures';
import { formatSpread } from '../protocol/seedGroups';
import { rowWords, type SweepRow } from '../protocol/sweepRows';
import { type Columns, tableLines } from './table';

const ON_FRONT = '*';

const COLUMNS: Columns = {
  head: ['', 'configuration', 'runs', 'inside', 'MSE', 'RMSE', 'outside', 'violation'],
  colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
};

/** `rows` as `sweepRows` sorts them. */
export function sweepTable(rows: readonly SweepRow[]): string {
  const cells = rows.map((row) => {
    const { figures, finished, failed, feasible, points, isOnFront } = row;
    const runs = finished === points.length ? String(finished) : `${finished} of ${points.length}`;
    return [
      isOnFront ? ON_FRONT : '',
      rowWords(row),
      failed === 0 ? runs : `${runs}, ${failed} failed`,
      finished === 0 ? '–' : String(feasible),
      formatSpread(figures.loss, QUANTITIES.loss.format),
      formatSpread(figures.rmse, QUANTITIES.rmse.format),
      formatSpread(figures.negativeShare, QUANTITIES.negativeShare.format),
      formatSpread(figures.violation, formatWorstViolation),
    ];
  });
  return [...tableLines(COLUMNS, cells), '', ...legend(rows)].join('\n');
}

function legend(rows: readonly SweepRow[]): string[] {
  const which = rows.some(({ isHeldOut }) => isHeldOut) ? 'the held-out rows' : 'the training rows';
  const hasSeeds = rows.some(({ points }) => points.length > 1);
  return [
    `Figures of ${which}${hasSeeds ? ': the median over the seeds (least–largest)' : ''}, the least MSE first. outside: share of`,
    'outputs outside their bounds. inside: runs whose training rows all ended within the tolerance. violation: the largest,',
    'in standard deviations (sd) of its target.',
    `${ON_FRONT} none other has at most its MSE and at most its violation, and less of one (Pareto front).`,
  ];
}
