/**
 * What all histograms of a target have in common: where bins and densities are in the picture, the ground outside the
 * bounds, the zero line, the bounds and both axes. Pure.
 */
import type { BinEdges, Bounds } from '../protocol/histogram';
import { type Bin, binWidth, isInSpan, type Span } from './bins';
import { type Mark, rounded, type Size } from './marks';
import { roundTicks } from './ticks';
import { number } from './words';

export type HeightScale = 'linear' | 'squareRoot';

export interface AxesData {
  edges: BinEdges;
  bounds: Bounds;
  /** The part of the edges drawn; shared by the runs compared, as is the ceiling. */
  span: Span;
  /** Top of the height axis as a density (`bins.ts`). */
  ceiling: number;
  heightScale: HeightScale;
}

const MARGIN = { left: 40, right: 10, top: 22, bottom: 20 };
/** The open bins at both ends: a bar of fixed width, set apart from the axis. */
const OPEN_BIN = { width: 9, gap: 5 };
export const TEXT_HEIGHT = 11;
/** Of the labels above the frame, so that they clear the topmost tick's. */
export const LABEL_RISE = 10;
/** Of a digit at that height, about; pictures are made without measuring text. */
export const LETTER_WIDTH = 6;

/** The index of the bin at `x`, for the pointer; `null` beside the bars. */
export function binAt(data: FrameData, size: Size, x: number): number | null {
  const frame = frameOf(data, size);
  for (let index = 0; index <= data.edges.length; index++) {
    const [from, to] = frame.across(index);
    if (x >= from && x < to && isInSpan(index, data.span, data.edges)) return index;
  }
  return null;
}

export type FrameData = Pick<AxesData, 'edges' | 'span' | 'ceiling' | 'heightScale'>;

/** Where things are: data to pixels. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(value: number): number;
  y(density: number): number;
  /** Left and right end of a bin by its index. */
  across(index: number): [number, number];
}

export function frameOf(data: FrameData, size: Size): Frame {
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
export function zones(bins: readonly Bin[], frame: Frame): Mark[] {
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

export function selection(bin: Bin, frame: Frame): Mark {
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

export function heightAxis(data: AxesData, frame: Frame): Mark[] {
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

export function zeroAndBounds(data: AxesData, frame: Frame): Mark[] {
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

export function valueAxis(data: AxesData, frame: Frame): Mark[] {
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
