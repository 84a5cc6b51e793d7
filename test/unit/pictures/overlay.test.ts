import { expect, test } from 'vitest';
import { marksText } from '../../../extension/pictures/marks';
import { INITIAL_CHOICES, modelOf } from '../../../extension/pictures/model';
import {
  type OverlayData,
  overlayPicture,
  overlaysOf,
  overlayTable,
  overlayWords,
} from '../../../extension/pictures/overlay';
import { SharedAxes } from '../../../extension/pictures/sharedAxes';
import type { RunState } from '../../../extension/protocol/runState';
import { recordedRun } from '../webview/recordedRuns';

/** Ten outputs each: `a` has a fifth below 0 and one beyond 2, `b` has none outside. */
const DATA: OverlayData = {
  target: 'rain',
  of: 'training set',
  edges: [-1, 0, 1, 2],
  bounds: { min: 0, max: null },
  span: { first: 0, last: 3 },
  ceiling: 0.8,
  heightScale: 'linear',
  runs: [
    { label: 'a', color: 0, counts: [0, 2, 7, 0, 1], outside: 0.2 },
    { label: 'b', color: 1, counts: [0, 0, 8, 2, 0], outside: 0 },
  ],
  nOthers: 0,
};
// The frame is x 40…190 and y 22…102: 100 a unit of density. Three bins share what the open ones (9 wide, 5 apart) leave,
// 150 − 28 = 122, so 40.7 each from x 54 on.
const SIZE = { width: 200, height: 122 };

test('each run is an outline in its color over the same bins, open ones apart', () => {
  const lines = marksText(overlayPicture(DATA, SIZE)).split('\n');
  expect(lines.filter((line) => line.startsWith('path'))).toEqual([
    'path run-line run 0 item 0 M40 102V102H49V102M54 102V82H94.7V32H135.3V102H176V102M181 102V92H190V102',
    'path run-line run 1 item 1 M40 102V102H49V102M54 102V102H94.7V22H135.3V82H176V102M181 102V102H190V102',
  ]);
  expect(lines).toContain('line zero 94.7,22 → 94.7,102');
  expect(lines.some((line) => line.startsWith('rect outside-zone'))).toBe(true);
});

test('a bin says the share of every run, and so does the table behind', () => {
  expect(overlayWords(DATA, 2)).toBe('0 to 1: a 70.0 %, b 80.0 %');
  expect(overlayWords(DATA, 4)).toBe('2 and above: a 10.0 %, b 0.0 %');
  expect(overlayTable(DATA).rows.map((row) => row.map(({ text }) => text).join(' | '))).toEqual([
    '−1 to 0 | outside | 20.0 % | 0.0 %',
    '0 to 1 | inside | 70.0 % | 80.0 %',
    '1 to 2 | inside | 0.0 % | 20.0 %',
    '2 and above | inside | 10.0 % | 0.0 %',
  ]);
  expect(overlayPicture(DATA, SIZE).summary).toBe(
    'Histograms of rain, training set, of 2 runs over each other: a 20.0 % outside, b 0.0 % outside.',
  );
});

test('runs are laid over each other where they share their bins, at the moment shown', () => {
  const [baseline, penalty] = [recordedRun('baseline'), recordedRun('penalty')];
  const wider: RunState = {
    ...recordedRun('lagrangian'),
    started: {
      ...penalty.started!,
      targets: penalty.started!.targets.map((target) => ({ ...target, edges: target.edges.map((edge) => 2 * edge) })),
    },
  };
  const model = modelOf([baseline, penalty, wider], { ...INITIAL_CHOICES, position: 0 });
  const overlays = overlaysOf(model, new SharedAxes().update(model));
  expect(overlays.map(({ target, runs, nOthers }) => [target, runs.map(({ label }) => label), nOthers])).toEqual([
    ['precipitation', ['baseline', 'penalty'], 1],
    ['wind', ['baseline', 'penalty'], 1],
  ]);
  expect(overlays[0]!.runs[1]!.counts).toBe(penalty.measured[0]!.histograms.train.precipitation);
});
