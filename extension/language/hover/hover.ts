/**
 * What stands over a place beyond what the JSON Schema says: the column, the bound or the files that are meant, as the
 * data have them. What a field is for comes from the schema; nothing is said by both.
 */
import path from 'node:path';
import type { Hover, Position } from 'vscode-languageserver';
import type { DataReader } from '../../data/dataReader';
import { positionsOf } from '../../experiment/positions';
import { columnAt, profileOf } from '../columnAt';
import { columnMarkdown } from '../columnText';
import { type Cursor, cursorAt } from '../cursor';
import type { ExperimentText } from '../document';
import { writtenData } from '../writtenData';
import { boundMarkdown } from './bound';
import { sourceMarkdown } from './source';
import { weightsMarkdown } from './weights';

export async function hoverAt(
  { path: file, text }: ExperimentText,
  position: Position,
  reader: DataReader,
): Promise<Hover | null> {
  const positions = positionsOf(text);
  const offset = positions.offsetAt(position);
  const directory = path.dirname(file);
  const shown = (value: string | null, { offset, length }: { offset: number; length: number }): Hover | null =>
    value === null ? null : { contents: { kind: 'markdown', value }, range: positions.rangeOf(offset, length) };

  const column = columnAt(text, offset, directory);
  if (column !== null) {
    const profile = await profileOf(column, reader);
    return shown(profile === null ? null : columnMarkdown(profile), column);
  }
  const cursor = cursorAt(text, offset);
  if (cursor === null || cursor.length === 0) return null;
  return shown(await otherMarkdown(cursor, text, directory, reader), cursor);
}

async function otherMarkdown(
  { path: place, at }: Cursor,
  text: string,
  directory: string,
  reader: DataReader,
): Promise<string | null> {
  const [section, field, entry, ...deeper] = place;
  const written = writtenData(text);
  if (section === 'constraint') {
    const side = deeper.length > 0 ? null : (entry ?? field);
    if (side !== 'min' && side !== 'max') return null;
    return boundMarkdown(written, side, entry === undefined ? null : String(field), directory, reader);
  }
  if (section === 'network' && field === 'from' && entry === undefined) {
    return written.from === null ? null : weightsMarkdown(written.from, directory);
  }
  if (section !== 'data' || field !== 'source' || deeper.length > 0) return null;
  const isOne = at === 'value' && typeof entry === 'number' && Array.isArray(written.source);
  const source = isOne ? written.source[entry] : written.source;
  return source == null ? null : sourceMarkdown({ source, directory }, reader);
}
