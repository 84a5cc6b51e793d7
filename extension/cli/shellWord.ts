/** Text as one word of a command that a person can copy into a shell. */

/**
 * As it is where that is one word to a shell, else in single quotes. What a terminal would obey, or not show, stands as
 * an escape in `$'…'`, which bash, zsh and POSIX since 2024 read: `$'a\u001b[31m'`.
 */
export function shellWord(text: string): string {
  if (/^[\w./:@%+,-]+$/.test(text)) return text;
  const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
  if (!hidden.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${text.replace(/['\\]/g, '\\$&').replace(hidden, escaped)}'`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
