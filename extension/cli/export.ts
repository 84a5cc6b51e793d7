/** `orthant export`: takes what a run left to where its user needs it. What is written is the business of `export/`. */
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { exportCsv } from '../export/csv';
import type { Exported, ExportedFolder } from '../export/exported';
import { exportOnnx } from '../export/onnx';
import { exportParquet } from '../export/parquet';
import { exportPytorch, type RowChoice } from '../export/pytorch/exportPytorch';
import { exportHtml } from '../export/report/exportHtml';
import { exportPng } from '../export/report/exportPng';
import { exportSvg } from '../export/report/exportSvg';
import type { Theme } from '../export/report/palette';
import { exportSafetensors } from '../export/safetensors';
import { exportTensorboard } from '../export/tensorboard/exportTensorboard';
import { exportTensorflowjs } from '../export/tensorflowjs';
import {
  EXPORT_FORMAT_NAMES,
  EXPORT_FORMATS,
  type ExportFormatName,
  type SnapshotChoice,
} from '../protocol/exportFormats';
import type { SnapshotName } from '../protocol/snapshots';
import { VERSION } from '../trainer/version';
import { EXIT } from './exit';
import { writeInto, writeOutput } from './writeOutput';

const SNAPSHOTS: Readonly<Record<SnapshotChoice, SnapshotName>> = {
  final: 'final',
  best: 'best',
  'most-feasible': 'mostFeasible',
};

export interface ExportCommandOptions {
  readonly format: ExportFormatName;
  readonly output: string;
  /** Which network; `final` when absent. */
  readonly snapshot?: SnapshotChoice;
  /** Where a script has its rows from; `files` when absent. */
  readonly rows?: RowChoice;
  /** Colors of pictures; `light` when absent. */
  readonly theme?: Theme;
}

/** `named` are run folders or, for some formats, folders of runs; at least one, or `-` for those that the input names. */
export async function exportCommand(named: readonly string[], options: ExportCommandOptions): Promise<number> {
  const { format, output } = options;
  const runs = named.length === 1 && named[0] === '-' ? await foldersFromInput() : named;
  if (runs.length === 0) {
    console.error('The input names no run folder. Write one a line.');
    return EXIT.wrongInput;
  }
  const misplaced = misplacedOption(options) ?? tooMany(runs, format);
  if (misplaced !== null) {
    console.error(misplaced);
    return EXIT.wrongInput;
  }
  try {
    const exported = await EXPORTS[format](runs[0]!, options, runs);
    const note = 'files' in exported ? await writeFolder(output, exported) : writeFiles(output, exported);
    if (note !== null) console.log(note);
    return EXIT.done;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.wrongInput;
  }
}

/** A line each; with a zero byte after each where a name may hold line breaks. There may be more than arguments can hold. */
async function foldersFromInput(): Promise<string[]> {
  const input = await text(process.stdin);
  return input.split(input.includes('\0') ? '\0' : /\r?\n/).filter((folder) => folder !== '');
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
  readonly [Format in ExportFormatName]: (
    run: string,
    options: ExportCommandOptions,
    runs: readonly string[],
  ) => Promise<Exported | ExportedFolder>;
} = {
  safetensors: (run, { snapshot }) => exportSafetensors(run, SNAPSHOTS[snapshot ?? 'final']),
  onnx: (run, { snapshot }) => exportOnnx(run, SNAPSHOTS[snapshot ?? 'final'], VERSION),
  tensorflowjs: (run, { snapshot, output }) =>
    exportTensorflowjs(run, { snapshot: SNAPSHOTS[snapshot ?? 'final'], output, version: VERSION }),
  pytorch: (run, { output, rows = 'files' }) => exportPytorch(run, { output, rows, version: VERSION }),
  csv: (_run, _options, runs) => exportCsv(runs),
  parquet: (_run, _options, runs) => exportParquet(runs),
  tensorboard: (_run, _options, runs) => exportTensorboard(runs),
  html: (_run, _options, runs) => exportHtml(runs, VERSION),
  svg: (_run, { theme = 'light' }, runs) => exportSvg(runs, theme),
  png: (_run, { theme = 'light' }, runs) => exportPng(runs, theme),
};

const WITH_THEME: readonly ExportFormatName[] = ['svg', 'png'];

function tooMany(runs: readonly string[], format: ExportFormatName): string | null {
  if (runs.length === 1 || EXPORT_FORMATS[format].of === 'runs') return null;
  const others = EXPORT_FORMAT_NAMES.filter((name) => EXPORT_FORMATS[name].of === 'runs');
  return `${format} is of one run, and ${runs.length} are named. Name one, or take ${others.slice(0, -1).join(', ')} or ${others.at(-1)}.`;
}

/** What the others are not for. */
const OF_NO_NETWORK: Partial<Record<ExportFormatName, string>> = {
  csv: 'csv holds the measures of the whole run',
  parquet: 'parquet holds the measures of the whole run',
  tensorboard: 'tensorboard shows the measures of the whole run',
  html: 'a report shows the whole run',
  svg: 'pictures show the whole run',
  png: 'pictures show the whole run',
  pytorch: 'the script trains the network anew',
};

function misplacedOption({ format, snapshot, rows, theme }: ExportCommandOptions): string | null {
  const why = OF_NO_NETWORK[format];
  if (snapshot !== undefined && why !== undefined) {
    return `--snapshot ${snapshot}: it names a network, and ${why}. Leave it out.`;
  }
  if (rows !== undefined && format !== 'pytorch') {
    return `--rows ${rows}: it says where a script has its rows from, and ${format} is none. Leave it out.`;
  }
  if (theme !== undefined && !WITH_THEME.includes(format)) {
    return `--theme ${theme}: it colors pictures, and ${format} has its own. Leave it out.`;
  }
  return null;
}
