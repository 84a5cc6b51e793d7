import { expect, test } from 'vitest';
import { type Bin, binsOf, spanOf } from '../../../extension/pictures/bins';
import { binWords, type HistogramData, histogramPicture } from '../../../extension/pictures/histogram';
import { binAt } from '../../../extension/pictures/histogramFrame';
import { marksText, type Picture } from '../../../extension/pictures/marks';
import { type Palette, svgText } from '../../../extension/pictures/svgText';

/** Ten outputs: one below −2, two in [−1, 0), six in [0, 1), one at or above 2. */
const DATA: HistogramData = {
  target: 'rain',
  of: 'training set, epoch 3',
  edges: [-2, -1, 0, 1, 2],
  counts: [1, 0, 2, 6, 0, 1],
  before: null,
  bounds: { min: 0, max: null },
  span: { first: 0, last: 4 },
  ceiling: 0.6,
  heightScale: 'linear',
  words: '30.0 % outside, min −2.5',
};
// The frame is x 40…190 and y 22…100; four bins share what the two open ones (9 wide, 5 apart) leave: 122 / 4 = 30.5.
const SIZE = { width: 200, height: 120 };

const PALETTE: Palette = {
  background: '#fff',
  foreground: '#333',
  inside: '#00f',
  outside: '#f00',
  fontFamily: '"A", sans-serif',
};

function bars(picture: Picture): string {
  return marksText(picture)
    .split('\n')
    .filter((line) => line.includes(' bin '))
    .join('\n');
}

test('a histogram draws every bin from the bottom up and paints those outside the bounds apart', () => {
  expect(bars(histogramPicture(DATA, SIZE))).toBe(
    [
      'rect outside 40.5,87 8×13 bin 0 count 1', // 0.1 / 0.6 · 78 = 13
      'rect outside 54.5,100 29.5×0 bin 1 count 0',
      'rect outside 85,74 29.5×26 bin 2 count 2',
      'rect inside 115.5,22 29.5×78 bin 3 count 6',
      'rect inside 146,100 29.5×0 bin 4 count 0',
      'rect inside 181.5,87 8×13 bin 5 count 1',
    ].join('\n'),
  );
});

test('the zero line, the bound and the open bins are labelled', () => {
  const lines = marksText(histogramPicture(DATA, SIZE)).split('\n');
  expect(lines).toContain('line zero 115,22 → 115,100');
  expect(lines).toContain('text strong-text 118,12 start "min 0"');
  expect(lines).toContain('text text 40,114 start "< −2"');
  expect(lines).toContain('text text 190,114 end "≥ 2"');
  expect(lines).toContain('text text 0,12 start "share per 1"');
});

test('a bound in the middle of a bin or far beyond the data changes no other bar', () => {
  // Whole bins are 1 wide; the bounds part [−1, 0) at −0.5, and the last bin reaches up to 60.
  const edges = [-2, -1, -0.5, 0, 1, 2, 3, 60];
  const bins = binsOf(edges, [0, 0, 1, 1, 6, 0, 0, 2, 0], { min: -0.5, max: 60 });
  // Half a bin with 0.1 of the outputs is as high as a whole one with 0.2; 57 bins in one with 0.2 as one with 0.2 / 57.
  expect(bins.map(({ density }) => Number(density.toFixed(4)))).toEqual([0, 0, 0.2, 0.2, 0.6, 0, 0, 0.0035, 0]);
});

test('the ground of the forbidden side shows even when no output is there', () => {
  const picture = histogramPicture({ ...DATA, counts: [0, 0, 0, 10, 0, 0], ceiling: 1 }, SIZE);
  expect(marksText(picture)).toContain('rect outside-zone 40,22 75×78');
});

test('one output in a hundred thousand still has a bar that can be seen', () => {
  const picture = histogramPicture({ ...DATA, counts: [0, 0, 1, 99_999, 0, 0], ceiling: 1 }, SIZE);
  expect(bars(picture)).toContain('rect outside 85,98 29.5×2 bin 2 count 1');
});

test('a bin that a bound has split is drawn as density, so that its halves do not look like a dip', () => {
  const bins = binsOf([0, 1, 1.5, 2, 3], [0, 4, 2, 2, 4, 0], { min: 0, max: 1.5 });
  // Shares 1/3, 1/6, 1/6, 1/3; the halves are half as wide, so their density is twice their share.
  expect(bins.slice(1, 5).map((bin) => bin.density)).toEqual([4 / 12, 4 / 12, 4 / 12, 4 / 12]);
  expect(bins.map((bin) => bin.outside)).toEqual([true, false, false, true, true, true]);
});

test('without bounds the negative side counts as outside', () => {
  const bins = binsOf([-1, 0, 1], [1, 1, 1, 1], { min: null, max: null });
  expect(bins.map((bin) => bin.outside)).toEqual([true, true, false, false]);
});

test('the picture before training is an outline, explained, with an open top and its height where the frame ends', () => {
  const lines = marksText(histogramPicture({ ...DATA, before: [0, 0, 4, 6, 0, 0] }, SIZE)).split('\n');
  expect(lines).toContain('path before M54 100V100H84.5V48H115V22H145.5V100H176V100');
  expect(lines).toContain('text text 190,46 end "□ before training"'); // below the label of the bound
  const clipped = marksText(histogramPicture({ ...DATA, before: [0, 0, 0, 10, 0, 0] }, SIZE)).split('\n');
  expect(clipped).toContain('path before M54 100V100H84.5V100H115V22M145.5 22V100H176V100');
  expect(clipped).toContain('text strong-text 112,33 end "↑ 100 %"');
});

test('the selected bin is lit from top to bottom, under its bar', () => {
  const lines = marksText(histogramPicture(DATA, SIZE, 3)).split('\n');
  const bar = lines.findIndex((line) => line.endsWith('bin 3 count 6'));
  expect(lines[bar - 1]).toBe('rect selected 115,22 30.5×78');
});

test('a pointer finds the bin it is on, and none between the open bin and the axis', () => {
  expect([42, 51, 60, 116, 185, 199].map((x) => binAt(DATA, SIZE, x))).toEqual([0, null, 1, 3, 5, null]);
});

test('a bin says in words what it holds', () => {
  const bins = binsOf(DATA.edges, DATA.counts, DATA.bounds) as [Bin, Bin, Bin, ...Bin[]];
  expect(binWords(bins[2])).toBe('−1 to 0: 20.0 %, 2 outputs, outside');
  expect(binWords(bins[0])).toBe('below −2: 10.0 %, 1 outputs, outside');
});

test('the picture sums itself up for those who cannot see it', () => {
  expect(histogramPicture(DATA, SIZE).summary).toBe(
    'Histogram of rain, training set, epoch 3: 30.0 % outside, min −2.5. ' +
      'Most outputs: 0 to 1: 60.0 %, 6 outputs. Heights are shares per 1.',
  );
});

test('the span drawn holds every used bin, some room on both sides of zero, and never shrinks', () => {
  const edges = Array.from({ length: 61 }, (_, index) => index - 20);
  const zero = 20;
  const bounds = { min: 0, max: null };
  expect(spanOf(edges, bounds, [], null)).toEqual({ first: zero - 5, last: zero + 10 });
  // Bin 10 is [−11, −10): the axis starts one bin before it.
  const wide = spanOf(edges, bounds, [10, 40], null);
  expect([edges[wide.first], edges[wide.last]]).toEqual([-12, 21]);
  expect(spanOf(edges, bounds, [22], wide)).toEqual(wide);
  // An underflow brings in the whole side, so that its open bin stands beside its edge.
  expect(spanOf(edges, bounds, [0], null).first).toBe(0);
});

test('an exported picture carries its colours and escapes what came from a file', () => {
  const text = svgText(histogramPicture({ ...DATA, target: '<script>&' }, SIZE), PALETTE);
  expect(text).toContain('<title>Histogram of &lt;script&gt;&amp;, training set');
  expect(text).toContain('<rect x="85" y="74" width="29.5" height="26" fill="url(#hatch)"/>');
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('var(');
});

test('a file takes CSS along, in which its colors may be defined', () => {
  const picture = histogramPicture(DATA, SIZE);
  const palette: Palette = { ...PALETTE, inside: 'var(--inside)' };
  const file = svgText(picture, palette, ':root { --inside: #1a85ff; }');
  expect(file).toContain('</title>\n<style>:root { --inside: #1a85ff; }</style>\n<defs>');
  expect(file).toContain('fill="var(--inside)"');
  expect(svgText(picture, PALETTE)).not.toContain('<style>');
});
