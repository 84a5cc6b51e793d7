/** `orthant export`: takes what a run left to where its user needs it. What is written is the business of `export/`. */
import path from 'node:path';
import { exportCsv } from '../export/csv';
import type { Exported, ExportedFolder } from '../export/exported';
import { exportOnnx } from '../export/onnx';
import { exportParquet } from '../export/parquet';
import { exportPytorch, type RowChoice } from '../export/pytorch/exportPytorch';
import { exportSafetensors } from '../export/safetensors';
import { exportTensorboard } from '../export/tensorboard/exportTensorboard';
import { exportTensorflowjs } from '../export/tensorflowjs';
import type { SnapshotName } from '../protocol/snapshots';
import { VERSION } from '../trainer/version';
import { EXIT } from './exit';
import { writeInto, writeOutput } from './writeOutput';

export const EXPORT_FORMATS = [
  'safetensors',
  'onnx',
  'tensorflowjs',
  'pytorch',
  'csv',
  'parquet',
  'tensorboard',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What `--snapshot` takes. */
export const SNAPSHOT_CHOICES = ['final', 'best', 'most-feasible'] as const;
export type SnapshotChoice = (typeof SNAPSHOT_CHOICES)[number];

const SNAPSHOTS: Readonly<Record<SnapshotChoice, SnapshotName>> = {
  final: 'final',
  best: 'best',
  'most-feasible': 'mostFeasible',
};

export interface ExportCommandOptions {
  readonly format: ExportFormat;
  readonly output: string;
  /** Which network; `final` when absent. */
  readonly snapshot?: SnapshotChoice;
  /** Where a script has its rows from; `files` when absent. */
  readonly rows?: RowChoice;
}

export async function exportCommand(run: string, options: ExportCommandOptions): Promise<number> {
  const { format, output } = options;
  const misplaced = misplacedOption(options);
  if (misplaced !== null) {
    console.error(misplaced);
    return EXIT.wrongInput;
  }
  try {
    const exported = await EXPORTS[format](run, options);
    const note = 'files' in exported ? await writeFolder(output, exported) : writeFiles(output, exported);
    if (note !== null) console.log(note);
    return EXIT.done;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.wrongInput;
  }
}

/** What is said after it, or `null`. */
function writeFiles(output: string, { content, beside = {}, note }: Exported): string | null {
  writeOutput(output, content);
  console.log(`Wrote ${output}`);
  for (const [name, bytes] of Object.entries(beside)) {
    const file = path.join(path.dirname(output), name);
    writeOutput(file, bytes);
    console.log(`Wrote ${file}`);
  }
  return note;
}

async function writeFolder(output: string, exported: ExportedFolder): Promise<string | null> {
  let count = 0;
  for await (const { path: file, content } of exported.files()) {
    writeInto(output, file, content);
    count += 1;
  }
  console.log(`Wrote ${count} ${count === 1 ? 'file' : 'files'} to ${output}`);
  return exported.note();
}

const EXPORTS: {
  readonly [Format in ExportFormat]: (run: string, options: ExportCommandOptions) => Promise<Exported | ExportedFolder>;
} = {
  safetensors: (run, { snapshot }) => exportSafetensors(run, SNAPSHOTS[snapshot ?? 'final']),
  onnx: (run, { snapshot }) => exportOnnx(run, SNAPSHOTS[snapshot ?? 'final'], VERSION),
  tensorflowjs: (run, { snapshot, output }) =>
    exportTensorflowjs(run, { snapshot: SNAPSHOTS[snapshot ?? 'final'], output, version: VERSION }),
  pytorch: (run, { output, rows = 'files' }) => exportPytorch(run, { output, rows, version: VERSION }),
  csv: (run) => exportCsv(run),
  parquet: (run) => exportParquet(run),
  tensorboard: (run) => exportTensorboard(run),
};

/** What the others are not for. */
const OF_NO_NETWORK: Partial<Record<ExportFormat, string>> = {
  csv: 'csv holds the measures of the whole run',
  parquet: 'parquet holds the measures of the whole run',
  tensorboard: 'tensorboard shows the measures of the whole run',
  pytorch: 'the script trains the network anew',
};

function misplacedOption({ format, snapshot, rows }: ExportCommandOptions): string | null {
  const why = OF_NO_NETWORK[format];
  if (snapshot !== undefined && why !== undefined) {
    return `--snapshot ${snapshot}: it names a network, and ${why}. Leave it out.`;
  }
  if (rows !== undefined && format !== 'pytorch') {
    return `--rows ${rows}: it says where a script has its rows from, and ${format} is none. Leave it out.`;
  }
  return null;
}
