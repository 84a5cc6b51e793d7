/** Edges of the small histogram that stands in a hover. */

const BINS = 24;

/**
 * Equal bins that hold all of `[min, max]`, 24 at most. Whole numbers get whole bins, `[0, 1)` for 0, so that none is
 * split unevenly; where both signs occur, one edge is 0.
 */
export function binEdges(min: number, max: number, isWhole: boolean): number[] {
  // Beyond 2⁵³ whole numbers can't be counted one by one.
  if (isWhole && Math.max(-min, max) <= Number.MAX_SAFE_INTEGER) {
    const first = Math.floor(min);
    const values = Math.floor(max) - first + 1;
    const step = Math.ceil(values / (first < 0 && max >= 0 ? BINS - 1 : BINS));
    const low = first < 0 && max >= 0 ? -Math.ceil(-first / step) * step : first;
    const bins = Math.floor((Math.floor(max) - low) / step) + 1;
    return edgesFrom(low, step, bins);
  }
  if (min === max) return edgesFrom(min - halfWidth(min), 2 * halfWidth(min), 1);
  const largest = Math.max(-min, max);
  // Too near to each other, for their size or at all, for a double to tell what lies between.
  if (largest + (max - min) / BINS === largest || max - min < BINS * Number.MIN_VALUE) {
    return min < 0 && max > 0 ? edgesFrom(-largest, largest, 2) : edgesFrom(min, max - min, 1);
  }
  if (min >= 0 || max <= 0) return edgesFrom(min, stepBetween(min, max, BINS), BINS);
  // One bin less than there may be, so that moving an edge to 0 has room.
  const step = stepBetween(min, max, BINS - 2);
  const below = Math.ceil(-min / step);
  return edgesFrom(-below * step, step, below + Math.ceil(max / step));
}

/** The width of each of `bins` equal bins. */
export function stepBetween(low: number, high: number, bins: number): number {
  const step = (high - low) / bins;
  // Their distance may be more than a double holds.
  return Number.isFinite(step) ? step : high / bins - low / bins;
}

function edgesFrom(low: number, step: number, bins: number): number[] {
  // `low + index · step` of an edge at 0 may be off by rounding, and the sign is what matters there.
  return Array.from({ length: bins + 1 }, (_, index) => {
    const edge = low + index * step;
    if (Math.abs(edge) < step * 1e-9) return 0;
    if (Number.isFinite(edge)) return edge;
    // Where the way from the lowest edge is longer than a double holds, half of it is not.
    return Math.max(-Number.MAX_VALUE, Math.min(2 * (low / 2 + index * (step / 2)), Number.MAX_VALUE));
  });
}

function halfWidth(value: number): number {
  return value === 0 ? 0.5 : Math.abs(value) / 2;
}
