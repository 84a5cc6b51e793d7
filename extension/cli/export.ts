/** `orthant export`: takes what a run left to where its user needs it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { networkModel } from '../engines/onnx/networkModel';
import type { MeasuredEvent } from '../protocol/events';
import type { Figures } from '../protocol/figures';
import { RUN_FILES } from '../protocol/runFiles';
import { readNetwork } from '../runs/readNetwork';
import { readRun } from '../runs/readRuns';
import { VERSION } from '../trainer/version';
import { EXIT } from './exit';
import { writeOutput } from './writeOutput';

export const EXPORT_FORMATS = ['safetensors', 'onnx', 'csv'] as const;
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
    writeOutput(options.output, await EXPORTS[options.format](run));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.wrongInput;
  }
  console.log(`Wrote ${options.output}`);
  return EXIT.done;
}

const EXPORTS: {
  readonly [Format in ExportFormat]: (run: string) => string | Uint8Array | Promise<string | Uint8Array>;
} = { safetensors, onnx, csv };

function safetensors(run: string): Uint8Array {
  const model = path.join(run, RUN_FILES.model);
  if (!existsSync(model)) {
    throw new Error(`${run} has no ${RUN_FILES.model}: only a run that finished or was stopped leaves its network.`);
  }
  return readFileSync(model);
}

async function onnx(folder: string): Promise<Uint8Array> {
  const { run, network, parameters, inputs, targets } = await readNetwork(folder);
  return networkModel(network, parameters, {
    name: run.variant,
    version: VERSION,
    description: [
      `Network of the run ${run.id} (method ${run.method}), in the units of its data.`,
      `inputs: ${inputs.join(', ')}`,
      `outputs: ${targets.join(', ')}`,
    ].join('\n'),
    metadata: { run: run.id, inputs: JSON.stringify(inputs), outputs: JSON.stringify(targets) },
  });
}

async function csv(run: string): Promise<string> {
  const { measured } = await readRun(path.resolve(run));
  if (measured.length === 0) throw new Error(`${run} has no measures: it ended before its first one.`);
  return metricsCsv(measured);
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
