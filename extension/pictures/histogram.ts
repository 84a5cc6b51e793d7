/**
 * The sign histogram of one target of one run: bars over fixed edges, those outside the bounds painted apart, the zero
 * line and the bounds on bin edges, and the picture before training as an outline. Pure: (data, size) → marks.
 */
import { formatShare } from '../protocol/figures';
import type { BinCounts, BinEdges, Bounds } from '../protocol/histogram';
import { type Bin, binsOf, binWidth, isInSpan, type Span } from './bins';
import { type Mark, type Picture, rounded, type Size } from './marks';
import { roundTicks } from './ticks';
import { count, number } from './words';

export type HeightScale = 'linear' | 'squareRoot';

export interface HistogramData {
  target: string;
  /** Which outputs, such as `training set, epoch 12`. */
  of: string;
  edges: BinEdges;
  counts: BinCounts;
  /** Counts before training; `null` when that is the picture itself. */
  before: BinCounts | null;
  bounds: Bounds;
  /** The part of the edges drawn; shared by the runs compared, as is the ceiling. */
  span: Span;
  /** Top of the height axis as a density (`bins.ts`). */
  ceiling: number;
  heightScale: HeightScale;
  /** The share outside and the extremes in words, for the summary. */
  words: string;
}

const MARGIN = { left: 40, right: 10, top: 22, bottom: 20 };
/** The open bins at both ends: a bar of fixed width, set apart from the axis. */
const OPEN_BIN = { width: 9, gap: 5 };
/** A bin that holds anything is at least this high: one output in ten thousand must not vanish. */
const LEAST_HEIGHT = 2;
const TEXT_HEIGHT = 11;
/** Of the labels above the frame, so that they clear the topmost tick's. */
const LABEL_RISE = 10;
/** Of a digit at that height, about; pictures are made without measuring text. */
const LETTER_WIDTH = 6;

/** The second is for narrow pictures. */
const OUTLINE_WORDS = ['outline: before training', '□ before training'] as const;

/** `selected` is the index of the bin that pointer or arrow keys are on. */
export function histogramPicture(data: HistogramData, size: Size, selected: number | null = null): Picture {
  const allBins = binsOf(data.edges, data.counts, data.bounds);
  const bins = allBins.filter((bin) => isInSpan(bin.index, data.span, data.edges));
  const frame = frameOf(data, size);
  const marks: Mark[] = [
    ...zones(bins, frame),
    ...heightAxis(data, frame),
    ...bins.flatMap((bin) => (bin.index === selected ? [selection(bin, frame), bar(bin, frame)] : [bar(bin, frame)])),
    ...outline(data, frame),
    ...zeroAndBounds(data, frame),
    ...valueAxis(data, frame),
  ];
  return { ...size, marks, summary: summaryOf(data, allBins) };
}

/** The density of the highest bar; what the height axis must hold. */
export function highestDensity(edges: BinEdges, counts: BinCounts, bounds: Bounds): number {
  return Math.max(0, ...binsOf(edges, counts, bounds).map((bin) => bin.density));
}

/** The index of the bin at `x`, for the pointer; `null` beside the bars. */
export function binAt(data: FrameData, size: Size, x: number): number | null {
  const frame = frameOf(data, size);
  for (let index = 0; index <= data.edges.length; index++) {
    const [from, to] = frame.across(index);
    if (x >= from && x < to && isInSpan(index, data.span, data.edges)) return index;
  }
  return null;
}

/** One bin in words: `1.5 to 2: 3.2 %, 42 outputs`. */
export function binWords(bin: Bin): string {
  const range =
    bin.from === Number.NEGATIVE_INFINITY
      ? `below ${number(bin.to)}`
      : bin.to === Number.POSITIVE_INFINITY
        ? `${number(bin.from)} and above`
        : `${number(bin.from)} to ${number(bin.to)}`;
  return `${range}: ${formatShare(bin.share)}, ${count(bin.count)} outputs${bin.outside ? ', outside' : ''}`;
}

type FrameData = Pick<HistogramData, 'edges' | 'span' | 'ceiling' | 'heightScale'>;

/** Where things are: data to pixels. */
interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(value: number): number;
  y(density: number): number;
  /** Left and right end of a bin by its index. */
  across(index: number): [number, number];
}

function frameOf(data: FrameData, size: Size): Frame {
  const { edges, span, ceiling, heightScale } = data;
  const left = MARGIN.left;
  const right = Math.max(left + 1, size.width - MARGIN.right);
  const top = MARGIN.top;
  const bottom = Math.max(top + 1, size.height - MARGIN.bottom);
  const open = OPEN_BIN.width + OPEN_BIN.gap;
  const low = edges[span.first]!;
  const width = edges[span.last]! - low || 1;
  const x = (value: number) => left + open + ((value - low) / width) * (right - left - 2 * open);
  const y = (density: number) => {
    const share = Math.min(1, density / ceiling);
    return bottom - (heightScale === 'squareRoot' ? Math.sqrt(share) : share) * (bottom - top);
  };
  const across = (index: number): [number, number] => {
    if (index === 0) return [left, left + OPEN_BIN.width];
    if (index === edges.length) return [right - OPEN_BIN.width, right];
    return [x(edges[index - 1]!), x(edges[index]!)];
  };
  return { left, right, top, bottom, x, y, across };
}

/** A ground under every stretch of bins outside the bounds: shows where outputs must not be even when none is there. */
function zones(bins: readonly Bin[], frame: Frame): Mark[] {
  const marks: Mark[] = [];
  let start: Bin | null = null;
  for (const [position, bin] of bins.entries()) {
    if (!bin.outside) continue;
    start ??= bin;
    if (bins[position + 1]?.outside) continue;
    const from = rounded(frame.across(start.index)[0]);
    const to = rounded(frame.across(bin.index)[1]);
    marks.push({
      kind: 'rect',
      x: from,
      y: frame.top,
      width: rounded(to - from),
      height: rounded(frame.bottom - frame.top),
      paint: 'outside-zone',
    });
    start = null;
  }
  return marks;
}

function bar(bin: Bin, frame: Frame): Mark {
  const [from, to] = frame.across(bin.index);
  // A hairline between bars while there is room for it.
  const gap = to - from > 4 ? 0.5 : 0;
  const height = bin.count === 0 ? 0 : Math.max(LEAST_HEIGHT, frame.bottom - frame.y(bin.density));
  return {
    kind: 'rect',
    x: rounded(from + gap),
    y: rounded(frame.bottom - height),
    width: Math.max(0.1, rounded(to - from - 2 * gap)),
    height: rounded(height),
    paint: bin.outside ? 'outside' : 'inside',
    bar: { bin: bin.index, count: bin.count },
  };
}

function selection(bin: Bin, frame: Frame): Mark {
  const [from, to] = frame.across(bin.index);
  return {
    kind: 'rect',
    x: rounded(from),
    y: frame.top,
    width: rounded(to - from),
    height: rounded(frame.bottom - frame.top),
    paint: 'selected',
  };
}

function outline(data: HistogramData, frame: Frame): Mark[] {
  if (data.before === null) return [];
  // The open bins have no outline: they are apart from the axis.
  const bins = binsOf(data.edges, data.before, data.bounds).slice(data.span.first + 1, data.span.last + 1);
  let d = '';
  for (const bin of bins) {
    const [from, to] = frame.across(bin.index);
    const y = rounded(frame.y(bin.density));
    // A bin that is higher than the frame has no top.
    const across = bin.density > data.ceiling ? `M${rounded(to)} ${y}` : `H${rounded(to)}`;
    d += `${d === '' ? `M${rounded(from)} ${rounded(frame.bottom)}` : ''}V${y}${across}`;
  }
  const outlined: Mark = { kind: 'path', d: `${d}V${rounded(frame.bottom)}`, paint: 'before' };
  return [outlined, ...clippedTops(bins, data.ceiling, frame), outlineWords(data, frame)];
}

/** An arrow and the height meant, for each stretch of the outline that is higher than the frame. */
function clippedTops(bins: readonly Bin[], ceiling: number, frame: Frame): Mark[] {
  const marks: Mark[] = [];
  let start = 0;
  for (const [at, bin] of bins.entries()) {
    if (!(bin.density > ceiling)) {
      start = at + 1;
      continue;
    }
    if ((bins[at + 1]?.density ?? 0) > ceiling) continue;
    const highest = Math.max(...bins.slice(start, at + 1).map(({ density }) => density));
    const text = `↑ ${Math.round(highest * 100)} %`;
    const [from, to] = [frame.across(bins[start]!.index)[0], frame.across(bin.index)[1]];
    // Between the lines where there is room, else after them, and before them at the right end.
    const room = (text.length + 1) * LETTER_WIDTH;
    const [x, anchor] =
      to - from > room
        ? [(from + to) / 2, 'middle' as const]
        : to + room < frame.right
          ? [to + 3, 'start' as const]
          : [from - 3, 'end' as const];
    marks.push({
      kind: 'text',
      x: rounded(x),
      y: frame.top + TEXT_HEIGHT,
      text,
      anchor,
      paint: 'strong-text',
    });
  }
  return marks;
}

/** In the row of the bounds' labels, or under it where one of them needs the room. */
function outlineWords(data: HistogramData, frame: Frame): Mark {
  const bounds = [data.bounds.min, data.bounds.max].filter((bound) => bound !== null);
  const hasRoom = (words: string) => {
    const from = frame.right - words.length * LETTER_WIDTH;
    return bounds.every((bound) => frame.x(bound) + `min ${number(bound)} `.length * LETTER_WIDTH < from);
  };
  const fitting = OUTLINE_WORDS.find(hasRoom);
  return {
    kind: 'text',
    x: rounded(frame.right),
    y: fitting === undefined ? frame.top + 2 * TEXT_HEIGHT + 2 : frame.top - LABEL_RISE,
    text: fitting ?? OUTLINE_WORDS[1],
    anchor: 'end',
    paint: 'text',
  };
}

function heightAxis(data: HistogramData, frame: Frame): Mark[] {
  const wanted = Math.max(1, Math.floor((frame.bottom - frame.top) / 28));
  // Says what the heights are, since a bar's share depends on how wide it is.
  const title: Mark = {
    kind: 'text',
    x: 0,
    y: frame.top - LABEL_RISE,
    text: `share per ${number(binWidth(data.edges))}`,
    anchor: 'start',
    paint: 'text',
  };
  const ticks = roundTicks(0, data.ceiling, wanted).flatMap((density): Mark[] => {
    const y = rounded(frame.y(density));
    const label: Mark = {
      kind: 'text',
      x: frame.left - 6,
      y: rounded(y + TEXT_HEIGHT / 3),
      text: `${Number((density * 100).toPrecision(6))} %`,
      anchor: 'end',
      paint: 'text',
    };
    if (density === 0) return [label];
    return [{ kind: 'line', x1: frame.left, y1: y, x2: rounded(frame.right), y2: y, paint: 'grid' }, label];
  });
  return [title, ...ticks];
}

function zeroAndBounds(data: HistogramData, frame: Frame): Mark[] {
  const { bounds } = data;
  const marks: Mark[] = [upright(frame.x(0), frame, 'zero')];
  for (const [word, bound] of [
    ['min', bounds.min],
    ['max', bounds.max],
  ] as const) {
    if (bound === null) continue;
    const x = frame.x(bound);
    const nearRight = x > frame.right - 60;
    marks.push(upright(x, frame, 'bound'), {
      kind: 'text',
      x: rounded(nearRight ? x - 3 : x + 3),
      y: frame.top - LABEL_RISE,
      text: `${word} ${number(bound)}`,
      anchor: nearRight ? 'end' : 'start',
      paint: 'strong-text',
    });
  }
  return marks;
}

function upright(x: number, frame: Frame, paint: 'zero' | 'bound'): Mark {
  // The bound reaches up to its label, so that it still shows where it lies on the zero line.
  const y1 = paint === 'bound' ? frame.top - LABEL_RISE - TEXT_HEIGHT + 2 : frame.top;
  return { kind: 'line', x1: rounded(x), y1, x2: rounded(x), y2: rounded(frame.bottom), paint };
}

function valueAxis(data: HistogramData, frame: Frame): Mark[] {
  const { edges, span } = data;
  const low = edges[span.first]!;
  const high = edges[span.last]!;
  const y = rounded(frame.bottom);
  const labelY = rounded(frame.bottom + TEXT_HEIGHT + 3);
  const text = (x: number, words: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
    kind: 'text',
    x: rounded(x),
    y: labelY,
    text: words,
    anchor,
    paint: 'text',
  });
  const marks: Mark[] = [{ kind: 'line', x1: frame.left, y1: y, x2: rounded(frame.right), y2: y, paint: 'axis' }];
  const below = isInSpan(0, span, edges) ? `< ${number(low)}` : '';
  const above = isInSpan(edges.length, span, edges) ? `≥ ${number(high)}` : '';
  if (below !== '') marks.push(text(frame.left, below, 'start'));
  if (above !== '') marks.push(text(frame.right, above, 'end'));
  // Ticks keep clear of the labels of the open bins.
  const clearLeft = frame.left + (below === '' ? 0 : below.length * LETTER_WIDTH + 14);
  const clearRight = frame.right - (above === '' ? 0 : above.length * LETTER_WIDTH + 14);
  const wanted = Math.max(2, Math.floor((frame.right - frame.left) / 64));
  for (const tick of roundTicks(low, high, wanted)) {
    const x = frame.x(tick);
    if (x < clearLeft || x > clearRight) continue;
    marks.push({ kind: 'line', x1: rounded(x), y1: y, x2: rounded(x), y2: y + 3, paint: 'axis' });
    marks.push(text(x, number(tick), 'middle'));
  }
  return marks;
}

function summaryOf(data: HistogramData, bins: readonly Bin[]): string {
  const fullest = bins.reduce((most, bin) => (bin.count > most.count ? bin : most), bins[0]!);
  const most = fullest.count === 0 ? '' : ` Most outputs: ${binWords(fullest)}.`;
  return `Histogram of ${data.target}, ${data.of}: ${data.words}.${most} Heights are shares per ${number(binWidth(data.edges))}.`;
}
