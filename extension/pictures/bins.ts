/**
 * From counts over fixed edges to bins that can be drawn: side, share and density. It counts nothing itself; edges and
 * counts come with the events (`protocol/histogram.ts`).
 */
import type { BinCounts, BinEdges, Bounds } from '../protocol/histogram';

export interface Bin {
  /** Index into the counts: 0 is the underflow, `edges.length` the overflow. */
  index: number;
  /** −∞ for the underflow. */
  from: number;
  /** ∞ for the overflow. */
  to: number;
  count: number;
  /** Of all outputs of the split, 0 to 1. */
  share: number;
  /**
   * What is drawn: the share the bin would hold if it were as wide as a whole bin. A bound may split a bin in two; drawn
   * as shares, the two halves would look like a dip. The open bins at the ends have no width and are drawn as shares.
   */
  density: number;
  outside: boolean;
}

/**
 * Width of a whole bin, which is the median of all: a bound may split a bin in two, or lie so far off that the last bin
 * reaches out to it.
 */
export function binWidth(edges: BinEdges): number {
  const widths = edges.slice(1).map((edge, index) => edge - edges[index]!);
  const median = widths.sort((a, b) => a - b)[widths.length >> 1] ?? 0;
  return Number(median.toPrecision(9));
}

export function binsOf(edges: BinEdges, counts: BinCounts, bounds: Bounds): Bin[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = binWidth(edges);
  return counts.map((count, index) => {
    const from = index === 0 ? Number.NEGATIVE_INFINITY : edges[index - 1]!;
    const to = index === edges.length ? Number.POSITIVE_INFINITY : edges[index]!;
    const share = total === 0 ? 0 : count / total;
    const density = Number.isFinite(to - from) ? share * (width / (to - from)) : share;
    return { index, from, to, count, share, density, outside: isOutside(from, to, bounds) };
  });
}

/**
 * Whether a bin lies outside the bounds; bounds are edges, so it lies wholly on one side. Without any bound the negative
 * side counts as outside: the picture is about signs.
 */
function isOutside(from: number, to: number, bounds: Bounds): boolean {
  if (bounds.min === null && bounds.max === null) return to <= 0;
  return (bounds.min !== null && to <= bounds.min) || (bounds.max !== null && from >= bounds.max);
}

/** The part of the edges that is drawn: indices of the first and the last edge shown. */
export interface Span {
  first: number;
  last: number;
}

/** So many bins are drawn on each side of 0 even when they are empty: where nothing is must show as well. */
const LEAST_BELOW = 5;
const LEAST_ABOVE = 10;

/**
 * The smallest span around 0 that holds every bin in `used` (indices into the counts) with an empty one beside it, all
 * finite bounds, and `previous`: edges cover the data, predictions often a small part of it. It only grows, so that
 * an axis never shrinks under one's eyes.
 */
export function spanOf(edges: BinEdges, bounds: Bounds, used: Iterable<number>, previous: Span | null): Span {
  const zero = Math.max(0, edges.indexOf(0));
  const end = edges.length - 1;
  let first = Math.min(zero - LEAST_BELOW, previous?.first ?? zero);
  let last = Math.max(zero + LEAST_ABOVE, previous?.last ?? zero);
  for (const index of used) {
    // Bin `index` lies between the edges `index - 1` and `index`.
    first = Math.min(first, index - 2);
    last = Math.max(last, index + 1);
  }
  for (const bound of [bounds.min, bounds.max]) {
    if (bound === null) continue;
    first = Math.min(first, edges.indexOf(bound) - 1);
    last = Math.max(last, edges.indexOf(bound) + 1);
  }
  return { first: Math.max(0, first), last: Math.min(end, last) };
}

/** Whether the bin of this index is drawn: between the ends of the span, or open at an end that the span reaches. */
export function isInSpan(index: number, span: Span, edges: BinEdges): boolean {
  if (index === 0) return span.first === 0;
  if (index === edges.length) return span.last === edges.length - 1;
  return index > span.first && index <= span.last;
}
