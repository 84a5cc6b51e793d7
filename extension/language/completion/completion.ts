/**
 * What is offered at a cursor beyond what the JSON Schema says: columns, files, values, and a whole experiment in an empty
 * file. Names and values of fields come from the schema; nothing is offered by both.
 */
import path from 'node:path';
import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver';
import type { DataReader } from '../../data/dataReader';
import { type Positions, positionsOf } from '../../experiment/positions';
import { experimentBody } from '../../experiment/schemaSnippets';
import { columnMarkdown } from '../columnText';
import { type Cursor, cursorAt } from '../cursor';
import { dataEntries } from '../dataFolder';
import type { ExperimentText } from '../document';
import { COMPLETION, SNIPPET } from '../protocolNumbers';
import { questionOf, sourceQuestionOf, type WrittenData, writtenData } from '../writtenData';
import {
  type ColumnItemData,
  type ColumnItems,
  type ColumnsAsked,
  columnItems,
  sortText,
  targetItems,
} from './columns';
import { queryItems } from './query';
import { type CompletionPlace, plain, quoted, written } from './replacement';
import { sourceItems } from './source';
import { sweepItems } from './sweep';
import { weightsItems } from './weights';

/** `reader` is `null` where data may not be read. */
export async function completionsAt(
  { uri, path: file, text }: ExperimentText,
  position: Position,
  reader: DataReader | null,
): Promise<CompletionList> {
  const positions = positionsOf(text);
  const offset = positions.offsetAt(position);
  const cursor = cursorAt(text, offset);
  if (cursor === null) return NOTHING;
  // Who has just typed the closing quote is done.
  if (cursor.string?.isInside === false && offset > cursor.offset) return NOTHING;
  const directory = path.dirname(file);
  if (cursor.path.length === 0)
    return listOf(await experimentItems(cursor, positions, reader === null ? null : directory));
  const place: CompletionPlace = { cursor, positions };
  const [section, , ...deeper] = cursor.path;
  if (section === 'sweep' && cursor.at === 'key' && deeper.length === 0) return listOf(sweepItems(text, place));
  if (reader === null) return NOTHING;
  const asked: ColumnsAsked = { written: writtenData(text), directory, uri, reader };
  return (await itemsAt(place, asked)) ?? NOTHING;
}

/** With the column's profile, when the person looks at an item. */
export async function resolvedCompletion(
  item: CompletionItem,
  { path: file, text }: ExperimentText,
  reader: DataReader | null,
): Promise<CompletionItem> {
  const data = asColumnItem(item.data);
  const question = data?.ofSource === true ? sourceQuestionOf : questionOf;
  const asked = question(writtenData(text), path.dirname(file));
  if (data === null || reader === null || asked === null) return item;
  const profile = await reader.profile(asked, data.column);
  if (profile === null) return item;
  return { ...item, documentation: { kind: 'markdown', value: columnMarkdown(profile) } };
}

/** Of which document an item is, for what is known of it only there; `null` where the item isn't ours. */
export function asColumnItem(data: unknown): ColumnItemData | null {
  if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== 'column') return null;
  const { uri, column } = data as Partial<ColumnItemData>;
  return typeof uri === 'string' && typeof column === 'string' ? (data as ColumnItemData) : null;
}

const NOTHING: CompletionList = { isIncomplete: false, items: [] };

function listOf(items: CompletionItem[], isIncomplete = false): CompletionList {
  return { isIncomplete, items };
}

async function itemsAt(place: CompletionPlace, asked: ColumnsAsked): Promise<ColumnItems | null> {
  const {
    at,
    path: [section, field, entry, ...deeper],
  } = place.cursor;
  if (section === 'constraint' && at === 'key' && entry === undefined) return targetItems(place, asked);
  if (section === 'network' && at === 'value' && field === 'from' && entry === undefined) {
    return listOf(await weightsItems(place, asked.directory));
  }
  if (section !== 'data' || at === 'key' || deeper.length > 0) return null;
  const isEntry = typeof entry === 'number';
  if (field === 'inputs' && isEntry) return columnItems('inputs', place, asked);
  if (field === 'targets' && isEntry) return columnItems('targets', place, asked);
  if (field === 'validation' && entry === 'column') return columnItems('validation', place, asked);
  if (field === 'validation' && entry === 'equals') return listOf(await heldOutItems(place, asked));
  if (field === 'source' && (entry === undefined || isEntry)) {
    return listOf(await sourceItems(place, asked.directory, isEntry ? others(asked.written, place.cursor) : []));
  }
  if (field === 'query' && entry === undefined) return queryItems(place, asked);
  return null;
}

/** Values of the column that decides, as JSON has them. */
async function heldOutItems(
  place: CompletionPlace,
  { written: data, directory, reader }: ColumnsAsked,
): Promise<CompletionItem[]> {
  const question = questionOf(data, directory);
  if (question === null || data.validationColumn === null) return [];
  const column = (await reader.columns(question))?.find(({ name }) => name === data.validationColumn);
  const values = (await reader.valuesOf(question, data.validationColumn)) ?? [];
  return values.map((value, index) => {
    const isPlain = column?.kind === 'boolean' || (column?.kind === 'number' && isJsonNumber(value));
    const item = isPlain ? written(value, value, place) : quoted(value, place);
    return { ...item, kind: COMPLETION.value, sortText: sortText(0, index) };
  });
}

function isJsonNumber(text: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

function others({ source }: WrittenData, { string }: Cursor): string[] {
  return (Array.isArray(source) ? source : []).filter((each) => each !== string?.value);
}

/** In a file with nothing but comments in it: an experiment on each of the nearest data files, or on one to be named. */
async function experimentItems(
  { offset, length, next }: Cursor,
  positions: Positions,
  directory: string | null,
): Promise<CompletionItem[]> {
  if (next !== null) return [];
  const entries = directory === null ? [] : await dataEntries(directory, '');
  const files = entries.filter(({ kind }) => kind === 'file').slice(0, MOST_EXPERIMENTS);
  const range = positions.rangeOf(offset, length);
  const item = (label: string, source: string, index: number): CompletionItem => ({
    label,
    kind: COMPLETION.snippet,
    detail: 'data, network, constraint, training and three variants to compare',
    insertTextFormat: SNIPPET,
    sortText: sortText(0, index),
    textEdit: { range, newText: experimentBody(source) },
  });
  if (files.length === 0) return [item('Experiment', `"${'$'}{1:data.csv}"`, 0)];
  return files.map((file, index) => item(`Experiment on ${file.path}`, plain(JSON.stringify(file.path)), index));
}

const MOST_EXPERIMENTS = 5;
