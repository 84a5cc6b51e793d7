/** From a place in the experiment's structure to the place in its text. */
import type { Node } from 'jsonc-parser';
import type { Problem, Range } from '../protocol/problems';
import { nodeAt } from './jsonText';
import { type Positions, positionsOf } from './positions';
import type { JsonPath, ProblemAtPath } from './problems';
import { offsetsInString } from './stringText';

export interface Place {
  /** The property's name rather than its value. */
  at?: 'key' | 'value';
  /** Part of the string at the path: offset and length in the string's value, not in its escaped text. */
  within?: { offset: number; length: number };
}

/**
 * Range of the value at a path. An object is shown by its key, since its whole text would underline half the file; what
 * isn't in the text (a default) is shown at the nearest part that is.
 */
export type Locate = (path: JsonPath, place?: Place) => Range;

export function locateIn(text: string, root: Node | undefined, positions: Positions = positionsOf(text)): Locate {
  const start = Math.max(0, text.search(/\S/));
  const firstCharacter = positions.rangeOf(start, text.length > start ? 1 : 0);

  return (path, place = {}) => {
    if (root === undefined) return firstCharacter;
    for (let length = path.length; length > 0; length--) {
      const node = nodeAt(root, path.slice(0, length));
      if (node === undefined) continue;
      const found = length === path.length;
      const key = keyOf(node);
      if (key !== undefined && (node.type === 'object' || !found || place.at === 'key')) {
        return positions.rangeOf(key.offset, key.length);
      }
      if (found && place.within !== undefined && node.type === 'string') {
        const offsets = offsetsInString(text, node);
        const at = (index: number): number => offsets[Math.min(index, offsets.length - 1)]!;
        const { offset, length } = place.within;
        return positions.rangeOf(at(offset), at(offset + length) - at(offset));
      }
      if (node.type === 'object') return positions.rangeOf(node.offset, 1);
      return positions.rangeOf(node.offset, node.length);
    }
    return firstCharacter;
  };
}

export function toProblem({ path, at, within, ...problem }: ProblemAtPath, locate: Locate): Problem {
  return { ...problem, range: locate(path, { at, within }) };
}

function keyOf(node: Node): Node | undefined {
  return node.parent?.type === 'property' ? node.parent.children![0] : undefined;
}
