/** `orthant export`: takes what a run left to where its user needs it. */
import path from 'node:path';
import { networkModel } from '../engines/onnx/networkModel';
import { headInRawUnits } from '../engines/onnx/recordedHead';
import { rowsOutside } from '../protocol/confidence';
import type { MeasuredEvent } from '../protocol/events';
import { type Figures, QUANTITIES } from '../protocol/figures';
import type { SnapshotName } from '../protocol/snapshots';
import { readModel, readNetwork } from '../runs/readNetwork';
import { readRun } from '../runs/readRuns';
import { encodeHead, HEAD_KEY } from '../runs/recordedHead';
import { VERSION } from '../trainer/version';
import { EXIT } from './exit';
import { writeOutput } from './writeOutput';

export const EXPORT_FORMATS = ['safetensors', 'onnx', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What `--snapshot` takes. */
export const SNAPSHOT_CHOICES = ['final', 'best', 'most-feasible'] as const;
export type SnapshotChoice = (typeof SNAPSHOT_CHOICES)[number];

const SNAPSHOTS: Readonly<Record<SnapshotChoice, SnapshotName>> = {
  final: 'final',
  best: 'best',
  'most-feasible': 'mostFeasible',
};

const FIGURES = Object.keys(QUANTITIES) as (keyof Figures)[];

export interface ExportCommandOptions {
  readonly format: ExportFormat;
  readonly output: string;
  /** Which network; `final` when absent. */
  readonly snapshot?: SnapshotChoice;
}

export async function exportCommand(run: string, { format, output, snapshot }: ExportCommandOptions): Promise<number> {
  if (format === 'csv' && snapshot !== undefined) {
    console.error(
      `--snapshot ${snapshot}: it names a network, and csv holds the measures of the whole run. Leave it out.`,
    );
    return EXIT.wrongInput;
  }
  try {
    const { content, note } = await EXPORTS[format](run, SNAPSHOTS[snapshot ?? 'final']);
    writeOutput(output, content);
    console.log(`Wrote ${output}`);
    if (note !== null) console.log(note);
    return EXIT.done;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.wrongInput;
  }
}

interface Exported {
  readonly content: string | Uint8Array;
  /** What whoever takes it has to know. */
  readonly note: string | null;
}

const EXPORTS: {
  readonly [Format in ExportFormat]: (run: string, snapshot: SnapshotName) => Promise<Exported>;
} = { safetensors, onnx, csv };

const KINDS: Readonly<Record<SnapshotName, string>> = {
  final: 'after its last step',
  best: 'the best within the tolerance',
  mostFeasible: 'the most feasible',
};

async function safetensors(folder: string, snapshot: SnapshotName): Promise<Exported> {
  const content = await readModel(folder, snapshot);
  const { head } = await readNetwork(folder, snapshot);
  const note =
    head &&
    `It holds the linear layers alone. The run gives ${head.formula}; the numbers are in the file's metadata "${HEAD_KEY}". "--format onnx" has it all inside.`;
  return { content, note };
}

async function onnx(folder: string, snapshot: SnapshotName): Promise<Exported> {
  const { run, network, parameters, head, inputs, targets } = await readNetwork(folder, snapshot);
  const content = networkModel(network, parameters, {
    name: run.variant,
    version: VERSION,
    description: [
      `Network of the run ${run.id} (method ${run.method}, ${KINDS[snapshot]}), in the units of its data.`,
      `inputs: ${inputs.join(', ')}`,
      `outputs: ${targets.join(', ')}`,
      ...(head === null
        ? []
        : [`after the last layer: ${head.formula}; the numbers are in the metadata "${HEAD_KEY}"`]),
    ].join('\n'),
    metadata: {
      run: run.id,
      snapshot,
      inputs: JSON.stringify(inputs),
      outputs: JSON.stringify(targets),
      ...(head && { [HEAD_KEY]: encodeHead(head) }),
    },
    ...(head && { head: headInRawUnits(head) }),
  });
  return { content, note: null };
}

async function csv(run: string): Promise<Exported> {
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
