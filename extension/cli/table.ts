/** How tables look in a terminal: columns apart by spaces, no rules, no color of their own. */
import Table from 'cli-table3';
import { printable } from '../protocol/printable';

const NONE = '';

const PLAIN = {
  chars: {
    top: NONE,
    'top-mid': NONE,
    'top-left': NONE,
    'top-right': NONE,
    bottom: NONE,
    'bottom-mid': NONE,
    'bottom-left': NONE,
    'bottom-right': NONE,
    left: NONE,
    'left-mid': NONE,
    mid: NONE,
    'mid-mid': NONE,
    right: NONE,
    'right-mid': NONE,
    middle: '  ',
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
};

export interface Columns {
  readonly head: readonly string[];
  readonly colAligns?: readonly ('left' | 'right')[];
}

/** A line each, without spaces at its end. What names of runs and variants hold can't reach the terminal but as text. */
export function tableLines({ head, colAligns = [] }: Columns, rows: readonly (readonly string[])[]): string[] {
  const table = new Table({ ...PLAIN, head: [...head], colAligns: [...colAligns] });
  table.push(...rows.map((row) => row.map(printable)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
