import { expect, test } from 'vitest';
import { initialRunState } from '../../../extension/protocol/runState';
import { INITIAL_CHOICES, modelOf } from '../../../webview/model';
import { comparisonTable } from '../../../webview/tables/comparison';
import { figuresTable } from '../../../webview/tables/figures';
import { histogramTable } from '../../../webview/tables/histogramTable';
import { csvOf } from '../../../webview/tables/table';
import { recordedRun } from './recordedRuns';

const baseline = recordedRun('baseline');
const lagrangian = recordedRun('lagrangian');

test('the price of staying inside the bounds is the loss minus that of the unconstrained run', () => {
  const table = comparisonTable(modelOf([baseline, lagrangian], INITIAL_CHOICES));
  const column = (label: string) => table.columns.findIndex((found) => found.label === label);
  const loss = (run: typeof baseline) => run.measured.at(-1)!.train.overall.loss;
  expect(table.rows[1]![column('MSE')]!.value).toBe(loss(lagrangian));
  expect(table.rows[1]![column('price')]!.value).toBe(loss(lagrangian) - loss(baseline));
  expect(table.rows[0]![column('price')]!.text).toBe('baseline');
});

test('without an unconstrained run there is no price', () => {
  const table = comparisonTable(modelOf([lagrangian, recordedRun('penalty')], INITIAL_CHOICES));
  const price = table.columns.findIndex((column) => column.label === 'price');
  expect(table.rows.map((row) => row[price]!.text)).toEqual(['–', '–']);
});

test('a run that waits for its turn has a row of its own without figures', () => {
  const waiting = initialRunState({ run: 'w', experiment: '/workspace/e.orthant.json', variant: 'waiting' });
  const row = comparisonTable(modelOf([baseline, waiting], INITIAL_CHOICES)).rows[1]!;
  expect(row.slice(0, 7).map((cell) => cell.text)).toEqual(['waiting', 'unknown', '–', '–', '–', '–', '–']);
});

test('the figures table has a row for each target, run and split, with all quantities', () => {
  const table = figuresTable(modelOf([baseline, lagrangian], INITIAL_CHOICES));
  expect(table.columns.map((column) => column.label)).toEqual([
    'target',
    'run',
    'split',
    'MSE',
    'RMSE',
    'MAE',
    'R²',
    'outside',
    'min output',
    'max violation',
    'mean violation',
  ]);
  expect(table.rows.map((row) => row.slice(0, 3).map((cell) => cell.text))).toEqual(
    ['all', 'precipitation', 'wind'].flatMap((target) =>
      ['baseline', 'lagrangian'].flatMap((run) => [
        [target, run, 'training'],
        [target, run, 'validation'],
      ]),
    ),
  );
});

test('the figures are those of the moment shown', () => {
  const table = figuresTable(modelOf([baseline], { ...INITIAL_CHOICES, position: 0 }));
  expect(table.caption).toBe('Figures, at epoch 0');
  expect(table.rows[0]!.map((cell) => cell.value)).toContain(baseline.measured[0]!.train.overall.loss);
});

test('the table behind a histogram leaves out bins that were always empty', () => {
  const table = histogramTable({
    target: 'rain',
    of: 'training set, epoch 3',
    edges: [-1, 0, 1],
    counts: [0, 1, 3, 0],
    before: [0, 0, 4, 0],
    bounds: { min: 0, max: null },
    span: { first: 0, last: 2 },
    ceiling: 1,
    heightScale: 'linear',
    words: '',
  });
  expect(table.rows.map((row) => row.map((cell) => cell.text))).toEqual([
    ['−1', '0', 'outside', '1', '25.0 %', '0.0 %'],
    ['0', '1', 'inside', '3', '75.0 %', '100.0 %'],
  ]);
});

test('CSV carries full numbers, empty cells for what is not there, and quotes what needs it', () => {
  const csv = csvOf({
    caption: 'Test',
    columns: [{ label: 'name, unit' }, { label: 'value' }],
    rows: [
      [{ text: 'a "b"' }, { text: '0.3333', value: 1 / 3 }],
      [{ text: 'c' }, { text: '–', value: null }],
    ],
  });
  expect(csv).toBe('"name, unit",value\r\n"a ""b""",0.3333333333333333\r\nc,\r\n');
});
