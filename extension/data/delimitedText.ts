/**
 * What DuckDB's reader of delimited text doesn't tell: the delimiter and columns that the header line means. Left to
 * guess, it takes a ragged file for one with a single column, or its header for data.
 */
import { open } from 'node:fs/promises';

export interface Header {
  delimiter: string;
  columns: string[];
}

/** What is read at first, and what at most when the header goes on. */
const HEAD_BYTES = 1 << 18;
const LONGEST_HEAD = 1 << 24;
const DELIMITERS = [',', ';', '\t', '|'];

/** `null` for a file with nothing in it but line breaks; `'binary'` for one that is no text, or none in UTF-8. */
export async function readHeader(file: string): Promise<Header | 'binary' | null> {
  const delimiters = file.toLowerCase().endsWith('.csv') ? DELIMITERS : ['\t'];
  const handle = await open(file);
  try {
    for (let bytes = HEAD_BYTES; ; bytes *= 4) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
      if (text.includes('\0') || text.startsWith('\uFFFD')) return 'binary';
      const isAll = bytesRead < bytes || bytes >= LONGEST_HEAD;
      const header = headerOf(text, delimiters, isAll);
      if (header !== 'cut short') return header;
    }
  } finally {
    await handle.close();
  }
}

/** `'cut short'` when the text ends before its first record does, and there is more of it. */
function headerOf(text: string, delimiters: readonly string[], isAll: boolean): Header | 'cut short' | null {
  const start = /^(?:(?:#[^\r\n]*|[^\S\r\n]*)(?:\r\n|\n|\r))*/.exec(text)![0].length;
  const head = /\S/.test(text.slice(start)) ? text.slice(start) : text.replace(/^\s+/, '');
  if (head === '') return isAll ? null : 'cut short';
  const records = delimiters.map((delimiter) => ({ delimiter, ...firstRecord(head, delimiter) }));
  const best = records.reduce((most, each) => (each.columns.length > most.columns.length ? each : most));
  if (!isAll && !best.isWhole) return 'cut short';
  // A quote that is never closed is for the reader of the whole file to name.
  const { delimiter } = best;
  const { columns } = best.isClosed ? best : firstRecord(head.split(/[\r\n]/, 1)[0]!, delimiter);
  // A delimiter at the end of every line is no column.
  if (columns.length > 1 && columns.at(-1) === '') columns.pop();
  return { delimiter, columns };
}

/** Fields up to the first line break that no quotes enclose. */
function firstRecord(text: string, delimiter: string): { columns: string[]; isWhole: boolean; isClosed: boolean } {
  const columns: string[] = [];
  let field = '';
  let quoted = false;
  let isStart = true;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[index + 1] === '"') field += text[index++];
      else quoted = false;
    } else if (character === '\n' || character === '\r') {
      return { columns: [...columns, field], isWhole: true, isClosed: true };
    } else if (character === delimiter) {
      columns.push(field);
      field = '';
      isStart = true;
      continue;
    } else if (character === '"' && isStart) quoted = true;
    else field += character;
    isStart = false;
  }
  return { columns: [...columns, field], isWhole: false, isClosed: !quoted };
}
