/** A column that already says which rows are to be held out, as data sets often have one. */
import type { ColumnProfile } from '../../protocol/columns';

export interface Split {
  readonly column: string;
  /** Value of the rows held out, and how many there are. */
  readonly heldOut: { readonly value: string; readonly rows: number };
  /** Rows to train on. */
  readonly trainingRows: number;
}

const NAMES = /^(split|set|fold|subset|partition|data_?set)$/i;
const TRAINING = /^train(ing)?$/i;
const HELD_OUT = /^(validation|valid|val|dev|test|testing|holdout|held.?out)$/i;

export function splitOf(columns: readonly ColumnProfile[]): Split | null {
  for (const { name, kind, frequent, values } of columns) {
    // Rows of a third kind would be trained on.
    if (kind !== 'text' || !NAMES.test(name) || frequent.length !== 2 || values.nulls > 0) continue;
    const training = frequent.find(({ value }) => TRAINING.test(value));
    const heldOut = frequent.find(({ value }) => HELD_OUT.test(value));
    if (training === undefined || heldOut === undefined) continue;
    return { column: name, heldOut: { value: heldOut.value, rows: heldOut.count }, trainingRows: training.count };
  }
  return null;
}
