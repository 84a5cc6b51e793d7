/** What a column's profile says about its use: which rows have no value, and what its values look like. */
import type { ColumnProfile } from '../../protocol/columns';
import { isTooFine } from '../fineness';
import { readableIdentifier } from '../sqlNames';

/** What 32-bit numbers hold with room for arithmetic. */
const LARGEST = 1e30;
/** `distinct` is estimated to within a few percent. */
const ALL_DIFFERENT_SHARE = 0.93;
/** Text with more different values than this would become too many columns. */
const FEW_VALUES = 8;
const LONGEST_VALUE = 40;

/** SQL for its values over the file's own columns. */
export function valueSql({ name, madeBy }: ColumnProfile): string {
  return madeBy ?? readableIdentifier(name);
}

export function rowsWithValue({ values }: ColumnProfile): number {
  return values.rows - values.nulls;
}

/** Rows that can't be trained on for want of a number in this column. */
export function unusableRows(column: ColumnProfile): number {
  return column.values.nulls + notFiniteRows(column);
}

/**
 * So many of `rows` have a value in every one of some columns that lack one in `missing` rows each: at least, as the rows
 * may all be different ones. Where that leaves nothing, they are taken to be the same ones.
 */
export function usableRows(rows: number, missing: readonly number[]): number {
  const certain = rows - missing.reduce((sum, each) => sum + each, 0);
  return certain >= 2 ? certain : Math.max(2, rows - Math.max(0, ...missing));
}

/** Rows that are NaN, infinite (dates may be, too), or a list unlike the others. */
export function notFiniteRows({ kind, values, numbers, width, dateParts, uneven = 0 }: ColumnProfile): number {
  if (kind === 'date') return dateParts?.infinite ?? 0;
  if (kind !== 'number' && kind !== 'list') return 0;
  const known = Math.max(values.notANumber, uneven);
  // The histogram counts finite values; of a sample it counts too few to tell.
  if (numbers === null || numbers.sampled !== null) return known;
  const finite = numbers.histogram.counts.reduce((sum, count) => sum + count, 0) / Math.max(1, width);
  return Math.max(known, Math.ceil(values.rows - values.nulls - finite));
}

/** The same number in every row, or the same text. */
export function isConstant({ values, frequent }: ColumnProfile): boolean {
  if (values.min !== null && values.max !== null) return values.min === values.max;
  return frequent.length === 1;
}

export function isTooLarge({ values: { min, max } }: ColumnProfile): boolean {
  return (min !== null && min < -LARGEST) || (max !== null && max > LARGEST);
}

export function isBlurred({ values: { min, max } }: ColumnProfile): boolean {
  return min !== null && max !== null && isTooFine(min, max);
}

/** Whole and all different: by its name, or because it counts from 0 or 1, it tells rows apart and nothing else. */
export function looksLikeId(column: ColumnProfile): boolean {
  const { kind, name, values } = column;
  const rows = rowsWithValue(column);
  if (kind !== 'number' || !values.isWhole || rows < 3 || values.distinct < ALL_DIFFERENT_SHARE * rows) return false;
  const isNamed = /(^|[^a-z])(id|ids|index|idx|key|no|nr|number|row|rownum|uuid|code)$/i.test(
    name.replace(/([a-z])([A-Z])/g, '$1_$2'),
  );
  const counts = (values.min === 0 || values.min === 1) && values.max! - values.min + 1 <= 1.05 * rows;
  return isNamed || counts || name === '' || /^(column0|unnamed:? ?0)$/i.test(name);
}

/** All different values of a text column, most frequent first; `null` where they are many, long or one. */
export function fewTextValues({ kind, values, frequent }: ColumnProfile): string[] | null {
  if (kind !== 'text' || frequent.length < 2 || frequent.length > FEW_VALUES) return null;
  const counted = frequent.reduce((sum, { count }) => sum + count, 0);
  const isAll = counted === values.rows - values.nulls;
  const isShort = frequent.every(({ value }) => value.length <= LONGEST_VALUE);
  // Two rows with two names are no two kinds.
  const areKinds = counted >= 2 * frequent.length;
  return isAll && isShort && areKinds ? frequent.map(({ value }) => value) : null;
}

/** A value of a text column that a person would read as numbers; `null` where most of the text is none. */
export function exampleOfNumber({ kind, frequent }: ColumnProfile): string | null {
  const numbers = frequent.filter(({ value }) => /^[-+]?\d+([.,\s]\d{3})*([.,]\d+)?$/.test(value));
  return kind === 'text' && numbers.length > frequent.length / 2 ? numbers[0]!.value : null;
}

/** Whether a list's type says its length, so that every row has it. */
export function hasFixedLength({ type }: ColumnProfile): boolean {
  return !type.includes('[]');
}
