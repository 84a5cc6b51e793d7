/**
 * What commas in numbers mean: `1,5` has a decimal comma, `1,234,567` commas between thousands, and `1,234` may be either.
 * A wrong reading makes values a thousand times as large, so all values are counted and none is taken for an example.
 */
import { literal } from './sql';

/** Over all values of one text column. */
export interface CommaCounts {
  /** Values that are no numbers as they stand. */
  readonly notNumbers: number;
  /** Of those, what reads as a number with commas between thousands, with a decimal comma, and in one way or the other. */
  readonly grouped: number;
  readonly decimal: number;
  readonly either: number;
  /** Of those, what has points between thousands and a decimal comma: `1.234,5`. */
  readonly dotted: number;
  /** Values that are numbers, with a decimal point; and those of 1000 or more without anything between thousands. */
  readonly pointed: number;
  readonly ungrouped: number;
}

const SIGN = '\\s*[-+]?';
// No number that is cut into thousands begins with 0.
const GROUPED = `${SIGN}[1-9]\\d{0,2}(,\\d{3})+(\\.\\d+)?\\s*`;
const DECIMAL = `${SIGN}(\\d+|[1-9]\\d{0,2}(\\.\\d{3})+),\\d+([eE][-+]?\\d+)?\\s*`;
const DOTTED = `${SIGN}[1-9]\\d{0,2}(\\.\\d{3})+,\\d+\\s*`;
const THOUSANDS_BY_POINTS = `${SIGN}[1-9]\\d{0,2}(\\.\\d{3})+\\s*`;
const UNGROUPED = `${SIGN}\\d{4,}(\\.\\d*)?\\s*`;

/** SQL that is true for a number with commas, of whichever kind. */
export const HAS_COMMAS = `(${matches(GROUPED)} OR ${matches(DECIMAL)})`;

/** SQL for each count but the first, of rows with a `text`, and `bad` where that is no number. */
export const COMMA_COUNTS: Readonly<Record<Exclude<keyof CommaCounts, 'notNumbers'>, string>> = {
  grouped: count(`bad AND ${matches(GROUPED)}`),
  decimal: count(`bad AND ${matches(DECIMAL)}`),
  either: count(`bad AND ${HAS_COMMAS}`),
  dotted: count(`bad AND ${matches(DOTTED)}`),
  pointed: count(`NOT bad AND contains(text, '.') AND NOT ${matches(THOUSANDS_BY_POINTS)}`),
  ungrouped: count(`NOT bad AND ${matches(UNGROUPED)}`),
};

function count(condition: string): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

function matches(pattern: string): string {
  return `regexp_full_match(text, ${literal(pattern)})`;
}

export interface Reading {
  readonly kind: 'thousands' | 'decimal';
  /** SQL for the text of a number as DuckDB reads it, from SQL for the column. */
  plain(column: string): string;
}

/** Ways to read all numbers with commas, the likelier first; none where hardly any value is such a number. */
export function readingsOf(counts: CommaCounts, delimiter: string | null): Reading[] {
  const { notNumbers, grouped, decimal, either, dotted, pointed } = counts;
  if (either === 0 || either <= notNumbers / 2) return [];
  const readings: Reading[] = [];
  if (grouped === either) readings.push({ kind: 'thousands', plain: (column) => `replace(${column}, ',', '')` });
  // A point can't be both: between thousands in one row, and a decimal point in another.
  if (decimal === either && (dotted === 0 || pointed === 0)) {
    const whole = (column: string): string => (dotted > 0 ? `replace(${column}, '.', '')` : column);
    readings.push({ kind: 'decimal', plain: (column) => `replace(${whole(column)}, ',', '.')` });
  }
  return isRatherDecimal(counts, delimiter) ? readings.reverse() : readings;
}

/** Where commas stand in numbers, a comma between values would need quotes: semicolons are what such programs write. */
function isRatherDecimal({ ungrouped, pointed }: CommaCounts, delimiter: string | null): boolean {
  return pointed === 0 && (ungrouped > 0 || delimiter === ';');
}

/** Whether a reading is the only one that all values allow, and none speaks against it. */
export function isCertain([reading, ...others]: readonly Reading[], counts: CommaCounts): boolean {
  if (reading === undefined || others.length > 0 || counts.either < counts.notNumbers) return false;
  return reading.kind === 'thousands' || counts.pointed === 0;
}
