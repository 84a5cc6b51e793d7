/**
 * One row per run: what it reached, what that is worth as a guarantee, and what it cost in time and in loss, beside the
 * best and the unconstrained run. Always the newest measure: verdicts and residuals belong to the end, not to the moment scrubbed to. Pure.
 */
import {
  formatDuration,
  formatVerdict,
  GUARANTEE_WORDS,
  type KktResiduals,
  QUANTITIES,
  type Verdict,
} from '../../protocol/figures';
import { MOST_IN_DETAIL } from '../../protocol/panel';
import { formatPrice, formatRelativePrice, priceOf } from '../../protocol/price';
import type { RunState } from '../../protocol/runState';
import { type ComparedRun, comparedRuns } from '../compared';
import { baselineOf, figuresFor, hasValidation, latestVerdict, type Model, shownMeasure, splitFigures } from '../model';
import { count, figure, number, SPLIT_WORDS, type Split, typeset } from '../words';
import { NEW_ROWS_COLUMN, newRowsCell } from './newRows';
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

const BEST: Column = {
  label: 'against best',
  description: `${QUANTITIES.loss.label} against the least among the runs that are feasible on the training rows, or among all where none is`,
  numeric: true,
};

const TIME: Column = { label: 'time', description: 'how long the training took', numeric: true };
const SPEED: Column = { label: 'samples/s', description: 'training samples a second', numeric: true };
const SHOWN: Column = { label: 'shown', description: 'whether the run is shown with histograms, curves and figures' };

const FLOOR: Column = {
  label: 'floor',
  description:
    "MSE on the training set of the exact last layer inside the bounds for this run's features; a run outside its bounds may be below it",
  numeric: true,
};

export function comparisonTable(model: Model): Table {
  const { runs, choices } = model;
  const baseline = baselineOf(runs);
  const baselineLoss = baseline === null ? null : lossOf(baseline, model);
  const withKkt = runs.some((run) => run.ended?.summary.kkt);
  // The floor is known for all targets together, on the rows that were trained on.
  const withFloor =
    choices.target === null && choices.split === 'train' && runs.some((run) => run.ended?.summary.lastLayer);
  const several = runs.length > 1;
  const withChoice = runs.length > MOST_IN_DETAIL;
  const columns: Column[] = [
    ...(withChoice ? [SHOWN] : []),
    { label: 'run' },
    { label: 'verdict', description: 'what was reached on the training set' },
    { label: 'guarantee', description: 'what the method promises about outputs inside the bounds' },
    { label: QUANTITIES.loss.label, description: QUANTITIES.loss.description, numeric: true },
    ...(withFloor ? [FLOOR] : []),
    ...(several ? [BEST, PRICE] : []),
    ...outsideColumns(runs),
    { label: 'max violation', description: QUANTITIES.maxViolation.description, numeric: true },
    TIME,
    SPEED,
    ...(withKkt ? KKT_NAMES.map((name) => ({ ...KKT[name], numeric: true })) : []),
  ];
  const compared = comparedRuns(model);
  const bestLoss = bestLossOf(compared);
  const parts = { baseline, baselineLoss, bestLoss, withKkt, withFloor, withChoice };
  const rows = runs.map((run, index) => row(run, compared[index]!, model, parts));
  const of = choices.target === null ? '' : ` of ${choices.target}`;
  return { caption: `Outcome${of}, ${SPLIT_WORDS[choices.split].toLowerCase()} set, newest measure`, columns, rows };
}

/** What all rows have in common. */
interface Parts {
  baseline: RunState | null;
  baselineLoss: number | null;
  bestLoss: number | null;
  withKkt: boolean;
  withFloor: boolean;
  withChoice: boolean;
}

function row(run: RunState, compared: ComparedRun, model: Model, parts: Parts): Cell[] {
  const { baseline, baselineLoss, bestLoss, withKkt, withFloor, withChoice } = parts;
  const several = model.runs.length > 1;
  const measure = shownMeasure(run, null);
  const figures =
    measure === null ? null : figuresFor(splitFigures(measure, model.choices.split), model.choices.target);
  const verdict = latestVerdict(run);
  const tone = verdict.kind === 'feasible' ? 'good' : verdict.kind === 'infeasible' ? 'bad' : undefined;
  const kkt = run.ended?.summary.kkt ?? null;
  const cells: Cell[] = [
    ...(withChoice ? [shownCell(run, compared)] : []),
    {
      text: compared.label,
      head: true,
      swatch: several ? (compared.color ?? undefined) : undefined,
      opens: several ? run.run : undefined,
    },
    { text: verdictText(verdict), tone, title: typeset(formatVerdict(verdict)) },
    guaranteeCell(run),
    { text: figure('loss', figures?.loss ?? null), value: figures?.loss ?? null },
    ...(withFloor ? [floorCell(run)] : []),
    ...(several ? [bestCell(compared, bestLoss)] : []),
    ...(several ? [priceCell(run, figures?.loss ?? null, baseline, baselineLoss)] : []),
    ...outsideCells(run, model),
    { text: figure('maxViolation', figures?.maxViolation ?? null), value: figures?.maxViolation ?? null },
    {
      text: compared.durationMs === null ? '–' : formatDuration(compared.durationMs),
      value: compared.durationMs,
    },
    {
      text: compared.samplesPerSecond === null ? '–' : count(compared.samplesPerSecond),
      value: compared.samplesPerSecond,
    },
  ];
  if (withKkt)
    cells.push(...KKT_NAMES.map((name) => ({ text: number(kkt?.[name] ?? null), value: kkt?.[name] ?? null })));
  return cells;
}

function shownCell(run: RunState, { label, color }: ComparedRun): Cell {
  const isOn = color !== null;
  return {
    text: isOn ? 'yes' : 'no',
    title: `Show ${label} with histograms and curves`,
    toggles: { run: run.run, isOn },
  };
}

/** The least loss among the feasible runs; among all where none is. */
function bestLossOf(runs: readonly ComparedRun[]): number | null {
  const losses = (which: readonly ComparedRun[]) => which.flatMap(({ loss }) => loss ?? []);
  const feasible = losses(runs.filter(({ isFeasible }) => isFeasible));
  const all = feasible.length > 0 ? feasible : losses(runs);
  return all.length === 0 ? null : Math.min(...all);
}

function bestCell({ loss }: ComparedRun, bestLoss: number | null): Cell {
  const price = priceOf(loss, bestLoss);
  if (price === null || price.relative === null) return { text: '–', value: null };
  return { text: price.absolute === 0 ? 'best' : typeset(formatRelativePrice(price.relative)), value: price.relative };
}

/** Shorter than `formatVerdict`, whose figures have columns of their own here. */
function verdictText(verdict: Verdict): string {
  return verdict.kind === 'infeasible' ? `infeasible (${verdict.target})` : typeset(formatVerdict(verdict));
}

/** With a word on the last layer where a method has bought its guarantee with it. */
function guaranteeCell({ started }: RunState): Cell {
  if (started === null) return { text: '–', value: null };
  const { guarantee, linearOutput } = started;
  return { text: linearOutput ? guarantee : `${guarantee}, not plain linear`, title: GUARANTEE_WORDS[guarantee] };
}

function floorCell(run: RunState): Cell {
  const floor = run.ended?.summary.lastLayer ?? null;
  if (floor === null) return { text: '–', value: null };
  const { loss, dualityGap, active, polished } = floor;
  const title = `${active} outputs at a bound, duality gap ${number(dualityGap)}${polished ? '; this run ends in it' : ''}`;
  return { text: figure('loss', loss), value: loss, title };
}

/** Empty without an unconstrained run among the runs, and for that run itself. */
function priceCell(run: RunState, loss: number | null, baseline: RunState | null, baselineLoss: number | null): Cell {
  if (run === baseline) return { text: 'baseline', value: null };
  const price = priceOf(loss, baselineLoss);
  if (price === null) return { text: '–', value: null };
  return { text: typeset(formatPrice(price)), value: price.absolute };
}

/** Of both splits whichever is chosen: a rate on trained rows never stands without that on held-out ones. */
function outsideColumns(runs: readonly RunState[]): Column[] {
  const { description } = QUANTITIES.negativeShare;
  if (!hasValidation(runs)) return [{ label: 'outside', description, numeric: true }];
  const column = (split: Split): Column => {
    const words = SPLIT_WORDS[split].toLowerCase();
    return { label: `outside, ${words}`, description: `${description}, ${words} set`, numeric: true };
  };
  return [column('train'), column('validation'), NEW_ROWS_COLUMN];
}

function outsideCells(run: RunState, { runs, choices }: Model): Cell[] {
  const measure = shownMeasure(run, null);
  const cell = (split: Split): Cell => {
    const figures = measure === null ? null : figuresFor(splitFigures(measure, split), choices.target);
    const share = figures?.negativeShare ?? null;
    return { text: figure('negativeShare', share), value: share };
  };
  if (!hasValidation(runs)) return [cell('train')];
  return [cell('train'), cell('validation'), newRowsCell(measure?.validation ?? null, choices.target)];
}

function lossOf(run: RunState, model: Model): number | null {
  const measure = shownMeasure(run, null);
  if (measure === null) return null;
  return figuresFor(splitFigures(measure, model.choices.split), model.choices.target)?.loss ?? null;
}
