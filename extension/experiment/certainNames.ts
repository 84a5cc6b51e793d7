/**
 * When a name that isn't known stands for a known one beyond doubt, so that a tool may put it right by itself. Far stricter
 * than the guesses that are offered (`names.ts`): a wrong one would train on another column without a word.
 */
import { nearestNames, simplify } from './names';

/**
 * The known name that is meant, of a vocabulary that is ours, such as fields and methods; `null` where there is doubt.
 * Beyond doubt are another case and other separators, and one slip in a word of five letters or more, if no other known
 * name is nearly as near.
 */
export function certainName(name: string, known: readonly string[]): string | null {
  const near = onlyNear(name, known);
  return near !== null && (isSpelledTheSame(name, near) || hasOneSlip(name, near)) ? near : null;
}

/**
 * The same of names that people give, such as columns and files, where one letter may make another word: `nitrate` is not
 * `nitrite`, `trail` not `trial`, `prices` not `price`. Only case and separators are beyond doubt. `known` are all that
 * exist, those in use too.
 */
export function certainColumn(name: string, known: readonly string[]): string | null {
  const near = onlyNear(name, known);
  return near !== null && isSpelledTheSame(name, near) ? near : null;
}

function onlyNear(name: string, known: readonly string[]): string | null {
  const [near, ...others] = nearestNames(name, known);
  return near === undefined || others.length > 0 || numbersIn(name) !== numbersIn(near) ? null : near;
}

function isSpelledTheSame(name: string, other: string): boolean {
  return simplify(name) === simplify(other);
}

/** In one of their words, where the others are the same. */
function hasOneSlip(name: string, other: string): boolean {
  const [own, theirs] = [wordsOf(name), wordsOf(other)];
  if (own.length !== theirs.length) return false;
  const differing = own.flatMap((word, index) => (word === theirs[index] ? [] : [index]));
  return differing.length === 1 && isSlip(own[differing[0]!]!, theirs[differing[0]!]!);
}

/** `tempMax`, `temp_max` and `TEMP MAX` are `temp` and `max`; digits are words of their own. In lower case. */
function wordsOf(name: string): string[] {
  const parted = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return parted.match(/\p{N}+|[^\s\p{P}\p{S}\p{N}]+/gu) ?? [];
}

/** A number is never a slip: `x_1_12` is not `x_11_2`. */
function numbersIn(name: string): string {
  return (name.match(/\p{N}+/gu) ?? []).join();
}

const SHORTEST_WORD = 5;

/** One letter more, less or other, or two neighbors swapped, in a longer word; its first letter nobody gets wrong. */
function isSlip(word: string, other: string): boolean {
  if (Math.min(word.length, other.length) < SHORTEST_WORD) return false;
  if (word[0] !== other[0] || Math.abs(word.length - other.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === other[start]) start++;
  const rest = (text: string, skipped: number): string => text.slice(start + skipped);
  if (word.length > other.length) return rest(word, 1) === rest(other, 0);
  if (word.length < other.length) return rest(word, 0) === rest(other, 1);
  return rest(word, 1) === rest(other, 1) || isSwap(word, other);
}

/** Two neighbors that changed places, as in `wnid`. */
function isSwap(word: string, other: string): boolean {
  let at = 0;
  while (at < word.length && word[at] === other[at]) at++;
  const swapped = word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  return word !== other && swapped === other;
}
