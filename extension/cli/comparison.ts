/** The table that ends a training: what each variant reached, and what it paid beside the unconstrained one. */
import Table from 'cli-table3';
import type { RunSummary } from '../protocol/events';
import { formatDuration, formatNumber, formatShare, type SplitFigures } from '../protocol/figures';
import type { PreparedVariant } from '../trainer/prepare';
import { PLAIN_TABLE } from './table';

/** At most 80 columns for variants with names of up to 12 letters. */
export function comparisonTable(summaries: readonly RunSummary[], { dataset }: PreparedVariant): string {
  const baseline = summaries.find(({ method }) => method === 'unconstrained');
  const table = new Table({
    ...PLAIN_TABLE,
    head: ['variant', 'verdict', 'worst', 'outside', 'held out', 'MSE', 'price', 'held out', 'time'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const summary of summaries) {
    table.push([
      summary.variant,
      summary.status === 'finished' ? summary.verdict.kind : summary.status,
      summary.train === null ? '–' : worstViolation(summary.train, dataset.targets),
      formatShare(summary.train?.overall.negativeShare ?? null),
      formatShare(summary.validation?.overall.negativeShare ?? null),
      formatNumber(summary.train?.overall.loss ?? null),
      price(summary, baseline),
      formatNumber(summary.validation?.overall.loss ?? null),
      formatDuration(summary.durationMs),
    ]);
  }
  return [
    table.toString(),
    '',
    'verdict, worst and outside: outputs on the training rows; worst is the largest',
    'violation in standard deviations of its target. price: training MSE above the',
    'unconstrained one. held out: the same for rows never trained on.',
  ].join('\n');
}

function worstViolation(figures: SplitFigures, targets: PreparedVariant['dataset']['targets']): string {
  const worst = Math.max(
    ...targets.map(({ name, standardDeviation }) => figures.targets[name]!.maxViolation / (standardDeviation || 1)),
  );
  return `${worst < 1000 ? worst.toFixed(worst < 0.1 ? 4 : 2) : formatNumber(worst)} sd`;
}

/** In per cent of the unconstrained loss on the same rows. */
function price(summary: RunSummary, baseline: RunSummary | undefined): string {
  const own = summary.train?.overall.loss;
  const reference = baseline?.train?.overall.loss;
  if (own === undefined || reference === undefined || reference === 0 || summary === baseline) return '–';
  const percent = (own / reference - 1) * 100;
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)} %`;
}
