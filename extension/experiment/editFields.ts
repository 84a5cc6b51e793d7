/**
 * Fields of an experiment's text given a value, added or removed, with all else left as a person wrote it: comments,
 * order, indentation, line ends, trailing commas. Knows no schema and no method, so that the extension host stays light.
 */
import { applyEdits, type Edit, findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { FieldEdit } from '../protocol/diagnosis';

/** Raised when an edit has no place in the text: it is no JSON, or what should hold the field isn't there. */
export class NoPlaceError extends Error {
  override readonly name = 'NoPlaceError';
}

/** @throws NoPlaceError */
export function editFields(text: string, edits: readonly FieldEdit[]): string {
  return edits.reduce((edited, { path, value }) => {
    const changes = value === null ? removal(edited, path) : setting(edited, path, value);
    return applyEdits(edited, changes);
  }, text);
}

/** @throws NoPlaceError when the text is no JSON with comments. */
export function parseText(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) throw new NoPlaceError('The text is not valid JSON with comments.');
  return root;
}

type Path = FieldEdit['path'];

function setting(text: string, path: Path, value: string | number | boolean): Edit[] {
  const { holder, property } = locate(text, path);
  const content = JSON.stringify(value);
  if (property !== undefined) {
    const { offset, length } = property.children![1]!;
    return [{ offset, length, content }];
  }
  return insertion(text, holder, `${JSON.stringify(path.at(-1))}: ${content}`);
}

/** A new property goes behind the last one: on a line of its own where that one has its own. */
function insertion(text: string, holder: Node, property: string): Edit[] {
  const last = holder.children!.at(-1);
  if (last === undefined) {
    const isTight = text[holder.offset + 1] === '}';
    return [{ offset: holder.offset + 1, length: 0, content: isTight ? ` ${property} ` : ` ${property}` }];
  }
  const end = last.offset + last.length;
  const comma = commaAfter(text, end);
  const lineEnd = endOfLineAfter(text, comma === null ? end : comma + 1);
  const indent = indentOf(text, last.offset);
  if (indent === null || lineEnd === null) {
    return comma === null
      ? [{ offset: end, length: 0, content: `, ${property}` }]
      : [{ offset: comma + 1, length: 0, content: ` ${property},` }];
  }
  const line = `${text.includes('\r\n') ? '\r\n' : '\n'}${indent}${property}`;
  return comma === null
    ? [
        { offset: end, length: 0, content: ',' },
        { offset: lineEnd, length: 0, content: line },
      ]
    : [{ offset: lineEnd, length: 0, content: `${line},` }];
}

function removal(text: string, path: Path): Edit[] {
  const { holder, property } = locate(text, path);
  if (property === undefined) return [];
  const place = holder.children!.indexOf(property);
  const end = property.offset + property.length;
  const comma = commaAfter(text, end);
  const range = wholeLine(text, property.offset, comma === null ? end : comma + 1);
  const before = holder.children![place - 1];
  // Behind the last one there is no comma to remove but that of the one before.
  if (comma !== null || before === undefined) return [range];
  const commaBefore = commaAfter(text, before.offset + before.length)!;
  const gap = text.slice(commaBefore + 1, property.offset);
  if (gap.trim() === '' && range.offset === property.offset) {
    return [{ offset: commaBefore, length: end - commaBefore, content: '' }];
  }
  return [{ offset: commaBefore, length: 1, content: '' }, range];
}

/** With its line when nothing else stands there, a comment included; else with the spaces behind. */
function wholeLine(text: string, start: number, end: number): Edit {
  const spaces = /^[^\S\r\n]*/.exec(text.slice(end))![0].length;
  const lineBreak = /^(\r\n|\n|\r)/.exec(text.slice(end + spaces));
  const indent = indentOf(text, start);
  if (indent !== null && lineBreak !== null) {
    const from = start - indent.length;
    return { offset: from, length: end + spaces + lineBreak[0].length - from, content: '' };
  }
  return { offset: start, length: (indent === null && lineBreak !== null ? end : end + spaces) - start, content: '' };
}

function locate(text: string, path: Path): { holder: Node; property: Node | undefined } {
  const holder = findNodeAtLocation(parseText(text), path.slice(0, -1));
  if (holder?.type !== 'object') {
    throw new NoPlaceError(`There is no "${path.slice(0, -1).join('.')}" that could hold fields.`);
  }
  const property = holder.children!.find(({ children }) => children![0]!.value === path.at(-1));
  return { holder, property };
}

/** Offset of the comma that follows, comments passed over; `null` when something else does. */
function commaAfter(text: string, offset: number): number | null {
  const next = offset + matchAt(/(?:\s|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)*/y, text, offset);
  return text[next] === ',' ? next : null;
}

/** Where the line ends, comments passed over; `null` when something else stands there. */
function endOfLineAfter(text: string, offset: number): number | null {
  const next = offset + matchAt(/(?:[^\S\r\n]|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)*/y, text, offset);
  return text[next] === '\n' || text[next] === '\r' ? next : null;
}

/** How many characters a sticky pattern takes from there. */
function matchAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)![0].length;
}

/** What stands before a place on its line, if that is nothing but spaces. */
function indentOf(text: string, offset: number): string | null {
  return /(?:^|[\r\n])([^\S\r\n]*)$/.exec(text.slice(0, offset))?.[1] ?? null;
}
