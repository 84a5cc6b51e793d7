import { describe, expect, test } from 'vitest';
import { counted, numberText, rangeText, shareText, sizeText } from '../../../extension/language/numberText';

describe('A number', () => {
  test.each([
    [0, '0'],
    [-7.1, '-7.1'],
    [35.649999, '35.65'],
    [1234.5678, '1,235'],
    [0.000123456, '0.0001235'],
  ])('has at most four digits that count: %d', (value, expected) => {
    expect(numberText(value)).toBe(expected);
  });

  test.each([
    [2015, '2,015'],
    [123456789, '123,456,789'],
  ])('that is whole is not rounded, since it may be a year or an id: %d', (value, expected) => {
    expect(numberText(value)).toBe(expected);
  });

  test.each([
    [1.23456e12, '1.235e12'],
    [-2e9, '-2e9'],
    [0.00001234567, '1.235e-5'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('that is very large or very small has a power of ten: %d', (value, expected) => {
    expect(numberText(value)).toBe(expected);
  });
});

describe('A share', () => {
  test.each([
    [838, 1461, '57.4 %'],
    [4, 1461, '0.27 %'],
    [0, 1461, '0 %'],
    [1461, 1461, '100 %'],
    [1, 1_000_000, 'less than 0.01 %'],
    [999_999, 1_000_000, 'more than 99.5 %'],
    [0, 0, '0 %'],
  ])('of %d in %d', (count, all, expected) => {
    // 100 · 838 / 1461 = 57.358, 100 · 4 / 1461 = 0.274
    expect(shareText(count, all)).toBe(expected);
  });
});

test('A range of one value says so', () => {
  expect(rangeText(0, 55.9)).toBe('0 … 55.9');
  expect(rangeText(3, 3)).toBe('only 3');
});

test('One thing is not several', () => {
  expect(counted(1, 'row')).toBe('1 row');
  expect(counted(1461, 'row')).toBe('1,461 rows');
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [48_219, '48.2 kB'],
  [24_000_000, '24 MB'],
  [3_200_000_000_000_000, '3,200 TB'],
])('A size of %d bytes is told in powers of a thousand', (bytes, expected) => {
  expect(sizeText(bytes)).toBe(expected);
});
