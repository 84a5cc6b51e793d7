/** Runs a small experiment through the real path: its text, a data file on disk, parsing, reading, model, engine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { epochBatches } from '../../../extension/data/batches';
import { Model } from '../../../extension/trainer/model';
import { prepare } from '../../../extension/trainer/prepare';

export interface LineState {
  w: number;
  b: number;
  /** Rows of the lower side by name, one value per sample. */
  rows: Record<string, number[]>;
}

export interface LineExperiment {
  /** Data rows `[x, t]`. */
  samples: readonly (readonly [number, number])[];
  min?: number;
  max?: number;
  variant: Record<string, unknown>;
  training?: Record<string, unknown>;
  /** First `w` and `b`. */
  start: { w: number; b: number };
  steps: number;
}

/** Trains `y = w·x + b`, full batch, raw units; returns the state before the first and after each step. */
export async function trainLine(experiment: LineExperiment): Promise<{ states: LineState[]; model: Model }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orthant-line-'));
  try {
    writeFileSync(
      path.join(folder, 'line.csv'),
      `x,t\n${experiment.samples.map((sample) => sample.join(',')).join('\n')}\n`,
    );
    const { min, max } = experiment;
    const text = JSON.stringify({
      data: { source: 'line.csv', inputs: ['x'], targets: ['t'], validation: 0, standardize: false },
      network: { hidden: [] },
      constraint: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
      training: {
        optimizer: 'sgd',
        batchSize: experiment.samples.length,
        epochs: experiment.steps,
        ...experiment.training,
      },
      variants: { tested: experiment.variant },
    });
    const prepared = await prepare({ experimentPath: path.join(folder, 'line.orthant.json'), text, engine: 'wasm' });
    if (prepared.variants === null) throw new Error(prepared.problems.map(({ message }) => message).join('\n'));
    const [variant] = prepared.variants;
    const model = await Model.create({
      ...variant!,
      initialParameters: {
        '0.weight': Float32Array.of(experiment.start.w),
        '0.bias': Float32Array.of(experiment.start.b),
      },
    });
    const states = [await lineState(model)];
    for (let step = 0; step < experiment.steps; step++) {
      const batches = epochBatches(experiment.samples.length, experiment.samples.length, 0, step);
      await model.trainBatches(batches, step, step);
      states.push(await lineState(model));
    }
    return { states, model };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function lineState(model: Model): Promise<LineState> {
  const state: LineState = { w: Number.NaN, b: Number.NaN, rows: {} };
  for (const { name, values } of await model.state()) {
    if (name === '0.weight') state.w = values[0]!;
    if (name === '0.bias') state.b = values[0]!;
    if (name.startsWith('rows.lower.')) state.rows[name.slice('rows.lower.'.length)] = [...values];
  }
  return state;
}

/** The first step after which every later state keeps within `tolerance` of `goal`; -1 when the last one doesn't. */
export function settledAfter(states: readonly LineState[], isClose: (state: LineState) => boolean): number {
  let first = states.length;
  while (first > 0 && isClose(states[first - 1]!)) first--;
  return first === states.length ? -1 : first;
}
