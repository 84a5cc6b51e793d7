/**
 * One row per run: what it reached, what that is worth as a guarantee, and what it cost in loss beside the unconstrained
 * run. Always the newest measure: verdicts and residuals belong to the end, not to the moment scrubbed to. Pure.
 */
import { formatVerdict, type KktResiduals, QUANTITIES, type Verdict } from '../../extension/protocol/figures';
import type { RunState } from '../../extension/protocol/runState';
import { baselineOf, figuresFor, latestVerdict, type Model, shownMeasure, splitFigures } from '../model';
import { figure, GUARANTEE_WORDS, number, SPLIT_WORDS, typeset } from '../words';
import type { Cell, Column, Table } from './table';

const KKT: Record<keyof KktResiduals, { label: string; description: string }> = {
  stationarity: {
    label: 'stationarity',
    description: 'KKT residual: norm of the gradient of the Lagrangian, relative',
  },
  primalFeasibility: { label: 'primal', description: 'KKT residual: largest violation, in training units' },
  dualFeasibility: { label: 'dual', description: 'KKT residual: how far the smallest multiplier lies below 0' },
  complementarity: {
    label: 'complementarity',
    description: 'KKT residual: largest product of multiplier and constraint',
  },
};
const KKT_NAMES = Object.keys(KKT) as (keyof KktResiduals)[];

const PRICE: Column = {
  label: 'price',
  description: `${QUANTITIES.loss.label} minus that of the unconstrained run: what staying inside the bounds costs`,
  numeric: true,
};

export function comparisonTable(model: Model): Table {
  const { runs, choices } = model;
  const baseline = baselineOf(runs);
  const baselineLoss = baseline === null ? null : lossOf(baseline, model);
  const withKkt = runs.some((run) => run.ended?.summary.kkt);
  const columns: Column[] = [
    { label: 'run' },
    { label: 'verdict', description: 'what was reached on the training set' },
    { label: QUANTITIES.loss.label, description: QUANTITIES.loss.description, numeric: true },
    ...(runs.length > 1 ? [PRICE] : []),
    { label: 'outside', description: QUANTITIES.negativeShare.description, numeric: true },
    { label: 'max violation', description: QUANTITIES.maxViolation.description, numeric: true },
    { label: 'guarantee', description: 'what the method promises about outputs inside the bounds' },
    ...(withKkt ? KKT_NAMES.map((name) => ({ ...KKT[name], numeric: true })) : []),
  ];
  const rows = runs.map((run, index) => row(run, index, model, baseline, baselineLoss, withKkt));
  const of = choices.target === null ? '' : ` of ${choices.target}`;
  return { caption: `Outcome${of}, ${SPLIT_WORDS[choices.split].toLowerCase()} set, newest measure`, columns, rows };
}

function row(
  run: RunState,
  index: number,
  model: Model,
  baseline: RunState | null,
  baselineLoss: number | null,
  withKkt: boolean,
): Cell[] {
  const measure = shownMeasure(run, null);
  const figures =
    measure === null ? null : figuresFor(splitFigures(measure, model.choices.split), model.choices.target);
  const verdict = latestVerdict(run);
  const tone = verdict.kind === 'feasible' ? 'good' : verdict.kind === 'infeasible' ? 'bad' : undefined;
  const guarantee = run.started?.guarantee;
  const kkt = run.ended?.summary.kkt ?? null;
  const cells: Cell[] = [
    { text: model.labels[index]!, head: true, swatch: model.runs.length > 1 ? index : undefined },
    { text: verdictText(verdict), tone, title: typeset(formatVerdict(verdict)) },
    { text: figure('loss', figures?.loss ?? null), value: figures?.loss ?? null },
    ...(model.runs.length > 1 ? [priceCell(run, figures?.loss ?? null, baseline, baselineLoss)] : []),
    { text: figure('negativeShare', figures?.negativeShare ?? null), value: figures?.negativeShare ?? null },
    { text: figure('maxViolation', figures?.maxViolation ?? null), value: figures?.maxViolation ?? null },
    guarantee === undefined ? { text: '–', value: null } : { text: guarantee, title: GUARANTEE_WORDS[guarantee] },
  ];
  if (withKkt)
    cells.push(...KKT_NAMES.map((name) => ({ text: number(kkt?.[name] ?? null), value: kkt?.[name] ?? null })));
  return cells;
}

/** Shorter than `formatVerdict`, whose figures have columns of their own here. */
function verdictText(verdict: Verdict): string {
  return verdict.kind === 'infeasible' ? `infeasible (${verdict.target})` : typeset(formatVerdict(verdict));
}

/** Empty without an unconstrained run among the runs, and for that run itself. */
function priceCell(run: RunState, loss: number | null, baseline: RunState | null, baselineLoss: number | null): Cell {
  if (run === baseline) return { text: 'baseline', value: null };
  if (loss === null || baselineLoss === null) return { text: '–', value: null };
  const price = loss - baselineLoss;
  const sign = price > 0 ? '+' : '';
  const relative = baselineLoss > 0 ? ` (${sign}${((price / baselineLoss) * 100).toFixed(1)} %)` : '';
  return { text: typeset(`${sign}${number(price)}${relative}`), value: price };
}

function lossOf(run: RunState, model: Model): number | null {
  const measure = shownMeasure(run, null);
  if (measure === null) return null;
  return figuresFor(splitFigures(measure, model.choices.split), model.choices.target)?.loss ?? null;
}
