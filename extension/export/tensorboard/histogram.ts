/** A sign histogram as TensorBoard has histograms: buckets between limits, with the ends and sums of what is in them. */
import type { BinCounts, BinEdges } from '../../protocol/histogram';
import type { Histogram } from './eventProto';

/**
 * The bins from the first to the last that hold a value, so that 0 and each bound among them stay limits; `null` where none
 * does. TensorBoard begins the first bucket at `min` and ends the last one at `max`, so that empty ones before and after
 * would run backwards.
 *
 * `smallest` is the smallest value counted, where it is known. Of what was only counted the rest is estimated: the largest
 * value is the upper end of the last bin, sums go by the middles of the bins, and an open bin is as wide as its neighbor.
 */
export function toHistogram(edges: BinEdges, counts: BinCounts, smallest: number | null): Histogram | null {
  const start = counts.findIndex((count) => count > 0);
  const end = counts.findLastIndex((count) => count > 0);
  if (start < 0) return null;
  const [first, last] = [edges[0]!, edges.at(-1)!];
  const lower = [first - (edges.length > 1 ? edges[1]! - first : 1), ...edges];
  const upper = [...edges, last + (edges.length > 1 ? last - edges.at(-2)! : 1)];
  const min = smallest ?? lower[start]!;
  const max = Math.max(upper[end]!, min);
  const total = (of: (middle: number) => number): number =>
    counts.reduce((sum, count, bin) => sum + count * of((lower[bin]! + upper[bin]!) / 2), 0);
  return {
    min,
    max,
    num: total(() => 1),
    sum: total((middle) => middle),
    sumSquares: total((middle) => middle ** 2),
    bucketLimit: [...upper.slice(start, end), max],
    bucket: counts.slice(start, end + 1),
  };
}
