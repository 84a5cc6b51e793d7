import { expect, test } from 'vitest';
import { curvesPicture } from '../../../extension/pictures/curves/picture';
import { type Curves, curvesOf } from '../../../extension/pictures/curves/series';
import { smoothed } from '../../../extension/pictures/curves/smooth';
import { marksText } from '../../../extension/pictures/marks';
import { INITIAL_CHOICES, modelOf } from '../../../extension/pictures/model';
import { svgText } from '../../../extension/pictures/svgText';
import { recordedRun } from '../webview/recordedRuns';

test('smoothing weighs the past, without the pull towards 0 at the start', () => {
  // β = 0.5: 4; (0.25·4 + 0.5·8) / 0.75 = 6.67; (0.125·4 + 0.25·8 + 0.5·0) / 0.875 = 2.86.
  const values = smoothed([4, 8, 0], 0.5).map((value) => Number(value!.toFixed(2)));
  expect(values).toEqual([4, 6.67, 2.86]);
  expect(smoothed([3, 3, 3], 0.99).map((value) => value!.toFixed(6))).toEqual(['3.000000', '3.000000', '3.000000']);
  expect(smoothed([1, 2], 0)).toEqual([1, 2]);
});

test('smoothing leaves gaps where nothing was measured', () => {
  // The gap weighs nothing: (0.25·4 + 0.5·8) / 0.75.
  expect(smoothed([4, undefined, null, 8], 0.5)).toEqual([4, undefined, null, 5 / 0.75]);
});

const CURVES: Curves = {
  id: 'rmse',
  title: 'RMSE',
  description: 'root mean squared error',
  epochs: [0, 1, 2, 4],
  lines: [{ label: 'penalty', color: 1, dash: [8, 4], values: [0, null, 10, 10] }],
  logarithmic: false,
  zoom: null,
  format: String,
};
// Plot: x 56…256 for epochs 0…4, 50 an epoch; y 39…139 for −0.5…10.5, 100 / 11 a unit.
const SIZE = { width: 268, height: 159 };
const paths = (curves: Curves): string[] =>
  marksText(curvesPicture(curves, SIZE))
    .split('\n')
    .filter((line) => line.startsWith('path'));

test('a file has the lines of a chart in the color and dash of their runs, broken where there is no value', () => {
  const y = (value: number) => Math.round((139 - ((value + 0.5) / 11) * 100) * 10) / 10;
  expect(paths(CURVES)).toEqual([
    'path run-line run 1 M0 24H18', // the legend
    `path run-line run 1 M56 ${y(0)}M156 ${y(10)}L256 ${y(10)}`,
  ]);
  const palette = {
    background: '#fff',
    foreground: '#000',
    inside: '',
    outside: '',
    runs: ['#111', '#222'],
    fontFamily: '',
  };
  expect(svgText(curvesPicture(CURVES, SIZE), palette)).toContain(
    'stroke="#222" stroke-width="1.5" stroke-dasharray="8 4"',
  );
});

test('a smoothed line stands before what was measured, a zoomed chart shows its stretch, a logarithm has no 0', () => {
  const line = { ...CURVES.lines[0]!, smoothed: [0, null, 5, 6] };
  expect(paths({ ...CURVES, lines: [line] }).map((text) => text.split(' ')[1])).toEqual([
    'run-line',
    'run-raw',
    'run-line',
  ]);
  expect(paths({ ...CURVES, zoom: [2, 4] })[1]).toMatch(/^path run-line run 1 M56 [\d.]+L256 /);
  expect(paths({ ...CURVES, logarithmic: true })[1]).toMatch(/^path run-line run 1 M156 /);
});

test('the choices of scale, smoothing and zoom hold for all charts, and tables keep what was measured', () => {
  const model = modelOf([recordedRun('penalty')], {
    ...INITIAL_CHOICES,
    logCurves: true,
    smoothing: 0.9,
    zoom: [5, 9],
  });
  const charts = curvesOf(model);
  expect(charts.length).toBeGreaterThan(3);
  for (const { logarithmic, zoom, lines } of charts) {
    expect([logarithmic, zoom]).toEqual([true, [5, 9]]);
    for (const line of lines) expect(line.smoothed).toEqual(smoothed(line.values, 0.9));
  }
});
