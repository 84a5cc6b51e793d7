/**
 * JSON with comments cut into tokens, whatever state it is in: a string that was never closed ends with its line, and
 * what is no JSON is a word. Judges nothing; the parsers of `experiment/` do.
 */

export type TokenKind = 'string' | 'comment' | 'word' | '{' | '}' | '[' | ']' | ',' | ':';

export interface Token {
  readonly kind: TokenKind;
  readonly offset: number;
  readonly length: number;
}

/** Spaces are left out; comments are not. */
export function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: found, index }) => ({
    kind: kindOf(found),
    offset: index,
    length: found.length,
  }));
}

export function endOf({ offset, length }: Token): number {
  return offset + length;
}

/** Whether a string has its second quote. */
export function isClosed(text: string, { offset, length }: Token): boolean {
  if (length < 2 || text[offset + length - 1] !== '"') return false;
  const backslashes = /\\*$/.exec(text.slice(offset + 1, offset + length - 1))![0].length;
  return backslashes % 2 === 0;
}

const TOKEN =
  /"(?:[^"\\\r\n]|\\[^\r\n]|\\(?=[\r\n]|$))*"?|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|[{}[\],:]|[^\s{}[\],:"/\uFEFF]+|\//g;

function kindOf(found: string): TokenKind {
  const first = found[0]!;
  if (first === '"') return 'string';
  if (found.startsWith('//') || found.startsWith('/*')) return 'comment';
  return '{}[],:'.includes(first) ? (first as TokenKind) : 'word';
}
