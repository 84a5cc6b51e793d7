/** Every problem with a fix that nearly everybody would make, mended in one change of the text. */
import { type Change, changeBetween } from '../experiment/change';
import { changeOfFix } from '../experiment/fixText';
import type { ExperimentEdit, JsonPath, Problem } from '../protocol/problems';

export interface FixedAll {
  readonly change: Change;
  /** How many problems it mends. */
  readonly count: number;
}

/**
 * Of two fixes that touch the same place only one is made, since the other was thought for the text as it was. From the
 * end to the start, so that entries of lists keep their numbers.
 */
export function fixAll(text: string, problems: readonly Problem[]): FixedAll | null {
  const fixes = problems
    .toSorted((a, b) => b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character)
    .flatMap(({ fixes = [] }) => fixes.find(({ isPreferred }) => isPreferred) ?? []);
  let fixed = text;
  let count = 0;
  const made: ExperimentEdit[] = [];
  for (const fix of fixes) {
    if (fix.edits.some(({ path }) => made.some((edit) => isTouched(path, edit)))) continue;
    const change = changeOfFix(fixed, fix);
    if (change === null) continue;
    fixed = fixed.slice(0, change.offset) + change.content + fixed.slice(change.offset + change.length);
    made.push(...fix.edits);
    count++;
  }
  return count === 0 ? null : { change: changeBetween(text, fixed), count };
}

/** Whether what stands at a path was changed by an edit, or moved by one that removed an entry before it. */
function isTouched(path: JsonPath, { kind, path: edited }: ExperimentEdit): boolean {
  const shared = Math.min(path.length, edited.length);
  const isSame = (length: number): boolean => edited.slice(0, length).every((part, index) => part === path[index]);
  if (isSame(shared)) return true;
  const [removed, entry] = [edited.at(-1)!, path[edited.length - 1]];
  if (kind !== 'remove' || typeof removed !== 'number' || typeof entry !== 'number') return false;
  return isSame(edited.length - 1) && entry > removed;
}
