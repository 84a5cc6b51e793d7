/**
 * Square head: `y = min + a²`, mirrored `y = max − a²`, with a the linear layer's output: the slack of the founding
 * question, `pred − slack² = 0`, taken as the output itself.
 *
 * Two values of a give each output, ±√(y − min), and at a = 0 the derivative 2a is 0.
 *
 * Source: the squared-slack substitution; Bertsekas, Nonlinear Programming, 2nd ed., ch. 3.3.2.
 */
import { square as squareOf } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { checkOneBound, linkHead } from './head';

export const square = defineMethod({
  name: 'square',
  title: 'Square head',
  summary:
    'The square after the last layer, for comparison: always inside and simple, but its gradient is 0 at the bound and it is no longer a plain linear output.',
  formula: 'y = min + a²,  mirrored y = max − a²',
  symbols: { a: "the linear layer's output, in training units" },
  source: 'the squared-slack substitution; Bertsekas, Nonlinear Programming, 2nd ed., ch. 3.3.2',
  guarantee: 'G3',
  guaranteed: 'Every output inside its bound or at it, for every input.',
  when: 'To see what the slack of pred − slack² = 0 does as an output; seldom as the best choice.',
  risks: [
    'At a = 0 the gradient is 0: rows that reach the bound leave it slowly.',
    'a and −a give the same output: where a changes its sign between rows that lie close, the output dips to the bound.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the head behind them.',
  ],
  linearOutput: false,
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G3', head: linkHead(squareOf, 'a²') }),
  check: (_fields, facts) => checkOneBound('square', facts),
});
