/** The figures table: every quantity of every run and split, overall and per target, at the moment shown. Pure. */
import { type Figures, QUANTITIES } from '../../extension/protocol/figures';
import type { RunState } from '../../extension/protocol/runState';
import { figuresFor, type Model, shownMeasure, splitFigures, targetNames } from '../model';
import { epochWords, figure, SPLIT_WORDS, type Split } from '../words';
import type { Cell, Column, Table } from './table';

const NAMES = Object.keys(QUANTITIES) as (keyof Figures)[];

export function figuresTable(model: Model): Table {
  const { runs } = model;
  const targets = targetNames(runs);
  // With one target "all" would repeat it.
  const groups: (string | null)[] = targets.length === 1 ? targets : [null, ...targets];
  const rows = groups.flatMap((target) => runs.flatMap((run, index) => runRows(model, run, index, target)));
  const columns: Column[] = [
    ...(targets.length === 1 ? [] : [{ label: 'target' }]),
    ...(runs.length === 1 ? [] : [{ label: 'run' }]),
    { label: 'split' },
    ...NAMES.map((name) => ({
      label: QUANTITIES[name].label,
      description: QUANTITIES[name].description,
      numeric: true,
    })),
  ];
  return { caption: `Figures, ${momentWords(model)}`, columns, rows };
}

function runRows(model: Model, run: RunState, index: number, target: string | null): Cell[][] {
  const measure = shownMeasure(run, model.choices.position);
  if (measure === null) return [];
  const several = targetNames(model.runs).length > 1;
  return (['train', 'validation'] as Split[]).flatMap((split) => {
    const figures = figuresFor(splitFigures(measure, split), target);
    if (figures === null) return [];
    const head: Cell[] = [];
    if (several) head.push({ text: target ?? 'all', head: true });
    if (model.runs.length > 1) head.push({ text: model.labels[index]!, head: true, swatch: index });
    head.push({ text: SPLIT_WORDS[split].toLowerCase(), head: true });
    return [[...head, ...NAMES.map((name) => figureCell(name, figures))]];
  });
}

function figureCell(name: keyof Figures, figures: Figures): Cell {
  const value = figures[name];
  const cell: Cell = { text: figure(name, value), value };
  if (name === 'negativeShare') cell.tone = value === 0 ? 'good' : 'bad';
  return cell;
}

/** `at epoch 12, step 1,230`; with several runs the epoch alone, as their steps may differ. */
export function momentWords(model: Model): string {
  const { runs, choices } = model;
  if (choices.position !== null) return `at epoch ${epochWords(Number(choices.position.toFixed(2)))}`;
  const measure = runs.length === 1 ? shownMeasure(runs[0]!, null) : null;
  return measure === null ? 'newest measure' : `at epoch ${epochWords(measure.epoch)}`;
}
