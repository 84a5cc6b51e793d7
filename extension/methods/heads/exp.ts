/**
 * Exponential head: `y = min + e^a`, mirrored `y = max − e^{−a}` (a log link), with a the linear layer's output.
 *
 * Departs from the formula beyond a = 20, where e^a is 5e8 standard deviations: there it goes on as its tangent,
 * `e²⁰·(1 + a − 20)`. No a overflows float32 then, nor does the square of a gradient in Adam, and none has gradient 0.
 *
 * Source: the log link of generalized linear models; McCullagh & Nelder, Generalized Linear Models, 2nd ed., ch. 2.2.
 */
import { add, exp as expOf, minimum, mul, relu, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { checkOneBound, linkHead } from './head';

/** Where the exponential passes into its tangent. */
const TANGENT_AT = 20;

export const exp = defineMethod({
  name: 'exp',
  title: 'Exponential head',
  summary:
    'The exponential after the last layer (a log link), for comparison: always inside, errors multiply, no longer a plain linear output.',
  formula: 'y = min + exp(a),  mirrored y = max − exp(−a)   (its tangent for a > 20)',
  symbols: { a: "the linear layer's output, in training units" },
  source: 'the log link; McCullagh & Nelder, Generalized Linear Models, 2nd ed., ch. 2.2',
  guarantee: 'G3',
  guaranteed:
    'Every output inside its bound for every input, by the formula strictly; in float32 an a below −17 or so can give the bound itself.',
  when: 'For quantities that span orders of magnitude above their bound and whose errors are shares, not differences.',
  risks: [
    'A small error of a is a large one of a large output: losses jump, and the learning rate may have to come down.',
    'Far outside the data outputs grow exponentially with the inputs.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the head behind them.',
  ],
  linearOutput: false,
  fields: z.object({}),
  bind: () => ({
    ...NO_TERM,
    guarantee: 'G3',
    head: linkHead(
      (a) => mul(expOf(minimum(a, TANGENT_AT)), add(relu(sub(a, TANGENT_AT)), 1)) as Tensor2D,
      `exp(a), for a > ${TANGENT_AT} its tangent exp(${TANGENT_AT})·(a − ${TANGENT_AT - 1})`,
    ),
  }),
  check: (_fields, facts) => checkOneBound('exp', facts),
});
