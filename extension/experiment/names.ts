/** What is said about a name that isn't known: the nearest known ones, and lists of names in a sentence. */

/** Known names near `name`, nearest first: those with a small edit distance, or that hold it or are held by it. */
export function nearestNames(name: string, known: readonly string[], limit = 3): string[] {
  const simple = simplify(name);
  const allowed = Math.ceil(simple.length * 0.4);
  const near = known
    .map((candidate) => {
      const other = simplify(candidate);
      const contains = simple.length >= 3 && other.length >= 3 && (other.includes(simple) || simple.includes(other));
      const distance = editDistance(simple, other, allowed);
      return { candidate, distance: contains ? Math.min(distance, allowed) : distance };
    })
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  // A good guess needs no far ones beside it, and one that differs in case alone needs none at all.
  const farthest = near[0]?.distance === 0 ? 0 : (near[0]?.distance ?? 0) + 1;
  return near
    .filter(({ distance }) => distance <= farthest)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** ` Did you mean "wind"?` with a space in front, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  return didYouMeanOneOf(nearestNames(name, known));
}

/** The same of names that were found near already. */
export function didYouMeanOneOf(near: readonly string[]): string {
  return near.length === 0 ? '' : ` Did you mean ${listNames(near, 'or')}?`;
}

/** `"a", "b" and "c"`; what goes beyond `limit` is counted. */
export function listNames(names: readonly string[], word: 'and' | 'or' = 'and', limit = 12): string {
  const quoted = names.slice(0, limit).map((name) => `"${name}"`);
  if (names.length > limit) return `${quoted.join(', ')} and ${names.length - limit} more`;
  if (quoted.length <= 1) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`;
}

/**
 * Levenshtein distance: insertions, deletions and replacements of one character; `most + 1` for all that is farther. What
 * both share at their ends costs nothing, and of the table between only the band that can lead to `most` is worked out:
 * a thousand names are gone through while somebody types.
 */
export function editDistance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  const far = most + 1;
  if (Math.abs(a.length - b.length) > most) return far;
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && a[start] === b[start]) start++;
  let end = 0;
  while (end < shortest - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return bandedDistance(a.slice(start, a.length - end), b.slice(start, b.length - end), most, far);
}

function bandedDistance(a: string, b: string, most: number, far: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = new Array<number>(b.length + 1).fill(far);
    if (i <= most) next[0] = i;
    let least = next[0]!;
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1, far);
      least = Math.min(least, next[j]!);
    }
    if (least > most) return far;
    row = next;
  }
  return row[b.length]!;
}

/** Case and separators don't count: `learning_rate` is `learningRate`. */
export function simplify(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
