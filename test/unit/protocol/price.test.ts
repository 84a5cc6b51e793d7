import { describe, expect, test } from 'vitest';
import { formatPrice, formatRelativePrice, isBaseline, priceOf } from '../../../extension/protocol/price';

describe('The price of positivity', () => {
  test('is the loss above that of the unconstrained run, and its share of it', () => {
    // 16.5 − 15 = 1.5, a tenth of 15.
    expect(priceOf(16.5, 15)).toEqual({ absolute: 1.5, relative: 0.1 });
    expect(priceOf(12, 15)).toEqual({ absolute: -3, relative: -0.2 });
  });

  test('of a perfect unconstrained fit has no share, as of 0', () => {
    // The line fit of methods.md, case A1: 5/14 against 0.
    expect(priceOf(5 / 14, 0)).toEqual({ absolute: 5 / 14, relative: null });
  });

  test('is not known where a loss is not', () => {
    expect(priceOf(null, 15)).toBeNull();
    expect(priceOf(15, undefined)).toBeNull();
  });

  test('is written with its sign, which what rounds to 0 has none of', () => {
    expect(formatPrice({ absolute: 1.5, relative: 0.1 })).toBe('+1.5 (+10.0 %)');
    expect(formatPrice({ absolute: -3, relative: -0.2 })).toBe('-3 (-20.0 %)');
    expect(formatPrice({ absolute: 5 / 14, relative: null })).toBe('+0.3571');
    expect(formatRelativePrice(-0.0004)).toBe('0.0 %');
    expect(formatRelativePrice(0.0004)).toBe('0.0 %');
    expect(formatRelativePrice(null)).toBe('–');
  });
});

test('the run that others are compared with is an unconstrained one that did not fail', () => {
  expect(isBaseline({ method: 'unconstrained', status: 'finished', polishes: false })).toBe(true);
  expect(isBaseline({ method: 'unconstrained', status: 'running', polishes: false })).toBe(true);
  expect(isBaseline({ method: 'unconstrained', status: 'failed', polishes: false })).toBe(false);
  expect(isBaseline({ method: 'penalty', status: 'finished', polishes: false })).toBe(false);
  // It keeps the bounds: what it paid for them would be missing from every price.
  expect(isBaseline({ method: 'unconstrained', status: 'finished', polishes: true })).toBe(false);
});
