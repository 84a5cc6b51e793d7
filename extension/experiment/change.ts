/** One stretch of a text replaced by another: what an editor is told, so that the rest keeps its marks and folds. */

export interface Change {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** The shortest one of whole words and numbers: what the two texts share at both ends stays. */
export function changeBetween(before: string, after: string): Change {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  while (start > 0 && (isWithinWord(before, start) || isWithinWord(after, start))) start--;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const splits = (text: string): boolean => isWithinWord(text, text.length - end);
  while (end > 0 && (splits(before) || splits(after))) end--;
  return { offset: start, length: before.length - start - end, content: after.slice(start, after.length - end) };
}

/** Between two characters of a word, or in the middle of what is one character: a surrogate pair, a line end. */
function isWithinWord(text: string, offset: number): boolean {
  return /^(?:[\w.+-]{2}|\r\n|[\uD800-\uDBFF][\uDC00-\uDFFF])$/.test(text.slice(offset - 1, offset + 1));
}
