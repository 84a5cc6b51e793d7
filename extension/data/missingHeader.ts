/** A text file that begins with a row: its first line, which must name the columns, holds numbers. */
import path from 'node:path';
import { listNames } from '../experiment/names';

const NUMBER = /^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?$/i;
const NO_NUMBER = /^(nan|[-+]?inf(inity)?)$/i;
/** So many are sure to be counted on purpose. */
const COUNTED = 3;

/** What to tell of `file` with these fields in its first line; `null` where they may be names. */
export function missingHeader(file: string, fields: readonly string[]): string | null {
  const filled = fields.map((field) => field.trim()).filter((field) => field !== '');
  const areNumbers = filled.every((field) => NUMBER.test(field) || NO_NUMBER.test(field));
  if (!areNumbers || !filled.some((field) => NUMBER.test(field))) return null;
  // pandas calls columns that have no names 0, 1, 2 and so on.
  if (filled.length >= COUNTED && filled.every((field, index) => field === String(index))) return null;
  const found = `holds the number${filled.length === 1 ? '' : 's'} ${listNames(filled, 'and', 4)}`;
  return `The first line of "${path.basename(file)}" ${found}, and it must hold the columns' names. Add a header line.`;
}
