/** Histograms as characters: the picture is the expectation. */
import { describe, expect, test } from 'vitest';
import { histogramText } from '../../../extension/language/histogramText';

function drawn(edges: readonly number[], counts: readonly number[]): string[] | null {
  const ends = { min: edges[0] ?? 0, max: edges.at(-1) ?? 0 };
  return histogramText({ edges, counts }, ends)?.split('\n') ?? null;
}

describe('A histogram', () => {
  test('has bars of three lines in eighths, the highest as high as there is room', () => {
    // Three lines are 24 eighths: 24 for 12, 12 for 6, 6 for 3, 2 for 1.
    expect(drawn([0, 1, 2, 3, 4], [12, 6, 3, 1])).toEqual(['█', '█▄', '██▆▂', '────', '0  4']);
  });

  test('shows what is rare, and leaves out what is not there', () => {
    expect(drawn([0, 1, 2, 3], [100_000, 0, 1])![2]).toBe('█ ▁');
  });

  test('has a mark where 0 lies, between the values below and those from 0 on', () => {
    const edges = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7];
    const lines = drawn(edges, [1, 1, 1, 2, 8, 4, 2, 1, 1, 1, 1])!;
    expect(lines.slice(3)).toEqual(['────┴──────', '-4  0     7']);
    // Four bins are negative, so the highest bar stands over the mark.
    expect(lines[0]!.indexOf('█')).toBe(4);
  });

  test('is labeled with the ends of the values, where the bins begin before and end behind', () => {
    const drawn = histogramText({ edges: [-8, 0, 8], counts: [1, 1] }, { min: -7.1, max: 7.9 });
    expect(drawn!.split('\n').at(-1)).toBe('-7.1 7.9');
  });

  test('has the mark but no number where the number has no room', () => {
    expect(drawn([-1.234, 0, 1.234, 2.468], [1, 1, 1])!.slice(3)).toEqual(['─┴─', '-1.234 2.468']);
  });

  test('puts neighbors together until there are at most 40 bars, and none across 0', () => {
    // 50 bins below 0 and 100 from there on make 150 in groups of 4: 13 and 25 bars.
    const edges = Array.from({ length: 151 }, (_, index) => index - 50);
    const counts = Array.from({ length: 150 }, (_, index) => (index < 50 ? 1 : 2));
    const lines = drawn(edges, counts)!;
    expect(lines[3]).toHaveLength(38);
    expect(lines[3]!.indexOf('┴')).toBe(13);
    // 50 = 2 + 12 · 4: the first group is the small one, so that all others are whole.
    expect(lines[2]!.slice(0, 2)).not.toBe(lines[2]!.slice(1, 3));
    expect(new Set(lines[0]!.slice(13)).size).toBe(1);
  });

  test.each([1, 7, 39, 40, 41, 64, 100, 999])('of %d bins has at most 40 bars wherever 0 lies', (nBins) => {
    for (let zero = 0; zero <= nBins; zero++) {
      const edges = Array.from({ length: nBins + 1 }, (_, index) => index - zero);
      const lines = drawn(edges, new Array(nBins).fill(1))!;
      expect(lines[3]!.length).toBeLessThanOrEqual(40);
      expect(lines[3]!.includes('┴')).toBe(zero > 0 && zero < nBins);
    }
  });

  test('of nothing, or of a single value, is none', () => {
    expect(drawn([], [])).toBeNull();
    expect(drawn([3, 3], [10])).toBeNull();
    expect(drawn([0, 1, 2], [0, 0])).toBeNull();
  });
});
