/**
 * How a person laid out a JSON text with comments, kept when entries come and go: commas, lines, indentation, line ends.
 * An entry is a field of an object or a value of a list. Knows nothing of what the entries mean.
 */
import type { Edit, Node } from 'jsonc-parser';
import type { JsonValue } from '../protocol/problems';

/** A new entry goes behind the last one: on a line of its own where that one has its own. */
export function insertion(text: string, holder: Node, key: string | null, value: JsonValue): Edit[] {
  const write = (indent: string | null): string =>
    `${key === null ? '' : `${JSON.stringify(key)}: `}${writeValue(value, linesOf(text, indent))}`;
  const last = holder.children!.at(-1);
  if (last === undefined) return [insertionIntoEmpty(text, holder, write(null))];
  const end = last.offset + last.length;
  const comma = commaAfter(text, end);
  const lineEnd = endOfLineAfter(text, comma === null ? end : comma + 1);
  const indent = indentOf(text, last.offset);
  if (indent === null || lineEnd === null) {
    return comma === null
      ? [{ offset: end, length: 0, content: `, ${write(null)}` }]
      : [{ offset: comma + 1, length: 0, content: ` ${write(null)},` }];
  }
  const line = `${lineBreakOf(text)}${indent}${write(indent)}`;
  return comma === null
    ? [
        { offset: end, length: 0, content: ',' },
        { offset: lineEnd, length: 0, content: line },
      ]
    : [{ offset: lineEnd, length: 0, content: `${line},` }];
}

/** Comments in what is there stay, in front of which the entry is put. */
function insertionIntoEmpty(text: string, holder: Node, entry: string): Edit {
  const offset = holder.offset + 1;
  const inside = text.slice(offset, holder.offset + holder.length - 1);
  const isBlank = inside.trim() === '';
  const isList = holder.type === 'array';
  const content = isList ? entry : isBlank ? ` ${entry} ` : ` ${entry}`;
  return { offset, length: isBlank ? inside.length : 0, content };
}

/** Takes an entry out with its comma, and with its line when nothing else stands there. Comments around it stay. */
export function removal(text: string, entry: Node): Edit[] {
  const siblings = entry.parent!.children!;
  const before = siblings[siblings.indexOf(entry) - 1];
  const end = entry.offset + entry.length;
  const comma = commaAfter(text, end);
  if (siblings.length === 1) {
    const inside = entry.parent!.offset + 1;
    const insideEnd = entry.parent!.offset + entry.parent!.length - 1;
    const rest = text.slice(inside, entry.offset) + text.slice(comma === null ? end : comma + 1, insideEnd);
    const isAlone = rest.trim() === '' && (comma === null || text.slice(end, comma).trim() === '');
    if (isAlone) return [{ offset: inside, length: insideEnd - inside, content: '' }];
  }
  if (comma !== null) {
    if (text.slice(end, comma).trim() === '') return [wholeLine(text, entry.offset, comma + 1)];
    return [
      { offset: entry.offset, length: entry.length, content: '' },
      { offset: comma, length: 1, content: '' },
    ];
  }
  const range = wholeLine(text, entry.offset, end);
  if (before === undefined) return [range];
  // Behind the last one there is no comma to remove but that of the one before.
  const commaBefore = commaAfter(text, before.offset + before.length)!;
  const gap = text.slice(commaBefore + 1, entry.offset);
  if (gap.trim() === '' && range.offset + range.length <= end) {
    return [{ offset: commaBefore, length: end - commaBefore, content: '' }];
  }
  return [{ offset: commaBefore, length: 1, content: '' }, range];
}

/** Lines that a value may be written over: how far its first line is indented, and each level within it. */
interface Lines {
  readonly indent: string;
  readonly unit: string;
  readonly lineBreak: string;
}

/** In a single line; but objects of objects get a line for each where lines are given. */
export function writeValue(value: JsonValue, lines: Lines | null): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map((each) => writeValue(each, null)).join(', ')}]`;
  const fields = Object.entries(value);
  if (fields.length === 0) return '{}';
  const isDeep = fields.some(([, each]) => typeof each === 'object' && !isList(each));
  if (lines === null || !isDeep) {
    return `{ ${fields.map(([key, each]) => `${JSON.stringify(key)}: ${writeValue(each, null)}`).join(', ')} }`;
  }
  const indent = lines.indent + lines.unit;
  const written = fields.map(
    ([key, each]) => `${indent}${JSON.stringify(key)}: ${writeValue(each, { ...lines, indent })}`,
  );
  return ['{', written.join(`,${lines.lineBreak}`), `${lines.indent}}`].join(lines.lineBreak);
}

/** The lines for a value that takes the place of another, which `entry` is or has. */
export function linesAt(text: string, entry: Node): Lines | null {
  return linesOf(text, indentOf(text, entry.offset));
}

function linesOf(text: string, indent: string | null): Lines | null {
  if (indent === null || !/[\r\n]/.test(text)) return null;
  const unit = /[\r\n]([^\S\r\n]+)\S/.exec(text)?.[1] ?? '  ';
  return { indent, unit, lineBreak: lineBreakOf(text) };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** With its line when nothing else stands there; else with the spaces on the side where no other entry is. */
function wholeLine(text: string, start: number, end: number): Edit {
  const spaces = matchAt(/[^\S\r\n]*/y, text, end);
  const lineBreak = matchAt(/\r\n|\n|\r|/y, text, end + spaces);
  const indent = indentOf(text, start);
  if (indent !== null && lineBreak > 0) {
    const from = start - indent.length;
    return { offset: from, length: end + spaces + lineBreak - from, content: '' };
  }
  if (indent === null && lineBreak > 0) {
    const from = start - /[^\S\r\n]*$/.exec(text.slice(0, start))![0].length;
    return { offset: from, length: end - from, content: '' };
  }
  return { offset: start, length: end + spaces - start, content: '' };
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
