/**
 * Where something named in an experiment file comes from: the data files, a column's place in its header or in the
 * query that makes it, a variant's latest run, the target that a bound is for.
 */
import path from 'node:path';
import { findNodeAtLocation } from 'jsonc-parser';
import type { DocumentLink, LocationLink, Position } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { DataReader } from '../data/dataReader';
import { parseJsonText } from '../experiment/jsonText';
import { type Positions, positionsOf } from '../experiment/positions';
import { offsetsInString } from '../experiment/stringText';
import type { Range } from '../protocol/problems';
import { columnAt, type NamedColumn } from './columnAt';
import { type Cursor, cursorAt } from './cursor';
import type { ExperimentText } from './document';
import { headerPlace } from './headerPlace';
import { latestRunFile } from './latestRun';
import { isName, isSameName, sqlTokens } from './sqlTokens';
import { type WrittenData, writtenData } from './writtenData';

export interface DefinitionOptions {
  /** `null` where data may not be read. */
  reader: DataReader | null;
  /** Absolute path of the folder that holds the experiment's runs. */
  runsFolder(): Promise<string>;
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export async function definitionsAt(
  document: ExperimentText,
  position: Position,
  { reader, runsFolder }: DefinitionOptions,
): Promise<LocationLink[]> {
  const { path: file, text, uri } = document;
  const positions = positionsOf(text);
  const offset = positions.offsetAt(position);
  const cursor = cursorAt(text, offset);
  if (cursor === null || cursor.length === 0) return [];
  const from = (
    target: { uri: string; range: Range },
    origin: { offset: number; length: number } = cursor,
  ): LocationLink => ({
    targetUri: target.uri,
    targetRange: target.range,
    targetSelectionRange: target.range,
    originSelectionRange: positions.rangeOf(origin.offset, origin.length),
  });
  const [section, field, entry, ...deeper] = cursor.path;

  if (section === 'variants' && cursor.at === 'key' && entry === undefined) {
    const run = await latestRunFile(await runsFolder(), file, String(field));
    return run === null ? [] : [from({ uri: URI.file(run).toString(), range: START })];
  }
  if (section === 'constraint' && cursor.at === 'key' && entry === undefined) {
    const range = targetRange(text, String(field), positions);
    return range === null ? [] : [from({ uri, range })];
  }
  if (section !== 'data' || reader === null) return [];
  const written = writtenData(text);
  if (field === 'source' && deeper.length === 0) {
    const source = sourceAt(cursor, written);
    const files = source === null ? [] : await reader.files({ source, directory: path.dirname(file) });
    return files.map((each) => from({ uri: URI.file(each).toString(), range: START }));
  }
  const column = columnAt(text, offset, path.dirname(file));
  if (column === null) return [];
  return (await columnPlaces(column, document, written, positions, reader)).map((place) => from(place, column));
}

/** Each entry of `source` that means one file, as a link to it. */
export async function linksOf({ path: file, text }: ExperimentText, reader: DataReader): Promise<DocumentLink[]> {
  const root = parseJsonText(text);
  const source = root === undefined ? undefined : findNodeAtLocation(root, ['data', 'source']);
  const positions = positionsOf(text);
  const nodes = (source?.type === 'array' ? (source.children ?? []) : source === undefined ? [] : [source]).filter(
    ({ type, value }) => type === 'string' && value !== '',
  );
  const links = await Promise.all(
    nodes.map(async (node): Promise<DocumentLink[]> => {
      const files = await reader.files({ source: node.value, directory: path.dirname(file) });
      const offsets = offsetsInString(text, node);
      const range = positions.rangeOf(offsets[0]!, offsets.at(-1)! - offsets[0]!);
      return files.length === 1 ? [{ range, target: URI.file(files[0]!).toString() }] : [];
    }),
  );
  return links.flat();
}

/** The place of the entry in `data.targets`. */
function targetRange(text: string, target: string, positions: Positions): Range | null {
  const root = parseJsonText(text);
  const targets = root === undefined ? undefined : findNodeAtLocation(root, ['data', 'targets']);
  const node = targets?.type === 'array' ? targets.children?.find(({ value }) => value === target) : undefined;
  return node === undefined ? null : positions.rangeOf(node.offset, node.length);
}

/** Over the word "source" all that it means; over an entry of a list that entry. */
function sourceAt({ at, path: [, , entry] }: Cursor, { source }: WrittenData): string | readonly string[] | null {
  return at === 'value' && typeof entry === 'number' && Array.isArray(source) ? (source[entry] ?? null) : source;
}

/** Where a query makes it; else in the header of the first file that has it; else the first file. */
async function columnPlaces(
  { name, question }: NamedColumn,
  { uri, text }: ExperimentText,
  { query }: WrittenData,
  positions: Positions,
  reader: DataReader,
): Promise<{ uri: string; range: Range }[]> {
  const alias = question.query === undefined || query === null ? null : aliasRange(text, name, positions);
  if (alias !== null) return [{ uri, range: alias }];
  const files = await reader.files(question);
  for (const file of files) {
    const range = await headerPlace(file, name);
    if (range !== null) return [{ uri: URI.file(file).toString(), range }];
  }
  return files.slice(0, 1).map((file) => ({ uri: URI.file(file).toString(), range: START }));
}

/** `AS name`, where it stands in the text. */
function aliasRange(text: string, name: string, positions: Positions): Range | null {
  const root = parseJsonText(text);
  const node = root === undefined ? undefined : findNodeAtLocation(root, ['data', 'query']);
  if (node?.type !== 'string') return null;
  const tokens = sqlTokens(node.value).filter(({ kind }) => kind !== 'comment');
  const alias = tokens.findLast((token, index) => {
    const before = tokens[index - 1];
    return isName(token) && isSameName(token.name, name) && before?.kind === 'name' && isSameName(before.name, 'as');
  });
  if (alias === undefined) return null;
  const offsets = offsetsInString(text, node);
  const start = offsets[alias.offset]!;
  return positions.rangeOf(start, offsets[alias.offset + alias.length]! - start);
}
