/**
 * The sign histogram of one target of one run: bars over fixed edges, those outside the bounds painted apart, the zero
 * line and the bounds on bin edges, and the picture before training as an outline. Pure: (data, size) → marks.
 */
import { formatShare } from '../protocol/figures';
import type { BinCounts, BinEdges, Bounds } from '../protocol/histogram';
import { type Bin, binsOf, binWidth, isInSpan } from './bins';
import {
  type AxesData,
  type Frame,
  frameOf,
  heightAxis,
  LABEL_RISE,
  LETTER_WIDTH,
  selection,
  TEXT_HEIGHT,
  valueAxis,
  zeroAndBounds,
  zones,
} from './histogramFrame';
import { type Mark, type Picture, rounded, type Size } from './marks';
import { count, number } from './words';

export interface HistogramData extends AxesData {
  target: string;
  /** Which outputs, such as `training set, epoch 12`. */
  of: string;
  counts: BinCounts;
  /** Counts before training; `null` when that is the picture itself. */
  before: BinCounts | null;
  /** The share outside and the extremes in words, for the summary. */
  words: string;
}

/** A bin that holds anything is at least this high: one output in ten thousand must not vanish. */
const LEAST_HEIGHT = 2;
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

function summaryOf(data: HistogramData, bins: readonly Bin[]): string {
  const fullest = bins.reduce((most, bin) => (bin.count > most.count ? bin : most), bins[0]!);
  const most = fullest.count === 0 ? '' : ` Most outputs: ${binWords(fullest)}.`;
  return `Histogram of ${data.target}, ${data.of}: ${data.words}.${most} Heights are shares per ${number(binWidth(data.edges))}.`;
}
