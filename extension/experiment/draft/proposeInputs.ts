/**
 * Which columns could be inputs, and how the query makes numbers of those that are none: a date becomes the day of its
 * year, text of a few kinds one column of true and false for each.
 */
import type { ColumnProfile } from '../../protocol/columns';
import { literal, readableIdentifier } from '../sqlNames';
import {
  exampleOfNumber,
  fewTextValues,
  hasFixedLength,
  isBlurred,
  isConstant,
  isTooLarge,
  looksLikeId,
  notFiniteRows,
  rowsWithValue,
  unusableRows,
  usableRows,
  valueSql,
} from './columnFacts';
import type { LeftOut, TargetProposal } from './proposeTargets';
import { splitOf } from './validation';
import { countOf, grouped, quoted, rangeOf, shortNumber, textOfNumbers, writtenAs } from './words';

/** A column that the query makes. */
export interface DerivedColumn {
  /** What it is called if no other column is. */
  readonly name: string;
  readonly sql: string;
  /** What it says of the column: `its hour`, `"sun"`. */
  readonly words: string;
}

export interface InputProposal {
  readonly column: ColumnProfile;
  readonly isProposed: boolean;
  /** `−7.1 … 35.6`, `a date: the day of its year`; where it isn't proposed, why. */
  readonly detail: string;
  /** What the network takes in its place; empty where it takes the column itself. */
  readonly derived: readonly DerivedColumn[];
  /** Rows without a value, and the SQL that is true for all others; `null` where every row has one. */
  readonly gaps: { readonly rows: number; readonly condition: string } | null;
}

export interface InputProposals {
  /** In the order of the data. */
  readonly inputs: readonly InputProposal[];
  readonly leftOut: readonly LeftOut[];
}

/** Rows without a value are left out: of those with targets, this share stays whatever they are. */
const STAYING_SHARE = 0.5;

export function proposeInputs(columns: readonly ColumnProfile[], targets: readonly TargetProposal[]): InputProposals {
  const names = new Set(targets.map(({ column }) => column.name));
  const split = splitOf(columns);
  const leftOut: LeftOut[] = [];
  const possible: InputProposal[] = [];
  for (const column of columns) {
    if (names.has(column.name)) continue;
    if (column.name === split?.column) {
      leftOut.push({ column: column.name, reason: 'says which rows are held out' });
      continue;
    }
    const use = useOf(column);
    if (typeof use === 'string') leftOut.push({ column: column.name, reason: use });
    else possible.push({ column, isProposed: true, gaps: gapsOf(column), ...use });
  }
  return { inputs: withoutIds(withoutGaps(possible, targets)), leftOut };
}

/** What is no input, with reasons; of what a person left out of their own accord nothing is said. */
export function notTaken({ inputs, leftOut }: InputProposals, taken: readonly InputProposal[]): LeftOut[] {
  const others = inputs.filter((input) => !input.isProposed && !taken.includes(input));
  return [...others.map(({ column, detail }) => ({ column: column.name, reason: detail })), ...leftOut];
}

/** SQL that is true for rows with a value that can be trained on; `null` where all have one. */
export function gapsOf(column: ColumnProfile): InputProposal['gaps'] {
  const { kind, width } = column;
  // Text without a value is of none of the kinds.
  if (kind === 'text') return null;
  const rows = unusableRows(column);
  if (rows === 0) return null;
  const sql = readableIdentifier(column.name);
  if (kind === 'list' && !hasFixedLength(column)) {
    return { rows, condition: `len(${sql}) = ${width} AND list_count(${sql}) = ${width}` };
  }
  return { rows, condition: notFiniteRows(column) > 0 ? `isfinite(${sql})` : `${sql} IS NOT NULL` };
}

/** Rows without a value may be others for each column, so their numbers add up. Those with the fewest gaps go first. */
function withoutGaps(inputs: readonly InputProposal[], targets: readonly TargetProposal[]): InputProposal[] {
  const missing = ({ gaps }: InputProposal): number => gaps?.rows ?? 0;
  const rows = usableRows(
    targets[0]?.column.values.rows ?? 0,
    targets.map(({ column }) => unusableRows(column)),
  );
  let staying = rows;
  const dropped = new Set<InputProposal>();
  for (const input of [...inputs].sort((a, b) => missing(a) - missing(b))) {
    if (missing(input) === 0) continue;
    // One row is held out, another trained on.
    if (staying - missing(input) >= Math.max(2, STAYING_SHARE * rows)) staying -= missing(input);
    else dropped.add(input);
  }
  return inputs.map((input) => {
    if (!dropped.has(input)) return input;
    const detail = `has no value in ${grouped(missing(input))} of ${grouped(input.column.values.rows)} rows`;
    return { ...input, isProposed: false, detail };
  });
}

/** A number of the row may be a time: it is taken where there is nothing else. */
function withoutIds(inputs: readonly InputProposal[]): InputProposal[] {
  const others = inputs.map((input) => {
    if (!input.isProposed || !looksLikeId(input.column)) return input;
    return { ...input, isProposed: false, detail: 'is whole and different in every row, like an id' };
  });
  return others.some(({ isProposed }) => isProposed) ? others : [...inputs];
}

type Use = Pick<InputProposal, 'detail' | 'derived'>;

/** How the network takes a column, or why it can't. */
function useOf(column: ColumnProfile): Use | string {
  const { kind, name, type, width } = column;
  if (name === '') return 'has no name';
  if (rowsWithValue(column) === 0) return 'has no value in any row';
  if (kind === 'text') return useOfText(column);
  if (kind === 'date') return useOfDate(column);
  if (kind === 'other') return `holds ${type.split('(')[0]!.toLowerCase()} values`;
  const { min, max } = column.values;
  if (min === null || max === null) return 'has no finite number in any row';
  if (isConstant(column)) return `is ${shortNumber(min)} ${width > 1 ? 'in every element of ' : 'in '}every row`;
  if (isTooLarge(column)) return 'holds numbers too large for the 32-bit numbers of a network';
  if (kind === 'boolean') return { detail: 'true or false', derived: [] };
  if (kind === 'list') return useOfList(column);
  const range = [rangeOf(column), ...writtenAs(column)].join(', ');
  if (!isBlurred(column)) return { detail: range, derived: [] };
  const offset = Math.floor(min);
  const sql = `${valueSql(column)} ${offset < 0 ? `+ ${-offset}` : `- ${offset}`}`;
  const words = `counted from ${shortNumber(offset)}, as the 32-bit numbers of a network would blur it`;
  return { detail: `${range}: ${words}`, derived: [{ name: `${name}_shifted`, sql, words }] };
}

function useOfList(column: ColumnProfile): Use | string {
  const { type, width } = column;
  const missing = notFiniteRows(column);
  const canBeFiltered = !hasFixedLength(column) && !type.endsWith('[][]') && column.values.notANumber === 0;
  if (width === 0 || (missing > 0 && !canBeFiltered))
    return 'has lists that are of several lengths, empty, or hold what is no number';
  return { detail: `${countOf(width, 'number')} a row, ${rangeOf(column)}`, derived: [] };
}

function useOfText(column: ColumnProfile): Use | string {
  const { name, values, frequent } = column;
  if (frequent.length === 1) return `is ${quoted(frequent[0]!.value)} in every row`;
  const kinds = fewTextValues(column);
  if (kinds === null) {
    const example = exampleOfNumber(column);
    if (example !== null) return textOfNumbers(example);
    return `is text with ${values.distinct > 10 ? 'about ' : ''}${grouped(values.distinct)} different values`;
  }
  const sql = readableIdentifier(name);
  // The second of two kinds says nothing that the first doesn't, unless a row may be of neither.
  const shown = kinds.length === 2 && values.nulls === 0 ? kinds.slice(0, 1) : kinds;
  const derived = shown.map((kind): DerivedColumn => {
    const same = `${sql} = ${literal(kind)}`;
    const words = (shown.length < kinds.length ? kinds : [kind]).map(quoted).join(', ');
    return { name: derivedName(name, kind), sql: values.nulls === 0 ? same : `coalesce(${same}, false)`, words };
  });
  return { detail: detailOf(column, derived), derived };
}

function useOfDate(column: ColumnProfile): Use | string {
  const { name, type, frequent, dateParts } = column;
  if (type === 'INTERVAL') return 'is a span of time';
  if (dateParts === undefined) throw new Error(`internal: nothing is known of the dates of ${quoted(name)}`);
  const { days, years, hours } = dateParts;
  const parts: [part: string, words: string][] = [];
  if (days > 1) parts.push(['dayofyear', 'the day of its year']);
  // All of one day of the year.
  else if (years > 1) parts.push(['year', 'its year']);
  if (hours > 1) parts.push(['hour', 'its hour']);
  if (parts.length === 0) {
    return frequent.length === 1 ? `is ${quoted(frequent[0]!.value)} in every row` : 'lies within one hour';
  }
  const sql = readableIdentifier(name);
  const derived = parts.map(([part, words]) => ({ name: derivedName(name, part), sql: `${part}(${sql})`, words }));
  return { detail: detailOf(column, derived), derived };
}

/** What the network takes of a date or of text, which may be less than what could be made of it. */
export function detailOf({ kind, type }: ColumnProfile, derived: readonly DerivedColumn[]): string {
  const words = derived.map((each) => each.words);
  if (kind === 'text') return `text: whether it is ${words.join(', ')}`;
  return `a ${type === 'DATE' ? 'date' : 'time'}: ${words.join(' and ')}`;
}

function derivedName(column: string, part: string): string {
  const word = part.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '');
  return `${column}_${word === '' ? 'other' : word}`;
}
