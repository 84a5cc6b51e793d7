/** Lines of an experiment's text, up to a width where they can be broken. */
import { jsonText } from './words';

const WIDTH = 100;

/** A comment of one or more lines, broken at spaces. */
export function commentLines(indent: string, text: string): string[] {
  const start = `${indent}//`;
  const lines = [start];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== start && line.length + 1 + word.length > WIDTH) lines.push(`${start} ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** `"inputs": ["a", "b"],` on one line, or filled over several. */
export function arrayLines(indent: string, key: string, names: readonly string[]): string[] {
  const items = names.map(jsonText);
  const line = `${indent}${jsonText(key)}: [${items.join(', ')}],`;
  if (line.length <= WIDTH) return [line];
  const inner = `${indent}  `;
  const filled: string[] = [];
  items.forEach((item, index) => {
    const text = index < items.length - 1 ? `${item},` : item;
    const last = filled.at(-1);
    if (last === undefined || last.length + 1 + text.length > WIDTH) filled.push(`${inner}${text}`);
    else filled[filled.length - 1] = `${last} ${text}`;
  });
  return [`${indent}${jsonText(key)}: [`, ...filled, `${indent}],`];
}
