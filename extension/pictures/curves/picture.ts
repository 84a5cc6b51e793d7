/** Curves as a picture for files: the same lines that the panel draws with uPlot, on axes with round numbers. Pure. */
import { type Mark, type Picture, rounded, type Size } from '../marks';
import { linearScale, logScale, type Scale } from '../scale';
import { roundTicks } from '../ticks';
import { number } from '../words';
import { type Curves, curvesSummary, type Line } from './series';

const MARGIN = { left: 56, right: 12, top: 24, bottom: 20 };
const LEGEND_LINE = 15;
const TEXT_HEIGHT = 11;
const LETTER_WIDTH = 6;

/** With a title and a legend in it: a file stands by itself. */
export function curvesPicture(curves: Curves, size: Size): Picture {
  const legend = legendOf(curves, size);
  const [from, to] = curves.zoom ?? [curves.epochs[0] ?? 0, curves.epochs.at(-1) ?? 1];
  const left = MARGIN.left;
  const right = Math.max(left + 1, size.width - MARGIN.right);
  const top = MARGIN.top + legend.height;
  const bottom = Math.max(top + 1, size.height - MARGIN.bottom);
  const scale = valueScale(curves, from, to);
  const x = (epoch: number) => rounded(left + (to > from ? (epoch - from) / (to - from) : 0.5) * (right - left));
  const y = (value: number) => rounded(bottom - scale.place(value) * (bottom - top));
  const text = (at: { x: number; y: number }, words: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
    kind: 'text',
    x: rounded(at.x),
    y: rounded(at.y),
    text: words,
    anchor,
    paint: 'text',
  });
  const path = (line: Line, values: Line['values'], paint: 'run-line' | 'run-raw'): Mark[] => {
    const d = pathOf(curves, values, { from, to, x, y, isDrawable: (value) => !scale.logarithmic || value > 0 });
    return d === '' ? [] : [{ kind: 'path', d, paint, run: line.color, dash: paint === 'run-raw' ? [] : line.dash }];
  };
  const marks: Mark[] = [
    { ...text({ x: 0, y: TEXT_HEIGHT }, curves.title, 'start'), paint: 'strong-text' } as Mark,
    ...legend.marks,
    ...scale
      .ticks(Math.max(2, Math.floor((bottom - top) / 32)))
      .flatMap((value): Mark[] => [
        { kind: 'line', x1: left, y1: y(value), x2: rounded(right), y2: y(value), paint: 'grid' },
        text({ x: left - 6, y: y(value) + TEXT_HEIGHT / 3 }, curves.format(value), 'end'),
      ]),
    ...roundTicks(from, to, Math.max(2, Math.floor((right - left) / 70))).map((epoch) =>
      text({ x: x(epoch), y: bottom + TEXT_HEIGHT + 4 }, number(epoch), x(epoch) > right - 12 ? 'end' : 'middle'),
    ),
    { kind: 'line', x1: left, y1: rounded(bottom), x2: rounded(right), y2: rounded(bottom), paint: 'axis' },
    ...curves.lines.flatMap((line) => (line.smoothed === undefined ? [] : path(line, line.values, 'run-raw'))),
    ...curves.lines.flatMap((line) => path(line, line.smoothed ?? line.values, 'run-line')),
  ];
  return { ...size, marks, summary: curvesSummary(curves) };
}

/** Of the values in sight. */
function valueScale(curves: Curves, from: number, to: number): Scale {
  const values = curves.lines
    .flatMap((line) => line.values.filter((_, index) => curves.epochs[index]! >= from && curves.epochs[index]! <= to))
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const positive = values.filter((value) => value > 0);
  if (curves.logarithmic && positive.length > 0) return logScale(Math.min(...positive), Math.max(...positive));
  return linearScale(Math.min(...values), Math.max(...values));
}

interface Drawing {
  from: number;
  to: number;
  x(epoch: number): number;
  y(value: number): number;
  isDrawable(value: number): boolean;
}

/** Goes straight on where a run was not measured, breaks where there is no value. */
function pathOf(curves: Curves, values: Line['values'], { from, to, x, y, isDrawable }: Drawing): string {
  let d = '';
  let isBroken = true;
  for (const [index, value] of values.entries()) {
    const epoch = curves.epochs[index]!;
    if (value === undefined || epoch < from || epoch > to) continue;
    if (value === null || !Number.isFinite(value) || !isDrawable(value)) {
      isBroken = true;
      continue;
    }
    d += `${isBroken ? 'M' : 'L'}${x(epoch)} ${y(value)}`;
    isBroken = false;
  }
  return d;
}

function legendOf(curves: Curves, size: Size): { marks: Mark[]; height: number } {
  const marks: Mark[] = [];
  let x = 0;
  let y = MARGIN.top;
  for (const line of curves.lines) {
    const width = 24 + line.label.length * LETTER_WIDTH + 14;
    if (x > 0 && x + width > size.width) {
      x = 0;
      y += LEGEND_LINE;
    }
    marks.push(
      { kind: 'path', d: `M${x} ${y}H${x + 18}`, paint: 'run-line', run: line.color, dash: line.dash },
      { kind: 'text', x: x + 23, y: y + 4, text: line.label, anchor: 'start', paint: 'text' },
    );
    x += width;
  }
  return { marks, height: y - MARGIN.top + LEGEND_LINE };
}
