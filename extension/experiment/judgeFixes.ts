/** Whether fixes that were made left an experiment better, by what is wrong before and after. */
import type { Node } from 'jsonc-parser';
import type { ExperimentEdit, Problem, ProblemFix } from '../protocol/problems';
import { nodeAt, parseJsonText } from './jsonText';
import { positionsOf } from './positions';

export interface FixedProblem {
  /** As it was found, with its place in the text as it was then. */
  readonly problem: Problem;
  readonly fix: ProblemFix;
}

export interface MadeFixes {
  readonly before: readonly Problem[];
  readonly after: readonly Problem[];
  /** As the fixes left it. */
  readonly text: string;
  /** Of one stage, or of warnings. */
  readonly group: readonly FixedProblem[];
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

export function stageOf({ code }: Problem): number {
  const stage = STAGES.findIndex((pattern) => pattern.test(code));
  return stage < 0 ? STAGES.length : stage;
}

/** Whether each fix ended its problem, and none caused another that is looked at as early. */
export function isBetter({ before, after, text, group }: MadeFixes): boolean {
  const { severity } = group[0]!.problem;
  const isEnded = ({ problem }: FixedProblem): boolean => {
    const isAlike = severity === 'error' ? isTheSame : isOfItsKind;
    const count = (among: readonly Problem[]): number => among.filter((each) => isAlike(each, problem)).length;
    return count(after) <= count(before) - count(group.map((each) => each.problem));
  };
  if (!group.every(isEnded)) return false;
  const stage = severity === 'error' ? stageOf(group[0]!.problem) : STAGES.length;
  const wereThere = errorsByStage(before);
  const areThere = errorsByStage(withoutOpened(after, text, group));
  const mended = severity === 'error' ? group.length : 0;
  return wereThere.every((count, at) => at > stage || areThere[at]! <= count - (at === stage ? mended : 0));
}

function isOfItsKind(a: Problem, b: Problem): boolean {
  return a.code === b.code && a.severity === b.severity;
}

function isTheSame(a: Problem, b: Problem): boolean {
  return isOfItsKind(a, b) && a.message === b.message;
}

function errorsByStage(problems: readonly Problem[]): number[] {
  const counts = [...STAGES, null].map(() => 0);
  for (const problem of problems) if (problem.severity === 'error') counts[stageOf(problem)]!++;
  return counts;
}

/**
 * But what stands where nobody had looked: the value of a field that had a name nobody knows, a variant whose method nobody
 * knows. What is wrong there was so before.
 */
function withoutOpened(problems: readonly Problem[], text: string, group: readonly FixedProblem[]): readonly Problem[] {
  const root = parseJsonText(text);
  const opened = group.flatMap(({ fix }) => fix.edits).flatMap((edit) => (root && openedBy(edit, root)) ?? []);
  if (opened.length === 0) return problems;
  const positions = positionsOf(text);
  return problems.filter(({ range }) => {
    const offset = positions.offsetAt(range.start);
    return !opened.some((node) => node.offset <= offset && offset < node.offset + node.length);
  });
}

function openedBy(edit: ExperimentEdit, root: Node): Node | undefined {
  const { kind, path } = edit;
  if (kind === 'rename') return nodeAt(root, [...path.slice(0, -1), edit.name]);
  const isMethod = path.length === 3 && path[0] === 'variants' && path[2] === 'method';
  return isMethod ? nodeAt(root, path.slice(0, 2)) : undefined;
}
