import { describe, expect, test } from 'vitest';
import { runFilter } from '../../../extension/host/runFilter';
import { run, split, summary } from './runFixture';

const titled = { title: 'Second Try', note: 'smaller step, rain only', isStarred: true };
const runs = {
  penalty: run({ variant: 'penalty', status: 'finished', summary: summary({ validation: split(0.02, 3) }) }),
  titled: run({ variant: 'exact', method: 'lagrangian', status: 'lost', notes: titled }),
  infeasible: run({
    variant: 'c=0.5',
    method: null,
    status: 'failed',
    summary: summary({
      verdict: { kind: 'infeasible', maxViolation: 1, negativeShare: 0.5, target: 'rain' },
      validation: split(0.5, 9),
    }),
  }),
};

function matches(filter: string): string[] {
  const test = runFilter(filter);
  return Object.entries(runs).flatMap(([name, each]) => (test(each) ? [name] : []));
}

describe('the filter of runs', () => {
  test.for<[string, string[]]>([
    ['', ['penalty', 'titled', 'infeasible']],
    ['PENAL', ['penalty']],
    ['second', ['titled']],
    ['weather', ['penalty', 'titled', 'infeasible']],
    ['lagrangian lost', ['titled']],
    ['lagrangian finished', []],
    ['rain', ['titled']],
  ])('%j finds %j by words of title, variant, method, experiment, status and note', ([filter, found]) => {
    expect(matches(filter)).toEqual(found);
  });

  test('knows a verdict by its beginning: feasible is not infeasible', () => {
    expect(matches('feasible')).toEqual(['penalty']);
    expect(matches('verdict:infeas')).toEqual(['infeasible']);
    expect(matches('verdict:unknown')).toEqual(['titled']);
  });

  test.for<[string, string[]]>([
    ['note:rain', ['titled']],
    ['variant:rain', []],
    ['note:"step, rain"', ['titled']],
    ['"second try"', ['titled']],
    ['"second tr', ['titled']],
    ['-penalty', ['titled', 'infeasible']],
    ['-status:lost -failed', ['penalty']],
    ['starred', ['titled']],
    ['-starred', ['penalty', 'infeasible']],
  ])('%j finds %j: fields, quotes, minus, stars', ([filter, found]) => {
    expect(matches(filter)).toEqual(found);
  });

  test.for<[string, string[]]>([
    ['rmse<5', ['penalty']],
    ['rmse>=3', ['penalty', 'infeasible']],
    ['outside<=2%', ['penalty']],
    ['outside>0.02', ['infeasible']],
    ['outside=.5', ['infeasible']],
    ['loss<1e1', ['penalty', 'infeasible']],
    // A run without a figure is on neither side of a limit.
    ['-rmse<5', ['titled', 'infeasible']],
  ])('%j finds %j by the figures that the view shows', ([filter, found]) => {
    expect(matches(filter)).toEqual(found);
  });

  test('looks for whatever is no condition as it stands, and no text is an error', () => {
    expect(matches('c=0.5')).toEqual(['infeasible']);
    for (const text of ['-', '"', ':', 'constructor:x', 'loss<', '((', 'toString', '-"']) {
      expect(() => matches(text)).not.toThrow();
    }
    expect(matches('constructor<5')).toEqual([]);
  });
});
