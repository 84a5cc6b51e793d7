/** Names and values as SQL text, and what surrounds a query. */

export { identifier, literal, readableIdentifier } from '../experiment/sqlNames';

/** A path as a glob that matches it alone: folders may have brackets and stars in their names. */
export function escapeGlob(file: string): string {
  return file.replace(/[[*?]/g, '[$&]');
}

const TOKEN =
  /(?<ending>[\s;]+|--[^\n]*|\/\*[\s\S]*?\*\/)|[eE]'(?:\\[\s\S]|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|(\$\w*\$)[\s\S]*?\2|\w+|[\s\S]/g;

/** Words, names, texts and signs, each with its place; without space, semicolons and comments. */
export function* sqlTokens(query: string): Generator<{ index: number; text: string }> {
  for (const token of query.matchAll(TOKEN)) {
    if (token.groups!.ending === undefined) yield { index: token.index, text: token[0] };
  }
}

/** A query without the semicolons, comments and space at its end, which may not end the SQL around it. */
export function withoutEnding(query: string): string {
  let end = 0;
  for (const { index, text } of sqlTokens(query)) end = index + text.length;
  return query.slice(0, end);
}
