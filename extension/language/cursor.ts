/**
 * Where a cursor stands in the structure of an experiment, however much of the text is typed: the walk goes over tokens
 * up to the cursor, so that a fault elsewhere doesn't matter. What stands there is known whole, to be replaced.
 */
import { offsetsInString } from '../experiment/stringText';
import type { JsonPath } from '../protocol/problems';
import { endOf, isClosed, type Token, tokensOf } from './tokens';

export interface Cursor {
  /** Of the value at the cursor, or of the property whose name it stands on. */
  readonly path: JsonPath;
  readonly at: 'key' | 'value';
  /** What stands there, a string with its quotes; empty where nothing does. */
  readonly offset: number;
  readonly length: number;
  /** `null` where no string stands there. */
  readonly string: CursorString | null;
  /** What follows, comments passed over. */
  readonly next: Token | null;
}

export interface CursorString {
  readonly value: string;
  /** How many UTF-16 units of `value` stand before the cursor. */
  readonly before: number;
  /** False on the far side of a quote. */
  readonly isInside: boolean;
  /** Offset in the text of each UTF-16 unit of `value`, and of its end. */
  readonly offsets: readonly number[];
}

/** `null` in a comment, and where neither a name nor a value is expected. */
export function cursorAt(text: string, offset: number): Cursor | null {
  const tokens = tokensOf(text);
  if (tokens.some((token) => token.kind === 'comment' && isInside(text, token, offset))) return null;
  const solid = tokens.filter(({ kind }) => kind !== 'comment');
  const here = solid.find((token) => isWord(token) && token.offset <= offset && offset <= endOf(token)) ?? null;
  const place = placeAfter(
    text,
    solid.filter((token) => token !== here && endOf(token) <= offset),
    here,
  );
  if (place === null) return null;
  if (here === null) {
    const next = solid.find((token) => token.offset >= offset) ?? null;
    return { ...place, offset, length: 0, string: null, next };
  }
  const following = solid[solid.indexOf(here) + 1] ?? null;
  if (here.kind === 'word')
    return { ...place, offset: here.offset, length: here.length, string: null, next: following };
  const end = contentEnd(text, here, following, offset);
  const hasQuote = end === endOf(here) - 1 && isClosed(text, here);
  return {
    ...place,
    offset: here.offset,
    length: end - here.offset + (hasQuote ? 1 : 0),
    string: stringUpTo(text, here.offset, end, offset),
    next: hasQuote
      ? following
      : (tokensOf(text.slice(end))
          .map(moved(end))
          .find(({ kind }) => kind !== 'comment') ?? null),
  };
}

/** What has to be written behind something inserted here, so that what follows is another entry. */
export function separatorAfter({ next }: Cursor): '' | ',' {
  return next === null || [',', '}', ']', ':'].includes(next.kind) ? '' : ',';
}

/** The value of a string between the quotes, whatever escapes are wrong in it. */
export function stringValue(text: string, start: number, end: number): string {
  const offsets = offsetsInString(text, { type: 'string', offset: start - 1, length: end - start + 2 });
  return offsets
    .slice(0, -1)
    .map((from, index) => unitOf(text.slice(from, offsets[index + 1])))
    .join('');
}

function isInside(text: string, { offset: start, length }: Token, offset: number): boolean {
  const isOpen = text.startsWith('//', start) || !text.slice(start + 2, start + length).endsWith('*/');
  return start < offset && (offset < start + length || (isOpen && offset === start + length));
}

function isWord({ kind }: Token): boolean {
  return kind === 'string' || kind === 'word';
}

/**
 * Where a string's content ends. One whose quote is taken by the next string (`["wi, "rain"]`) ends at the first
 * punctuation behind the cursor: that is what a person sees.
 */
function contentEnd(text: string, here: Token, following: Token | null, offset: number): number {
  const closed = isClosed(text, here);
  const end = endOf(here) - (closed ? 1 : 0);
  const isTaken = closed && following?.kind === 'word' && following.offset === endOf(here);
  if (closed && !isTaken) return end;
  const from = Math.max(offset, here.offset + 1);
  const cut = /[,:\]}]/.exec(text.slice(from, end))?.index;
  const content = cut === undefined ? text.slice(from, end) : text.slice(from, from + cut);
  return from + content.trimEnd().length;
}

function stringUpTo(text: string, start: number, end: number, offset: number): CursorString {
  const offsets = offsetsInString(text, { type: 'string', offset: start, length: end - start + 1 });
  const before = offsets.findIndex((each, index) => each >= offset || index === offsets.length - 1);
  const isInside = start < offset && offset <= end;
  return { value: stringValue(text, start + 1, end), before, isInside, offsets };
}

function unitOf(escaped: string): string {
  if (escaped.length < 2) return escaped;
  try {
    return String(JSON.parse(`"${escaped}"`));
  } catch {
    return escaped[1]!;
  }
}

function moved(by: number): (token: Token) => Token {
  return (token) => ({ ...token, offset: token.offset + by });
}

/** An object with the name whose value is due, or a list with the number of its entry. */
type Frame =
  | { kind: '{'; key: string | null; awaits: 'key' | 'colon' | 'value' | 'comma' }
  | { kind: '['; index: number; awaits: 'value' | 'comma' };

/** The place that the tokens before it lead to; `here` is the name or value itself. */
function placeAfter(
  text: string,
  before: readonly Token[],
  here: Token | null,
): { path: JsonPath; at: 'key' | 'value' } | null {
  const frames: Frame[] = [];
  let hasRoot = false;
  for (const token of before) {
    hasRoot = true;
    step(text, frames, token);
  }
  const frame = frames.at(-1);
  if (frame === undefined) return hasRoot ? null : { path: [], at: 'value' };
  const outer = frames.slice(0, -1).map((each) => (each.kind === '{' ? (each.key ?? '') : each.index));
  if (frame.kind === '[') {
    if (here !== null && frame.awaits === 'comma') return { path: [...outer, frame.index + 1], at: 'value' };
    return frame.awaits === 'value' ? { path: [...outer, frame.index], at: 'value' } : null;
  }
  const name = here === null ? '' : nameOf(text, here);
  // A comma is missing before the next name.
  if (frame.awaits === 'key' || (here !== null && frame.awaits === 'comma'))
    return { path: [...outer, name], at: 'key' };
  return frame.awaits === 'value' ? { path: [...outer, frame.key!], at: 'value' } : null;
}

function step(text: string, frames: Frame[], token: Token): void {
  const frame = frames.at(-1);
  switch (token.kind) {
    case '{':
    case '[':
      if (frame?.kind === '[' && frame.awaits === 'comma') frame.index++;
      frames.push(
        token.kind === '{' ? { kind: '{', key: null, awaits: 'key' } : { kind: '[', index: 0, awaits: 'value' },
      );
      return;
    case '}':
    case ']': {
      const opening = token.kind === '}' ? '{' : '[';
      const last = frames.findLastIndex(({ kind }) => kind === opening);
      if (last >= 0) frames.splice(last);
      const outer = frames.at(-1);
      if (outer !== undefined) outer.awaits = 'comma';
      return;
    }
    case ',':
      if (frame?.kind === '[') frames[frames.length - 1] = { kind: '[', index: frame.index + 1, awaits: 'value' };
      if (frame?.kind === '{') frames[frames.length - 1] = { kind: '{', key: null, awaits: 'key' };
      return;
    case ':':
      if (frame?.kind === '{' && frame.key !== null) frame.awaits = 'value';
      return;
    default:
      if (frame?.kind === '{' && (frame.awaits === 'key' || frame.awaits === 'comma')) {
        frame.key = nameOf(text, token);
        frame.awaits = 'colon';
      } else if (frame?.kind === '[' && frame.awaits === 'comma') frame.index++;
      else if (frame !== undefined && frame.awaits === 'value') frame.awaits = 'comma';
  }
}

function nameOf(text: string, token: Token): string {
  if (token.kind !== 'string') return text.slice(token.offset, endOf(token));
  return stringValue(text, token.offset + 1, endOf(token) - (isClosed(text, token) ? 1 : 0));
}
