/**
 * The measures of runs as one tidy table: a row per measure, split and target, the same columns whatever was measured. In
 * what format it is written is the business of `csv.ts` and `parquet.ts`.
 */
import type { ColumnKind, TableColumn, TableRow } from '../data/parquet';
import { rowsOutside } from '../protocol/confidence';
import type { MeasuredEvent } from '../protocol/events';
import { type Figures, QUANTITIES } from '../protocol/figures';
import { measuredRuns } from './measuredRuns';
import { nameOfOverall } from './overall';

export interface MeasureTable {
  readonly columns: readonly TableColumn[];
  /** In order of the runs' start. @throws Error with a message for a person at the end, when there is none. */
  rows(): AsyncGenerator<TableRow, void>;
  /** What whoever takes it has to know, once all rows are read. */
  note(): string | null;
}

const FIGURES = Object.keys(QUANTITIES) as (keyof Figures)[];

const column =
  (kind: ColumnKind) =>
  (name: string): TableColumn => ({ name, kind });

/**
 * Which run, where several are in one table, and what of it differs from the others: runs of one `configuration` differ only
 * in their seed, and `assignments` is what a sweep set, as JSON.
 */
const RUN_COLUMNS: readonly TableColumn[] = [
  ...['run', 'variant', 'method'].map(column('text')),
  column('integer')('seed'),
  ...['configuration', 'sweep', 'assignments'].map(column('text')),
];

const MEASURE_COLUMNS: readonly TableColumn[] = [
  ...['epoch', 'step'].map(column('integer')),
  column('number')('elapsedMs'),
  ...['split', 'target'].map(column('text')),
  ...['samples', 'rowsOutside'].map(column('integer')),
  ...FIGURES.map(column('number')),
];

/** With columns for the run unless it is of one alone. @throws Error with a message for a person when there is no run. */
export async function measureTable(folders: readonly string[]): Promise<MeasureTable> {
  const runs = await measuredRuns(folders);
  return {
    columns: runs.isOne ? MEASURE_COLUMNS : [...RUN_COLUMNS, ...MEASURE_COLUMNS],
    note: runs.note,
    async *rows() {
      for await (const { id, variant, method, state } of runs.read()) {
        const { seed = null, configuration = null, sweep } = state.started ?? {};
        const assignments = sweep === undefined ? null : JSON.stringify(sweep.assignments);
        const run = [id, variant, method, seed, configuration, sweep?.id ?? null, assignments];
        for (const row of measureRows(state.measured)) yield runs.isOne ? row : [...run, ...row];
      }
    },
  };
}

/** What was not measured is `null`. */
function* measureRows(measured: readonly MeasuredEvent[]): Generator<TableRow, void> {
  for (const { epoch, step, elapsedMs, ...splits } of measured) {
    for (const split of ['train', 'validation'] as const) {
      const figures = splits[split];
      if (figures === null) continue;
      const row = (name: string, target: string | null, values: Figures): TableRow => [
        epoch,
        step,
        elapsedMs,
        split,
        name,
        figures.samples,
        rowsOutside(figures, target),
        ...FIGURES.map((figure) => values[figure]),
      ];
      yield row(nameOfOverall(Object.keys(figures.targets)), null, figures.overall);
      for (const [target, values] of Object.entries(figures.targets)) yield row(target, target, values);
    }
  }
}
