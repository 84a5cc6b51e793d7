/** Which column a place in the text names: among inputs and targets, in the split, over a bound, or in the query. */
import type { DataQuestion, DataReader } from '../data/dataReader';
import type { ColumnProfile } from '../protocol/columns';
import { cursorAt } from './cursor';
import { isSameName, nameAt } from './sqlTokens';
import { questionOf, sourceQuestionOf, type WrittenData, writtenData } from './writtenData';

export interface NamedColumn {
  readonly name: string;
  /** Of the text that names it, in the document; quotes of JSON are left out. */
  readonly offset: number;
  readonly length: number;
  /** Where the column is: in what the query gives, or in the files that it starts from. */
  readonly question: DataQuestion;
}

/** `null` where no column is named, as far as the text alone can tell. */
export function columnAt(text: string, offset: number, directory: string): NamedColumn | null {
  const cursor = cursorAt(text, offset);
  if (cursor?.string == null) return null;
  const [section, field, entry, ...deeper] = cursor.path;
  if (deeper.length > 0) return null;
  const { value, before, offsets } = cursor.string;
  const whole = { offset: offsets[0]!, length: offsets.at(-1)! - offsets[0]! };
  const written = writtenData(text);
  const question = questionOf(written, directory);
  if (question === null) return null;

  if (section === 'data' && field === 'query' && entry === undefined && cursor.at === 'value') {
    const name = nameAt(value, before);
    const source = sourceQuestionOf(written, directory);
    if (name === null || source === null) return null;
    const start = offsets[name.offset]!;
    return { name: name.name, offset: start, length: offsets[name.offset + name.length]! - start, question: source };
  }
  return isColumnPlace(cursor.path, cursor.at, written) ? { name: value, ...whole, question } : null;
}

/** `null` where there is no such column. In a query, case doesn't matter. */
export async function profileOf({ name, question }: NamedColumn, reader: DataReader): Promise<ColumnProfile | null> {
  const profile = await reader.profile(question, name);
  if (profile !== null) return profile;
  const same = (await reader.columns(question))?.find((column) => isSameName(column.name, name));
  return same === undefined || same.name === name ? null : reader.profile(question, same.name);
}

function isColumnPlace(path: readonly (string | number)[], at: 'key' | 'value', { targets }: WrittenData): boolean {
  const [section, field, entry] = path;
  if (section === 'constraint') return at === 'key' && entry === undefined && targets.includes(String(field));
  if (section !== 'data' || at !== 'value') return false;
  if (field === 'inputs' || field === 'targets') return typeof entry === 'number';
  return field === 'validation' && entry === 'column';
}
