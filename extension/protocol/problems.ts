/**
 * A problem found in an experiment file or its data: shown as a squiggle in the editor, as one line in the terminal.
 * Positions count from 0, as in the language server protocol; people see them counted from 1.
 */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Position {
  /** From 0. */
  line: number;
  /** From 0, in UTF-16 units. */
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Problem {
  /** Stable and dotted, such as `data.missing-column`. */
  code: string;
  severity: Severity;
  /** What is wrong, with which thing, and what to do about it. */
  message: string;
  /** Place in the experiment file. */
  range: Range;
}

/** `weather.orthant.json:4:15 error data.missing-column …` with line and column from 1. */
export function formatProblem(file: string, problem: Problem): string {
  const { line, character } = problem.range.start;
  return `${file}:${line + 1}:${character + 1} ${problem.severity} ${problem.code} ${problem.message}`;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
