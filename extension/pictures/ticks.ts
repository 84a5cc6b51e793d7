/** Round numbers for axes: ticks, and ceilings that don't jump while a run is live. Pure. */

/** About `wanted` round numbers (1, 2 or 5 times a power of ten) from `low` to `high`; 0 is one of them if it is between. */
export function roundTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || wanted < 1) return [];
  const step = roundStep(span / wanted);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) {
    // `index * step` alone would show 0.30000000000000004.
    ticks.push(index === 0 ? 0 : Number((index * step).toPrecision(12)));
  }
  return ticks;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

const CEILINGS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
/** Bars may shrink to this share of the axis before the axis follows. */
const SHRINK_BELOW = 0.45;

/**
 * The top of an axis that must hold `highest`: a round number that grows at once but shrinks only when the bars have
 * become less than half as high, so that a live picture doesn't flicker between two scales. `previous` is 0 at first.
 */
export function nextCeiling(previous: number, highest: number): number {
  if (!(highest > 0)) return previous > 0 ? previous : 1;
  if (previous >= highest && highest >= previous * SHRINK_BELOW) return previous;
  const wanted = highest * 1.04;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = CEILINGS.find((ceiling) => ceiling * power >= wanted) ?? 10;
  return Number((factor * power).toPrecision(12));
}
