/** Text in, text out, for fixes: each is made in the text and must mend what it was offered for, and break nothing. */
import { getNodeValue } from 'jsonc-parser';
import { expect } from 'vitest';
import { changeOfFix } from '../../../extension/experiment/fixText';
import { parseJsonText } from '../../../extension/experiment/jsonText';
import { editDistance } from '../../../extension/experiment/names';
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
 * was seen to leave fewer problems of the code and severity, and no error that was not there before; and of those with a star
 * that the experiment asks what it asked.
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
    const mended = fixed(text, fix);
    if (fix.isPreferred) expectSameMeaning(text, mended, fix);
    const after = await find(mended);
    expect(count(after), `"${fix.title}" leaves ${code}`).toBeLessThan(count(before));
    const caused = errors(after).filter((error) => !errors(before).includes(error));
    expect(caused, `"${fix.title}" causes errors`).toEqual([]);
  }
  return fixes.map(({ title, isPreferred }) => (isPreferred ? `* ${title}` : title));
}

/** What a fix that is made without asking leaves as it is. A name may become one that is nearly written so. */
export function expectSameMeaning(before: string, after: string, fix: ProblemFix): void {
  const [old, now] = [valueIn(before), valueIn(after)];
  const context = `"${fix.title}" in ${before} gives ${after}`;
  for (const role of ['inputs', 'targets'] as const) {
    const [were, are] = [namesIn(old, role), namesIn(now, role)];
    // A section or list may have been called by another name.
    if (were.length === 0) continue;
    if (role === 'targets') expect(new Set(are).size, `${context}: as many targets`).toBe(new Set(were).size);
    for (const name of are) {
      expect(Math.min(...were.map((each) => distance(each, name))), `${context}: "${name}"`).toBeLessThan(3);
    }
  }
  const numbers = numbersIn(old);
  for (const number of numbersIn(now.constraint)) expect(numbers, `${context}: a bound of its own`).toContain(number);
  // What one variant says never comes to count for others.
  const sections = (root: Record<string, unknown>): unknown => ({ ...root, variants: null });
  if (fix.edits.some(({ path }) => path[0] === 'variants')) expect(sections(now), context).toEqual(sections(old));
}

function valueIn(text: string): Record<string, unknown> {
  const value: unknown = getNodeValue(parseJsonText(text)!);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function namesIn({ data }: Record<string, unknown>, role: 'inputs' | 'targets'): string[] {
  const names: unknown = (data as Record<string, unknown> | undefined)?.[role];
  return (Array.isArray(names) ? names : [names]).filter((name) => name !== undefined).map(String);
}

/** Case and separators don't count. */
function distance(a: string, b: string): number {
  const simple = (name: string): string => name.toLowerCase().replace(/\W|_/g, '');
  return editDistance(simple(a), simple(b));
}

/** Numbers at any depth, those that are written as text too. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersIn);
  const number = typeof value === 'string' && value.trim() !== '' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? [number] : [];
}
