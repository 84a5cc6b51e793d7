/** What an experiment is told of the fields of the methods with multipliers before it trains. */
import { describe, expect, test } from 'vitest';
import { problemsIn, SOUND } from '../experiment/helpers';

const problemsWith = (method: string, fields: Record<string, unknown> = {}): string[] =>
  problemsIn({ ...SOUND, variants: { tested: { method, ...fields } } });

describe('A variant with multipliers', () => {
  test('is sound with every choice that goes together', () => {
    for (const method of ['projected-lagrangian', 'augmented-lagrangian', 'nu-pi', 'pid'])
      for (const order of ['simultaneous', 'dual-first', 'primal-first', 'extragradient']) {
        expect(problemsWith(method, { order })).toEqual([]);
        for (const aggregate of ['mean', 'max'])
          expect(problemsWith(method, { order, per: 'output', aggregate })).toEqual([]);
      }
    for (const proxy of ['hinge', 'sigmoid']) expect(problemsWith('rate', { proxy, percent: 0 })).toEqual([]);
    expect(problemsWith('projected-lagrangian', { damping: 10, dualRestart: true, multiplierRadius: 3 })).toEqual([]);
    const growing = { coefficientRestart: true, coefficientTolerance: 0.01, coefficientMax: 500 };
    for (const fields of [
      { coefficientSchedule: 'multiplicative', coefficientGrowth: 10, ...growing },
      { coefficientSchedule: 'additive', coefficientIncrement: 10, ...growing },
    ])
      expect(problemsWith('augmented-lagrangian', fields)).toEqual([]);
  });

  // What would divide by 0, never let a violation go, or hold nothing.
  test.for([
    {
      method: 'augmented-lagrangian',
      field: 'penaltyCoefficient',
      value: 0,
      range: 'more than 0',
      why: 'divides by c',
    },
    { method: 'projected-lagrangian', field: 'multiplierRadius', value: 0, range: 'more than 0', why: 'Largest sum R' },
    { method: 'projected-lagrangian', field: 'damping', value: -1, range: 'at least 0', why: 'Strength d' },
    { method: 'nu-pi', field: 'integralGain', value: 0, range: 'more than 0', why: 'a violation stays' },
    { method: 'nu-pi', field: 'smoothing', value: 1, range: 'at most 0.9999', why: 'moving average' },
    { method: 'pid', field: 'integralGain', value: 0, range: 'more than 0', why: 'what stays' },
    { method: 'rate', field: 'percent', value: 100, range: 'less than 100', why: 'Largest share' },
    { method: 'rate', field: 'width', value: 0, range: 'more than 0', why: 'How far from the bound' },
  ])('can’t have $field = $value with $method, and is told why', ({ method, field, value, range, why }) => {
    const [problem, ...others] = problemsWith(method, { [field]: value });
    expect(problem).toContain(`error experiment.out-of-range at «${value}»: `);
    expect(problem).toContain(`"variants.tested.${field}" is ${value} and must be ${range}.`);
    expect(problem).toContain(why);
    expect(others).toEqual([]);
  });

  test.for([
    {
      method: 'projected-lagrangian',
      fields: { aggregate: 'max' },
      why: '"aggregate" has no effect with "per": "sample"',
    },
    { method: 'nu-pi', fields: { aggregate: 'max' }, why: '"aggregate" has no effect with "per": "sample"' },
    {
      method: 'nu-pi',
      fields: { proportionalGain: 0, smoothing: 0.9 },
      why: '"smoothing" has no effect with "proportionalGain": 0',
    },
    { method: 'pid', fields: { smoothing: 0.9 }, why: '"smoothing" has no effect with "derivativeGain": 0' },
    {
      method: 'augmented-lagrangian',
      fields: { coefficientGrowth: 2 },
      why: '"coefficientGrowth" has no effect with "coefficientSchedule": "constant"',
    },
    {
      method: 'augmented-lagrangian',
      fields: { coefficientSchedule: 'additive', coefficientGrowth: 2 },
      why: '"coefficientGrowth" has no effect with "coefficientSchedule": "additive"',
    },
    {
      method: 'augmented-lagrangian',
      fields: { coefficientRestart: true },
      why: '"coefficientRestart" has no effect with "coefficientSchedule": "constant"',
    },
  ])('is told of $method that $why', ({ method, fields, why }) => {
    const [problem, ...others] = problemsWith(method, fields);
    expect(problem).toContain('warning method.unused-field at «');
    expect(problem).toContain(why);
    expect(others).toEqual([]);
  });

  test('is refused where c would start above its maximum', () => {
    const fields = { coefficientSchedule: 'multiplicative', penaltyCoefficient: 500, coefficientMax: 100 };
    const [problem, ...others] = problemsWith('augmented-lagrangian', fields);
    expect(problem).toContain('error method.coefficient-above-maximum at «100»: ');
    expect(others).toEqual([]);
    expect(problemsWith('augmented-lagrangian', { ...fields, coefficientMax: 500 })).toEqual([]);
  });
});
