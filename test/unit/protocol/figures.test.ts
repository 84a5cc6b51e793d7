import { describe, expect, test } from 'vitest';
import { formatDuration, formatNumber, formatShare, formatVerdict } from '../../../extension/protocol/figures';

describe('A share', () => {
  test.for([
    [0, '0.0 %'],
    // Above 0 is never written as 0: 0.04 % would round to 0.0 %, 0.05 % rounds to 0.1 %.
    [1e-9, '< 0.1 %'],
    [0.0004, '< 0.1 %'],
    [0.0005, '0.1 %'],
    [0.1234, '12.3 %'],
    [0.999, '99.9 %'],
    [0.9994, '99.9 %'],
    // Below 1 is never written as 100: 1999 of 2000 rows are 99.95 %, which would round to 100.0 %.
    [1999 / 2000, '> 99.9 %'],
    [0.99999, '> 99.9 %'],
    [1, '100.0 %'],
    [null, '–'],
    [Number.NaN, '–'],
  ] as const)('of %s is written %s', ([value, text]) => {
    expect(formatShare(value)).toBe(text);
  });
});

describe('A number', () => {
  test.for([
    [0, '0'],
    [1, '1'],
    [0.357142857, '0.3571'],
    [-2.5, '-2.5'],
    [12345.6, '12350'],
    [999900, '999900'],
    // From a million and below a ten-thousandth with an exponent.
    [1e6, '1.00e+6'],
    [-1234567, '-1.23e+6'],
    [0.0001, '0.0001'],
    [0.00009, '9.00e-5'],
    [-0.00009, '-9.00e-5'],
    [null, '–'],
    [Number.POSITIVE_INFINITY, '–'],
    [Number.NaN, '–'],
  ] as const)('%s is written %s', ([value, text]) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('A length of time', () => {
  test.for([
    [0, '0.0 s'],
    [440, '0.4 s'],
    [9900, '9.9 s'],
    [10_000, '10 s'],
    [59_400, '59 s'],
    // 59.6 s round to 60, which is a minute; 185 s = 3·60 + 5.
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_600, '1 h 00 min'],
    // 2·3600 + 7·60 + 59: minutes are completed ones.
    [7_679_000, '2 h 07 min'],
  ] as const)('of %s ms is written %s', ([durationMs, text]) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe('A verdict', () => {
  test('in words names the step, or the worst target with how far and how many', () => {
    expect(formatVerdict({ kind: 'feasible', sinceStep: 20 })).toBe('feasible on the training rows since step 20');
    expect(formatVerdict({ kind: 'infeasible', target: 'y', maxViolation: 0.25, negativeShare: 0.125 })).toBe(
      'infeasible on the training rows (y: worst 0.25, 12.5 % outside)',
    );
    expect(formatVerdict({ kind: 'unknown' })).toBe('unknown');
  });
});
