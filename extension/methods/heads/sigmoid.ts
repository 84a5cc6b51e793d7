/**
 * Sigmoid range: `y = min + (max − min)·σ(a)`, σ(a) = 1/(1 + e^{−a}), with a the linear layer's output, for outputs
 * with two bounds.
 *
 * Source: the logit link; McCullagh & Nelder, Generalized Linear Models, 2nd ed., ch. 4.3.
 */
import { sigmoid as sigmoidOf } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { checkTwoBounds, rangeHead } from './head';

export const sigmoid = defineMethod({
  name: 'sigmoid',
  title: 'Sigmoid range',
  summary:
    'A sigmoid from bound to bound after the last layer, for comparison: always inside, flat at both ends, and no longer a plain linear output.',
  formula: 'y = min + (max − min)·σ(a),  σ(a) = 1/(1 + exp(−a))',
  symbols: { a: "the linear layer's output, in training units" },
  source: 'the logit link; McCullagh & Nelder, Generalized Linear Models, 2nd ed., ch. 4.3',
  guarantee: 'G3',
  guaranteed:
    'Every output between its two bounds for every input, by the formula strictly; in float32 an a beyond ±17 or so can give a bound itself.',
  when: 'For outputs between two bounds, such as shares and probabilities, when the last layer need not be linear.',
  risks: [
    'Saturates: towards either bound the gradient fades, and a wide range that the data use a corner of trains slowly.',
    'Needs both bounds of every target that has one.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the head behind them.',
  ],
  linearOutput: false,
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G3', head: rangeHead(sigmoidOf, '1/(1 + exp(−a))') }),
  check: (_fields, facts) => checkTwoBounds('sigmoid', facts),
});
