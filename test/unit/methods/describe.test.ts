import { mul } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  costOf,
  escapeMarkdown,
  fieldDescriptions,
  formulaLines,
  methodMarkdown,
} from '../../../extension/methods/describe';
import { defineMethod, type MethodFunctions } from '../../../extension/methods/method';

const FUNCTIONS: MethodFunctions = {
  guarantee: 'G1',
  order: 'dual-first',
  reduction: 'mean',
  rows: ['multiplier', 'smoothedViolation'],
  scalarNames: [],
  scalars: () => ({}),
  initialRows: () => ({}),
  term: (g, rows) => mul(rows.multiplier!, g),
  ascend: (_g, rows) => rows,
};

function methodWith(functions: Partial<MethodFunctions>, linearOutput = true) {
  return defineMethod({
    name: 'example',
    title: 'Example',
    summary: 'Adds λ*·g.',
    formula: 'min f(θ) + Σ λ*·g',
    symbols: { η_λ: 'step size', c: 'strength' },
    source: 'a book, <2nd> ed.',
    guarantee: 'G1',
    guaranteed: 'Something.',
    when: 'Never.',
    risks: ['A [bracket].', 'A table | cell.'],
    linearOutput,
    fields: z.object({
      strength: z.number().default(10).describe('Strength c_0; see `a_b`.'),
      form: z.enum(['one', 'two']).default('two').describe('Which.'),
      radius: z.number().optional().describe('Largest λ*.'),
    }),
    bind: () => ({ ...FUNCTIONS, ...functions }),
  });
}

test('A method reads as a page about it: what it does, formula, letters, when, guarantee, risks, costs, source', () => {
  expect(methodMarkdown(methodWith({}))).toBe(`**Example.** Adds λ\\*·g.

\`\`\`text
min f(θ) + Σ λ*·g
\`\`\`

- η\\_λ: step size
- c: strength

**When.** Never.

**Guarantee G1, on the training set, once converged.** Something.

**What can go wrong.**

- A \\[bracket\\].
- A table | cell.

**Costs.** Kept: multiplier, smoothed violation per sample and output. Extra work: next to none. Last layer: plain linear.

**Source.** A book, \\<2nd\\> ed.`);
});

test('A long formula has a line for each of its parts, a short one stays whole', () => {
  const method = methodWith({});
  const short = 'min f(θ) + Σ λ·g,  g = min − y';
  expect(formulaLines({ ...method, formula: short })).toBe(short);
  const long = 'min over θ, max over λ ≥ 0:  f(θ) + Σ ([λ + c·g]₊² − λ²) / 2c,  g = min − y;   λ ← [λ + η_λ g]₊';
  expect(formulaLines({ ...method, formula: long }).split('\n')).toEqual([
    'min over θ, max over λ ≥ 0:  f(θ) + Σ ([λ + c·g]₊² − λ²) / 2c,',
    'g = min − y;',
    'λ ← [λ + η_λ g]₊',
  ]);
});

describe('What a method costs', () => {
  test.each<[string, Partial<MethodFunctions>, string, string]>([
    ['no state, nothing', { rows: [], ascend: undefined }, 'nothing', 'next to none'],
    [
      'one constraint per output, a row for each',
      { rows: ['multiplier'], perOutput: (g) => ({ felt: g, actual: g }) },
      'multiplier per output',
      'next to none',
    ],
    [
      'multipliers that see the new weights, a forward pass',
      { order: 'primal-first' },
      'multiplier, smoothed violation per sample and output',
      'a second forward pass',
    ],
    [
      'extragradient steps, twice the passes',
      { order: 'extragradient' },
      'multiplier, smoothed violation per sample and output',
      'a second forward and backward pass',
    ],
    [
      'an order of updates with nothing to update, nothing',
      { rows: [], ascend: undefined, order: 'primal-first' },
      'nothing',
      'next to none',
    ],
    [
      'an exact last layer, a quadratic program',
      { rows: [], ascend: undefined, polishes: true },
      'nothing',
      'after training, one quadratic program per output',
    ],
  ])('%s', (_what, functions, kept, extraWork) => {
    expect(costOf(methodWith(functions))).toEqual({ kept, extraWork, lastLayer: 'plain linear' });
  });

  test('is above all the plain linear layer where it has none', () => {
    expect(costOf(methodWith({}, false)).lastLayer).toBe('no longer plain linear');
  });
});

test('Each field has its words and its default, as it is written in an experiment file', () => {
  expect(fieldDescriptions(methodWith({}))).toEqual([
    { name: 'strength', text: 'Strength c\\_0; see `a_b`.', fallback: '10' },
    { name: 'form', text: 'Which.', fallback: '"two"' },
    { name: 'radius', text: 'Largest λ\\*.', fallback: null },
  ]);
});

test('Markdown takes nothing of a text for its own marks, and code stays as it is', () => {
  expect(escapeMarkdown('a*b_c <d> [e] ~f~ `g*h_i` j*k')).toBe('a\\*b\\_c \\<d\\> \\[e\\] \\~f\\~ `g*h_i` j\\*k');
});
