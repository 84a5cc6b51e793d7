/**
 * `orthant export --format pytorch`, run by PyTorch itself: the script's losses, figures and weights are those of the run
 * that it was made of.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../extension/data/random';
import { exportPytorch } from '../../extension/export/pytorch/exportPytorch';
import type { MeasuredEvent } from '../../extension/protocol/events';
import { decodeTensors, encodeTensors, type NamedTensor, type TensorFile } from '../../extension/runs/safetensors';
import { TrainingControl } from '../../extension/trainer/control';
import { type PreparedVariant, prepare } from '../../extension/trainer/prepare';
import { runVariant } from '../../extension/trainer/runVariant';
import { findPython, hasModule } from './pytorch';
import { TRIALS, type Trial } from './pytorchTrials';

const python = findPython(['torch', 'numpy'], 'running exported PyTorch scripts');

/** Losses and figures, relative: float32 on both sides, summed in other orders, over some 80 steps. */
const LOSS_TOLERANCE = 1e-4;
/** Weights, relative to the largest of their tensor. */
const WEIGHT_TOLERANCE = 1e-3;

/** Windows lets only some people link. */
const WAYS = process.platform === 'win32' ? (['copied'] as const) : (['copied', 'linked'] as const);

const ROWS = 96;
const EPOCHS = 30;
const folder = mkdtempSync(path.join(tmpdir(), 'orthant-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two targets that never leave their bounds by much, of which a straight line through them does. */
function writeData(): void {
  const stream = randomStream(7, 'batches');
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const [day, phase] = [row / ROWS, row % 7];
    const p = Math.min(4, Math.max(0, day - 0.4) * 8) + stream.uniform(0, 0.2);
    const q = Math.max(0, 0.2 + 0.3 * Math.sin(phase) * day) + stream.uniform(0, 0.1);
    return `${day},${phase},${p},${q},${row % 5 === 0 ? 'test' : 'train'}`;
  });
  writeFileSync(path.join(folder, 'rain.csv'), `day,phase,p,q,split\n${rows.join('\n')}\n`);
  const tensor = (name: string, shape: number[]): NamedTensor => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.uniform(-0.5, 0.5));
    return { name, shape, values };
  };
  // As of a module that holds the chain, with dropout between its layers.
  const tensors = [tensor('net.0.weight', [8, 2]), tensor('net.0.bias', [8])];
  tensors.push(tensor('net.3.weight', [2, 8]), tensor('net.3.bias', [2]));
  writeFileSync(path.join(folder, 'own.safetensors'), encodeTensors({ tensors }));
}

interface Trained {
  readonly measured: MeasuredEvent[];
  readonly model: Uint8Array;
  /** Path of the script without its ending. */
  readonly script: string;
}

/** Trains all variants and writes a script for each; what is known of them by variant. */
async function exportTrial(trial: Trial, at: number): Promise<Map<string, Trained>> {
  const { rows = 'files', data, network, constraint, training, variants } = trial;
  const experiment = {
    data: { source: 'rain.csv', inputs: ['day', 'phase'], targets: ['p', 'q'], ...data },
    network,
    constraint,
    training: { epochs: EPOCHS, batchSize: 32, learningRate: 0.01, schedule: 'cosine', seed: 5, ...training },
    variants,
  };
  const { variants: prepared, problems } = await prepare({
    experimentPath: path.join(folder, 'rain.orthant.json'),
    text: JSON.stringify(experiment),
    engine: 'onnx',
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const trained = new Map<string, Trained>();
  for (const [index, each] of prepared!.entries()) {
    const { run, measured } = await train(each);
    const script = path.join(folder, `trial${at}-${index}`);
    const { content, beside = {} } = await exportPytorch(run, { output: `${script}.py`, rows, version: '0.0.0' });
    writeFileSync(`${script}.py`, content);
    for (const [other, bytes] of Object.entries(beside)) writeFileSync(path.join(folder, other), bytes);
    trained.set(each.variant.name, { measured, model: readFileSync(path.join(run, 'model.safetensors')), script });
  }
  return trained;
}

/** A copy of a script, or a link to it, that finds other rows beside itself. */
function besideChangedRows(script: string, put: 'copied' | 'linked'): string {
  const elsewhere = path.join(folder, put);
  mkdirSync(elsewhere);
  const rows = readFileSync(path.join(folder, 'rain.csv'), 'utf8');
  writeFileSync(path.join(elsewhere, 'rain.csv'), rows.replace(/\n.*\n$/, '\n1,2,3,0.25,train\n'));
  if (put === 'copied') copyFileSync(`${script}.py`, path.join(elsewhere, 'script.py'));
  else symlinkSync(`${script}.py`, path.join(elsewhere, 'script.py'));
  return path.join(elsewhere, 'script');
}

/** Measured after every epoch, however fast the machine is. */
async function train(prepared: PreparedVariant): Promise<{ run: string; measured: MeasuredEvent[] }> {
  let run = '';
  const measured: MeasuredEvent[] = [];
  const events = runVariant({
    prepared,
    runsFolder: path.join(folder, 'runs'),
    control: new TrainingControl(),
    measureEveryEpochs: 1,
    onCreated: (created) => {
      run = created.folder;
    },
  });
  for await (const event of events) if (event.type === 'measured') measured.push(event);
  return { run, measured };
}

/** In one Python, since PyTorch takes seconds to load. What each said is by its path. */
function runScripts(scripts: readonly string[]): Map<string, string> {
  const runner = `
import contextlib, io, json, runpy, sys, warnings, torch
# Of a script's own, not of what it imports.
warnings.simplefilter("error")
torch.set_num_threads(1)
said = {}
for script in sys.argv[1:]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        runpy.run_path(script, run_name="__main__")
    said[script] = output.getvalue()
print(json.dumps(said))
`;
  const { status, stdout, stderr } = spawnSync(python!, ['-c', runner, ...scripts], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stderr).toBe(0);
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
}

interface HistoryRow {
  readonly epoch: number;
  readonly loss: number;
  readonly penalty: number;
  readonly [figure: string]: number;
}

function readHistory(script: string): HistoryRow[] {
  const [header, ...lines] = readFileSync(`${script}.history.csv`, 'utf8').trim().split(/\r?\n/);
  const names = header!.split(',');
  return lines.map((line) => {
    const cells = line.split(',').map(Number);
    return Object.fromEntries(names.map((name, index) => [name, cells[index]])) as HistoryRow;
  });
}

function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const scale = Math.max(...Array.from(b, Math.abs), 1e-12);
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index]!))) / scale;
}

/** By the trial's name; `null` where a Python package is missing. */
const results = new Map<string, Map<string, Trained> | null>();
let said = new Map<string, string>();

// Skipped where there is no PyTorch; findPython has said so.
describe.skipIf(python === null)('A PyTorch script gives the run it was made of', () => {
  beforeAll(async () => {
    writeData();
    for (const [at, trial] of TRIALS.entries()) {
      const isRunnable = trial.needs === undefined || hasModule(python!, trial.needs);
      results.set(trial.name, isRunnable ? await exportTrial(trial, at) : null);
    }
    const scripts = [...results.values()].flatMap((trained) =>
      [...(trained?.values() ?? [])].map(({ script }) => script),
    );
    const changed = WAYS.map((put) => besideChangedRows(scripts[0]!, put));
    said = runScripts([...scripts, ...changed].map((script) => `${script}.py`));
  });

  const cases = TRIALS.flatMap(({ name, needs, variants }) =>
    Object.keys(variants).map((variant) => ({ name, needs, variant })),
  );
  test.for(cases)('for $name, with $variant', ({ name, needs, variant }, { skip }) => {
    const trained = results.get(name);
    if (trained === null) return skip(`no Python package ${needs}`);
    const { measured, model, script } = trained!.get(variant)!;
    const output = said.get(`${script}.py`)!;
    expect(output).not.toMatch(/not the rows/);
    expect(figuresIn(output, 'train')).toEqual(figuresIn(output, 'the run'));

    const history = readHistory(script);
    // Before the first epoch, after each, and after the exact last layer if there is one.
    expect(measured).toHaveLength(EPOCHS + (/polish/.test(variant) ? 2 : 1));
    expect(history.map(({ epoch }) => epoch)).toEqual(measured.map(({ epoch }) => epoch));
    const compare = (figure: string, own: (event: MeasuredEvent) => number | null): void => {
      // What was not measured is empty there.
      const wanted = measured.map((event) => own(event) ?? 0);
      const found = history.map((row) => row[figure]!);
      expect(relativeDifference(found, wanted), figure).toBeLessThan(LOSS_TOLERANCE);
    };
    compare('loss', ({ batchLoss }) => batchLoss);
    compare('penalty', ({ penalty }) => penalty);
    compare('train mse', ({ train }) => train.overall.loss);
    compare('train min', ({ train }) => train.overall.minOutput);
    compare('train outside', ({ train }) => train.overall.negativeShare);
    if (measured[0]!.validation !== null) {
      compare('held out mse', ({ validation }) => validation!.overall.loss);
      compare('held out outside', ({ validation }) => validation!.overall.negativeShare);
    }

    const own = decodeTensors(readFileSync(`${script}.trained.safetensors`));
    const recorded = decodeTensors(model);
    expect(own.tensors.map(shapeOf)).toEqual(recorded.tensors.map(shapeOf));
    for (const [index, { name, values }] of recorded.tensors.entries()) {
      expect(relativeDifference(own.tensors[index]!.values, values), name).toBeLessThan(WEIGHT_TOLERANCE);
    }
    expect(headOf(own)).toEqual(headOf(recorded));
  });
});

test.skipIf(python === null).for(WAYS)(
  'A PyTorch script that was %s says when the rows beside it are not those of the run, and trains on them',
  (put) => {
    const output = said.get(path.join(folder, put, 'script.py'))!;
    expect(output).toMatch(/^These are not the rows that the run trained on/);
    expect(output).toMatch(/^Wrote script\.trained\.safetensors and script\.history\.csv$/m);
  },
);

const shapeOf = ({ name, shape }: NamedTensor) => ({ name, shape });

/** What follows the last layer, its numbers to six digits. */
function headOf({ metadata }: TensorFile): unknown {
  return JSON.parse(metadata.head ?? 'null', (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
  );
}

/** What the script says at its end of the training rows: its own figures, or the run's below them, as far as they are alike. */
function figuresIn(output: string, whose: 'train' | 'the run'): string {
  const [, loss, share] = new RegExp(`^ *${whose}: MSE ([\\d.e+-]+), ([\\d.]+%) outside`, 'm').exec(output)!;
  return `${Number(loss).toPrecision(4)} ${share}`;
}
