/** What `source` means now: its files with their sizes, the rows of all together, and the columns. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DataQuestion, DataReader } from '../../data/dataReader';
import { codeText, plainText } from '../markdown';
import { counted, grouped, sizeText } from '../numberText';

const MOST_FILES = 6;
const MOST_COLUMNS = 12;

/** Markdown; `null` where no file may be read. */
export async function sourceMarkdown(question: DataQuestion, reader: DataReader): Promise<string | null> {
  const files = await reader.files(question);
  if (files.length === 0) return null;
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => null))?.size ?? 0));
  const columns = (await reader.columns(question)) ?? [];
  const rows = await rowsOf(question, reader, columns);
  const total = sizeText(sizes.reduce((sum, size) => sum + size, 0));
  const listed = files.slice(0, MOST_FILES).map((file, index) => {
    return `- ${codeText(path.relative(question.directory, file))}, ${sizeText(sizes[index]!)}`;
  });
  const more = files.length - MOST_FILES;
  return [
    [counted(files.length, 'file'), ...(rows === null ? [] : [counted(rows, 'row')]), total].join(', '),
    [...listed, ...(more > 0 ? [`- and ${counted(more, 'file')} more`] : [])].join('\n'),
    ...(columns.length === 0 ? [] : [columnsLine(columns.map(({ name }) => name))]),
  ].join('\n\n');
}

async function rowsOf(
  question: DataQuestion,
  reader: DataReader,
  columns: readonly { name: string; values: { rows: number } | null }[],
): Promise<number | null> {
  const known = columns.find(({ values }) => values !== null)?.values?.rows;
  if (known !== undefined || columns.length === 0) return known ?? null;
  return (await reader.profile(question, columns[0]!.name))?.values.rows ?? null;
}

function columnsLine(names: readonly string[]): string {
  const shown = names.slice(0, MOST_COLUMNS).map(plainText).join(', ');
  const more = names.length - MOST_COLUMNS;
  return `${counted(names.length, 'column')}: ${shown}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
}
