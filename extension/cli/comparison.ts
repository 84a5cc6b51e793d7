/** The table that ends a training: what each variant reached, and what it paid beside the unconstrained one. */
import { NEW_ROWS, outsideUpperBound } from '../protocol/confidence';
import type { RunSummary, TargetDescription } from '../protocol/events';
import {
  formatDuration,
  formatNumber,
  formatShare,
  formatWorstViolation,
  type SplitFigures,
  worstViolation,
} from '../protocol/figures';
import { formatRelativePrice, isBaseline, priceOf } from '../protocol/price';
import { printable } from '../protocol/printable';
import { snapshotWords } from '../protocol/snapshots';
import { type Columns, tableLines } from './table';

type Targets = readonly Pick<TargetDescription, 'name' | 'standardDeviation'>[];

const COLUMNS: Columns = {
  head: ['variant', 'verdict', 'rows', 'outside', NEW_ROWS.label, 'worst', 'MSE', 'price'],
  colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
};

/**
 * Two lines a variant, training rows over held-out ones, so that no rate stands without the other. At most 80 columns
 * for names of up to 12 letters.
 */
export function comparisonTable(summaries: readonly RunSummary[], targets: Targets): string {
  const baseline = summaries.find(isBaseline);
  const rows: string[][] = [];
  for (const summary of summaries) {
    const isOwn = summary === baseline;
    rows.push([
      summary.variant,
      summary.status === 'finished' ? summary.verdict.kind : summary.status,
      'training',
      formatShare(summary.train?.overall.negativeShare ?? null),
      '',
      ...figureCells(summary.train, isOwn ? null : (baseline?.train ?? null), targets),
    ]);
    const mark = summary.linearOutput ? '' : NOT_LINEAR;
    const second = `${summary.guarantee}${mark}, ${formatDuration(summary.durationMs)}`;
    if (summary.validation === null) {
      rows.push([second, '', '', '', '', '', '', '']);
      continue;
    }
    rows.push([
      second,
      '',
      'held out',
      formatShare(summary.validation.overall.negativeShare),
      NEW_ROWS.format(outsideUpperBound(summary.validation)),
      ...figureCells(summary.validation, isOwn ? null : (baseline?.validation ?? null), targets),
    ]);
  }
  const legend = summaries.every(({ linearOutput }) => linearOutput) ? LEGEND : [...LEGEND, NOT_LINEAR_LEGEND];
  return [...tableLines(COLUMNS, rows), '', ...legend].join('\n');
}

const NOT_LINEAR = '*';
const NOT_LINEAR_LEGEND = `${NOT_LINEAR}: the network no longer ends in a plain linear layer.`;

const LEGEND = [
  'outside: share of outputs outside their bounds. new rows: with 95 % confidence,',
  'at most this share of rows like those held out has such an output. worst: the',
  'largest violation in standard deviations of its target. price: MSE above that of',
  'the unconstrained variant. Under each name: guarantee (G0: none), training time.',
];

/** The networks that are of another moment than the end, a line each under a heading; none where there are none. */
export function snapshotLines(summaries: readonly RunSummary[], targets: Targets): string[] {
  const nameWidth = Math.max(...summaries.map(({ variant }) => printable(variant).length));
  const lines = summaries.flatMap(({ variant, snapshots }) =>
    snapshotWords(snapshots, targets).map(
      ({ name, words }) => `${printable(variant).padEnd(nameWidth)}  ${name}: ${words}`,
    ),
  );
  if (lines.length === 0) return [];
  return ['', 'Also kept, for "orthant export --snapshot best" or "most-feasible":', ...lines];
}

/** What the exact last layer would reach with each variant's features, a line each under a heading; none where none is known. */
export function floorLines(summaries: readonly RunSummary[]): string[] {
  const nameWidth = Math.max(...summaries.map(({ variant }) => printable(variant).length));
  const lines = summaries.flatMap(({ variant, lastLayer, train }) => {
    if (lastLayer === null || train === null) return [];
    const own = priceOf(train.overall.loss, lastLayer.loss);
    const comparison =
      lastLayer.polished || own === null
        ? 'the layer it has'
        : `its own layer ${formatRelativePrice(own.relative).replace('-', '−')}`;
    return [`${printable(variant).padEnd(nameWidth)}  MSE ${formatNumber(lastLayer.loss)}, ${comparison}`];
  });
  if (lines.length === 0) return [];
  return ['', 'The best last layer inside the bounds for the features of each ("polish": true):', ...lines];
}

/** `worst`, `MSE` and `price` of one split. */
function figureCells(figures: SplitFigures | null, baseline: SplitFigures | null, targets: Targets): string[] {
  return [
    formatWorstViolation(figures === null ? null : worstViolation(figures, targets)),
    formatNumber(figures?.overall.loss ?? null),
    formatRelativePrice(priceOf(figures?.overall.loss, baseline?.overall.loss)?.relative ?? null).replace('-', '−'),
  ];
}
