import { expect, test } from 'vitest';
import { INITIAL_CHOICES, modelOf } from '../../../extension/pictures/model';
import { comparisonTable } from '../../../extension/pictures/tables/comparison';
import { figuresTable } from '../../../extension/pictures/tables/figures';
import { histogramTable } from '../../../extension/pictures/tables/histogramTable';
import { csvOf } from '../../../extension/pictures/tables/table';
import { rateUpperBound } from '../../../extension/protocol/confidence';
import { initialRunState, type RunState } from '../../../extension/protocol/runState';
import { recordedRun } from '../webview/recordedRuns';

const baseline = recordedRun('baseline');
const lagrangian = recordedRun('lagrangian');

test('the price of staying inside the bounds is the loss minus that of the unconstrained run', () => {
  const table = comparisonTable(modelOf([baseline, lagrangian], INITIAL_CHOICES));
  const column = (label: string) => table.columns.findIndex((found) => found.label === label);
  const loss = (run: typeof baseline) => run.measured.at(-1)!.train.overall.loss;
  expect(table.rows[1]![column('MSE')]!.value).toBe(loss(lagrangian));
  expect(table.rows[1]![column('price')]!.value).toBe(loss(lagrangian) - loss(baseline));
  expect(table.rows[0]![column('price')]!.text).toBe('baseline');
  const relative = (loss(lagrangian) / loss(baseline) - 1) * 100;
  expect(table.rows[1]![column('price')]!.text).toContain(` (+${relative.toFixed(1)} %)`);
});

test('the floor is what the exact last layer reaches on the training rows, for all targets together', () => {
  const lastLayer = { loss: 14.2, dualityGap: 2e-14, active: 22, polished: false };
  const ended = { ...lagrangian.ended!, summary: { ...lagrangian.ended!.summary, lastLayer } };
  const run: RunState = { ...lagrangian, ended };
  const cellsOf = (choices: Partial<typeof INITIAL_CHOICES>) => {
    const table = comparisonTable(modelOf([run, baseline], { ...INITIAL_CHOICES, split: 'train', ...choices }));
    const floor = table.columns.findIndex((column) => column.label === 'floor');
    return floor < 0 ? null : table.rows.map((row) => row[floor]!);
  };
  expect(cellsOf({})).toEqual([
    { text: '14.2', value: 14.2, title: '22 outputs at a bound, duality gap 2.00e−14' },
    { text: '–', value: null },
  ]);
  expect(cellsOf({ split: 'validation' })).toBeNull();
  expect(cellsOf({ target: 'wind' })).toBeNull();
});

test('a guarantee for which the plain linear layer was given up says so', () => {
  const started = { ...lagrangian.started!, guarantee: 'G3', linearOutput: false } as const;
  const table = comparisonTable(modelOf([lagrangian, { ...lagrangian, started }], INITIAL_CHOICES));
  const guarantee = table.columns.findIndex((column) => column.label === 'guarantee');
  expect(table.rows.map((row) => row[guarantee]!.text)).toEqual(['G1', 'G3, not plain linear']);
});

test('an unconstrained run that failed sets no price', () => {
  const failed: RunState = { ...baseline, status: 'failed' };
  const table = comparisonTable(modelOf([failed, lagrangian], INITIAL_CHOICES));
  const price = table.columns.findIndex((column) => column.label === 'price');
  expect(table.rows.map((row) => row[price]!.text)).toEqual(['–', '–']);
});

/** The run, its newest measure changed so that `rows` of its 292 held-out rows are outside. */
function withRowsOutside(run: RunState, rows: number): RunState {
  const newest = run.measured.at(-1)!;
  const validation = { ...newest.validation!, rowsOutside: rows };
  return { ...run, measured: [...run.measured.slice(0, -1), { ...newest, validation }] };
}

const OUTSIDE = ['outside, training', 'outside, validation', 'new rows'];

test('the share outside is that of both sets, whichever is chosen, with what held-out rows say of new ones', () => {
  const run = withRowsOutside(lagrangian, 3);
  const { train, validation } = run.measured.at(-1)!;
  for (const split of ['train', 'validation'] as const) {
    const table = comparisonTable(modelOf([run], { ...INITIAL_CHOICES, split }));
    const cells = OUTSIDE.map((label) => table.rows[0]![table.columns.findIndex((column) => column.label === label)]!);
    expect(cells[0]!.value).toBe(train.overall.negativeShare);
    expect(cells[1]!.value).toBe(validation!.overall.negativeShare);
    // 3 of 292 rows: at most 2.63 %, rounded up.
    expect(cells[2]).toEqual({ text: '≤ 2.7 %', value: rateUpperBound(3, 292) });
  }
});

test('of one target the rows outside are its own', () => {
  const run = withRowsOutside(lagrangian, 292);
  const table = comparisonTable(modelOf([run], { ...INITIAL_CHOICES, target: 'wind' }));
  const own = Math.round(run.measured.at(-1)!.validation!.targets.wind!.negativeShare * 292);
  expect(own).toBeLessThan(292);
  expect(table.rows[0]![table.columns.findIndex((column) => column.label === 'new rows')]!.value).toBe(
    rateUpperBound(own, 292),
  );
});

test('without held-out rows there is one share outside, and nothing is said of new rows', () => {
  const run = { ...baseline, measured: baseline.measured.map((measure) => ({ ...measure, validation: null })) };
  const labels = comparisonTable(modelOf([run], INITIAL_CHOICES)).columns.map((column) => column.label);
  expect(labels).toContain('outside');
  expect(labels.filter((label) => OUTSIDE.includes(label))).toEqual([]);
  expect(figuresTable(modelOf([run], INITIAL_CHOICES)).columns.map((column) => column.label)).not.toContain('new rows');
});

test('without an unconstrained run there is no price', () => {
  const table = comparisonTable(modelOf([lagrangian, recordedRun('penalty')], INITIAL_CHOICES));
  const price = table.columns.findIndex((column) => column.label === 'price');
  expect(table.rows.map((row) => row[price]!.text)).toEqual(['–', '–']);
});

test('a run that waits for its turn has a row of its own without figures', () => {
  const waiting = initialRunState({ run: 'w', experiment: '/workspace/e.orthant.json', variant: 'waiting' });
  const row = comparisonTable(modelOf([baseline, waiting], INITIAL_CHOICES)).rows[1]!;
  expect(row.slice(0, 9).map((cell) => cell.text)).toEqual(['waiting', 'unknown', ...Array(7).fill('–')]);
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
    'new rows',
    '> 1e-4 sd',
    '> 1e-3 sd',
    '> 1e-2 sd',
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

test('what the share outside says of new rows stands beside it for held-out rows and not for trained ones', () => {
  const table = figuresTable(modelOf([withRowsOutside(lagrangian, 3)], INITIAL_CHOICES));
  const column = table.columns.findIndex(({ label }) => label === 'new rows');
  // Rows of the table: all, precipitation and wind, each training and validation.
  expect(table.rows.slice(0, 2).map((row) => row[column])).toEqual([
    { text: '–', value: null },
    { text: '≤ 2.7 %', value: rateUpperBound(3, 292) },
  ]);
  expect(table.rows.filter((row) => row[column]!.value !== null)).toHaveLength(3);
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
