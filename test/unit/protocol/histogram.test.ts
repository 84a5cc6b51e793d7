import { describe, expect, test } from 'vitest';
import { chooseBinEdges, countBins } from '../../../extension/protocol/histogram';

describe('Counting into bins', () => {
  test('puts a value on an edge into the bin above it', () => {
    // Below −1: −1.5. [−1, 0): −1, −0.5. [0, 1): 0, 0.5. From 1 on: 1. NaN is in none.
    expect(countBins([-1.5, -1, -0.5, 0, 0.5, 1, Number.NaN], [-1, 0, 1])).toEqual([1, 2, 2, 1]);
  });

  test('counts an output of exactly 0 as inside a minimum of 0', () => {
    expect(countBins([0, -0, -1e-12], [-1, 0, 1])).toEqual([0, 1, 2, 0]);
  });

  test('loses no value, however far out', () => {
    expect(countBins([-Infinity, -1e30, 1e30, Infinity], [-1, 0, 1])).toEqual([2, 0, 0, 2]);
  });
});

describe('The bin edges', () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

  test('of values 1 to 64 are the whole numbers from −20 to 64', () => {
    // Reach 64, width 64/64 = 1; 64 bins above 0 and the least of 20 below.
    expect(chooseBinEdges(upTo(64), { min: 0, max: null })).toEqual(Array.from({ length: 85 }, (_, i) => i - 20));
  });

  test('hold 0 and each bound, also where a bound is no multiple of the width', () => {
    const edges = chooseBinEdges(upTo(64), { min: 0.5, max: 60.25 });
    // The 85 edges −20 to 64 as above, and both bounds.
    expect(edges).toHaveLength(87);
    expect(edges.slice(19, 23)).toEqual([-1, 0, 0.5, 1]);
    expect(edges.slice(-6)).toEqual([60, 60.25, 61, 62, 63, 64]);
    expect(chooseBinEdges(upTo(64), { min: -500, max: 700.5 })).toEqual(expect.arrayContaining([-500, 0, 700.5]));
  });

  test('hold 0 where all values lie far from it, and with no bounds', () => {
    const far = [100, 150, 200];
    // Reach 200, 200/64 = 3.1 rounds up to 5.
    expect(chooseBinEdges(far, { min: null, max: null })).toContain(0);
    const negative = chooseBinEdges(
      far.map((value) => -value),
      { min: null, max: -120 },
    );
    expect(negative).toContain(0);
    expect(negative).toContain(-120);
    expect(negative[0]).toBe(-200);
  });

  test('rise strictly, and hold a bound that is an edge already only once', () => {
    const edges = chooseBinEdges(upTo(64), { min: 0, max: 10 });
    expect(new Set(edges).size).toBe(edges.length);
    expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    expect(edges).toHaveLength(85);
  });

  test('exist for values that are all 0', () => {
    const edges = chooseBinEdges([0, 0], { min: 0, max: null });
    expect(edges).toContain(0);
    expect(countBins([0, 0], edges)[edges.indexOf(0) + 1]).toBe(2);
  });
});
