import { expect, test } from 'vitest';
import { histogramPicture } from '../../../extension/pictures/histogram';
import { marksText } from '../../../extension/pictures/marks';
import { multiplierHistogram, multiplierWords } from '../../../extension/pictures/multipliers';
import { multiplierRowsTable, rowsAt, worstRowsTable } from '../../../extension/pictures/tables/rowsTable';
import type { RowsEvent, SideMultipliers } from '../../../extension/protocol/rows';
import { recordedRun } from '../webview/recordedRuns';

const ROW = { row: 1180, output: -2.5, target: 0.25, violation: 2.5, multiplier: 7.6 };
// Ten multipliers: one below 0, seven in [0, 1), one in [1, 2), one beyond.
const SIDE: SideMultipliers = { side: 'min', edges: [-1, 0, 1, 2], counts: [0, 1, 7, 1, 1], rows: [ROW] };
const EVENT: RowsEvent = {
  type: 'rows',
  time: 0,
  epoch: 12,
  step: 120,
  targets: { rain: { train: [ROW], validation: [{ ...ROW, multiplier: null }], multipliers: [SIDE] } },
};

const text = (table: ReturnType<typeof worstRowsTable>): string[] =>
  table.rows.map((row) => row.map((cell) => cell.text).join(' | '));

test('the worst rows of an output stand in a table, and each opens by its number', () => {
  const table = worstRowsTable(EVENT, 'rain', 'train');
  expect(table.caption).toBe('rain, training set, epoch 12: the 1 furthest outside');
  expect(text(table)).toEqual(['1,180 | −2.5 | 0.25 | 2.5 | 7.6']);
  expect(table.rows[0]![0]!.opens).toBe('1180');
  expect(text(worstRowsTable(EVENT, 'rain', 'validation'))).toEqual(['1,180 | −2.5 | 0.25 | 2.5 | –']);
  expect(worstRowsTable(EVENT, 'wind', 'train').caption).toContain('no output is outside');
  expect(multiplierRowsTable(EVENT, 'rain', SIDE).caption).toBe('rain, min, epoch 12: the 1 largest multipliers');
});

test('multipliers are drawn as a sign histogram: those of the wrong sign stand apart', () => {
  expect(multiplierWords(SIDE)).toBe('10.0 % below 0, largest 7.6 (row 1180)');
  const picture = histogramPicture(multiplierHistogram(EVENT, 'rain', SIDE, 'linear'), { width: 300, height: 120 });
  const bars = marksText(picture)
    .split('\n')
    .filter((line) => / bin \d+ count [1-9]/.test(line));
  const sides = bars.map((line) => `${line.split(' ')[1]} ${line.slice(line.indexOf('bin'))}`);
  expect(sides).toEqual([
    'outside bin 1 count 1',
    'inside bin 2 count 7',
    'inside bin 3 count 1',
    'inside bin 4 count 1',
  ]);
});

test('the rows shown are those recorded last before the moment, or the first there are', () => {
  const run = recordedRun('penalty');
  const { stepsPerEpoch } = run.started!;
  const rows = [5, 10].map((epoch) => ({ ...EVENT, epoch, step: epoch * stepsPerEpoch }));
  const epochAt = (position: number | null) => rowsAt({ ...run, rows }, position)?.epoch ?? null;
  expect([null, 12, 10, 9.9, 5, 4].map(epochAt)).toEqual([10, 10, 10, 5, 5, 5]);
  expect(rowsAt(run, null)).toBeNull();
});
