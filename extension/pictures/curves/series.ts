/**
 * The curves as plain data: which lines each chart has, and their values on one shared axis of epochs. What draws them
 * (`parts/curvePlot.ts`) knows nothing of runs. Pure.
 */
import type { MeasuredEvent } from '../../protocol/events';
import { type Figures, formatShare, QUANTITIES } from '../../protocol/figures';
import type { RunState } from '../../protocol/runState';
import { figuresFor, hasValidation, type Model, positionOf, splitFigures } from '../model';
import type { Table } from '../tables/table';
import { epochWords, figure, number, type Split } from '../words';
import { smoothed } from './smooth';

export interface Line {
  label: string;
  /** Which of the run colours; beyond the last they repeat with dashes. */
  color: number;
  dash: readonly number[];
  /** `undefined` where the run was not measured: the line goes straight on. `null` where there is no value: it breaks. */
  values: (number | null | undefined)[];
  /** For the eye, in place of the values, which stay faint; absent without smoothing. */
  smoothed?: (number | null | undefined)[];
}

export interface Curves {
  id: CurveName;
  title: string;
  description: string;
  /** Positions in epochs, shared by all lines. */
  epochs: number[];
  lines: Line[];
  logarithmic: boolean;
  /** The epochs in sight; `null` is all. */
  zoom: readonly [number, number] | null;
  format(value: number | null): string;
}

export type CurveName = 'rmse' | 'training-loss' | 'outside' | 'violation' | 'multipliers';

const TRAINING_LOSS =
  "what training minimizes: mean batch loss of each epoch over all targets, and the method's penalty added to it, in the units the network trains in";

/** One for each run in detail (`MOST_IN_DETAIL`). */
export const N_RUN_COLORS = 8;
const SOLID: readonly number[] = [];
const DASHED: readonly number[] = [6, 4];
const DOTTED: readonly number[] = [2, 3];
/** After all colours are used once: first dashed, then dotted. */
const ROUND_DASHES: readonly (readonly number[])[] = [SOLID, [8, 4], DOTTED];

export function runDash(index: number): readonly number[] {
  return ROUND_DASHES[Math.floor(index / N_RUN_COLORS) % ROUND_DASHES.length]!;
}

/** All charts that have something to show. */
export function curvesOf(model: Model): Curves[] {
  const { logCurves: logarithmic, smoothing, zoom } = model.choices;
  const epochs = [...model.positions];
  const charts: Curves[] = [
    chart('rmse', QUANTITIES.rmse.label, QUANTITIES.rmse.description, epochs, figureLines(model, 'rmse'), (value) =>
      figure('rmse', value),
    ),
    chart('training-loss', 'Training loss (training units)', TRAINING_LOSS, epochs, trainingLossLines(model), number),
    chart(
      'outside',
      'Share outside',
      QUANTITIES.negativeShare.description,
      epochs,
      figureLines(model, 'negativeShare'),
      formatShare,
    ),
    chart(
      'violation',
      'Max violation',
      QUANTITIES.maxViolation.description,
      epochs,
      figureLines(model, 'maxViolation'),
      (value) => figure('maxViolation', value),
    ),
  ];
  const multipliers = multiplierLines(model);
  if (multipliers.length > 0) {
    const description = 'mean and largest multiplier λ over samples and outputs, in training units';
    charts.push(chart('multipliers', 'Multipliers', description, epochs, multipliers, number));
  }
  const drawn = (line: Line): Line => (smoothing > 0 ? { ...line, smoothed: smoothed(line.values, smoothing) } : line);
  return charts.map((curves) => ({ ...curves, logarithmic, zoom, lines: curves.lines.map(drawn) }));
}

function chart(
  id: CurveName,
  title: string,
  description: string,
  epochs: number[],
  lines: Line[],
  format: Curves['format'],
): Curves {
  return { id, title, description, epochs, lines, logarithmic: false, zoom: null, format };
}

/** One run: both splits. Several: one line a run, of the chosen split. */
function figureLines(model: Model, name: keyof Figures): Line[] {
  const { runs, choices } = model;
  const value = (split: Split) => (measure: MeasuredEvent) => {
    const figures = figuresFor(splitFigures(measure, split), choices.target);
    return figures?.[name] ?? null;
  };
  if (runs.length === 1) {
    const run = runs[0]!;
    const training = line(model, run, 'training', 0, SOLID, value('train'));
    if (!hasValidation(runs)) return [training];
    return [training, line(model, run, 'validation', 1, DASHED, value('validation'))];
  }
  return runs.flatMap((run, index) =>
    run.measured.length === 0
      ? []
      : [line(model, run, model.labels[index]!, index % N_RUN_COLORS, runDash(index), value(choices.split))],
  );
}

/** As the trainer saw it, whatever split and target are chosen. A run without a penalty has no line for it. */
function trainingLossLines(model: Model): Line[] {
  return model.runs.flatMap((run, index) => {
    if (run.measured.length === 0) return [];
    const alone = model.runs.length === 1;
    const label = model.labels[index]!;
    const color = index % N_RUN_COLORS;
    const loss = line(model, run, alone ? 'loss' : label, color, runDash(index), (measure) => measure.batchLoss);
    if (!run.measured.some((measure) => (measure.penalty ?? 0) !== 0)) return [loss];
    const name = alone ? 'penalty' : `${label} penalty`;
    return [loss, line(model, run, name, color, DOTTED, (measure) => measure.penalty)];
  });
}

function multiplierLines(model: Model): Line[] {
  return model.runs.flatMap((run, index) => {
    if (!run.measured.some((measure) => measure.multipliers !== null)) return [];
    const name = model.runs.length === 1 ? '' : `${model.labels[index]} `;
    const color = index % N_RUN_COLORS;
    return [
      line(model, run, `${name}max`, color, runDash(index), (measure) => measure.multipliers?.max ?? null),
      line(model, run, `${name}mean`, color, DOTTED, (measure) => measure.multipliers?.mean ?? null),
    ];
  });
}

function line(
  model: Model,
  run: RunState,
  label: string,
  color: number,
  dash: readonly number[],
  value: (measure: MeasuredEvent) => number | null,
): Line {
  const byPosition = new Map<number, number | null>();
  for (const measure of run.measured) {
    if (run.started !== null) byPosition.set(positionOf(run.started, measure), value(measure));
  }
  return { label, color, dash, values: model.positions.map((position) => byPosition.get(position)) };
}

/** The value of a line at an index, or the newest before it: runs are measured at different moments. */
export function valueAt(line: Line, index: number): number | null {
  for (let at = Math.min(index, line.values.length - 1); at >= 0; at--) {
    const value = line.values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The chart in one sentence: where each line is now. */
export function curvesSummary(curves: Curves): string {
  const newest = lineWords(curves, curves.epochs.length - 1);
  return `${curves.title} by epoch: ${curves.description}. Newest: ${newest}.`;
}

/** One moment of the chart: `epoch 12: training 4.1, validation 4.7`. */
export function curvesWords(curves: Curves, index: number): string {
  const epoch = curves.epochs[index];
  return epoch === undefined ? '' : `epoch ${epochWords(Number(epoch.toFixed(2)))}: ${lineWords(curves, index)}`;
}

function lineWords(curves: Curves, index: number): string {
  return curves.lines.map((line) => `${line.label} ${curves.format(valueAt(line, index))}`).join(', ');
}

export function curvesTable(curves: Curves): Table {
  return {
    caption: curves.title,
    columns: [{ label: 'epoch', numeric: true }, ...curves.lines.map(({ label }) => ({ label, numeric: true }))],
    rows: curves.epochs.map((epoch, index) => [
      { text: epochWords(Number(epoch.toFixed(2))), value: epoch, head: true },
      ...curves.lines.map(({ values }) => ({
        text: curves.format(values[index] ?? null),
        value: values[index] ?? null,
      })),
    ]),
  };
}
