/** The values that one key of a sweep stands for. Pure: what is random is drawn by whoever asks. */
import type { JsonValue } from '../../protocol/problems';
import type { Sweep, SweepRange, SweepValues } from '../sweepSchema';

/** `count` numbers in `[0, 1)` for the `index`-th key that is drawn; the same for the same seed. */
export type Draw = (seed: number, index: number, count: number) => number[];

/** Digits that spaced values keep, so that 0.1 · 10 is 1 and not 1.0000000000000002. */
const SPACED_DIGITS = 12;
/** Fewer for drawn ones: nobody chose them, and they have to be read. */
const DRAWN_DIGITS = 6;

/** A range that values are drawn from; `null` where they are given. */
export function randomRange(values: SweepValues): SweepRange | null {
  return Array.isArray(values) || values.count !== undefined ? null : values;
}

/** `null` where nothing is drawn. */
export function randomOf({ random }: Sweep): { count: number; seed: number } | null {
  return random === undefined ? null : typeof random === 'number' ? { count: random, seed: 0 } : random;
}

/** Of a list or of a range with a count; both ends are among those of a range. */
export function spacedValues(values: SweepValues, isWhole: boolean): JsonValue[] {
  if (Array.isArray(values)) return values as JsonValue[];
  const count = values.count ?? 2;
  return Array.from({ length: count }, (_, index) => between(values, index / (count - 1), isWhole, SPACED_DIGITS));
}

/** `shares` as `Draw` gives them. */
export function drawnValues(range: SweepRange, shares: readonly number[], isWhole: boolean): number[] {
  return shares.map((share) => between(range, share, isWhole, DRAWN_DIGITS));
}

/** `from + (to − from)·share`, or `from·(to/from)^share`; rounded, and never outside the ends. */
function between({ from, to, scale }: SweepRange, share: number, isWhole: boolean, digits: number): number {
  const exact = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  const rounded = isWhole ? Math.round(exact) : Number(exact.toPrecision(digits));
  return Math.min(to, Math.max(from, rounded));
}
