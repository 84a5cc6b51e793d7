/** From offsets in a text to lines and columns, as editors count them. */
import type { Position, Range } from '../protocol/problems';

export interface Positions {
  positionAt(offset: number): Position;
  rangeOf(offset: number, length: number): Range;
}

export function positionsOf(text: string): Positions {
  const lineStarts = [0];
  for (const end of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(end.index + end[0].length);

  function positionAt(offset: number): Position {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - lineStarts[low]! };
  }

  return {
    positionAt,
    rangeOf: (offset, length) => ({ start: positionAt(offset), end: positionAt(offset + length) }),
  };
}
