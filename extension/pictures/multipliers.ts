/** The multipliers of a side of the bounds as a sign histogram: those below 0 have the wrong sign and stand apart. Pure. */
import { formatShare } from '../protocol/figures';
import type { RowsEvent, SideMultipliers } from '../protocol/rows';
import { spanOf } from './bins';
import { type HistogramData, highestDensity } from './histogram';
import type { HeightScale } from './histogramFrame';
import { nextCeiling } from './ticks';
import { epochWords, number } from './words';

const NO_BOUNDS = { min: null, max: null };

export function multiplierHistogram(
  event: RowsEvent,
  target: string,
  { side, edges, counts, rows }: SideMultipliers,
  heightScale: HeightScale,
): HistogramData {
  const used = counts.flatMap((count, index) => (count > 0 ? [index] : []));
  return {
    target: `multipliers of ${target}, ${side}`,
    of: `training set, epoch ${epochWords(event.epoch)}`,
    edges,
    counts,
    before: null,
    bounds: NO_BOUNDS,
    span: spanOf(edges, NO_BOUNDS, used, null),
    ceiling: nextCeiling(0, highestDensity(edges, counts, NO_BOUNDS)),
    heightScale,
    words: multiplierWords({ side, edges, counts, rows }),
  };
}

/** `0.0 % below 0, largest 7.6 (row 118)`: λ below 0 pushes the wrong way. */
export function multiplierWords({ edges, counts, rows }: SideMultipliers): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const below = counts.slice(0, edges.indexOf(0) + 1).reduce((sum, count) => sum + count, 0);
  const [first] = rows;
  const largest = first === undefined ? 'all are 0' : `largest ${number(first.multiplier)} (row ${first.row})`;
  return `${formatShare(total === 0 ? 0 : below / total)} below 0, ${largest}`;
}
