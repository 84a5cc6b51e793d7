/**
 * How far what was counted in a sample may lie below the truth: the upper confidence bound of a rate. Not how a figure is
 * computed from outputs; that is `step/figures.ts`.
 */
import { formatNumber, type Quantity, type SplitFigures } from './figures';

/** The bound holds for all but 5 % of the samples that could have been drawn. */
export const CONFIDENCE = 0.95;

/**
 * One-sided upper confidence bound of a rate of which `count` cases were seen in `samples` independent ones: the largest
 * rate p under which so few are not too rare, P(X ≤ count) = 1 − `confidence` with X binomial(samples, p).
 * None seen in n gives 1 − 0.05^(1/n) ≈ 3/n, the rule of three; nothing sampled, or all of them, gives 1.
 * Exact: it never promises more than `confidence`, for any rate and sample.
 *
 * Source: Clopper and Pearson, Biometrika 26 (1934), 404–413.
 */
export function rateUpperBound(count: number, samples: number, confidence = CONFIDENCE): number {
  if (!(count >= 0 && count <= samples)) throw new Error(`internal: ${count} cases of ${samples} samples`);
  if (count === samples) return 1;
  const wanted = Math.log(1 - confidence);
  // ln P(X ≤ 0) = n·ln(1 − p); expm1 keeps the digits of a bound far below 1.
  if (count === 0) return -Math.expm1(wanted / samples);
  let low = count / samples;
  let high = 1;
  // Halved until no number lies between: at most some 60 times, as P(X ≤ count) falls while p rises.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (logTail(count, samples, middle) > wanted) low = middle;
    else high = middle;
  }
}

/** What the rates of held-out rows say of rows never seen. */
export const NEW_ROWS: Quantity = {
  label: 'new rows',
  description:
    'with 95 % confidence, at most this share of new rows like the held-out ones has an output outside the bounds',
  format: formatUpperBound,
};

/**
 * The bound for one target, or for any of them with `null`, over the rows of a split: with 95 % confidence, at most this
 * share of new rows of the same kind has an output outside its bounds. Rows are what is independent; several outputs of
 * one row are not. `null` where the rows were not counted.
 */
export function outsideUpperBound(split: SplitFigures | null, target: string | null = null): number | null {
  const rows = split === null ? null : rowsOutside(split, target);
  return split === null || rows === null ? null : rateUpperBound(rows, split.samples);
}

/** Rows whose output of one target, or of any with `null`, is outside its bounds; `null` where they were not counted. */
export function rowsOutside(split: SplitFigures, target: string | null): number | null {
  if (target === null) return split.rowsOutside;
  const figures = split.targets[target];
  // Of one target every row has one output, so that the share of outputs is that of rows.
  return figures === undefined ? null : Math.round(figures.negativeShare * split.samples);
}

/** `≤ 1.1 %`: rounded up, as a bound has to be, and to two digits where it is below 1 %. */
export function formatUpperBound(bound: number | null): string {
  if (bound === null) return formatNumber(bound);
  const percent = bound * 100;
  const digits = percent >= 1 ? 1 : Math.min(12, 1 - Math.floor(Math.log10(percent)));
  const step = 10 ** digits;
  // What is exactly a multiple but for the last bits of the product stays where it is.
  const rounded = Math.ceil(percent * step * (1 - 1e-12)) / step;
  return `≤ ${rounded.toFixed(rounded === 100 ? 0 : digits)} %`;
}

/**
 * ln P(X ≤ count) for X binomial(samples, p), where `count` lies below the mean: the terms then fall from the last one
 * on, P(X = j − 1) / P(X = j) = j(1 − p) / ((samples − j + 1)p), and are summed until they no longer count.
 */
function logTail(count: number, samples: number, p: number): number {
  const logLast =
    logFactorial(samples) -
    logFactorial(count) -
    logFactorial(samples - count) +
    count * Math.log(p) +
    (samples - count) * Math.log1p(-p);
  let sum = 1;
  let term = 1;
  for (let j = count; j > 0 && term > sum * Number.EPSILON; j--) {
    term *= (j / (samples - j + 1)) * ((1 - p) / p);
    sum += term;
  }
  return logLast + Math.log(sum);
}

/** ln n!, from 16 on by Stirling's series to n⁻⁷, which is off by less than 1e-14 there. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const square = 1 / (n * n);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / n;
  return (n + 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + series;
}
