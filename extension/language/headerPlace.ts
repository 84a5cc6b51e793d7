/** Where a column's name stands in the header line of a delimited text file. */
import { open } from 'node:fs/promises';
import { readHeader } from '../data/delimitedText';
import { fileStamp } from '../data/fileStamp';
import { positionsOf } from '../experiment/positions';
import type { Range } from '../protocol/problems';
import { isSameName } from './sqlTokens';

/** Of a file's beginning; a header that is longer has no places. */
const HEAD_BYTES = 1 << 18;

/** `null` where the file is no delimited text, can't be read or has no such column. */
export async function headerPlace(file: string, column: string): Promise<Range | null> {
  if (!/\.(csv|tsv|tab)$/i.test(file)) return null;
  const header = await fileStamp(file)
    .then(({ stamp }) => readHeader(file, stamp))
    .catch(() => null);
  if (header === null || header === 'binary') return null;
  const index = header.columns.findIndex((name) => isSameName(name.trim(), column.trim()));
  if (index < 0) return null;
  const text = await headOf(file);
  // As the reader of headers does: comments and blank lines before it are passed over.
  const start = /^(?:(?:#[^\r\n]*|[^\S\r\n]*)(?:\r\n|\n|\r))*/.exec(text)![0].length;
  const field = fieldAt(text, start, header.delimiter, index);
  return field === null ? null : positionsOf(text).rangeOf(field.offset, field.length);
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    // An editor doesn't count a byte order mark as a character.
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}

/** The field of that number in the record that starts at an offset. */
function fieldAt(
  text: string,
  start: number,
  delimiter: string,
  index: number,
): { offset: number; length: number } | null {
  const separator = delimiter.replace(/[|\\^$*+?.()[\]{}]/g, '\\$&');
  const field = new RegExp(`(?:"(?:""|[^"])*"|[^${separator}\\r\\n])*`, 'y');
  for (let offset = start, count = 0; offset <= text.length; count++) {
    field.lastIndex = offset;
    const { length } = field.exec(text)![0];
    if (count === index) return { offset, length };
    if (text[offset + length] !== delimiter) return null;
    offset += length + 1;
  }
  return null;
}
