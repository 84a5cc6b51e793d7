import { describe, expect, test } from 'vitest';
import { formatNumber } from '../../../extension/protocol/figures';
import { formatSpread, seedGroups, spreadOf } from '../../../extension/protocol/seedGroups';

describe('The spread of a figure over seeds', () => {
  test('is its median, least and largest value, and its quartiles, whatever the order', () => {
    // Sorted 1 2 4 8 16: the middle one is 4; the quartiles stand at places 1 and 3 of 0 to 4.
    expect(spreadOf([8, 1, 16, 2, 4])).toEqual({
      median: 4,
      min: 1,
      max: 16,
      lowerQuartile: 2,
      upperQuartile: 8,
      count: 5,
      missing: 0,
    });
  });

  test('lies between the two middle values where their number is even', () => {
    // Sorted 1 3 6 10. Median (3 + 6)/2; first quartile at place 0.75: 1 + 0.75·2; third at 2.25: 6 + 0.25·4.
    expect(spreadOf([10, 6, 3, 1])).toMatchObject({ median: 4.5, lowerQuartile: 2.5, upperQuartile: 7 });
  });

  test('of one seed is that value', () => {
    expect(spreadOf([3])).toMatchObject({ median: 3, min: 3, max: 3, lowerQuartile: 3, upperQuartile: 3, count: 1 });
  });

  test('counts runs without the figure and takes nothing for it', () => {
    expect(spreadOf([null, 5, Number.NaN, undefined, 7, Number.POSITIVE_INFINITY])).toMatchObject({
      median: 6,
      max: 7,
      count: 2,
      missing: 4,
    });
    expect(spreadOf([null, Number.NaN])).toBeNull();
  });

  test('leaves the values as they were', () => {
    const values = [3, 1, 2];
    spreadOf(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('is written as the median with the least and the largest, unless they read the same', () => {
    expect(formatSpread(spreadOf([2, 1, 4]), formatNumber)).toBe('2 (1–4)');
    expect(formatSpread(spreadOf([2]), formatNumber)).toBe('2');
    expect(formatSpread(spreadOf([2, 2.00001]), formatNumber)).toBe('2');
    expect(formatSpread(null, formatNumber)).toBe('–');
  });
});

describe('Runs in groups of one configuration', () => {
  const group = (...runs: [name: string, configuration: string | null | undefined][]): string[] =>
    seedGroups(runs, ([, configuration]) => configuration).map((each) => each.map(([name]) => name).join(' '));

  test('stand in the order of the first of each', () => {
    expect(group(['b0', 'b'], ['a0', 'a'], ['b1', 'b'], ['a1', 'a'])).toEqual(['b0 b1', 'a0 a1']);
  });

  test('stay alone where nobody recorded what they trained', () => {
    expect(group(['x', null], ['y', undefined], ['z', null])).toEqual(['x', 'y', 'z']);
  });
});
