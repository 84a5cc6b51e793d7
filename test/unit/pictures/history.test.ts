import { expect, test } from 'vitest';
import { historyOf } from '../../../extension/pictures/histogramData';
import { type HistoryData, historyPicture, measureAt, measureWords } from '../../../extension/pictures/history';
import { marksText } from '../../../extension/pictures/marks';
import { svgText } from '../../../extension/pictures/svgText';
import { historyTable } from '../../../extension/pictures/tables/historyTable';
import { recordedRun } from '../webview/recordedRuns';

/** Ten outputs at three moments: all in [0, 1), then half below 0, then one below −1, which is the open bin. */
const DATA: HistoryData = {
  target: 'rain',
  of: 'training set',
  edges: [-1, 0, 1, 2],
  counts: [
    [0, 0, 10, 0, 0],
    [0, 5, 4, 1, 0],
    [1, 0, 8, 1, 0],
  ],
  bounds: { min: 0, max: null },
  span: { first: 0, last: 3 },
  positions: [0, 5, 10],
  outside: [0, 0.5, 0.1],
  end: 10,
};
// Time is x 40…240 for epochs 0…10: 20 an epoch. Below the values 18 are left for the epochs, 24 for the strip and 12 above
// it: values are y 8…68 for −1…2, 20 for each unit, and the zero line lies at 48.
const SIZE = { width: 250, height: 122 };

const lines = (data: HistoryData = DATA): string[] => marksText(historyPicture(data, SIZE, 1)).split('\n');

test('a history has a column per measure, a row per bin, and a shade for the share there', () => {
  const text = lines();
  const at = text.findIndex((line) => line.startsWith('raster'));
  // Columns meet half way between their measures; shades go from 10⁻⁴ (0) to 10^−0.3 (15): (log10 s + 4) / 3.7 · 15.
  expect(text.slice(at, at + 4)).toEqual([
    'raster 40 90 190 240 × 68 48 28 8',
    'inside 0cc', // 0.1: (−1 + 4) / 3.7 · 15 = 12.2
    'inside fff', // 1, then 0.4: (−0.4 + 4) / 3.7 · 15 = 14.6, then 0.8
    'outside 0fc', // 0.5: (−0.3 + 4) / 3.7 · 15 = 15, then the open bin's 0.1
  ]);
});

test('the zero line is drawn through a history, and the values outside the bounds have a ground of their own', () => {
  expect(lines()).toContain('line zero 40,48 → 240,48');
  expect(lines()).toContain('rect outside-zone 40,48 200×20');
  const upTo1 = lines({ ...DATA, bounds: { min: null, max: 1 } });
  expect(upTo1.filter((line) => line.includes('outside-zone'))).toEqual(['rect outside-zone 40,8 200×20']);
});

test('under a history stands the share outside on the same time axis, up to a round number', () => {
  // From y 80 (50 %) to 104 (0 %).
  expect(lines()).toContain('path share-line M40 104L140 80L240 99.2');
  expect(lines()).toContain('text text 34,83.7 end "50 %"');
});

test('the moment shown is a line through cells and strip, and a click takes the nearest measure', () => {
  expect(lines()).toContain('line moment 140,8 → 140,104');
  expect(measureAt(DATA, SIZE, 89)).toBe(0);
  expect(measureAt(DATA, SIZE, 91)).toBe(1);
  expect(measureAt(DATA, SIZE, 300)).toBeNull();
  expect(measureWords(DATA, 1)).toBe('epoch 5: 50.0 % outside');
});

test('where measures are closer than a pixel the newest of them shows', () => {
  const positions = Array.from({ length: 1001 }, (_, index) => index / 100);
  const counts = positions.map((_, index) => (index === 1000 ? [0, 10, 0, 0, 0] : [0, 0, 10, 0, 0]));
  const many = { ...DATA, positions, counts, outside: positions.map(() => 0) };
  const raster = historyPicture(many, SIZE).marks.find((mark) => mark.kind === 'raster');
  if (raster?.kind !== 'raster') throw new Error('no raster');
  // 200 pixels; five measures share each.
  expect(raster.columns.length - 1).toBe(201);
  expect([...raster.levels.slice(-3)]).toEqual([15, 0, 0]);
});

test('as a file a history is a path per shade, hatched where it is outside', () => {
  const palette = { background: '#fff', foreground: '#333', inside: '#00f', outside: '#f00', fontFamily: 'sans' };
  const svg = svgText(historyPicture(DATA, SIZE), palette);
  // The two fullest shades of the row above 0 are three rectangles of one path.
  expect(svg).toContain('<path d="M40 48H90V28H40ZM90 48H190V28H90ZM190 48H240V28H190Z" fill="#00f" fill-opacity="1"');
  expect(svg).toContain('<path d="M90 68H190V48H90Z" fill="url(#hatch)" fill-opacity="1"');
});

test('a history in words says how it began, how it is and when it was worst', () => {
  expect(historyPicture(DATA, SIZE).summary).toBe(
    'History of rain, training set, time across and values upwards. First: epoch 0: 0.0 % outside. Newest: epoch 10: 10.0 % outside. Most outside: epoch 5: 50.0 % outside.',
  );
});

test('the table behind a history has a row per measure: share outside, and where the outputs lay', () => {
  expect(historyTable(DATA).rows.map((row) => row.map(({ text }) => text).join(' | '))).toEqual([
    '0 | 0.0 % | 0 | 1 | 0 to 1 | 100.0 %',
    '5 | 50.0 % | −1 | 2 | −1 to 0 | 50.0 %',
    '10 | 10.0 % | −∞ | 2 | 0 to 1 | 80.0 %',
  ]);
});

test('the history of a recorded run holds every measure, on the time axis that all runs share', () => {
  const run = recordedRun('baseline');
  const target = run.started!.targets[0]!;
  const history = historyOf(run, target, { span: { first: 0, last: target.edges.length - 1 } }, 'train', 500)!;
  expect(history.positions.length).toBe(run.measured.length);
  expect(history.end).toBe(500);
  expect(history.outside.at(-1)).toBe(run.measured.at(-1)!.train.targets[target.name]!.negativeShare);
});
