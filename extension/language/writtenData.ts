/**
 * What a text says of its data, read without judging it: it may be half typed. Nothing here opens a file.
 */
import { getNodeValue } from 'jsonc-parser';
import type { DataQuestion } from '../data/dataReader';
import { parseJsonText } from '../experiment/jsonText';
import { endOf, tokensOf } from './tokens';

export interface WrittenData {
  readonly source: string | readonly string[] | null;
  readonly query: string | null;
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly validationColumn: string | null;
  /** Of `network`. */
  readonly from: string | null;
  /** `constraint` as it is written. */
  readonly constraint: Readonly<Record<string, unknown>>;
}

export function writtenData(text: string): WrittenData {
  const root = parseJsonText(text);
  const experiment = asObject(root === undefined ? null : getNodeValue(root));
  const data = asObject(experiment.data);
  return {
    source: asSource(data.source) ?? asSource(valueBehind(text, 'source')),
    query: asText(data.query) ?? asText(valueBehind(text, 'query')),
    inputs: asTexts(data.inputs),
    targets: asTexts(data.targets),
    validationColumn: asText(asObject(data.validation).column),
    from: asText(asObject(experiment.network).from),
    constraint: asObject(experiment.constraint),
  };
}

/** The table with its query; `null` while no source is written. */
export function questionOf({ source, query }: WrittenData, directory: string): DataQuestion | null {
  if (source === null) return null;
  return query === null ? { source, directory } : { source, query, directory };
}

/** The table that a query starts from. */
export function sourceQuestionOf({ source }: WrittenData, directory: string): DataQuestion | null {
  return source === null ? null : { source, directory };
}

/** Where the parser lost it: the first string, or list of strings, behind the name and a colon. */
function valueBehind(text: string, name: string): unknown {
  const tokens = tokensOf(text).filter(({ kind }) => kind !== 'comment');
  const key = JSON.stringify(name);
  const textOf = (index: number): string => {
    const token = tokens[index];
    return token === undefined ? '' : text.slice(token.offset, endOf(token));
  };
  const at = tokens.findIndex((_, index) => textOf(index) === key && textOf(index + 1) === ':');
  if (at < 0) return null;
  const end = textOf(at + 2) === '[' ? tokens.findIndex(({ kind }, index) => index > at && kind === ']') : at + 2;
  try {
    return JSON.parse(
      tokens
        .slice(at + 2, end + 1)
        .map((_, index) => textOf(at + 2 + index))
        .join(''),
    );
  } catch {
    return null;
  }
}

function asSource(value: unknown): string | readonly string[] | null {
  if (typeof value === 'string') return value === '' ? null : value;
  const files = asTexts(value);
  return files.length === 0 ? null : files;
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string' && each !== '') : [];
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
