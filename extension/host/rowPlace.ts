/**
 * Where a numbered row of the data lies in its text files: CSV, TSV or JSON lines. Knows no editor. What it finds it
 * holds against the recorded value, so that a file that changed since is not taken for the one that was read.
 */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface WantedRow {
  /** From 1, over all files in order. */
  row: number;
  target: string;
  /** The target's value there, as float32. */
  value: number;
}

export interface RowPlace {
  file: string;
  /** From 0, both within the row: a quoted field may go over several lines. */
  firstLine: number;
  lastLine: number;
}

/** By whatever separates fields: to find a number it is enough. */
const SEPARATOR = /[,;\t|]/;

const TEXT_ENDINGS = ['.csv', '.tsv', '.tab', '.txt', '.jsonl', '.ndjson', '.json'];

/** Whether it can be shown by its lines. */
export function isTextData(file: string): boolean {
  return TEXT_ENDINGS.includes(path.extname(file).toLowerCase());
}

/**
 * Whether row n of the result is row n of the source: a query that only adds or computes columns. One that picks, orders or
 * joins rows, or may, doesn't; words in strings and comments don't count.
 */
export function keepsRows(query: string | null): boolean {
  if (query === null) return true;
  const plain = query.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''");
  return !REARRANGING.test(plain);
}

const REARRANGING =
  /\b(where|order|group|join|limit|offset|fetch|distinct|having|qualify|union|intersect|except|sample|tablesample|unnest|pivot|unpivot|with|count|sum|avg|min|max|median|first|last|any_value|list|array_agg)\b/i;

/** `null` where the row does not exist or holds another value. */
export async function findRow(files: readonly string[], wanted: WantedRow): Promise<RowPlace | null> {
  let before = 0;
  for (const file of files) {
    const isJson = !['.csv', '.tsv', '.tab', '.txt'].includes(path.extname(file).toLowerCase());
    let hasHeader: boolean | null = isJson ? false : null;
    for await (const { text, firstLine, lastLine } of records(file, isJson)) {
      if (hasHeader === null) {
        hasHeader = isHeader(text, wanted.target);
        if (hasHeader) continue;
      }
      before += 1;
      if (before < wanted.row) continue;
      const numbers = isJson ? numbersOfJson(text) : numbersOfFields(text);
      return numbers.some((number) => isSame(number, wanted.value)) ? { file, firstLine, lastLine } : null;
    }
  }
  return null;
}

interface RecordText {
  text: string;
  firstLine: number;
  lastLine: number;
}

/** Without blank lines. A quoted field that is open at the end of a line goes on in the next. */
async function* records(file: string, isJson: boolean): AsyncGenerator<RecordText> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let open: string[] = [];
  let isOpen = false;
  let number = -1;
  const record = (): RecordText => ({ text: open.join('\n'), firstLine: number - open.length + 1, lastLine: number });
  for await (const line of lines) {
    number += 1;
    if (!isOpen && line.trim() === '') continue;
    open.push(line);
    isOpen = !isJson && isOpenAfter(line, isOpen);
    if (isOpen) continue;
    yield record();
    open = [];
  }
  if (isOpen) yield record();
}

/** Whether a quoted field is open at the end of a line. A quote in a field that began without one is only a character. */
function isOpenAfter(line: string, wasOpen: boolean): boolean {
  if (!wasOpen && !line.includes('"')) return false;
  let at = wasOpen ? afterQuotes(line, 0) : 0;
  while (at !== null) {
    const start: number = at + /^[\s\uFEFF]*/.exec(line.slice(at))![0].length;
    if (line[start] === '"') at = afterQuotes(line, start + 1);
    if (at === null) break;
    const separator = line.slice(at).search(SEPARATOR);
    if (separator < 0) return false;
    at += separator + 1;
  }
  return true;
}

/** Behind the quote that closes a field, of which two are one of its text; `null` where the line ends before. */
function afterQuotes(line: string, start: number): number | null {
  for (let at = line.indexOf('"', start); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at + 1;
  }
  return null;
}

/** The names of columns; where the target is made by a query, a line without any number. */
function isHeader(text: string, target: string): boolean {
  const fields = fieldsOf(text).map((field) => field.toLowerCase());
  return fields.includes(target.toLowerCase()) || numbersOfFields(text).length === 0;
}

function fieldsOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(SEPARATOR)
    .map((field) => field.trim().replace(/^"|"$/g, ''));
}

function numbersOfFields(text: string): number[] {
  // A decimal comma stands between two fields as well as within one.
  const commas = text.split(/[;\t|]/).map((field) => field.trim().replace(/^"|"$/g, '').replace(',', '.'));
  return [...fieldsOf(text), ...commas]
    .filter((field) => field !== '')
    .map(Number)
    .filter(Number.isFinite);
}

function numbersOfJson(text: string): number[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null
      ? Object.values(parsed).map(Number).filter(Number.isFinite)
      : [];
  } catch {
    return [];
  }
}

/** What was read as float32, up to its rounding. */
function isSame(number: number, value: number): boolean {
  return Math.abs(number - value) <= 1e-6 * Math.max(Math.abs(number), Math.abs(value));
}
