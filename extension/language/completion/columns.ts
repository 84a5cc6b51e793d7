/** Columns to choose from: numbers before what first has to be made one, and for targets those that are never negative. */
import type { CompletionItem } from 'vscode-languageserver';
import type { DataReader } from '../../data/dataReader';
import type { ColumnKind, ColumnSummary } from '../../protocol/columns';
import { columnLine } from '../columnText';
import { COMPLETION } from '../protocolNumbers';
import { questionOf, sourceQuestionOf, type WrittenData } from '../writtenData';
import { type CompletionPlace, named, quoted } from './replacement';

/** What is asked again when an item is looked at: its profile is too much for a list. */
export interface ColumnItemData {
  readonly kind: 'column';
  readonly uri: string;
  readonly column: string;
  /** Of the files, whatever the query makes of them. */
  readonly ofSource?: boolean;
}

export interface ColumnsAsked {
  readonly written: WrittenData;
  readonly directory: string;
  readonly uri: string;
  readonly reader: DataReader;
}

export interface ColumnItems {
  readonly items: CompletionItem[];
  /** Ranges are still being looked for: ask again. */
  readonly isIncomplete: boolean;
}

export type ColumnRole = 'inputs' | 'targets' | 'validation';

/** What the query gives; while it can't be run, what the files have. */
export async function columnItems(role: ColumnRole, place: CompletionPlace, asked: ColumnsAsked): Promise<ColumnItems> {
  const columns = (await columnsToUse(asked)) ?? [];
  const used = role === 'validation' ? [] : usedBeside(place, asked.written);
  const offered = columns.filter(({ name }) => !used.includes(name));
  return {
    items: offered.map((column, index) => ({
      ...columnItem(column, { kind: 'column', uri: asked.uri, column: column.name }),
      ...quoted(column.name, place),
      sortText: sortText(RANKS[role](column), index),
    })),
    isIncomplete: offered.some(({ values }) => values === null),
  };
}

/** Targets that have no bound of their own yet, as names in `constraint`. */
export async function targetItems(place: CompletionPlace, asked: ColumnsAsked): Promise<ColumnItems> {
  const { targets, constraint } = asked.written;
  const columns = (await columnsToUse(asked)) ?? [];
  const current = place.cursor.path.at(-1);
  const open = targets.filter((target) => target === current || !Object.hasOwn(constraint, target));
  const items = open.map((target, index): CompletionItem => {
    const column = columns.find(({ name }) => name === target);
    const data: ColumnItemData = { kind: 'column', uri: asked.uri, column: target };
    return {
      ...(column === undefined ? { label: target, kind: COMPLETION.field } : columnItem(column, data)),
      // Behind `min`, `max` and `tolerance`, which the schema gives.
      sortText: sortText(1, index),
      ...named(target, BOUND_TO_FILL_IN, place),
    };
  });
  return { items, isIncomplete: false };
}

export function columnItem(column: ColumnSummary, data: ColumnItemData): CompletionItem {
  const line = columnLine(column);
  return {
    label: column.name,
    kind: COMPLETION.field,
    detail: column.type,
    labelDetails: { detail: ` ${shortType(column.type)}`, ...(line !== '' && { description: line }) },
    data,
  };
}

/** A type of many parts, such as a STRUCT, would leave no room for the rest. */
function shortType(type: string): string {
  return type.length > 20 ? `${type.slice(0, 19)}…` : type;
}

export function sortText(rank: number, index: number): string {
  return `${rank}${String(index).padStart(5, '0')}`;
}

/** Rank, best first. */
const RANKS: Readonly<Record<ColumnRole, (column: ColumnSummary) => number>> = {
  inputs: ({ kind }) => KIND_RANKS[kind],
  targets: ({ kind, values }) => {
    if (kind === 'list') return 5;
    const isNonnegative = kind === 'number' && values !== null && values.min !== null && values.min >= 0;
    return isNonnegative ? 0 : 1 + KIND_RANKS[kind];
  },
  // Few values tell rows apart; where every row has its own, none is held out.
  validation: ({ kind, values }) => {
    if (values !== null && values.distinct <= FEW_VALUES) return kind === 'text' || kind === 'boolean' ? 0 : 1;
    return kind === 'text' || kind === 'boolean' ? 2 : 3;
  },
};

const FEW_VALUES = 20;

const KIND_RANKS: Readonly<Record<ColumnKind, number>> = { number: 0, boolean: 1, list: 1, date: 2, text: 2, other: 3 };

const BOUND_TO_FILL_IN = `{ "min": ${'$'}{1:0} }`;

async function columnsToUse({ written, directory, reader }: ColumnsAsked): Promise<ColumnSummary[] | null> {
  const question = questionOf(written, directory);
  const source = sourceQuestionOf(written, directory);
  if (question === null || source === null) return null;
  return (await reader.columns(question)) ?? (question.query === undefined ? null : await reader.columns(source));
}

/** A column stands once among inputs and targets; the one at the cursor may be offered again. */
function usedBeside({ cursor }: CompletionPlace, { inputs, targets }: WrittenData): string[] {
  const current = cursor.string?.value;
  const all = [...inputs, ...targets];
  const index = current === undefined ? -1 : all.indexOf(current);
  return all.filter((_, other) => other !== index);
}
