import { describe, expect, test } from 'vitest';
import { onParetoFront } from '../../../extension/protocol/pareto';

const front = (...pairs: [loss: number | null, violation: number | null][]): boolean[] =>
  onParetoFront(pairs.map(([loss, violation]) => ({ loss, violation })));

describe('The Pareto front of loss against violation', () => {
  test('holds what no other beats in one without losing in the other', () => {
    // (2, 2) loses to (1, 2) and (2, 1); (3, 3) to all; the three corners hold.
    expect(front([1, 2], [2, 2], [2, 1], [3, 3], [4, 0])).toEqual([true, false, true, false, true]);
  });

  test('leaves out what is as good in one and worse in the other', () => {
    expect(front([1, 1], [1, 2])).toEqual([true, false]);
    expect(front([1, 1], [2, 1])).toEqual([true, false]);
  });

  test('holds equal ones together', () => {
    expect(front([1, 0], [1, 0], [2, 0])).toEqual([true, true, false]);
  });

  test('has no place for a run that diverged', () => {
    expect(front([null, 0], [5, null], [Number.NaN, 0], [9, 9])).toEqual([false, false, false, true]);
  });

  test('is that of comparing each with each', () => {
    // Values 0 to 6 from a fixed rule, with many ties.
    const pairs = Array.from({ length: 200 }, (_, i): [number, number] => [(i * 37) % 7, (i * 53 + (i >> 3)) % 7]);
    const expected = pairs.map(
      ([loss, violation]) => !pairs.some(([l, v]) => l <= loss && v <= violation && (l < loss || v < violation)),
    );
    expect(front(...pairs)).toEqual(expected);
    expect(expected).toContain(true);
  });
});
