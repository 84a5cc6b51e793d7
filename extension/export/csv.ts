/** The measures of a run as comma-separated values. */
import path from 'node:path';
import { rowsOutside } from '../protocol/confidence';
import type { MeasuredEvent } from '../protocol/events';
import { type Figures, QUANTITIES } from '../protocol/figures';
import { readRun } from '../runs/readRuns';
import type { Exported } from './exported';

const FIGURES = Object.keys(QUANTITIES) as (keyof Figures)[];

/** @throws Error with a message for a person when the folder is no run, or one that measured nothing. */
export async function exportCsv(run: string): Promise<Exported> {
  const { measured } = await readRun(path.resolve(run));
  if (measured.length === 0) throw new Error(`${run} has no measures: it ended before its first one.`);
  return { content: metricsCsv(measured), note: null };
}

/** One line per measure, split and target; `overall` is all targets together. What was not measured is empty. */
function metricsCsv(measured: readonly MeasuredEvent[]): string {
  const lines = [`epoch,step,elapsedMs,split,target,samples,rowsOutside,${FIGURES.join(',')}`];
  for (const event of measured) {
    for (const split of ['train', 'validation'] as const) {
      const figures = event[split];
      if (figures === null) continue;
      const line = (name: string, target: string | null, values: Figures): string => {
        const rows = [figures.samples, rowsOutside(figures, target) ?? ''];
        const cells = FIGURES.map((figure) => values[figure] ?? '');
        return [event.epoch, event.step, event.elapsedMs, split, csvCell(name), ...rows, ...cells].join(',');
      };
      lines.push(line('overall', null, figures.overall));
      for (const [target, values] of Object.entries(figures.targets)) lines.push(line(target, target, values));
    }
  }
  return `${lines.join('\n')}\n`;
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
