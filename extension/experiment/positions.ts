/** From offsets in a text to lines and columns, as editors count them, and back. */
import type { Position, Range } from '../protocol/problems';

export interface Positions {
  positionAt(offset: number): Position;
  rangeOf(offset: number, length: number): Range;
  /** A place that the text doesn't have is the nearest before it. */
  offsetAt(position: Position): number;
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
    offsetAt: ({ line, character }) => {
      const start = lineStarts[line] ?? text.length;
      const lineEnd = /[\r\n]|$/g;
      lineEnd.lastIndex = start;
      return Math.min(start + Math.max(0, character), lineEnd.exec(text)!.index);
    },
  };
}
