import { afterAll, expect, test } from 'vitest';
import { MOST_ROWS } from '../../../extension/protocol/rows';
import type { SideValues } from '../../../extension/step/kkt';
import { type RowsSource, rowsBehind, type SplitOutputs } from '../../../extension/trainer/rowsBehind';
import { CaseFolder, examine } from '../doctor/examine';

/** Rows of two targets, `rain` (at least 0) and `wind` (any), numbered as in the data. */
function split(rows: readonly { row: number; rain: number; wind?: number; target?: number }[]): SplitOutputs {
  return {
    split: {
      count: rows.length,
      targets: Float32Array.from(rows.flatMap(({ target = 1 }) => [target, 2])),
      rowNumbers: Uint32Array.from(rows.map(({ row }) => row)),
    },
    outputs: Float64Array.from(rows.flatMap(({ rain, wind = -9 }) => [rain, wind])),
  };
}

const TARGETS: RowsSource['targets'] = [
  { name: 'rain', bounds: { min: 0, max: null } },
  { name: 'wind', bounds: { min: null, max: null } },
];

const TRAIN = split([
  { row: 3, rain: -0.5, target: 4 },
  { row: 7, rain: 2 },
  { row: 11, rain: -2, target: 0.25 },
  { row: 12, rain: -1 },
]);

function lower(multipliers: readonly number[]): SideValues {
  return {
    side: { name: 'lower', bound: new Float32Array(2), mask: Float32Array.from([1, 0]) },
    g: Float32Array.from(TRAIN.outputs, (output) => -output),
    multiplier: Float32Array.from(multipliers.flatMap((multiplier) => [multiplier, 0])),
  };
}

test('the worst rows are those furthest outside, worst first, by their number in the data', () => {
  const { rain, wind } = rowsBehind({ targets: TARGETS, train: TRAIN, validation: null, sides: null });
  expect(rain!.train).toEqual([
    { row: 11, output: -2, target: 0.25, violation: 2, multiplier: null },
    { row: 12, output: -1, target: 1, violation: 1, multiplier: null },
    { row: 3, output: -0.5, target: 4, violation: 0.5, multiplier: null },
  ]);
  // Without a bound nothing is outside, however negative.
  expect(wind).toEqual({ train: [], validation: [], multipliers: [] });
  expect(rain!.validation).toEqual([]);
});

test('held-out rows have a list of their own, without multipliers', () => {
  const validation = split([
    { row: 5, rain: -4 },
    { row: 6, rain: 4 },
  ]);
  const { rain } = rowsBehind({ targets: TARGETS, train: TRAIN, validation, sides: [lower([1, 2, 3, 4])] });
  expect(rain!.validation).toEqual([{ row: 5, output: -4, target: 1, violation: 4, multiplier: null }]);
});

test('multipliers come with their rows, the largest magnitude first, and a histogram with 0 on an edge', () => {
  const { rain, wind } = rowsBehind({
    targets: TARGETS,
    train: TRAIN,
    validation: null,
    sides: [lower([0, 0, 3, -5])],
  });
  const [min] = rain!.multipliers;
  expect(min!.side).toBe('min');
  expect(min!.rows.map(({ row, multiplier, violation }) => [row, multiplier, violation])).toEqual([
    [12, -5, 1],
    [11, 3, 2],
  ]);
  expect(min!.edges).toContain(0);
  expect(min!.counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  // One below 0: the wrong sign.
  const zero = min!.edges.indexOf(0);
  expect(min!.counts.slice(0, zero + 1).reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(rain!.train.map(({ multiplier }) => multiplier)).toEqual([3, -5, 0]);
  expect(wind!.multipliers).toEqual([]);
});

test('with two bounds a row tells the multiplier of the one that it is nearer to violating', () => {
  const targets = [{ name: 'rain', bounds: { min: 0, max: 1 } }];
  const train: SplitOutputs = {
    split: { count: 2, targets: new Float32Array(2), rowNumbers: Uint32Array.from([1, 2]) },
    outputs: Float64Array.from([-3, 5]),
  };
  const side = (name: 'lower' | 'upper', g: number[], multiplier: number[]): SideValues => ({
    side: { name, bound: new Float32Array(1), mask: Float32Array.from([1]) },
    g: Float32Array.from(g),
    multiplier: Float32Array.from(multiplier),
  });
  const sides = [side('lower', [3, -5], [10, 20]), side('upper', [-4, 4], [30, 40])];
  const { rain } = rowsBehind({ targets, train, validation: null, sides });
  expect(rain!.train.map(({ row, violation, multiplier }) => [row, violation, multiplier])).toEqual([
    [2, 4, 40],
    [1, 3, 10],
  ]);
  expect(rain!.multipliers.map((each) => each.side)).toEqual(['min', 'max']);
});

test('of many rows as many as a person can look through are kept, and they are the worst', () => {
  // Violations 1…500, scattered by a step that shares no factor with 500.
  const rows = Array.from({ length: 500 }, (_, index) => ({ row: index + 1, rain: -(((index * 77) % 500) + 1) }));
  const { rain } = rowsBehind({ targets: TARGETS, train: split(rows), validation: null, sides: null });
  expect(rain!.train.map(({ violation }) => violation)).toEqual(
    Array.from({ length: MOST_ROWS }, (_, index) => 500 - index),
  );
});

const cases = new CaseFolder();
afterAll(() => cases.remove());

test('a training tells at its end the rows behind its last measure', async () => {
  const run = await examine(cases.line({ method: 'penalty', alpha: 1 }));
  const last = run.rows.at(-1)!;
  const measure = run.measured.at(-1)!;
  expect(last.step).toBe(measure.step);
  const { maxViolation, minOutput } = measure.train.targets.t!;
  expect(maxViolation).toBeGreaterThan(0);
  const [worst] = last.targets.t!.train;
  expect([worst!.violation, worst!.output]).toEqual([maxViolation, minOutput]);
  // The targets −1, 0, 1, 2 lie on a line: the lowest output is that of the first row.
  expect([worst!.row, worst!.target]).toEqual([1, -1]);
  const [multipliers] = last.targets.t!.multipliers;
  expect(multipliers!.rows[0]!.multiplier).toBeCloseTo(measure.multipliers!.max, 10);
});
