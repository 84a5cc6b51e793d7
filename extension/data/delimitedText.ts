/**
 * What DuckDB's reader of delimited text doesn't tell: the delimiter and columns that the header line means. Left to
 * guess, it takes a ragged file for one with a single column, or its header for data.
 */
import { open } from 'node:fs/promises';

export interface Header {
  delimiter: string;
  columns: string[];
  /** Whether every quote that it opens is closed. */
  isClosed: boolean;
  /** Whether it ends, with its line or the file, before a million characters. */
  isWhole: boolean;
}

/** What is read at first, and what at most when the header goes on: names of some hundred thousand columns. */
const HEAD_BYTES = 1 << 16;
const LONGEST_HEAD = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];

/** Headers last read, by file, size and time of change: they are wanted at each key. */
const known = new Map<string, Header | 'binary' | null>();
const KNOWN_LIMIT = 64;

/**
 * `null` for a file with nothing in it but line breaks; `'binary'` for one that is no text, or none in UTF-8. `stamp` is
 * another one when the file is.
 */
export async function readHeader(file: string, stamp: string): Promise<Header | 'binary' | null> {
  const before = known.get(stamp);
  if (before !== undefined) return before;
  const header = await readFrom(file);
  known.set(stamp, header);
  if (known.size > KNOWN_LIMIT) known.delete(known.keys().next().value!);
  return header;
}

async function readFrom(file: string): Promise<Header | 'binary' | null> {
  const delimiters = file.toLowerCase().endsWith('.csv') ? DELIMITERS : ['\t'];
  const handle = await open(file);
  try {
    for (let bytes = HEAD_BYTES; ; bytes *= 4) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
      if (text.includes('\0') || text.startsWith('\uFFFD')) return 'binary';
      const isAll = bytesRead < bytes;
      const header = headerOf(text, delimiters, { isAll, isLongest: bytes >= LONGEST_HEAD });
      if (header !== 'cut short') return header;
    }
  } finally {
    await handle.close();
  }
}

/** `'cut short'` when the text ends before its first record does, and there is more of it. */
function headerOf(
  text: string,
  delimiters: readonly string[],
  { isAll, isLongest }: { isAll: boolean; isLongest: boolean },
): Header | 'cut short' | null {
  const start = /^(?:(?:#[^\r\n]*|[^\S\r\n]*)(?:\r\n|\n|\r))*/.exec(text)![0].length;
  const head = /\S/.test(text.slice(start)) ? text.slice(start) : text.replace(/^\s+/, '');
  if (head === '') return isAll || isLongest ? null : 'cut short';
  const records = delimiters.map((delimiter) => ({ delimiter, ...firstRecord(head, delimiter) }));
  const best = records.reduce((most, each) => (each.columns.length > most.columns.length ? each : most));
  if (!isAll && !isLongest && !best.isWhole) return 'cut short';
  const { delimiter, isClosed } = best;
  const { columns } = isClosed ? best : firstRecord(head.split(/[\r\n]/, 1)[0]!, delimiter);
  // A delimiter at the end of every line is no column.
  if (columns.length > 1 && columns.at(-1) === '') columns.pop();
  return { delimiter, columns, isClosed, isWhole: isAll || best.isWhole };
}

/** Fields up to the first line break that no quotes enclose. */
function firstRecord(text: string, delimiter: string): { columns: string[]; isWhole: boolean; isClosed: boolean } {
  const columns: string[] = [];
  let index = 0;
  for (;;) {
    let field = '';
    if (text[index] === '"') {
      const end = closingQuote(text, index);
      if (end < 0) return { columns: [...columns, text.slice(index + 1)], isWhole: false, isClosed: false };
      field = text.slice(index + 1, end).replaceAll('""', '"');
      index = end + 1;
    }
    const end = endOfField(text, delimiter, index);
    columns.push(field + text.slice(index, end));
    if (end === text.length) return { columns, isWhole: false, isClosed: true };
    if (text[end] !== delimiter) return { columns, isWhole: true, isClosed: true };
    index = end + 1;
  }
}

/** Of the quote that opens at `start`; two in a row are one of the text. -1 when there is none. */
function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 2)) {
    if (text[end + 1] !== '"') return end;
  }
  return -1;
}

function endOfField(text: string, delimiter: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}
