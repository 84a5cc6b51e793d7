/** Inside of a query: the table, its columns, and some words and functions that features are often made with. */
import type { CompletionItem } from 'vscode-languageserver';
import { readableIdentifier } from '../../experiment/sqlNames';
import { COMPLETION, SNIPPET } from '../protocolNumbers';
import { sqlTokens } from '../sqlTokens';
import { sourceQuestionOf } from '../writtenData';
import { type ColumnItems, type ColumnsAsked, columnItem, sortText } from './columns';
import type { CompletionPlace } from './replacement';

export async function queryItems(place: CompletionPlace, asked: ColumnsAsked): Promise<ColumnItems> {
  const { cursor, positions } = place;
  if (cursor.string?.isInside !== true) return { items: [], isIncomplete: false };
  const { value, before, offsets } = cursor.string;
  const word = wordAt(value, before);
  if (word === null) return { items: [], isIncomplete: false };
  const start = offsets[word.start]!;
  const range = positions.rangeOf(start, offsets[word.end]! - start);
  const written = (label: string, sql: string): Pick<CompletionItem, 'label' | 'filterText' | 'textEdit'> => {
    const newText = JSON.stringify(sql).slice(1, -1);
    return { label, filterText: word.isQuoted ? newText : label, textEdit: { range, newText } };
  };
  const question = sourceQuestionOf(asked.written, asked.directory);
  const columns = (question === null ? null : await asked.reader.columns(question)) ?? [];
  const ofColumns = columns.map(
    (column, index): CompletionItem => ({
      ...columnItem(column, { kind: 'column', uri: asked.uri, column: column.name, ofSource: true }),
      ...written(column.name, readableIdentifier(column.name)),
      sortText: sortText(0, index),
    }),
  );
  // Behind an opening quote only a name can follow.
  if (word.isQuoted) return { items: ofColumns, isIncomplete: false };
  const table: CompletionItem = {
    ...written('source', 'source'),
    kind: COMPLETION.table,
    detail: 'the rows of "source"',
    sortText: sortText(1, 0),
  };
  const withPlace = (sql: string, detail: string, rank: number, index: number): CompletionItem => {
    const item = written(sql.replace(/\$\d/g, '').trim(), sql);
    return { ...item, detail, insertTextFormat: SNIPPET, sortText: sortText(rank, index) };
  };
  const functions = Object.entries(FUNCTIONS).map(([call, detail], index) => {
    return { ...withPlace(call, detail, 2, index), kind: COMPLETION.function };
  });
  const words = Object.entries(WORDS).map(([phrase, detail], index) => {
    return { ...withPlace(phrase, detail, 3, index), kind: COMPLETION.keyword };
  });
  return {
    items: [...ofColumns, table, ...functions, ...words],
    isIncomplete: columns.some(({ values }) => values === null),
  };
}

/** From where to where a name in the value would be replaced; `null` inside a text or a comment. */
function wordAt(query: string, before: number): { start: number; end: number; isQuoted: boolean } | null {
  const token = sqlTokens(query).find(({ offset, length }) => offset < before && before <= offset + length);
  if (token === undefined || token.kind === 'other') return { start: before, end: before, isQuoted: false };
  const { offset, length } = token;
  if (token.kind === 'name') return { start: offset, end: offset + length, isQuoted: false };
  if (token.kind === 'quoted-name') return { start: offset, end: offset + length, isQuoted: true };
  // Behind its last character a closed one is over.
  const text = query.slice(offset, offset + length);
  const isOver =
    before === offset + length && (/^--/.test(text) ? false : /('|\$|\*\/)$/.test(text) && text.length > 1);
  return isOver ? { start: before, end: before, isQuoted: false } : null;
}

/** With places to fill in. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'abs($1)': 'size without its sign',
  'coalesce($1, 0)': 'the first that is not null',
  'cos($1)': 'cosine: with sin() makes a circle of what goes round, such as the day of the year',
  'dayofweek($1)': 'day of the week, from 0 for Sunday',
  'dayofyear($1)': 'day of the year, from 1',
  'exp($1)': 'e to the power of a number',
  'greatest($1, 0)': 'the largest of several',
  'hour($1)': 'hour of a time, from 0',
  'isnan($1)': 'whether it is NaN',
  'least($1, 1)': 'the smallest of several',
  'ln($1)': 'natural logarithm',
  'month($1)': 'month of a date, from 1',
  'pi()': 'the number π',
  'round($1, 1)': 'rounded, to so many digits',
  'sin($1)': 'sine, see cos()',
  'sqrt($1)': 'square root',
};

const WORDS: Readonly<Record<string, string>> = {
  'SELECT *, $1 FROM source': 'all columns, and those that follow',
  'FROM source': 'the rows of "source"',
  'WHERE $1': 'only rows for which this holds',
  'AS $1': 'the name of a column that is made',
  'CASE WHEN $1 THEN 1 ELSE 0 END': 'a number for a text: 1 where this holds, else 0',
  'CAST($1 AS DOUBLE)': 'a number of a text that holds one',
  'TRY_CAST($1 AS DOUBLE)': 'the same, and null where it holds none',
  'IS NOT NULL': 'only where there is a value',
};
