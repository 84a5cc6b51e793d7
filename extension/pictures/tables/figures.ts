/** The figures table: every quantity of every run and split, overall and per target, at the moment shown. Pure. */
import { type Figures, QUANTITIES, type SplitFigures } from '../../protocol/figures';
import type { RunState } from '../../protocol/runState';
import { figuresFor, hasValidation, type Model, shownMeasure, splitFigures, targetNames } from '../model';
import { epochWords, figure, SPLIT_WORDS, type Split } from '../words';
import { NEW_ROWS_COLUMN, newRowsCell } from './newRows';
import type { Cell, Column, Table } from './table';

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
    ...figureColumns(model).map(({ column }) => column),
  ];
  return { caption: `Figures, ${momentWords(model)}`, columns, rows };
}

function runRows(model: Model, run: RunState, index: number, target: string | null): Cell[][] {
  const measure = shownMeasure(run, model.choices.position);
  if (measure === null) return [];
  const several = targetNames(model.runs).length > 1;
  return (['train', 'validation'] as Split[]).flatMap((split) => {
    const ofSplit = splitFigures(measure, split);
    const figures = figuresFor(ofSplit, target);
    if (figures === null) return [];
    const head: Cell[] = [];
    if (several) head.push({ text: target ?? 'all', head: true });
    if (model.runs.length > 1) head.push({ text: model.labels[index]!, head: true, swatch: index });
    head.push({ text: SPLIT_WORDS[split].toLowerCase(), head: true });
    const row: FigureRow = { figures, heldOut: split === 'validation' ? ofSplit : null, target };
    return [[...head, ...figureColumns(model).map(({ cell }) => cell(row))]];
  });
}

interface FigureRow {
  figures: Figures;
  /** What `figures` are of, where that was held out. */
  heldOut: SplitFigures | null;
  target: string | null;
}

interface FigureColumn {
  column: Column;
  cell(row: FigureRow): Cell;
}

const NAMES = Object.keys(QUANTITIES) as (keyof Figures)[];

const QUANTITY_COLUMNS: FigureColumn[] = NAMES.map((name) => {
  const { label, description } = QUANTITIES[name];
  return { column: { label, description, numeric: true }, cell: ({ figures }) => figureCell(name, figures) };
});

/** Every quantity; where rows were held out, with what their share outside says of new ones beside that share. */
function figureColumns({ runs }: Model): FigureColumn[] {
  if (!hasValidation(runs)) return QUANTITY_COLUMNS;
  const newRows: FigureColumn = {
    column: NEW_ROWS_COLUMN,
    cell: ({ heldOut, target }) => newRowsCell(heldOut, target),
  };
  return QUANTITY_COLUMNS.toSpliced(NAMES.indexOf('negativeShare') + 1, 0, newRows);
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
