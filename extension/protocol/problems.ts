/**
 * A problem found in an experiment file or its data: shown as a squiggle in the editor, as one line in the terminal.
 * Positions count from 0, as in the language server protocol; people see them counted from 1.
 */
import { printable } from './printable';

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
  /** Stable and dotted, such as `data.missing-column`; docs/problems.md lists them. */
  code: string;
  severity: Severity;
  /** What is wrong, with which thing, and what to do about it. */
  message: string;
  /** Place in the experiment file. */
  range: Range;
  /** Ways to mend it that need no further thought, the likeliest first. */
  fixes?: readonly ProblemFix[];
  /** What stands there does nothing and can go: editors show it faded. */
  isUnnecessary?: boolean;
}

export type JsonValue = string | number | boolean | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A change of the experiment's structure, by path, so that it can be made in a text that has changed since. */
export type ExperimentEdit =
  /** Gives a field or an entry of a list its value; a field that isn't there is added behind the last one. */
  | { readonly kind: 'set'; readonly path: JsonPath; readonly value: JsonValue }
  /** Removes a field or an entry of a list; nothing happens where it isn't there. */
  | { readonly kind: 'remove'; readonly path: JsonPath }
  /** Gives a field another name and leaves its value and place. */
  | { readonly kind: 'rename'; readonly path: JsonPath; readonly name: string }
  /** Replaces part of the text at the path: offset and length in the string's value, not in its escaped text. */
  | {
      readonly kind: 'replaceText';
      readonly path: JsonPath;
      readonly offset: number;
      readonly length: number;
      readonly text: string;
    };

/** A place in an experiment's structure, such as `['data', 'inputs', 2]`. */
export type JsonPath = readonly (string | number)[];

export interface ProblemFix {
  /** What it does, in the imperative: `Change to "wind"`. */
  readonly title: string;
  /** Made together, in this order, each in the text that the one before left. */
  readonly edits: readonly ExperimentEdit[];
  /** Leaves no doubt and the experiment's meaning as it is: an editor makes it at one key, and `orthant check --fix` makes no other. */
  readonly isPreferred?: boolean;
}

/** `weather.orthant.json:4:15 error data.missing-column …` with line and column from 1; always one line. */
export function formatProblem(file: string, problem: Problem): string {
  const { line, character } = problem.range.start;
  return printable(`${file}:${line + 1}:${character + 1} ${problem.severity} ${problem.code} ${problem.message}`);
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
