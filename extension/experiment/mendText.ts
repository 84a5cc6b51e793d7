/**
 * What leaves no doubt, mended in the text of an experiment: fixes made a few at a time, and after each time another look
 * at what is wrong then. What leaves it worse is taken back. Who looks is the caller: with the data at hand or without.
 */
import type { ExperimentEdit, JsonPath, Problem } from '../protocol/problems';
import { editApart, editExperiment, NoPlaceError } from './editFields';
import { type FixedProblem, isBetter, stageOf } from './judgeFixes';

export type { FixedProblem } from './judgeFixes';

export interface FixedText {
  readonly text: string;
  readonly fixed: readonly FixedProblem[];
  /** What is left. */
  readonly problems: readonly Problem[];
}

/** A text whose problems are asked for. */
export interface Trial {
  readonly text: string;
  /** The text that it was made of, by these; itself and none at first. */
  readonly from: string;
  readonly made: readonly FixedProblem[];
}

/**
 * Errors and warnings: what is only a hint may be as a person wants it. Each trial that is yielded wants the problems of
 * its text back. `mayTry` is asked before each but the first, with how many there have been; what is mended by then is
 * given.
 */
export function* mendText(
  original: string,
  mayTry: (nTrials: number) => boolean,
): Generator<Trial, FixedText, readonly Problem[]> {
  let text = original;
  let problems = yield { text, from: text, made: [] };
  const fixed: FixedProblem[] = [];
  const refused = new Set<string>();
  const waiting: FixedProblem[][] = [];
  for (let nTrials = 1; mayTry(nTrials); ) {
    const group = waiting.shift() ?? nextGroup(problems, refused);
    if (group.length === 0) break;
    const after = withFixes(text, group);
    if (after !== null) {
      nTrials++;
      const left = yield { text: after, from: text, made: group };
      if (isBetter({ before: problems, after: left, text: after, group })) {
        text = after;
        problems = left;
        fixed.push(...group.toReversed());
        continue;
      }
    }
    // One of several may be at fault: they are tried in halves.
    const middle = group.length >> 1;
    if (middle === 0) refused.add(keyOf(group[0]!));
    else waiting.unshift(group.slice(0, middle), group.slice(middle));
  }
  return { text, fixed, problems };
}

/** `null` where one of them has no place, or nothing to change. */
function withFixes(text: string, group: readonly FixedProblem[]): string | null {
  const fixes = group.map(({ fix }) => fix);
  // Of several edits of one fix each is meant for the text that the one before left.
  const [single, several] = [
    fixes.filter(({ edits }) => edits.length === 1),
    fixes.filter(({ edits }) => edits.length > 1),
  ];
  try {
    const apart = editApart(
      text,
      single.flatMap(({ edits }) => edits),
    );
    return several.reduce<string | null>((before, { edits }) => {
      const after = before === null ? null : editExperiment(before, edits);
      return after === before ? null : after;
    }, apart);
  } catch (error) {
    if (error instanceof NoPlaceError) return null;
    throw error;
  }
}

/**
 * The clear fixes of the errors that are looked at first, or of the warnings if no error has one. From the end of the text
 * to its start, so that entries of lists keep their numbers, and of two that touch the same place only one: the other was
 * thought for the text as it was.
 */
function nextGroup(problems: readonly Problem[], refused: ReadonlySet<string>): FixedProblem[] {
  const clear = problems.flatMap((problem): FixedProblem[] => {
    const fix = problem.fixes?.find(({ isPreferred }) => isPreferred === true);
    return fix === undefined || refused.has(keyOf({ problem, fix })) ? [] : [{ problem, fix }];
  });
  const errors = clear.filter(({ problem }) => problem.severity === 'error');
  const stage = Math.min(...errors.map(({ problem }) => stageOf(problem)));
  const candidates =
    errors.length > 0
      ? errors.filter(({ problem }) => stageOf(problem) === stage)
      : clear.filter(({ problem }) => problem.severity === 'warning');
  const made: ExperimentEdit[] = [];
  return candidates
    .toSorted(
      ({ problem: { range: a } }, { problem: { range: b } }) =>
        b.start.line - a.start.line || b.start.character - a.start.character,
    )
    .filter(({ fix: { edits } }) => {
      if (areTouched(edits, made)) return false;
      made.push(...edits);
      return true;
    });
}

function keyOf({ problem, fix }: FixedProblem): string {
  return JSON.stringify([problem.code, problem.message, fix]);
}

/** Whether edits count on what others have changed or moved. */
export function areTouched(edits: readonly ExperimentEdit[], made: readonly ExperimentEdit[]): boolean {
  return edits.some(({ path }) => made.some((edit) => isTouched(path, edit)));
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
