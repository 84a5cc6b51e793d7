/** Places inside a string of JSON: escapes such as `\n` and `\u00e9` are one character of the value and several of the text. */
import type { Node } from 'jsonc-parser';

/** Offset in `text` of each UTF-16 unit of a string node's value, and of its closing quote behind them. */
export function offsetsInString(text: string, { offset, length }: Node): number[] {
  const first = offset + 1;
  const end = offset + length - 1;
  const units = text.slice(first, end).matchAll(/\\u[0-9a-fA-F]{4}|\\.|./gs);
  return [...Array.from(units, ({ index }) => first + index), end];
}
