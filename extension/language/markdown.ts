/** Text of others as Markdown: names of columns and files may hold anything. */

const LONGEST_NAME = 80;

/** Shown as it is, on one line. Markdown takes a backslash before any punctuation of ASCII. */
export function plainText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const short = line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line;
  return short.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** In the typeface of code; a fence longer than any inside. */
export function codeText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const short = line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line;
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(({ 0: ticks }) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const gap = short === '' || short.startsWith('`') || short.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${short}${gap}${fence}`;
}
