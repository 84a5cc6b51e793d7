/** `orthant export --format tensorboard`, read by TensorBoard itself: by what serves its pages. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MeasuredEvent } from '../../extension/protocol/events';
import { buildIfStale } from './build';
import { orthant } from './cli';
import { findPython } from './pytorch';
import { Workspace } from './workspace';

const python = findPython('tensorboard', 'reading event files with TensorBoard');

/** All scalars and histograms of a folder by run and tag, as they come to TensorBoard's pages. */
const READER = `
import json, sys
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins.histogram import metadata as histograms
from tensorboard.plugins.scalar import metadata as scalars

runs = plugin_event_multiplexer.EventMultiplexer()
runs.AddRunsFromDirectory(sys.argv[1])
runs.Reload()
provider = data_provider.MultiplexerDataProvider(runs, sys.argv[1])
ask = dict(ctx=context.RequestContext(), experiment_id="")
found = {"scalars": {}, "histograms": {}, "descriptions": {}}
listed = provider.list_scalars(**ask, plugin_name=scalars.PLUGIN_NAME)
read = provider.read_scalars(**ask, plugin_name=scalars.PLUGIN_NAME, downsample=10000)
for run, tags in read.items():
    found["scalars"][run] = {tag: [[d.step, d.wall_time, d.value] for d in data] for tag, data in tags.items()}
    found["descriptions"][run] = {tag: series.description for tag, series in listed[run].items()}
read = provider.read_tensors(**ask, plugin_name=histograms.PLUGIN_NAME, downsample=10000)
for run, tags in read.items():
    found["histograms"][run] = {tag: [[d.step, d.numpy.tolist()] for d in data] for tag, data in tags.items()}
print(json.dumps(found))
`;

interface Found {
  /** `[step, seconds, value]` */
  scalars: Record<string, Record<string, [number, number, number][]>>;
  /** Rows of a step: left end, right end, count. */
  histograms: Record<string, Record<string, [number, [number, number, number][]][]>>;
  descriptions: Record<string, Record<string, string>>;
}

function readWithTensorBoard(folder: string): Found {
  const { status, stdout, stderr } = spawnSync(python!, ['-c', READER, folder], {
    encoding: 'utf8',
    timeout: 90_000,
    maxBuffer: 1 << 28,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Found;
}

// Skipped where there is no TensorBoard; findPython has said so.
describe.skipIf(python === null)('orthant export --format tensorboard', () => {
  let workspace: Workspace;
  let found: Found;
  let logs: string;
  let runs: string[];
  beforeAll(async () => {
    buildIfStale();
    workspace = new Workspace();
    expect((await orthant(['train', workspace.experiment])).code).toBe(0);
    runs = workspace.runs();
    logs = path.join(workspace.folder, 'new/logs');
    const { code, stdout } = await orthant(['export', workspace.folder, '-f', 'tensorboard', '-o', logs]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Wrote 4 files to ${logs}\n` });
    found = readWithTensorBoard(logs);
  });
  afterAll(() => workspace?.dispose());

  const measuredOf = (run: string): MeasuredEvent[] =>
    workspace.events(run).filter((event): event is MeasuredEvent => event.type === 'measured');

  test('gives TensorBoard every run and split, with every figure of every measure', () => {
    expect(Object.keys(found.scalars).sort()).toEqual(
      runs.flatMap((run) => [`${run}/train`, `${run}/validation`]).sort(),
    );
    for (const run of runs) {
      const measured = measuredOf(run);
      expect(found.scalars[`${run}/train`]!['overall/loss']).toEqual(
        measured.map(({ step, time, train }) => [step, time / 1000, Math.fround(train.overall.loss)]),
      );
      expect(found.scalars[`${run}/validation`]!['rain/minOutput']).toEqual(
        measured.map(({ step, time, validation }) => [
          step,
          time / 1000,
          Math.fround(validation!.targets.rain!.minOutput),
        ]),
      );
      // Zeros too: they are what is wanted of these.
      expect(found.scalars[`${run}/train`]!['rain/negativeShare']).toEqual(
        measured.map(({ step, time, train }) => [step, time / 1000, Math.fround(train.targets.rain!.negativeShare)]),
      );
      expect(found.scalars[`${run}/train`]!['overall/maxViolation']).toHaveLength(measured.length);
      // Not measured before the first step.
      expect(found.scalars[`${run}/train`]!['training/batchLoss']).toEqual(
        measured
          .filter(({ batchLoss }) => batchLoss !== null)
          .map(({ step, time, batchLoss }) => [step, time / 1000, Math.fround(batchLoss!)]),
      );
    }
  });

  test('gives it the sign histograms: no bucket goes over 0, none is lost', () => {
    for (const run of runs) {
      const measured = measuredOf(run);
      const steps = found.histograms[`${run}/train`]!['outputs/rain']!;
      expect(steps.map(([step]) => step)).toEqual(measured.map(({ step }) => step));
      for (const [index, [, buckets]] of steps.entries()) {
        const { train } = measured[index]!;
        expect(buckets.filter(([left, right]) => left < 0 && right > 0)).toEqual([]);
        const count = (rows: typeof buckets): number => rows.reduce((sum, [, , values]) => sum + values, 0);
        expect(count(buckets)).toBe(train.samples);
        // The bound is 0: what is left of it is outside.
        expect(count(buckets.filter(([, right]) => right <= 0))).toBe(train.rowsOutside);
        expect(buckets.filter(([left, right]) => left > right)).toEqual([]);
        expect(buckets[0]![0]).toBe(Math.fround(train.overall.minOutput));
      }
    }
  });

  test('says there what each figure is', () => {
    expect(found.descriptions[`${runs[0]}/train`]!['overall/negativeShare']).toMatch(
      /share of outputs outside the bounds/,
    );
  });

  test('replaces the files of an earlier export, and of one run writes that one', async () => {
    const one = path.join(workspace.runsFolder, runs[0]!);
    expect((await orthant(['export', one, '-f', 'tensorboard', '-o', logs])).stdout).toBe(`Wrote 2 files to ${logs}\n`);
    expect(readdirSync(path.join(logs, runs[0]!, 'train'))).toHaveLength(1);
    expect(readWithTensorBoard(logs)).toEqual(found);
  });

  test('is refused where a file is in the way', async () => {
    const file = path.join(workspace.folder, 'taken');
    writeFileSync(file, '');
    const { code, stderr } = await orthant(['export', workspace.folder, '-f', 'tensorboard', '-o', file]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `${file} can't be written: a part of its path is a file. Name another folder with --output.\n`,
    });
    expect(existsSync(path.join(file, runs[0]!))).toBe(false);
  });
});
