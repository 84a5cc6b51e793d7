/**
 * Which quantity of a training that diverged blew up first: the one that was first to leave its size behind. Numbers that
 * multiply from step to step end as NaN everywhere within a few steps, so this is read from the steps before.
 */
import { formatNumber } from '../protocol/figures';
import { count } from './words';

/** Where two go at once, the one that drives the other stands first. */
export const QUANTITIES = ['multipliers', 'slacks', 'coefficients', 'weights', 'outputs'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The largest of each by absolute value after `step` steps, in training units; NaN or infinite where it overflowed. */
export interface Magnitudes {
  readonly step: number;
  readonly sizes: Readonly<Partial<Record<Quantity, number>>>;
}

export interface BlowUp {
  readonly quantity: Quantity;
  /** The last good size and the first one beyond. */
  readonly from: { readonly step: number; readonly size: number };
  readonly to: { readonly step: number; readonly size: number };
  /** By how much it grew over the step that took it there, or what is known of it: from 1 to `MOST_GROWTH`. */
  readonly growth: number;
}

/** Blown up is what has grown this many times, from 1 at least. */
const TIMES = 1e4;
/** What grows by more in one step says no more of the step's length. With the 1 that a stable step adds, a thousand. */
const MOST_GROWTH = 999;

/** In order of steps; `null` when nothing grew so much. */
export function firstToBlowUp(series: readonly Magnitudes[]): BlowUp | null {
  const first = series[0]!;
  for (const [place, now] of series.slice(1).entries()) {
    const before = series[place]!;
    let worst: { quantity: Quantity; growth: number } | null = null;
    for (const quantity of QUANTITIES) {
      const [size, start] = [now.sizes[quantity], first.sizes[quantity]];
      if (size === undefined || start === undefined) continue;
      const growth = Number.isFinite(size) ? size / Math.max(1, start) : Number.POSITIVE_INFINITY;
      if (growth > TIMES && (worst === null || growth > worst.growth)) worst = { quantity, growth };
    }
    if (worst === null) continue;
    const { quantity } = worst;
    const from = { step: first.step, size: first.sizes[quantity]! };
    const to = { step: now.step, size: now.sizes[quantity]! };
    return { quantity, from, to, growth: growthBetween(before.sizes[quantity]!, to.size) };
  }
  return null;
}

function growthBetween(before: number, after: number): number {
  const growth = after / before;
  return Number.isNaN(growth) ? MOST_GROWTH : Math.min(Math.max(growth, 1), MOST_GROWTH);
}

/** `The weights blew up first: at most 1.2 after step 4000, 2.1e+4 after step 4013.` */
export function blowUpWords({ quantity, from, to }: BlowUp): string {
  const end = Number.isFinite(to.size) ? formatNumber(to.size) : 'beyond all numbers';
  return `The ${quantity} blew up first: at most ${formatNumber(from.size)} after step ${count(from.step)}, ${end} after step ${count(to.step)}.`;
}
