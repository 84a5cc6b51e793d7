/**
 * What is known of the columns of a data source: for completion, hover and the proposal of a new experiment. Plain data
 * that crosses the connection of the language server.
 */

/** What a network can make of it: `list` is a list of numbers of one length (an image). */
export type ColumnKind = 'number' | 'boolean' | 'list' | 'text' | 'date' | 'other';

export interface ColumnSummary {
  readonly name: string;
  /** DuckDB's type, such as `BIGINT`, `DECIMAL(5,2)`, `UTINYINT[784]`. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** `null` until the values have been looked at. */
  readonly values: ColumnValues | null;
}

/** Over all rows. */
export interface ColumnValues {
  readonly rows: number;
  /** Rows without a value. */
  readonly nulls: number;
  /** Rows that are NaN; 0 for what can't be. */
  readonly notANumber: number;
  /** Of finite values, in their own units; `null` for what is no number, and where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** How many different values; an estimate, which may be a tenth off, where there are more than 300,000 rows. */
  readonly distinct: number;
  /** Whole numbers only; false for what is no number. */
  readonly isWhole: boolean;
}

/** All that a hover shows and a proposal weighs. */
export interface ColumnProfile extends ColumnSummary {
  readonly values: ColumnValues;
  /** Of finite values; `null` for what is no number. */
  readonly numbers: ColumnNumbers | null;
  /** Text, dates and booleans: the most frequent values with their counts, most frequent first, ten at most. */
  readonly frequent: readonly { readonly value: string; readonly count: number }[];
  /** List columns: elements a row, as the first list has them; 1 otherwise. */
  readonly width: number;
  /** SQL that makes these numbers of the file's own column, which is text (decimal commas); absent where none is needed. */
  readonly madeBy?: string;
  /** Dates and times of a file that is described for a new experiment. */
  readonly dateParts?: DateParts;
  /** The same of lists: rows whose list has another length than the first row's, or empty elements; not those without one. */
  readonly uneven?: number;
}

/** How many different days of the calendar (5 May), years and hours occur; 0 of what a type doesn't have. */
export interface DateParts {
  readonly days: number;
  readonly years: number;
  readonly hours: number;
  /** Rows that are `infinity` or `-infinity`: those have no parts. */
  readonly infinite: number;
}

export interface ColumnNumbers {
  readonly mean: number;
  readonly standardDeviation: number;
  /** First quartile, median, third quartile. */
  readonly quartiles: readonly [number, number, number];
  /** Values below 0, and values that are 0. */
  readonly negative: number;
  readonly zero: number;
  /** Equal bins from `min` to `max`; where both signs occur, one edge is 0. `counts` has one entry less than `edges`. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** How many values quartiles and histogram are of, and of a list column all here; `null` for all there are. */
  readonly sampled: number | null;
}
