/**
 * Log-barrier with its extension to infeasible points: minimise `f + Σ ψ(g)` with
 * `ψ(z) = −log(−z)/t` for `z ≤ −1/t²`, else `t·z − log(1/t²)/t + 1/t`.
 *
 * ψ and its derivative are continuous at −1/t²; the slope is capped at t, so t must be at least λ*. Where the pure
 * barrier applies, the outputs stay strictly inside, `λ = 1/(t·(−g))`, and the loss is within (entries)/t of the optimum.
 *
 * Source: Boyd & Vandenberghe, Convex Optimization, ch. 11.2; Kervadec et al., arXiv 1904.04205.
 */

import { div, log, minimum, mul, neg, relu, type Scalar, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { positive, reduction } from './fields';
import { defineMethod } from './method';

export const logBarrier = defineMethod({
  name: 'log-barrier',
  title: 'Log-barrier',
  summary: 'A wall inside the bounds that steepens towards them: outputs settle strictly inside, about 1/(t·λ*) away.',
  formula: 'min f(θ) + Σ ψ(g),  ψ(z) = −log(−z)/t if z ≤ −1/t², else t·z − log(1/t²)/t + 1/t,  g = min − y',
  source: 'Boyd & Vandenberghe, Convex Optimization, ch. 11.2; Kervadec et al., arXiv 1904.04205',
  guarantee: 'G1',
  guaranteed: 'Outputs inside the bounds on the training rows at convergence, if t exceeds the largest multiplier.',
  when: 'Where outputs should keep a distance from their bound, and a smooth problem matters more than the last bit of loss.',
  risks: [
    'A t below the largest multiplier lets outputs settle outside.',
    'A large t makes the problem stiff near the bound: lower the learning rate with it.',
    'Outputs that belong exactly at the bound end a little inside.',
  ],
  symbols: { t: 'sharpness of the barrier', ψ: 'the barrier: a logarithm inside, a line outside' },
  fields: z.object({
    t: positive(
      100,
      'Sharpness t of the barrier: the larger, the closer to the bound outputs may settle and the stiffer the problem. Must exceed the largest multiplier.',
    ),
    reduction,
  }),
  bind: ({ t, reduction }) => ({
    guarantee: 'G1',
    order: 'simultaneous',
    reduction,
    rows: [],
    scalarNames: ['t'],
    scalars: () => ({ t }),
    initialRows: () => ({}),
    // ψ(g) = −log(−min(g, edge))/t + t·[g − edge]₊ with edge = −1/t²: both branches without a comparison, which has no
    // gradient, and the logarithm never sees a number it can't take.
    term: (g, _rows, s) => {
      const edge = edgeOf(s.t!);
      return sub(mul(relu(sub(g, edge)), s.t!), div(log(neg(minimum(g, edge))), s.t!)) as Tensor2D;
    },
    multiplier: (g, _rows, s) => div(1, mul(neg(minimum(g, edgeOf(s.t!))), s.t!)) as Tensor2D,
  }),
});

/** −1/t², where the barrier passes into its extension. */
const edgeOf = (t: Scalar): Scalar => neg(div(1, square(t)));
