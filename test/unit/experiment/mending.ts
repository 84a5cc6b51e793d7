/** Text in, text out, for fixes: each is made in the text and must mend what it was offered for, and break nothing. */
import { expect } from 'vitest';
import { changeOfFix } from '../../../extension/experiment/fixText';
import type { Problem, ProblemFix } from '../../../extension/protocol/problems';

export type FindProblems = (text: string) => Problem[] | Promise<Problem[]>;

export function textOf(experiment: object | string): string {
  return typeof experiment === 'string' ? experiment : JSON.stringify(experiment, null, 2);
}

/** The text with one fix made. */
export function fixed(text: string, fix: ProblemFix): string {
  const change = changeOfFix(text, fix);
  expect(change, `"${fix.title}" changes nothing in ${text}`).not.toBeNull();
  const { offset, length, content } = change!;
  return text.slice(0, offset) + content + text.slice(offset + length);
}

/**
 * Titles of the fixes of the first problem of this code, those that an editor makes at one key with a star, after each
 * was seen to leave fewer problems of the code and severity, and no error that was not there before.
 */
export async function mendingTitles(experiment: object | string, code: string, find: FindProblems): Promise<string[]> {
  const text = textOf(experiment);
  const before = await find(text);
  const problem = before.find((each) => each.code === code);
  const isSuch = (each: Problem): boolean => each.code === code && each.severity === problem?.severity;
  const count = (problems: readonly Problem[]): number => problems.filter(isSuch).length;
  expect(problem, `no ${code} among ${before.map((each) => each.code)}`).toBeDefined();
  const errors = (problems: readonly Problem[]): string[] =>
    problems.filter(({ severity }) => severity === 'error').map((each) => `${each.code}: ${each.message}`);
  const fixes = problem!.fixes ?? [];
  for (const fix of fixes) {
    const after = await find(fixed(text, fix));
    expect(count(after), `"${fix.title}" leaves ${code}`).toBeLessThan(count(before));
    const caused = errors(after).filter((error) => !errors(before).includes(error));
    expect(caused, `"${fix.title}" causes errors`).toEqual([]);
  }
  return fixes.map(({ title, isPreferred }) => (isPreferred ? `* ${title}` : title));
}
