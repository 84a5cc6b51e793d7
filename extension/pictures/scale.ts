/** Scales of axes: a value to a share of the axis, 0 to 1, with round ticks. Pure. */
import { roundTicks } from './ticks';

export interface Scale {
  /** 0 is the lower end of the axis, 1 the upper. */
  place(value: number): number;
  /** Round values on it, ascending. */
  ticks(wanted: number): number[];
  logarithmic: boolean;
}

/** Values that differ by more than this factor would crowd at one end of a linear axis. */
const WIDE = 30;

/** Room on both sides. Logarithmic where all values are above 0 and far apart. */
export function scaleOf(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length > 0 && low > 0 && high / low > WIDE) return logScale(low, high);
  return linearScale(low, high);
}

/** From `low` to `high` with 5 % beside them; a single value lies in the middle. */
export function linearScale(low: number, high: number): Scale {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return linearScale(0, 1);
  const room = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  const [from, to] = [low - room, high + room];
  return {
    place: (value) => (value - from) / (to - from),
    ticks: (wanted) => roundTicks(from, to, wanted),
    logarithmic: false,
  };
}

/** Whole powers of ten are its ticks, with 2 and 5 between them while they are few; both ends above 0. */
export function logScale(low: number, high: number): Scale {
  const room = Math.max(0.05, Math.log10(high / low) * 0.05);
  const [from, to] = [Math.log10(low) - room, Math.log10(high) + room];
  const inRange = (value: number) => Math.log10(value) >= from && Math.log10(value) <= to;
  return {
    place: (value) => (Math.log10(value) - from) / (to - from),
    ticks: (wanted) => {
      const exponents = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, at) => Math.floor(from) + at);
      const every = (factors: readonly number[]) =>
        exponents.flatMap((exponent) =>
          factors.map((factor) => Number((factor * 10 ** exponent).toPrecision(1))).filter(inRange),
        );
      const powers = every([1]);
      const fine = every([1, 2, 5]);
      if (fine.length <= wanted) return fine;
      const step = Math.max(1, Math.ceil(powers.length / Math.max(1, wanted)));
      return powers.filter((_, index) => index % step === 0);
    },
    logarithmic: true,
  };
}
