/**
 * What leaves no doubt, mended in the text of an experiment: fixes made a few at a time, and after each time another look
 * at what is wrong then. What leaves it worse is taken back. Who looks is the caller: with the data at hand or without.
 */
import type { ExperimentEdit, JsonPath, Problem, ProblemFix } from '../protocol/problems';
import { changeOfFix } from './fixText';

export interface FixedProblem {
  /** As it was found, with its place in the text as it was then. */
  readonly problem: Problem;
  readonly fix: ProblemFix;
}

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
 * its text back.
 */
export function* mendText(
  original: string,
  { mostTrials }: { mostTrials: number },
): Generator<Trial, FixedText, readonly Problem[]> {
  let text = original;
  let problems = yield { text, from: text, made: [] };
  const fixed: FixedProblem[] = [];
  const refused = new Set<string>();
  const waiting: FixedProblem[][] = [];
  for (let trials = 0; trials < mostTrials; ) {
    const group = waiting.shift() ?? nextGroup(problems, refused);
    if (group.length === 0) break;
    const after = withFixes(text, group);
    if (after !== null) {
      trials++;
      const left = yield { text: after, from: text, made: group };
      if (isBetter(problems, left, group)) {
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
  return group.reduce<string | null>((before, { fix }) => {
    const change = before === null ? null : changeOfFix(before, fix);
    if (before === null || change === null) return null;
    return before.slice(0, change.offset) + change.content + before.slice(change.offset + change.length);
  }, text);
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

/**
 * What is looked at only once all before is well: the text, the experiment, its files, the query, the columns, what they
 * hold, and in the end each value. A fix may bring to light what was hidden behind.
 */
const STAGES: readonly RegExp[] = [
  /^experiment\.(syntax|duplicate-field|empty|too-deep)$/,
  /^(experiment|method)\./,
  /^data\.(no-such-file|remote-source|unknown-format|mixed-formats|empty-file|encoding|unreadable|ragged-row|unclosed-quote|bad-json|files-differ)$/,
  /^data\.query-/,
  /^data\.missing-column$/,
  /^data\.(text-column|date-column|not-numeric|list-target)$/,
];

function stageOf({ code }: Problem): number {
  const stage = STAGES.findIndex((pattern) => pattern.test(code));
  return stage < 0 ? STAGES.length : stage;
}

/** Whether each fix of a group, which is of one stage or of warnings, ended its problem, and none caused what is worse. */
function isBetter(before: readonly Problem[], after: readonly Problem[], group: readonly FixedProblem[]): boolean {
  const [errorsBefore, errorsAfter] = [errorsByStage(before), errorsByStage(after)];
  const { severity } = group[0]!.problem;
  const stage = severity === 'error' ? stageOf(group[0]!.problem) : errorsBefore.length;
  if (errorsBefore.some((count, at) => at < stage && errorsAfter[at]! > count)) return false;
  if (severity === 'error') return errorsAfter[stage]! <= errorsBefore[stage]! - group.length;
  return group.every(({ problem: { code } }) => {
    const mended = group.filter(({ problem }) => problem.code === code).length;
    return countOf(after, code, severity) <= countOf(before, code, severity) - mended;
  });
}

function errorsByStage(problems: readonly Problem[]): number[] {
  const counts = [...STAGES, null].map(() => 0);
  for (const problem of problems) if (problem.severity === 'error') counts[stageOf(problem)]!++;
  return counts;
}

function countOf(problems: readonly Problem[], code: string, severity: Problem['severity']): number {
  return problems.filter((each) => each.code === code && each.severity === severity).length;
}
