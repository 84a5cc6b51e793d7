/**
 * What `orthant export` writes of runs whose last layer is not as trained: a head behind it, or weights that are made from
 * others. The exported model has to give the outputs that the run's figures were taken of.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { exportCommand } from '../../../extension/cli/export';
import { randomStream } from '../../../extension/data/random';
import type { RunSummary } from '../../../extension/protocol/events';
import { MODEL_FILES, RUN_FILES } from '../../../extension/protocol/runFiles';
import { decodeTensors, encodeTensors } from '../../../extension/runs/safetensors';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { runVariant } from '../../../extension/trainer/runVariant';
import { runModel } from '../engines/onnx/running';

const ROWS = 60;
const folder = mkdtempSync(path.join(tmpdir(), 'orthant-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** One input far from 0, and two targets of other means and spreads, some below and some above what is allowed. */
const stream = randomStream(31, 'batches');
const DATA = Array.from({ length: ROWS }, () => {
  const x = stream.uniform(90, 110);
  return { x, p: 50 + 4 * Math.sin(x) + stream.uniform(-1, 1), q: -3 + 0.5 * Math.cos(x) };
});
writeFileSync(path.join(folder, 'data.csv'), `x,p,q\n${DATA.map(({ x, p, q }) => `${x},${p},${q}`).join('\n')}\n`);

const meanOf = (name: 'p' | 'q'): number => DATA.reduce((sum, row) => sum + row[name], 0) / ROWS;
const deviationOf = (name: 'p' | 'q'): number =>
  Math.sqrt(DATA.reduce((sum, row) => sum + (row[name] - meanOf(name)) ** 2, 0) / ROWS);

const LOWER = { p: { min: 48 }, q: { max: -2.9 } };
const BETWEEN = { p: { min: 48, max: 52.5 }, q: {} };

interface Case {
  readonly variant: { readonly method: string } & Record<string, unknown>;
  readonly activation: string;
  readonly constraint: Record<string, { min?: number; max?: number }>;
}

const HEADS: readonly Case[] = [
  { variant: { method: 'softplus', sharpness: 3 }, activation: 'relu', constraint: LOWER },
  { variant: { method: 'exp' }, activation: 'tanh', constraint: LOWER },
  { variant: { method: 'square' }, activation: 'silu', constraint: LOWER },
  { variant: { method: 'relu' }, activation: 'relu', constraint: BETWEEN },
  { variant: { method: 'sigmoid' }, activation: 'gelu', constraint: BETWEEN },
  { variant: { method: 'clip' }, activation: 'elu', constraint: BETWEEN },
  { variant: { method: 'softplus', boundMargin: 0.25 }, activation: 'relu', constraint: LOWER },
];
const LAYERS: readonly Case[] = [
  { variant: { method: 'nonnegative-weights' }, activation: 'relu', constraint: LOWER },
  { variant: { method: 'nonnegative-weights', form: 'softplus' }, activation: 'relu', constraint: LOWER },
  { variant: { method: 'bounded-features' }, activation: 'tanh', constraint: BETWEEN },
];

async function trainRun({ variant, activation, constraint }: Case): Promise<string> {
  const text = JSON.stringify({
    data: { source: 'data.csv', inputs: ['x'], targets: ['p', 'q'], validation: 0 },
    network: { hidden: [8, 8], activation },
    constraint,
    training: { learningRate: 0.02, epochs: 40, batchSize: 20 },
    variants: { tested: variant },
  });
  const experimentPath = path.join(folder, 'export.orthant.json');
  const { variants, problems } = await prepare({ experimentPath, text, engine: 'onnx' });
  if (variants === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  let run = '';
  const options = {
    prepared: variants[0]!,
    runsFolder: path.join(folder, 'runs'),
    control: new TrainingControl(),
    onCreated: (created: { folder: string }) => {
      run = created.folder;
    },
  };
  for await (const _event of runVariant(options));
  return run;
}

async function exportRun(run: string, format: 'onnx' | 'safetensors'): Promise<{ bytes: Uint8Array; said: string }> {
  const said = vi.spyOn(console, 'log').mockReturnValue();
  const output = path.join(folder, `model.${format}`);
  expect(await exportCommand([run], { format, output })).toBe(0);
  return { bytes: readFileSync(output), said: said.mock.calls.flat().join('\n') };
}

describe('orthant export', () => {
  test.for([...HEADS, ...LAYERS])('writes the network that the run measured: $variant on $activation', async (each) => {
    const run = await trainRun(each);
    const { train } = JSON.parse(readFileSync(path.join(run, RUN_FILES.summary), 'utf8')) as RunSummary;
    const { bytes } = await exportRun(run, 'onnx');
    const values = Float32Array.from(DATA, ({ x }) => x);
    const { outputs } = await runModel(bytes, { inputs: { shape: [ROWS, 1], values } });
    for (const [output, name] of (['p', 'q'] as const).entries()) {
      const column = DATA.map((_, row) => outputs!.data[row * 2 + output]!);
      const loss = DATA.reduce((total, row, index) => total + (column[index]! - row[name]) ** 2, 0) / ROWS;
      const { [name]: figures } = train!.targets;
      // The scaling of an input at 100 ± 6 and of a target at 50 ± 3 is folded into float32 weights.
      expect(Math.abs(loss - figures!.loss)).toBeLessThan(1e-3 * figures!.loss);
      expect(Math.min(...column)).toBeCloseTo(figures!.minOutput, 3);
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = each.constraint[name]!;
      expect(Math.min(...column)).toBeGreaterThanOrEqual(min * (1 - 1e-6));
      expect(Math.max(...column)).toBeLessThanOrEqual(max + 1e-6 * Math.abs(max));
    }
  });

  test('says of safetensors that a head is behind the layers, and keeps its numbers in the metadata', async () => {
    const run = await trainRun(HEADS[0]!);
    const { bytes, said } = await exportRun(run, 'safetensors');
    expect(said).toMatch(
      /It holds the linear layers alone\. The run gives min \+ deviation·φ\(a\) above a minimum, .* with φ\(a\) = log\(1 \+ exp\(3·a\)\)\/3, a = \(output − mean\)\/deviation; the numbers are in the file's metadata "head"\. "--format onnx" has it all inside\.$/,
    );
    const { tensors, metadata } = decodeTensors(bytes);
    expect(tensors.map(({ name }) => name)).toEqual(['0', '2', '4'].flatMap((n) => [`${n}.weight`, `${n}.bias`]));
    const head = JSON.parse(metadata.head!);
    expect(head).toMatchObject({ method: 'softplus', fields: { sharpness: 3 }, min: [48, null], max: [null, -2.9] });
    expect(head.mean[0]).toBeCloseTo(meanOf('p'), 4);
    expect(head.mean[1]).toBeCloseTo(meanOf('q'), 4);
    expect(head.deviation[0]).toBeCloseTo(deviationOf('p'), 4);
    expect(head.deviation[1]).toBeCloseTo(deviationOf('q'), 4);
  });

  test('says nothing of the kind of a plain linear layer', async () => {
    const { bytes, said } = await exportRun(await trainRun(LAYERS[0]!), 'safetensors');
    expect(said).toMatch(/^Wrote .*$/);
    const { tensors, metadata } = decodeTensors(bytes);
    expect(metadata).not.toHaveProperty('head');
    // [out, in]: the lower bound of p wants weights ≥ 0, the upper one of q weights ≤ 0.
    const last = tensors.find(({ name }) => name === '4.weight')!.values;
    expect(Math.min(...last.subarray(0, 8))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...last.subarray(8))).toBeLessThanOrEqual(0);
  });

  test('exports the weights in use, not those that are trained', async () => {
    const run = await trainRun(LAYERS[1]!);
    const exported = decodeTensors((await exportRun(run, 'safetensors')).bytes).tensors;
    const trained = decodeTensors(readFileSync(path.join(run, RUN_FILES.checkpoint))).tensors;
    const find = (tensors: typeof trained, name: string) => tensors.find((tensor) => tensor.name === name)!.values;
    const deviation = deviationOf('p');
    // Output p: σ·log(1 + e^V), with V [features, outputs] in the checkpoint and W [outputs, features] in the model.
    for (let feature = 0; feature < 8; feature++) {
      const v = find(trained, '4.weight')[feature * 2]!;
      expect(find(exported, '4.weight')[feature]).toBeCloseTo(deviation * Math.log1p(Math.exp(v)), 4);
    }
  });

  test.for([
    { head: 'no JSON', reason: 'the metadata "head" is not JSON' },
    { head: '{}', reason: 'the metadata "head" does not say what "method" is' },
    {
      head: JSON.stringify({
        method: 'softplus',
        fields: {},
        formula: '',
        min: [0],
        max: [null],
        mean: [0],
        deviation: [1],
      }),
      reason: 'the metadata "head" is not for 2 outputs',
    },
  ])('refuses a network whose head can not be read: $reason', async ({ head, reason }) => {
    const run = await trainRun(HEADS[1]!);
    const file = path.join(run, MODEL_FILES.final);
    const { tensors } = decodeTensors(readFileSync(file));
    writeFileSync(file, encodeTensors({ tensors, metadata: { format: 'pt', head } }));
    const complained = vi.spyOn(console, 'error').mockReturnValue();
    expect(await exportCommand([run], { format: 'onnx', output: path.join(folder, 'none.onnx') })).toBe(2);
    expect(complained.mock.calls).toEqual([[`${file} can't be read: ${reason}.`]]);
  });

  test('refuses a head of a method that this version does not have', async () => {
    const run = await trainRun(HEADS[1]!);
    const file = path.join(run, MODEL_FILES.final);
    const { tensors, metadata } = decodeTensors(readFileSync(file));
    const head = JSON.stringify({ ...JSON.parse(metadata.head!), method: 'swish' });
    writeFileSync(file, encodeTensors({ tensors, metadata: { ...metadata, head } }));
    const complained = vi.spyOn(console, 'error').mockReturnValue();
    expect(await exportCommand([run], { format: 'onnx', output: path.join(folder, 'none.onnx') })).toBe(2);
    expect(complained.mock.calls).toEqual([['this version of Orthant knows no head "swish" with these fields']]);
  });
});
