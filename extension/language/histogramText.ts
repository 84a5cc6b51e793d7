/** A histogram drawn with characters, for hovers: three lines of bars, an axis, and a mark where 0 lies. */
import type { ColumnNumbers } from '../protocol/columns';
import { numberText } from './numberText';

const WIDEST = 40;
const LINES = 3;
const EIGHTHS = ' ▁▂▃▄▅▆▇█';

/**
 * `null` where there is nothing to draw: no value, or one only. `min` and `max` are those of the values: bins may begin
 * below and end above, so that 0 is an edge.
 */
export function histogramText(
  { edges, counts }: ColumnNumbers['histogram'],
  { min, max }: { min: number; max: number },
): string | null {
  if (!(min < max) || counts.every((count) => count === 0)) return null;
  const zero = edges.indexOf(0);
  const hasBothSigns = zero > 0 && zero < counts.length;
  const bars = joined(counts, hasBothSigns ? zero : 0);
  const mark = hasBothSigns ? bars.negative : null;
  return [
    ...barLines(bars.counts),
    axisLine(bars.counts.length, mark),
    labelLine(min, max, bars.counts.length, mark),
  ].join('\n');
}

/** Neighbors together until they fit; none across `zero`, the index of the first bin at or above 0. */
function joined(counts: readonly number[], zero: number): { counts: number[]; negative: number } {
  let size = Math.ceil(counts.length / WIDEST);
  // Both sides round up.
  if (Math.ceil(zero / size) + Math.ceil((counts.length - zero) / size) > WIDEST) size++;
  const sums = (from: number, to: number, first: number): number[] => {
    const result: number[] = [];
    for (let start = from, end = from + first; start < to; start = end, end += size) {
      result.push(counts.slice(start, Math.min(end, to)).reduce((sum, count) => sum + count, 0));
    }
    return result;
  };
  const negative = zero === 0 ? [] : sums(0, zero, zero % size === 0 ? size : zero % size);
  return { counts: [...negative, ...sums(zero, counts.length, size)], negative: negative.length };
}

/** In eighths of a line; what is there at all is seen. */
function barLines(counts: readonly number[]): string[] {
  const highest = Math.max(...counts);
  const heights = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.round((8 * LINES * count) / highest))));
  return Array.from({ length: LINES }, (_, line) => {
    const below = 8 * (LINES - 1 - line);
    return heights
      .map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))])
      .join('')
      .trimEnd();
  });
}

function axisLine(width: number, mark: number | null): string {
  return Array.from({ length: width }, (_, index) => (index === mark ? '┴' : '─')).join('');
}

/** Smallest and largest value at the ends, 0 under its mark where there is room. */
function labelLine(min: number, max: number, width: number, mark: number | null): string {
  const [left, right] = [numberText(min), numberText(max)];
  const gap = Math.max(1, width - left.length - right.length);
  const line = `${left}${' '.repeat(gap)}${right}`;
  const hasRoom = mark !== null && mark > left.length && mark + 1 < left.length + gap;
  return hasRoom ? `${line.slice(0, mark)}0${line.slice(mark + 1)}` : line;
}
