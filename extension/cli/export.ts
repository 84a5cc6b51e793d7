/** `orthant export`: takes what a run left to where its user needs it. */
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MeasuredEvent } from '../protocol/events';
import type { Figures } from '../protocol/figures';
import { RUN_FILES } from '../protocol/runFiles';
import { readRun } from '../runs/readRuns';
import { EXIT } from './exit';

export const EXPORT_FORMATS = ['safetensors', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const FIGURES: readonly (keyof Figures)[] = [
  'loss',
  'rmse',
  'mae',
  'r2',
  'negativeShare',
  'minOutput',
  'maxViolation',
  'meanViolation',
];

export async function exportCommand(run: string, options: { format: ExportFormat; output: string }): Promise<number> {
  try {
    if (options.format === 'safetensors') exportModel(run, options.output);
    else await exportMeasures(run, options.output);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.wrongInput;
  }
  console.log(`Wrote ${options.output}`);
  return EXIT.done;
}

function exportModel(run: string, output: string): void {
  const model = path.join(run, RUN_FILES.model);
  if (!existsSync(model)) {
    throw new Error(`${run} has no ${RUN_FILES.model}: only a run that finished or was stopped leaves its network.`);
  }
  copyFileSync(model, output);
}

async function exportMeasures(run: string, output: string): Promise<void> {
  const { measured } = await readRun(path.resolve(run));
  if (measured.length === 0) throw new Error(`${run} has no measures: it ended before its first one.`);
  writeFileSync(output, metricsCsv(measured));
}

/** One line per measure, split and target; `overall` is all targets together. */
function metricsCsv(measured: readonly MeasuredEvent[]): string {
  const lines = [`epoch,step,elapsedMs,split,target,${FIGURES.join(',')}`];
  for (const event of measured) {
    for (const split of ['train', 'validation'] as const) {
      const figures = event[split];
      if (figures === null) continue;
      for (const [target, values] of Object.entries({ overall: figures.overall, ...figures.targets })) {
        const cells = FIGURES.map((name) => values[name] ?? '');
        lines.push([event.epoch, event.step, event.elapsedMs, split, csvCell(target), ...cells].join(','));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
