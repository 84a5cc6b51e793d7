/** A query cut into tokens, to know which word is meant. Knows how names and texts are quoted, nothing of what SQL means. */

export interface SqlToken {
  readonly kind: 'name' | 'quoted-name' | 'text' | 'comment' | 'other';
  /** In the query's value. */
  readonly offset: number;
  readonly length: number;
  /** Of a name: as it is called, without its quotes. */
  readonly name: string;
}

const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>[eE]'(?:\\[\s\S]|''|[^'\\])*'?|'(?:''|[^'])*'?|(?<tag>\$\w*\$)[\s\S]*?(?:\k<tag>|$))|(?<quoted>"(?:""|[^"])*"?)|(?<name>[\p{L}_][\p{L}\p{N}_$]*)|[\p{N}.]+|\S/gu;

export function sqlTokens(query: string): SqlToken[] {
  return Array.from(query.matchAll(TOKEN), ({ 0: found, index, groups = {} }): SqlToken => {
    const place = { offset: index, length: found.length };
    if (groups.name !== undefined) return { kind: 'name', ...place, name: found };
    if (groups.quoted !== undefined) return { kind: 'quoted-name', ...place, name: unquoted(found) };
    return {
      kind: groups.text !== undefined ? 'text' : groups.comment !== undefined ? 'comment' : 'other',
      ...place,
      name: '',
    };
  });
}

/** The name that a place stands in or at the end of; `null` where there is none. */
export function nameAt(query: string, offset: number): SqlToken | null {
  const found = sqlTokens(query).find(
    (token) => token.offset <= offset && offset <= token.offset + token.length && isName(token),
  );
  return found ?? null;
}

export function isName({ kind }: SqlToken): boolean {
  return kind === 'name' || kind === 'quoted-name';
}

/** Names are the same to DuckDB whatever their case. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function unquoted(quoted: string): string {
  const closed = quoted.length > 1 && quoted.endsWith('"');
  return quoted.slice(1, closed ? -1 : undefined).replaceAll('""', '"');
}
