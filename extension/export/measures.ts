/**
 * The measures of runs as one tidy table: a row per measure, split and target, the same columns whatever was measured. In
 * what format it is written is the business of `csv.ts` and `parquet.ts`.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ColumnKind, TableColumn, TableRow } from '../data/parquet';
import { rowsOutside } from '../protocol/confidence';
import type { MeasuredEvent } from '../protocol/events';
import { type Figures, QUANTITIES } from '../protocol/figures';
import { RUNS_FOLDER } from '../protocol/runFiles';
import { listRuns, readRun, readRunFile } from '../runs/readRuns';

export interface MeasureTable {
  readonly columns: readonly TableColumn[];
  /** Read run by run, in order of their start. @throws Error with a message for a person when there is none. */
  rows(): AsyncGenerator<TableRow, void>;
  /** Runs that measured nothing and are not in it, once all rows are read. */
  readonly empty: readonly string[];
}

const FIGURES = Object.keys(QUANTITIES) as (keyof Figures)[];

const column =
  (kind: ColumnKind) =>
  (name: string): TableColumn => ({ name, kind });

/** Which run, where several are in one table. */
const RUN_COLUMNS = ['run', 'variant', 'method'].map(column('text'));

const MEASURE_COLUMNS: readonly TableColumn[] = [
  ...['epoch', 'step'].map(column('integer')),
  column('number')('elapsedMs'),
  ...['split', 'target'].map(column('text')),
  ...['samples', 'rowsOutside'].map(column('integer')),
  ...FIGURES.map(column('number')),
];

/**
 * Of a run folder; or of a folder of run folders, or of experiments with their runs, and then with columns for the run.
 * @throws Error with a message for a person when there is no run.
 */
export async function measureTable(folder: string): Promise<MeasureTable> {
  const directory = path.resolve(folder);
  if ((await readRunFile(directory)) !== null) {
    const { measured } = await readRun(directory);
    if (measured.length === 0) throw new Error(`${folder} has no measures: it ended before its first one.`);
    return {
      columns: MEASURE_COLUMNS,
      empty: [],
      async *rows() {
        yield* measureRows(measured);
      },
    };
  }
  return tableOfRuns(folder, directory);
}

async function tableOfRuns(folder: string, directory: string): Promise<MeasureTable> {
  const beside = path.join(directory, RUNS_FOLDER);
  const listings = (await listRuns(existsSync(beside) ? beside : directory)).reverse();
  if (listings.length === 0) {
    throw new Error(
      `${folder} is not a run folder, and there is none in it. Runs lie in ${RUNS_FOLDER} beside their experiment.`,
    );
  }
  const empty: string[] = [];
  return {
    columns: [...RUN_COLUMNS, ...MEASURE_COLUMNS],
    empty,
    async *rows() {
      for (const { id, variant, method, folder: run } of listings) {
        const { measured } = await readRun(run);
        if (measured.length === 0) empty.push(id);
        for (const row of measureRows(measured)) yield [id, variant, method, ...row];
      }
      if (empty.length === listings.length) throw new Error(`No run in ${folder} has measured anything.`);
    },
  };
}

/** `overall` is all targets together. What was not measured is `null`. */
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
      yield row('overall', null, figures.overall);
      for (const [target, values] of Object.entries(figures.targets)) yield row(target, target, values);
    }
  }
}

/** What whoever takes the table has to know of it. */
export function noteOn({ empty }: MeasureTable): string | null {
  if (empty.length === 0) return null;
  const [first] = empty;
  return empty.length === 1
    ? `Without the run ${first}, which measured nothing.`
    : `Without ${empty.length} runs that measured nothing, such as ${first}.`;
}
