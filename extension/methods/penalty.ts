/**
 * Penalty: minimise `f + α Σ [g]₊²` (quadratic) or `f + α Σ [g]₊` (exact).
 *
 * The quadratic form is the first answer to the founding question, `loss + α Σ relu(−pred)²`. For a finite α it stays
 * infeasible wherever λ* > 0, by about `λ* / (2α)`; `2α[g]₊` estimates λ*. The exact (L1) form is feasible at its
 * optimum once `α ≥ ‖λ*‖∞`, but a constant step chatters around the bound at a height of about `learningRate · α`.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1 (quadratic; theirs is μ/2 Σ…, so μ = 2α) and 17.2.
 */
import { mul, relu, square, step } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { positive, reduction } from './fields';
import { defineMethod } from './method';

export const penalty = defineMethod({
  name: 'penalty',
  title: 'Penalty',
  summary: 'Adds α times the squared violation to the loss: simple, encourages, and for a finite α guarantees nothing.',
  formula: 'min f(θ) + α Σ relu(min − y)²   (form "exact": α Σ relu(min − y))',
  source: 'Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1 and 17.2',
  guarantee: 'G0',
  guaranteed:
    'Nothing for a finite α; in the exact form feasible outputs on the training rows once α exceeds the largest multiplier and the learning rate has come down.',
  when: 'As the first thing to try: nothing to tune but α, and no state. Enough where small violations do no harm.',
  risks: [
    'A violation of about λ*/(2α) stays at every row that presses on its bound.',
    'A large α needs a small learning rate, or the loss jumps about or diverges.',
    'The exact form trembles around the bound unless the learning rate falls.',
  ],
  symbols: { α: 'strength of the penalty' },
  fields: z.object({
    alpha: positive(
      10,
      'Strength α of the penalty, in loss units per squared violation. The violation left over is about λ* / (2α); a larger α needs a smaller learning rate.',
    ),
    form: z
      .enum(['quadratic', 'exact'])
      .default('quadratic')
      .describe(
        '"quadratic": α·violation², smooth, never quite feasible. "exact": α·violation, feasible for α above the largest multiplier, but not smooth.',
      ),
    reduction,
  }),
  bind: ({ alpha, form, reduction }) => ({
    guarantee: 'G0',
    order: 'simultaneous',
    reduction,
    rows: [],
    scalarNames: ['alpha'],
    scalars: () => ({ alpha }),
    initialRows: () => ({}),
    term: (g, _rows, s) => mul(form === 'quadratic' ? square(relu(g)) : relu(g), s.alpha!),
    multiplier: (g, _rows, s) => (form === 'quadratic' ? mul(relu(g), mul(s.alpha!, 2)) : mul(step(g), s.alpha!)),
  }),
});
