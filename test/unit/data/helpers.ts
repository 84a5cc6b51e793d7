/** Files in, text out: what an experiment over these files loads, or the problems it meets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, onTestFinished } from 'vitest';
import type { Dataset, Split } from '../../../extension/data/dataset';
import { inspectData } from '../../../extension/data/inspectData';
import { loadDataset } from '../../../extension/data/loadDataset';
import { parseExperiment } from '../../../extension/experiment/parse';
import type { ProblemAtPath } from '../../../extension/experiment/problems';
import type { Experiment } from '../../../extension/experiment/schema';

/** A folder with these files, gone after the test. */
export function folder(files: Record<string, string | Uint8Array>): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'orthant-data-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), content);
  }
  return directory;
}

/** Input `x`, target `y ≥ 0`, nothing held out, in `data.csv`, unless `change` says otherwise. */
export function experimentOver(change: { data?: object; [part: string]: unknown } = {}): Experiment {
  const { data, ...parts } = change;
  const text = JSON.stringify({
    data: { source: 'data.csv', inputs: ['x'], targets: ['y'], validation: 0, ...data },
    constraint: { min: 0 },
    training: { batchSize: 1 },
    variants: { penalty: { method: 'penalty' } },
    ...parts,
  });
  const { experiment, problems } = parseExperiment(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return experiment!;
}

/**
 * `error data.query-error at data.query «foo»: message`, one line a problem. The check while typing and the one before
 * training must say the same.
 */
export async function problemsOf(
  files: Record<string, string | Uint8Array>,
  change: Parameters<typeof experimentOver>[0] = {},
): Promise<string[]> {
  const directory = folder(files);
  const experiment = experimentOver(change);
  const lines = (problems: readonly ProblemAtPath[]): string[] => problems.map((each) => describe(each, experiment));
  const inspected = lines(await inspectData(experiment, { directory }));
  const { dataset, problems } = await loadDataset(experiment, { directory, seed: 0 });
  expect(lines(problems)).toEqual(inspected);
  expect(dataset === null).toBe(problems.some(({ severity }) => severity === 'error'));
  return inspected;
}

function describe({ severity, code, path, within, message }: ProblemAtPath, experiment: Experiment): string {
  const part =
    within === undefined ? '' : ` «${experiment.data.query!.slice(within.offset, within.offset + within.length)}»`;
  return `${severity} ${code} at ${path.join('.')}${part}: ${message}`;
}

export async function load(
  files: Record<string, string | Uint8Array>,
  change: Parameters<typeof experimentOver>[0] = {},
  seed = 0,
): Promise<Dataset> {
  return loadFrom(folder(files), change, seed);
}

export async function loadFrom(
  directory: string,
  change: Parameters<typeof experimentOver>[0] = {},
  seed = 0,
): Promise<Dataset> {
  const { dataset, problems } = await loadDataset(experimentOver(change), { directory, seed });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return dataset!;
}

/** `1: 0.5 2 → 3`, one line a row: its number, inputs and targets. */
export function rowsOf(split: Split): string[] {
  const inputs = split.inputs.length / split.count;
  const targets = split.targets.length / split.count;
  return Array.from(split.rowNumbers, (number, row) => {
    const x = split.inputs.slice(row * inputs, (row + 1) * inputs).join(' ');
    const y = split.targets.slice(row * targets, (row + 1) * targets).join(' ');
    return `${number}: ${x} → ${y}`;
  });
}

/** Writes what a query gives as Parquet, as people get it from other programs. */
export async function writeParquet(file: string, query: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
