/** A run as a PyTorch script, and with it, where asked for, a copy of its rows. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../../data/dataset';
import { loadDataset } from '../../data/loadDataset';
import { findReading } from '../../data/reading';
import type { ProblemAtPath } from '../../experiment/problems';
import { type Experiment, hiddenOf } from '../../experiment/schema';
import type { RunFile } from '../../protocol/runFiles';
import { listRun, readRunFile } from '../../runs/readRuns';
import { encodeTensors } from '../../runs/safetensors';
import { readWeights } from '../../weights/readWeights';
import { WeightsError } from '../../weights/weightsError';
import type { Exported } from '../exported';
import { recordedExperiment } from '../recordedExperiment';
import { literal } from './pythonText';
import { pytorchScript } from './pytorchScript';
import type { RecordedFigures, Rows, StartFile } from './subject';

/**
 * `files`: the script reads the experiment's own files, so that it shows where the rows are from and goes on with new ones.
 * `copy`: the rows of the run, exactly, in a file beside the script, so that it runs wherever there is PyTorch.
 */
export const ROW_CHOICES = ['files', 'copy'] as const;
export type RowChoice = (typeof ROW_CHOICES)[number];

export interface PytorchOptions {
  /** Where the script is going to lie: paths in it are relative to that where they can be. */
  readonly output: string;
  readonly rows: RowChoice;
  /** Orthant's. */
  readonly version: string;
}

/** @throws Error with a message for a person when the folder is no run, or its data are gone. */
export async function exportPytorch(folder: string, { output, rows, version }: PytorchOptions): Promise<Exported> {
  const run = await readRunFile(folder);
  if (run === null) throw new Error(`${folder} is not a run folder: it has no readable run.json.`);
  const { experiment, variant } = recordedExperiment(folder, run);
  const directory = experimentFolder(folder, run);
  const { seed } = variant.training;
  const loaded = await loadDataset(experiment, { directory, seed });
  const dataset = loaded.dataset ?? unreadable(folder, loaded.problems);
  const { reading, problems } = await findReading(experiment, directory);
  if (reading === null) return unreadable(folder, problems);
  const isChanged = dataset.fingerprint !== run.dataFingerprint;
  if (isChanged && rows === 'copy') {
    throw new Error(
      `The data in ${directory} have changed since the run, so that its rows can't be copied. Leave out "--rows copy" for a script that trains on them as they are now.`,
    );
  }
  const name = path.basename(output).replace(/\.py$/i, '');
  const copy = `${name}.rows.safetensors`;
  const start = await startOf(run, experiment, directory, { name, output, rows });
  const source: Rows =
    rows === 'copy' ? { from: 'copy', file: copy } : { from: 'files', folder: pythonPath(output, directory), reading };
  const content = pytorchScript({
    run: run.id,
    experimentFile: path.basename(run.experiment),
    version,
    experiment,
    variant,
    rows: source,
    start: start?.file ?? null,
    layers: [dataset.inputSize, ...hiddenOf(experiment), dataset.targets.length],
    inputWidths: reading.inputs.map(({ width }) => width),
    fingerprint: run.dataFingerprint,
    recorded: await recordedFigures(folder),
  });
  return {
    content,
    ...(rows === 'copy' && { beside: { [copy]: rowsFile(dataset), ...start?.beside } }),
    note: noteOn(
      isChanged ? `The data in ${directory}` : null,
      start?.isChanged ? `The weights it started from` : null,
    ),
  };
}

function noteOn(...changed: readonly (string | null)[]): string | null {
  const [first, ...others] = changed.filter((each) => each !== null);
  if (first === undefined) return null;
  const what = others.length === 0 ? first : `${first} and ${others[0]!.replace(/^T/, 't')}`;
  return `${what} have changed since the run: the script goes by them as they are now, and says so.`;
}

interface Start {
  readonly file: StartFile;
  readonly isChanged: boolean;
  readonly beside: Readonly<Record<string, Uint8Array>>;
}

/** The network that the run started from: where it is or, with a copy of the rows, a copy of it. */
async function startOf(
  run: RunFile,
  { network: { from } }: Experiment,
  directory: string,
  script: Pick<PytorchOptions, 'output' | 'rows'> & { readonly name: string },
): Promise<Start | null> {
  const recorded = run.startWeights;
  if (from === undefined || recorded === undefined) return null;
  const weights = await readWeights(from, directory).catch((error: unknown): never => {
    if (!(error instanceof WeightsError)) throw error;
    throw new Error(`The run started from "${from}", and the script is to do so: ${error.message}`);
  });
  const isChanged = weights.fingerprint !== recorded.fingerprint;
  const isCopy = script.rows === 'copy';
  if (isCopy && isChanged) {
    throw new Error(
      `${weights.file} has changed since the run started from it, so that it can't be copied. Leave out "--rows copy" for a script that starts from it as it is now.`,
    );
  }
  const copy = `${script.name}.start.safetensors`;
  const file = isCopy
    ? `Path(__file__).absolute().parent / ${literal(copy)}`
    : `${pythonPath(script.output, directory)} / ${literal(from)}`;
  return {
    file: { file, layers: weights.layers.map(({ name }) => name), fingerprint: recorded.fingerprint },
    isChanged,
    beside: isCopy ? { [copy]: await readFile(weights.file) } : {},
  };
}

/** Where the experiment was, or where its runs are now, if it has moved with them. */
function experimentFolder(folder: string, run: RunFile): string {
  const own = path.dirname(run.experiment);
  const around = path.resolve(folder, '../../..');
  const isThere = (directory: string): boolean => existsSync(path.join(directory, path.basename(run.experiment)));
  return !isThere(own) && isThere(around) ? around : own;
}

function unreadable(folder: string, problems: readonly ProblemAtPath[]): never {
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  throw new Error(
    `The data of ${folder} can't be read any more, and the script is made for them: ${problem?.message ?? 'no reason is known.'}`,
  );
}

/** From the script's own place, where the experiment lies at most a few folders above it. */
function pythonPath(output: string, directory: string): string {
  const relative = path.relative(path.dirname(path.resolve(output)), directory).split(path.sep);
  if (relative.join('') === '') return 'Path(__file__).absolute().parent';
  if (relative.length <= 4 && relative.every((step) => step === '..')) {
    return `Path(__file__).absolute().parents[${relative.length}]`;
  }
  return `Path(${literal(directory)})`;
}

async function recordedFigures(folder: string): Promise<RecordedFigures | null> {
  const summary = (await listRun(folder))?.summary ?? null;
  if (summary === null || summary.status !== 'finished' || summary.train === null) return null;
  return { train: summary.train.overall, validation: summary.validation?.overall ?? null };
}

function rowsFile({ train, validation, inputSize, targets }: Dataset): Uint8Array {
  return encodeTensors({
    tensors: [
      { name: 'train.inputs', shape: [train.count, inputSize], values: train.inputs },
      { name: 'train.targets', shape: [train.count, targets.length], values: train.targets },
      { name: 'held_out.inputs', shape: [validation.count, inputSize], values: validation.inputs },
      { name: 'held_out.targets', shape: [validation.count, targets.length], values: validation.targets },
    ],
  });
}
