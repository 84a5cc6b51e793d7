import { describe, expect, test } from 'vitest';
import {
  formatUpperBound,
  NEW_ROWS,
  outsideUpperBound,
  rateUpperBound,
  rowsOutside,
} from '../../../extension/protocol/confidence';
import type { Figures, SplitFigures } from '../../../extension/protocol/figures';

describe('The upper bound of a rate, with 95 % confidence,', () => {
  test('is 1 − 0.05^(1/n) after none in n, which the rule of three rounds to 3/n', () => {
    expect(rateUpperBound(0, 1)).toBeCloseTo(0.95, 14);
    expect(rateUpperBound(0, 10)).toBeCloseTo(1 - 0.05 ** (1 / 10), 14);
    expect(rateUpperBound(0, 10)).toBeCloseTo(0.258866, 6);
    // ln 0.05 = −2.995732: 1 − e^(−x) is x − x²/2 + x³/6 for x = 2.995732/n.
    const x = 0.002995732;
    expect(rateUpperBound(0, 1000)).toBeCloseTo(x - x ** 2 / 2 + x ** 3 / 6, 9);
    expect(rateUpperBound(0, 1_000_000) * 1_000_000).toBeCloseTo(2.995728, 5);
  });

  test('is 1 when all were outside, and when there were none to look at', () => {
    expect(rateUpperBound(10, 10)).toBe(1);
    expect(rateUpperBound(1, 1)).toBe(1);
    expect(rateUpperBound(0, 0)).toBe(1);
  });

  test('after all but one in n is 0.95^(1/n): P(X ≤ n − 1) = 1 − pⁿ = 0.05', () => {
    expect(rateUpperBound(1, 2)).toBeCloseTo(Math.sqrt(0.95), 13);
    expect(rateUpperBound(2, 3)).toBeCloseTo(0.95 ** (1 / 3), 13);
    expect(rateUpperBound(999, 1000)).toBeCloseTo(0.95 ** (1 / 1000), 12);
  });

  test('after 1 in 10 is 39.4 %', () => {
    const p = rateUpperBound(1, 10);
    // P(X ≤ 1) = (1 − p)¹⁰ + 10p(1 − p)⁹ = 0.6058367¹⁰ + 3.941633 · 0.6058367⁹ = 0.00666 + 0.04334 = 0.05
    expect(p).toBeCloseTo(0.3941633, 7);
    expect((1 - p) ** 10 + 10 * p * (1 - p) ** 9).toBeCloseTo(0.05, 12);
  });

  // 0.95 quantiles of Beta(count + 1, samples − count), from SciPy 1.17.1.
  test.for([
    [5, 10, 0.7775588989918706],
    [3, 292, 0.026338169634866133],
    [500, 1000, 0.5264822687643073],
    [100, 100_000, 0.0011806859691734534],
    [50_000, 100_000, 0.5026057177397165],
    [999_999, 1_000_000, 0.9999999487067069],
  ] as const)('after %i in %i is the quantile of the beta distribution, %d', ([count, samples, expected]) => {
    // The logarithms of factorials are some 1e6 large here and lose as many digits.
    expect(Math.abs(rateUpperBound(count, samples) - expected)).toBeLessThan(1e-9 * expected);
  });

  test('lies above the rate seen, falls with the size of the sample and rises with what was seen', () => {
    let before = 1;
    for (const samples of [10, 100, 1000, 10_000]) {
      const bound = rateUpperBound(samples / 10, samples);
      expect(bound).toBeGreaterThan(0.1);
      expect(bound).toBeLessThan(before);
      before = bound;
    }
    const bounds = Array.from({ length: 21 }, (_, count) => rateUpperBound(count, 20));
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(new Set(bounds).size).toBe(21);
  });

  test('of more confidence is further up', () => {
    // None in 2: 1 − √0.01 = 0.9.
    expect(rateUpperBound(0, 2, 0.99)).toBeCloseTo(0.9, 14);
    expect(rateUpperBound(3, 50, 0.99)).toBeGreaterThan(rateUpperBound(3, 50));
  });

  test('of more cases than samples is a fault of the program', () => {
    expect(() => rateUpperBound(3, 2)).toThrow('internal: 3 cases of 2 samples');
    expect(() => rateUpperBound(Number.NaN, 2)).toThrow('internal');
  });
});

describe('A bound in words', () => {
  test.for([
    [1, '≤ 100 %'],
    [0.9999, '≤ 100 %'],
    [0.0102069, '≤ 1.1 %'],
    // Up, not to the nearest: 1.02 % at most is not 1.0 % at most.
    [0.010201, '≤ 1.1 %'],
    [0.25, '≤ 25.0 %'],
    // Below 1 % with two digits: a bound of 3/n should not look like one of 300/n.
    [0.002991, '≤ 0.30 %'],
    [0.00002996, '≤ 0.0030 %'],
    [0.000001, '≤ 0.00010 %'],
    // 100 · 0.07 is 7.000000000000001 in doubles, and 7 % all the same.
    [0.07, '≤ 7.0 %'],
  ] as const)('%d is written %s, rounded up', ([bound, text]) => {
    expect(formatUpperBound(bound)).toBe(text);
  });
});

describe('What held-out rows say of new ones', () => {
  const figures = (negativeShare: number): Figures => ({ negativeShare }) as Figures;
  const split = (rows: number | null): SplitFigures => ({
    samples: 292,
    rowsOutside: rows,
    overall: figures(3 / 584),
    targets: { rain: figures(3 / 292), wind: figures(0) },
  });

  test('is of rows for all targets together, and of its own outputs for one', () => {
    expect(rowsOutside(split(2), null)).toBe(2);
    expect(rowsOutside(split(2), 'rain')).toBe(3);
    expect(outsideUpperBound(split(3))).toBe(rateUpperBound(3, 292));
    expect(outsideUpperBound(split(2), 'wind')).toBe(rateUpperBound(0, 292));
    expect(outsideUpperBound(split(2), 'snow')).toBeNull();
    expect(outsideUpperBound(null)).toBeNull();
  });

  test('is not said where rows were not counted', () => {
    expect(outsideUpperBound(split(null))).toBeNull();
    expect(NEW_ROWS.format(outsideUpperBound(split(null)))).toBe('–');
    expect(NEW_ROWS.format(outsideUpperBound(split(0)))).toBe('≤ 1.1 %');
  });
});
