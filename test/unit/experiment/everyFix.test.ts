/** Fixes of experiments that nobody thought of. */
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../extension/experiment/parse';
import { fixAll } from '../../../extension/language/fixAll';
import { hasErrors, type Problem } from '../../../extension/protocol/problems';
import { brokenExperiment } from './brokenExperiments';
import { expectSameMeaning, fixed } from './mending';

test('whatever is wrong, each fix has a place and ends its problem, and the parser never throws', () => {
  const isSame = (a: Problem, b: Problem): boolean => a.code === b.code && a.message === b.message;
  let fixes = 0;
  for (let seed = 0; seed < 500; seed++) {
    const text = brokenExperiment(seed);
    const { problems } = parseExperiment(text);
    for (const problem of problems) {
      const count = (among: readonly Problem[]): number => among.filter((each) => isSame(each, problem)).length;
      for (const fix of problem.fixes ?? []) {
        const after = fixed(text, fix);
        const context = `seed ${seed}: ${problem.code} "${fix.title}"\n${text}\n${after}`;
        expect(count(parseExperiment(after).problems), context).toBeLessThan(count(problems));
        fixes++;
      }
    }
  }
  expect(fixes).toBeGreaterThan(400);
});

test('All clear fixes together never leave more errors, and never another text the second time', () => {
  let mended = 0;
  const errorsIn = (text: string): Problem[] => parseExperiment(text).problems.filter((each) => hasErrors([each]));
  for (let seed = 0; seed < 500; seed++) {
    const text = brokenExperiment(seed);
    const { problems } = parseExperiment(text);
    const all = fixAll(text, problems);
    if (all === null) continue;
    const { offset, length, content } = all.change;
    const after = text.slice(0, offset) + content + text.slice(offset + length);
    const context = `seed ${seed}\n${text}\n${after}`;
    expect(errorsIn(after).length, context).toBeLessThanOrEqual(errorsIn(text).length);
    expect(() => JSON.parse(after), context).not.toThrow();
    expect(fixAll(after, parseExperiment(after).problems), context).toBeNull();
    mended += all.count;
  }
  expect(mended).toBeGreaterThan(50);
});

test('A clear fix leaves what the experiment asks as it is', () => {
  let clear = 0;
  for (let seed = 0; seed < 500; seed++) {
    const text = brokenExperiment(seed);
    for (const fix of parseExperiment(text).problems.flatMap(({ fixes = [] }) => fixes)) {
      if (fix.isPreferred !== true) continue;
      expectSameMeaning(text, fixed(text, fix), fix);
      clear++;
    }
  }
  expect(clear).toBeGreaterThan(100);
});
