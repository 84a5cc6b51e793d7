/**
 * The sign histogram's data: fixed bin edges with 0 always on an edge, and counts that never lose a value.
 * Drawing is the webview's business; choosing edges from data and counting live here so that all sides agree.
 */

/**
 * Ascending bin edges of one target. Bins are left-closed: `[edges[i], edges[i+1])`. 0 and each finite bound are
 * edges, so a bin lies wholly inside or wholly outside the bounds. Shared by all steps and variants of one experiment.
 */
export type BinEdges = readonly number[];

/**
 * Counts for edges e of length n: length n + 1. `counts[0]` are values below `edges[0]` (underflow), `counts[n]` values
 * at or above `edges[n-1]` (overflow), `counts[i]` values in `[edges[i-1], edges[i])`.
 */
export type BinCounts = readonly number[];

const BINS_ABOVE = 64;
const BINS_BELOW = 20;

/** Bounds in the target's own units; `null` where there is none. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * Chooses edges from the target values of the training set (finite numbers, at least one). The width is a round number
 * (1, 2 or 5 times a power of ten) so that about 26 to 64 bins cover the larger side and at least 20 remain on the other: outputs spread less than targets.
 */
export function chooseBinEdges(values: ArrayLike<number>, bounds: Bounds): BinEdges {
  const sorted = Float64Array.from(values).sort();
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const high = Math.max(0, quantile(0.995));
  const low = Math.min(0, quantile(0.005));
  const reach = Math.max(high, -low) || 1;
  const width = roundWidth(reach / BINS_ABOVE);
  const above = Math.max(BINS_BELOW, Math.ceil(high / width));
  const below = Math.max(BINS_BELOW, Math.ceil(-low / width));
  const edges: number[] = [];
  for (let index = -below; index <= above; index++) edges.push(index === 0 ? 0 : cleanMultiple(index, width));
  for (const bound of [bounds.min, bounds.max]) {
    if (bound !== null && !edges.includes(bound)) edges.push(bound);
  }
  return edges.sort((a, b) => a - b);
}

/** Counts `values` into the bins of `edges`; the counts add up to the number of values that are not NaN. */
export function countBins(values: ArrayLike<number>, edges: BinEdges): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (Number.isNaN(value)) continue;
    counts[binIndex(value, edges)]! += 1;
  }
  return counts;
}

/** Index into the counts for one value: the number of edges at or below it. */
function binIndex(value: number, edges: BinEdges): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = width / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

/** `index · width` without the last-digit noise that would show in labels (0.30000000000000004). */
function cleanMultiple(index: number, width: number): number {
  return Number((index * width).toPrecision(12));
}
