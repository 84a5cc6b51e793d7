/**
 * The history of one target of one run: time across, values upwards on the bins of its histograms, each cell as dense as
 * the share of outputs there, with the zero line through it. Below, on the same time axis, the share outside. Pure.
 */
import { formatShare } from '../protocol/figures';
import type { BinCounts, BinEdges, Bounds } from '../protocol/histogram';
import { binsOf, isInSpan, type Span } from './bins';
import { type Mark, type Picture, RASTER_LEVELS, rounded, type Size } from './marks';
import { roundTicks } from './ticks';
import { epochWords, number } from './words';

export interface HistoryData {
  target: string;
  /** Which outputs, such as `training set`. */
  of: string;
  edges: BinEdges;
  bounds: Bounds;
  /** The part of the edges drawn, as in the histograms. */
  span: Span;
  /** Ascending, in epochs: when it was measured. At least one. */
  positions: readonly number[];
  /** At each of the positions. */
  counts: readonly BinCounts[];
  /** Share outside the bounds, 0 to 1, at each of the positions. */
  outside: readonly number[];
  /** Right end of the time axis in epochs; shared by the runs compared. */
  end: number;
}

const MARGIN = { left: 40, right: 10, top: 8, bottom: 18 };
const STRIP = { height: 24, gap: 12 };
const TEXT_HEIGHT = 11;
/** Of a column: a pixel, less what rounding takes. */
const LEAST_WIDTH = 1 - 1e-6;
/** Shares that are drawn as nothing and as full, per bin: densities differ by powers of ten. */
const DECADES = { low: -4, high: -0.3 };

/** `shown` and `hovered` are indices into the positions. */
export function historyPicture(
  data: HistoryData,
  size: Size,
  shown: number | null = null,
  hovered: number | null = null,
): Picture {
  const frame = frameOf(data, size);
  const marks: Mark[] = [
    ...outsideGround(data, frame),
    rasterOf(data, frame),
    ...valueAxis(data, frame),
    ...strip(data, frame),
    ...timeAxis(data, frame),
    ...cursor(data, frame, hovered, 'hovered'),
    ...cursor(data, frame, shown, 'moment'),
  ];
  return { ...size, marks, summary: summaryOf(data) };
}

/** Index of the measure nearest to `x`; `null` beside the picture. */
export function measureAt(data: HistoryData, size: Size, x: number): number | null {
  const frame = frameOf(data, size);
  if (x < frame.left - 4 || x > frame.right + 4) return null;
  const distance = (index: number) => Math.abs(frame.x(data.positions[index]!) - x);
  let nearest = 0;
  for (let index = 1; index < data.positions.length; index++) {
    if (distance(index) <= distance(nearest)) nearest = index;
  }
  return nearest;
}

/** One measure in words: `epoch 12: 3.1 % outside`. */
export function measureWords(data: HistoryData, index: number): string {
  const epoch = epochWords(Number(data.positions[index]!.toFixed(2)));
  return `epoch ${epoch}: ${formatShare(data.outside[index]!)} outside`;
}

interface Frame {
  left: number;
  right: number;
  top: number;
  /** Lower end of the values; the strip lies below. */
  bottom: number;
  stripTop: number;
  stripBottom: number;
  x(epoch: number): number;
  y(value: number): number;
}

function frameOf(data: HistoryData, size: Size): Frame {
  const left = MARGIN.left;
  const right = Math.max(left + 1, size.width - MARGIN.right);
  const top = MARGIN.top;
  const stripBottom = Math.max(top + STRIP.height + STRIP.gap + 1, size.height - MARGIN.bottom);
  const stripTop = stripBottom - STRIP.height;
  const bottom = stripTop - STRIP.gap;
  const low = data.edges[data.span.first]!;
  const height = data.edges[data.span.last]! - low || 1;
  return {
    left,
    right,
    top,
    bottom,
    stripTop,
    stripBottom,
    x: (epoch) => left + (data.end > 0 ? Math.min(1, epoch / data.end) : 0) * (right - left),
    y: (value) => bottom - ((value - low) / height) * (bottom - top),
  };
}

/** Each measure fills the time nearest to it; those that would be narrower than a pixel share one. */
function rasterOf(data: HistoryData, frame: Frame): Mark {
  const kept = distinctColumns(data, frame);
  const middle = (a: number, b: number) => rounded((frame.x(data.positions[a]!) + frame.x(data.positions[b]!)) / 2);
  const columns = [rounded(frame.x(data.positions[kept[0]!]!))];
  for (let at = 1; at < kept.length; at++) columns.push(middle(kept[at - 1]!, kept[at]!));
  // A measure alone would have no width, and the newest is where the eye is.
  columns.push(Math.max(rounded(frame.x(data.positions.at(-1)!)), columns.at(-1)! + 2));
  const { span, edges } = data;
  const nRows = span.last - span.first;
  const levels = new Uint8Array(kept.length * nRows);
  for (const [column, index] of kept.entries()) {
    for (const [bin, level] of levelsOf(data, data.counts[index]!).entries()) {
      const row = level === 0 ? null : rowOf(bin, data);
      if (row === null) continue;
      const cell = column * nRows + row;
      // Of an open bin and the last row beside it, the fuller one shows.
      levels[cell] = Math.max(levels[cell]!, level);
    }
  }
  const outside = binsOf(edges, data.counts[0]!, data.bounds).slice(span.first + 1, span.last + 1);
  return {
    kind: 'raster',
    columns,
    rows: edges.slice(span.first, span.last + 1).map((edge) => rounded(frame.y(edge))),
    levels,
    outside: outside.map((bin) => bin.outside),
  };
}

/** By measure: a live picture is drawn anew with each, and the others don't change. */
const knownLevels = new WeakMap<BinCounts, Uint8Array>();

function levelsOf({ edges, bounds }: HistoryData, counts: BinCounts): Uint8Array {
  const known = knownLevels.get(counts);
  if (known !== undefined) return known;
  const levels = Uint8Array.from(binsOf(edges, counts, bounds), (bin) => levelOf(bin.density));
  knownLevels.set(counts, levels);
  return levels;
}

/** Indices of measures at least a pixel apart, counted from the newest. */
function distinctColumns(data: HistoryData, frame: Frame): number[] {
  const kept: number[] = [];
  let last = Number.POSITIVE_INFINITY;
  for (let index = data.positions.length - 1; index >= 0; index--) {
    const x = frame.x(data.positions[index]!);
    if (last - x < LEAST_WIDTH) continue;
    kept.push(index);
    last = x;
  }
  return kept.reverse();
}

/** Open bins belong to the rows at the ends; `null` outside the span. */
function rowOf(bin: number, { span, edges }: HistoryData): number | null {
  if (!isInSpan(bin, span, edges)) return null;
  return Math.max(0, Math.min(span.last - span.first - 1, bin - span.first - 1));
}

/** 0 for nothing; one output in ten thousand shows, though faintly. */
function levelOf(density: number): number {
  if (density <= 0) return 0;
  const share = (Math.log10(density) - DECADES.low) / (DECADES.high - DECADES.low);
  return Math.max(2, Math.min(RASTER_LEVELS, Math.round(share * RASTER_LEVELS)));
}

/** The values that outputs must not have, also where none has. */
function outsideGround(data: HistoryData, frame: Frame): Mark[] {
  const { min, max } = data.bounds;
  const ground = (from: number, to: number): Mark[] =>
    to <= from
      ? []
      : [
          {
            kind: 'rect',
            x: frame.left,
            y: rounded(from),
            width: rounded(frame.right - frame.left),
            height: rounded(to - from),
            paint: 'outside-zone',
          },
        ];
  const clamped = (value: number) => Math.max(frame.top, Math.min(frame.bottom, frame.y(value)));
  return [
    ...ground(clamped(min ?? (max === null ? 0 : Number.NEGATIVE_INFINITY)), frame.bottom),
    ...(max === null ? [] : ground(frame.top, clamped(max))),
  ];
}

function valueAxis(data: HistoryData, frame: Frame): Mark[] {
  const across = (value: number, paint: 'zero' | 'bound'): Mark[] => {
    const y = rounded(frame.y(value));
    return y < frame.top || y > frame.bottom
      ? []
      : [{ kind: 'line', x1: frame.left, y1: y, x2: rounded(frame.right), y2: y, paint }];
  };
  const low = data.edges[data.span.first]!;
  const high = data.edges[data.span.last]!;
  const wanted = Math.max(1, Math.floor((frame.bottom - frame.top) / 28));
  const labels = roundTicks(low, high, wanted).map(
    (value): Mark => ({
      kind: 'text',
      x: frame.left - 6,
      y: rounded(frame.y(value) + TEXT_HEIGHT / 3),
      text: number(value),
      anchor: 'end',
      paint: value === 0 ? 'strong-text' : 'text',
    }),
  );
  const bounds = [data.bounds.min, data.bounds.max].filter((bound) => bound !== null);
  return [...labels, ...across(0, 'zero'), ...bounds.flatMap((bound) => across(bound, 'bound'))];
}

/** The share outside over time, from 0 to a round number that holds it. */
function strip(data: HistoryData, frame: Frame): Mark[] {
  const highest = Math.max(...data.outside);
  const ceiling = ceilingOf(highest);
  const y = (share: number) => rounded(frame.stripBottom - (share / ceiling) * STRIP.height);
  // The newest in each pixel, as in the cells above.
  const points = distinctColumns(data, frame).map(
    (index) => `${rounded(frame.x(data.positions[index]!))} ${y(data.outside[index]!)}`,
  );
  const [first, last] = [data.positions[0]!, data.positions.at(-1)!].map((epoch) => rounded(frame.x(epoch)));
  const line = `M${points.join('L')}`;
  const bottom = rounded(frame.stripBottom);
  return [
    { kind: 'path', d: `${line}L${last} ${bottom}H${first}Z`, paint: 'share-area' },
    { kind: 'path', d: line, paint: 'share-line' },
    { kind: 'line', x1: frame.left, y1: bottom, x2: rounded(frame.right), y2: bottom, paint: 'axis' },
    {
      kind: 'text',
      x: frame.left - 6,
      y: rounded(frame.stripTop + TEXT_HEIGHT / 3),
      text: formatPercent(ceiling),
      anchor: 'end',
      paint: 'text',
    },
    {
      kind: 'text',
      x: frame.left + 4,
      y: rounded(frame.stripTop - 2),
      text: 'share outside',
      anchor: 'start',
      paint: 'text',
    },
  ];
}

function ceilingOf(highest: number): number {
  return [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((ceiling) => ceiling >= highest) ?? 1;
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function timeAxis(data: HistoryData, frame: Frame): Mark[] {
  const y = rounded(frame.stripBottom);
  const wanted = Math.max(2, Math.floor((frame.right - frame.left) / 64));
  return roundTicks(0, data.end, wanted).flatMap((epoch): Mark[] => {
    const x = rounded(frame.x(epoch));
    // The last label would leave the picture.
    const anchor = x > frame.right - 12 ? 'end' : 'middle';
    return [
      { kind: 'line', x1: x, y1: y, x2: x, y2: y + 3, paint: 'axis' },
      { kind: 'text', x, y: y + TEXT_HEIGHT + 3, text: number(epoch), anchor, paint: 'text' },
    ];
  });
}

function cursor(data: HistoryData, frame: Frame, index: number | null, paint: 'moment' | 'hovered'): Mark[] {
  const position = index === null ? undefined : data.positions[index];
  if (position === undefined) return [];
  const x = rounded(frame.x(position));
  return [{ kind: 'line', x1: x, y1: frame.top, x2: x, y2: rounded(frame.stripBottom), paint }];
}

function summaryOf(data: HistoryData): string {
  const last = data.positions.length - 1;
  const most = data.outside.indexOf(Math.max(...data.outside));
  const never = data.outside[most] === 0 ? ' Never was any outside.' : ` Most outside: ${measureWords(data, most)}.`;
  return `History of ${data.target}, ${data.of}, time across and values upwards. First: ${measureWords(data, 0)}. Newest: ${measureWords(data, last)}.${never}`;
}
