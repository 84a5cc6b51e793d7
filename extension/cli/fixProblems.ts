/**
 * What nearly everybody would mend, mended in the text of an experiment: one fix after the other, and after each another
 * look at what is wrong then. A fix that leaves it worse is taken back.
 */
import { changeOfFix } from '../experiment/fixText';
import type { Problem, ProblemFix } from '../protocol/problems';

export type FindProblems = (text: string) => Promise<Problem[]>;

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

/** Each takes a look at the data; a file with more clear mistakes than that is fixed in several goes. */
const MOST_FIXES = 200;

/** Errors and warnings: what is only a hint may be as a person wants it. */
export async function fixProblems(original: string, find: FindProblems): Promise<FixedText> {
  let text = original;
  let problems = await find(text);
  const fixed: FixedProblem[] = [];
  const refused = new Set<string>();
  for (let trials = 0; trials < MOST_FIXES; trials++) {
    const next = clearFixes(problems).find((each) => !refused.has(keyOf(each)));
    if (next === undefined) break;
    const change = changeOfFix(text, next.fix);
    const after = change && text.slice(0, change.offset) + change.content + text.slice(change.offset + change.length);
    const left = after === null ? null : await find(after);
    if (after === null || left === null || !isBetter(problems, left, next.problem)) {
      refused.add(keyOf(next));
      continue;
    }
    text = after;
    problems = left;
    fixed.push(next);
  }
  return { text, fixed, problems };
}

function clearFixes(problems: readonly Problem[]): FixedProblem[] {
  return (['error', 'warning'] as const).flatMap((severity) =>
    problems
      .filter((problem) => problem.severity === severity)
      .flatMap((problem) => {
        const fix = problem.fixes?.find(({ isPreferred }) => isPreferred === true);
        return fix === undefined ? [] : [{ problem, fix }];
      }),
  );
}

function keyOf({ problem, fix }: FixedProblem): string {
  return JSON.stringify([problem.code, problem.message, fix]);
}

/**
 * What is looked at only once all before is well: the text, the experiment, its files, the query, the columns, and in the
 * end the values. A fix may bring to light what was hidden behind, so errors are compared from the front.
 */
const STAGES: readonly RegExp[] = [
  /^experiment\.(syntax|duplicate-field|empty)$/,
  /^(experiment|method)\./,
  /^data\.(no-such-file|remote-source|unknown-format|mixed-formats|empty-file|encoding|unreadable|ragged-row|unclosed-quote|bad-json|files-differ)$/,
  /^data\.query-/,
  /^data\.(missing-column|text-column|date-column|not-numeric|list-target)$/,
];

function isBetter(before: readonly Problem[], after: readonly Problem[], mended: Problem): boolean {
  const [errorsBefore, errorsAfter] = [errorsByStage(before), errorsByStage(after)];
  const stage = errorsBefore.findIndex((count, index) => count !== errorsAfter[index]);
  if (stage >= 0) return errorsAfter[stage]! < errorsBefore[stage]!;
  return countOf(after, mended) < countOf(before, mended);
}

function errorsByStage(problems: readonly Problem[]): number[] {
  const counts = [...STAGES, null].map(() => 0);
  for (const { code, severity } of problems) {
    if (severity !== 'error') continue;
    const stage = STAGES.findIndex((pattern) => pattern.test(code));
    counts[stage < 0 ? STAGES.length : stage]!++;
  }
  return counts;
}

function countOf(problems: readonly Problem[], { code, severity }: Problem): number {
  return problems.filter((each) => each.code === code && each.severity === severity).length;
}
