/** How the draft speaks of columns and numbers: in the comments it writes and beside the choices a person has. */
import type { ColumnProfile } from '../../protocol/columns';

const LONGEST_NAME = 40;

/** At most four significant digits, thousands grouped: `1,461`, `−7.1`, `2.5e-7`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e12)) {
    return value
      .toExponential(3)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
      .replace(/^-/, '−');
  }
  const digits = size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  return value.toLocaleString('en-US', digits).replace(/^-/, '−');
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

export function countOf(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A name in quotes, short and on one line whatever it holds: a column's name is foreign text. */
export function quoted(name: string): string {
  const characters = [...name];
  return jsonText(characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : name);
}

/** As JSON, with what would break a line, hide or turn around written as an escape too. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `"a", "b" and 3 more` */
export function listOf(parts: readonly string[], limit = 12): string {
  if (parts.length > limit) return `${parts.slice(0, limit).join(', ')} and ${parts.length - limit} more`;
  if (parts.length <= 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `0 … 55.9`; empty for what is no number. */
export function rangeOf({ values: { min, max } }: ColumnProfile): string {
  return min === null || max === null ? '' : `${shortNumber(min)} … ${shortNumber(max)}`;
}

/** How the file has its numbers, where not as numbers. */
export function writtenAs({ madeBy }: ColumnProfile): string[] {
  return madeBy === undefined ? [] : ['written with decimal commas'];
}

/** Why text that holds numbers isn't taken: `example` is one of them. */
export function textOfNumbers(example: string): string {
  return `is text, although it holds numbers (such as ${quoted(example)}): make numbers of it in "query" (the check of an experiment that uses it says how)`;
}

/** `57 % zeros`, of all values that are finite; `null` without any. */
export function zerosOf({ values, numbers }: ColumnProfile): string | null {
  const counted = values.rows - values.nulls - values.notANumber;
  if (numbers === null || numbers.zero === 0 || counted === 0) return null;
  const percent = (100 * numbers.zero) / counted;
  return percent < 1 ? '< 1 % zeros' : `${Math.round(percent)} % zeros`;
}
