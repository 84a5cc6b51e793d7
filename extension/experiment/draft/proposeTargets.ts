/**
 * Which columns could be targets, best first: a column of numbers that never go below 0 is what a positivity constraint
 * is for. Says of each in words why, and of the others why not.
 */
import type { ColumnProfile } from '../../protocol/columns';
import {
  exampleOfNumber,
  fewTextValues,
  isBlurred,
  isConstant,
  isTooLarge,
  looksLikeId,
  rowsWithValue,
  unusableRows,
} from './columnFacts';
import { countOf, grouped, rangeOf, textOfNumbers, writtenAs, zerosOf } from './words';

/** A column that is out of the question, and why. */
export interface LeftOut {
  readonly column: string;
  /** Goes on from the name: `is text`. */
  readonly reason: string;
}

/**
 * Best first: what is kept from 0 on, the same in few steps, any number, and what is likelier a label, a
 * number of a row, or hardly ever known.
 */
const RANKS = ['never-negative', 'few-values', 'any-sign', 'unlikely'] as const;
export type TargetRank = (typeof RANKS)[number];

export interface TargetProposal {
  readonly column: ColumnProfile;
  readonly rank: TargetRank;
  /** `never negative, 0 … 55.9, 57 % zeros` */
  readonly detail: string;
}

export interface TargetProposals {
  /** Best first, equally good ones in the order of the data. */
  readonly targets: readonly TargetProposal[];
  readonly leftOut: readonly LeftOut[];
}

/** Up to so many values, whole numbers are likelier codes (a month, a grade) than amounts. */
const FEW_STEPS = 12;

export function proposeTargets(columns: readonly ColumnProfile[]): TargetProposals {
  const targets: TargetProposal[] = [];
  const leftOut: LeftOut[] = [];
  for (const column of columns) {
    const reason = whyNoTarget(column);
    if (reason === null) targets.push({ column, ...judge(column) });
    else leftOut.push({ column: column.name, reason });
  }
  // Where more values are the bound itself, more is to be seen of what holds outputs to it.
  const zeroShare = ({ column }: TargetProposal): number => (column.numbers?.zero ?? 0) / rowsWithValue(column);
  const better = (a: TargetProposal, b: TargetProposal): number =>
    RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) || zeroShare(b) - zeroShare(a);
  return { targets: targets.sort(better), leftOut };
}

/** Those of the best rank there is. One alone needs no question. */
export function bestTargets({ targets }: TargetProposals): readonly TargetProposal[] {
  return targets.filter(({ rank }) => rank === targets[0]!.rank);
}

function whyNoTarget(column: ColumnProfile): string | null {
  const { kind, type, values } = column;
  if (column.name === '') return 'has no name';
  if (rowsWithValue(column) === 0) return 'has no value in any row';
  if (kind === 'text') return looksNumeric(column) ?? 'is text';
  if (kind === 'date') return 'is a date or time';
  if (kind === 'list') return 'is a list of numbers, and a target is one number a row';
  if (kind === 'other') return `holds ${type.split('(')[0]!.toLowerCase()} values`;
  if (values.min === null || values.max === null) return 'has no finite number in any row';
  if (isConstant(column)) return `is ${rangeOf(column).split(' ')[0]} in every row`;
  if (isTooLarge(column)) return 'holds numbers too large for the 32-bit numbers of a network';
  if (isBlurred(column))
    return `goes from ${rangeOf(column).replace('…', 'to')}, too fine for the 32-bit numbers of a network`;
  return null;
}

/** Text that a person would read as numbers: what to do about it is said where the column is used. */
function looksNumeric(column: ColumnProfile): string | null {
  const example = exampleOfNumber(column);
  return example === null || fewTextValues(column) !== null ? null : textOfNumbers(example);
}

function judge(column: ColumnProfile): { rank: TargetRank; detail: string } {
  const { kind, values } = column;
  const missing = unusableRows(column);
  const gaps = missing === 0 ? [] : [`no value in ${countOf(missing, 'row')}`];
  const words = (...parts: (string | null)[]): string =>
    [...parts.filter((part) => part !== null), ...writtenAs(column), ...gaps].join(', ');
  const range = rangeOf(column);
  const isMostlyEmpty = missing > values.rows / 2;
  if (kind === 'boolean') return { rank: 'unlikely', detail: words('true or false') };
  if (looksLikeId(column))
    return { rank: 'unlikely', detail: words('whole and different in every row, like an id', range) };
  if (values.min! < 0) {
    const negative = column.numbers?.negative ?? 0;
    return {
      rank: isMostlyEmpty ? 'unlikely' : 'any-sign',
      detail: words('goes below 0', range, `${grouped(negative)} negative`),
    };
  }
  const positive = words('never negative', range, zerosOf(column));
  if (isMostlyEmpty || (values.isWhole && values.distinct <= 2)) return { rank: 'unlikely', detail: positive };
  return { rank: values.isWhole && values.distinct <= FEW_STEPS ? 'few-values' : 'never-negative', detail: positive };
}
