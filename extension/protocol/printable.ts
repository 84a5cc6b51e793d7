/**
 * Text from a file, fit for one line of a terminal. What a data file has in its header may hold escape sequences that
 * would recolor, move or rename the terminal, and line breaks that would make one message look like two.
 */

/**
 * Control characters (C0, DEL and C1), line and paragraph separators, and the marks that turn the direction of text
 * around: each as JavaScript writes it, such as `\x1b`, `\n` and `\u202e`. All else is left as it is.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return SHORT[character] ?? (code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`);
}
