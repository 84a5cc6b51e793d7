import { expect, test } from 'vitest';
import {
  curvesOf,
  curvesSummary,
  curvesTable,
  type Line,
  runDash,
  valueAt,
} from '../../../extension/pictures/curves/series';
import { INITIAL_CHOICES, modelOf } from '../../../extension/pictures/model';
import { recordedRun } from '../webview/recordedRuns';

const baseline = recordedRun('baseline');
const lagrangian = recordedRun('lagrangian');

test('one run shows both splits; several show one line each, of the chosen split', () => {
  const labels = (runs: (typeof baseline)[]) =>
    curvesOf(modelOf(runs, INITIAL_CHOICES))[0]!.lines.map((line) => line.label);
  expect(labels([baseline])).toEqual(['training', 'validation']);
  expect(labels([baseline, lagrangian])).toEqual(['baseline', 'lagrangian']);
});

test('only runs with multipliers have multiplier curves', () => {
  const ids = (runs: (typeof baseline)[]) => curvesOf(modelOf(runs, INITIAL_CHOICES)).map((curves) => curves.id);
  expect(ids([baseline])).toEqual(['rmse', 'training-loss', 'outside', 'violation']);
  expect(ids([baseline, lagrangian])).toEqual(['rmse', 'training-loss', 'outside', 'violation', 'multipliers']);
});

test('runs measured at different moments share one axis; a line goes on over moments that are not its own', () => {
  const loss = curvesOf(modelOf([baseline, lagrangian], INITIAL_CHOICES))[0]!;
  expect(loss.epochs).toEqual([...loss.epochs].sort((a, b) => a - b));
  for (const [index, run] of [baseline, lagrangian].entries()) {
    const values = loss.lines[index]!.values.filter((value) => value !== undefined);
    expect(values).toEqual(run.measured.map((measure) => measure.train.overall.rmse));
  }
});

test('curves follow the chosen target', () => {
  const choices = { ...INITIAL_CHOICES, target: 'wind' };
  const loss = curvesOf(modelOf([baseline], choices))[0]!;
  expect(valueAt(loss.lines[0]!, loss.epochs.length - 1)).toBe(baseline.measured.at(-1)!.train.targets.wind!.rmse);
});

test('the training loss is the one trained on, with the penalty of the runs that have one', () => {
  const lines = curvesOf(modelOf([baseline, lagrangian], INITIAL_CHOICES))[1]!.lines;
  expect(lines.map((line) => line.label)).toEqual(['baseline', 'lagrangian', 'lagrangian penalty']);
  const newest = lagrangian.measured.at(-1)!;
  expect(lines.slice(1).map((line) => valueAt(line, line.values.length - 1))).toEqual([
    newest.batchLoss,
    newest.penalty,
  ]);
});

test('the value at a moment is the newest one not after it', () => {
  const line: Line = { label: '', color: 0, dash: [], values: [1, undefined, 3, undefined] };
  expect([0, 1, 2, 3].map((index) => valueAt(line, index))).toEqual([1, 1, 3, 3]);
});

test('colours repeat after the eight runs of a panel, first dashed, then dotted', () => {
  expect([0, 7, 8, 16].map(runDash)).toEqual([[], [], [8, 4], [2, 3]]);
});

test('a chart sums itself up and stands in a table', () => {
  const share = curvesOf(modelOf([baseline], INITIAL_CHOICES)).find((curves) => curves.id === 'outside')!;
  expect(curvesSummary(share)).toMatch(
    /^Share outside by epoch: share of outputs outside the bounds\. Newest: training [\d.]+ %, validation [\d.]+ %\.$/,
  );
  const table = curvesTable(share);
  expect(table.columns.map((column) => column.label)).toEqual(['epoch', 'training', 'validation']);
  expect(table.rows).toHaveLength(baseline.measured.length);
});
