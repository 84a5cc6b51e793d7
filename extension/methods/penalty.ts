/**
 * Penalty: minimise `f + α Σ φ(g)`. With `u = [g]₊ = max(g, 0)` the forms are
 *
 *     quadratic:  φ = u²               implied λ = 2α·u
 *     exact (L1): φ = u                implied λ = α where g > 0, else 0
 *     l2:         φ = ‖u‖₂ per sample  implied λ = α·u/‖u‖₂, and 0 where u = 0
 *
 * The quadratic form is the first answer to the founding question, `loss + α Σ relu(−pred)²`. For a finite α it stays
 * infeasible wherever λ* > 0, by about `λ* / (2α)`; `2α[g]₊` estimates λ*. The others are feasible at their optimum once α
 * is at least the largest multiplier (exact), or the largest norm of a sample's multipliers (l2), but have a kink at the
 * bound: a constant step chatters about it at a height of about `learningRate · α`. The norm is over a sample's outputs,
 * on each side of the bounds for itself; it is not squared, so it has one kink per sample where L1 has one per output.
 *
 * α may rise over the epochs, or per entry as long as the entry stays outside (see `coefficient.ts`); of the l2 form it
 * is one α per sample and side, which rises with the norm.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1 (quadratic; theirs is μ/2 Σ…, so μ = 2α), 17.2
 * (exact) and Algorithm 17.4; the unsquared norm: DC3, arXiv 2104.12225.
 */

import { add, div, mul, onesLike, relu, sqrt, square, step, sub, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { changedOf, fallingOverEpochs, maximumBelowStart, unusedFields } from './checks';
import { COEFFICIENT_SCHEDULES, coefficientOf } from './coefficient';
import { nonnegative, positive, reduction } from './fields';
import { defineMethod, type MethodProblem } from './method';

interface Form {
  /** φ per entry, so that it adds up to that of the sample. */
  value(g: Tensor2D): Tensor2D;
  /** ∂(Σ φ)/∂g, finite everywhere and 0 where the bound is kept. */
  slope(g: Tensor2D): Tensor2D;
  /** What a growing α goes by: per entry, or one norm for all entries of a sample. */
  violation(g: Tensor2D): Tensor2D;
}

const FORMS = {
  quadratic: {
    value: (g) => square(relu(g)),
    slope: (g) => mul(relu(g), 2),
    violation: (g) => g,
  },
  exact: {
    value: (g) => relu(g),
    slope: (g) => step(g),
    violation: (g) => g,
  },
  l2: {
    // Spread evenly over the sample's entries: a sum or mean over entries then is one over samples as well.
    value: (g) => mul(normOf(g), div(onesLike(g), g.shape[1])),
    slope: (g) => div(relu(g), rootOf(squaresOf(g))),
    violation: (g) => mul(normOf(g), onesLike(g)),
  },
} satisfies Record<string, Form>;

const FORM_NAMES = Object.keys(FORMS) as (keyof typeof FORMS)[];

const fields = z.object({
  alpha: positive(
    10,
    'Strength α of the penalty, in loss units per squared violation (per violation in the other forms); the first one where it changes; 0 would hold nothing. What the quadratic form leaves of a violation is about λ*/(2α); the other forms leave none once α exceeds the largest multiplier. The default leaves a twentieth of λ*. A larger α needs a smaller learning rate.',
  ),
  form: z
    .enum(FORM_NAMES)
    .default('quadratic')
    .describe(
      '"quadratic", the default: α·violation², smooth, never quite feasible. "exact": α·violation, feasible for α above the largest multiplier, but with a kink at the bound. "l2": α times the length of a sample\'s violations, like "exact" with one kink per sample; with one target it is the same.',
    ),
  alphaSchedule: z
    .enum(COEFFICIENT_SCHEDULES)
    .default('constant')
    .describe(
      'How α changes: "constant", with which nothing can go wrong late; "geometric", by the same factor every epoch from "alpha" to "alphaEnd"; or for each sample and output by itself, at each visit that finds it outside, "multiplicative" (times "alphaGrowth") or "additive" (plus "alphaIncrement").',
    ),
  alphaEnd: positive(
    1e4,
    'α in the last epoch of "geometric". The default leaves a violation of λ*/20,000; where the loss blows up towards the end, lower it or the learning rate.',
  ),
  alphaGrowth: z
    .number()
    .gt(1)
    .max(10)
    .default(1.01)
    .describe(
      'Factor γ of "multiplicative", once per visit of a sample. The default, as in Cooper, makes α 20 times as large in 300 epochs outside; for fewer epochs take more.',
    ),
  alphaIncrement: positive(
    1,
    'Increment δ of "additive", once per visit of a sample. The default, as in Cooper, adds 300 in 300 epochs outside.',
  ),
  alphaTolerance: nonnegative(
    1e-4,
    'A violation up to this, in training units, makes no α grow: small enough to call feasible, well above what rounding does. Growing schedules only.',
  ),
  alphaRestart: z
    .boolean()
    .default(true)
    .describe(
      'Whether α goes back to "alpha" at a visit that finds the output inside: no more force than is needed, but outputs that press on their bound go in and out. Growing schedules only.',
    ),
  alphaMax: positive(
    1e4,
    'No α grows beyond this: without an end it would grow until the steps of the weights diverge. The default is that of "alphaEnd". Growing schedules only.',
  ),
  reduction,
});
type Fields = z.output<typeof fields>;

export const penalty = defineMethod({
  name: 'penalty',
  title: 'Penalty',
  summary: 'Adds α times the squared violation to the loss: simple, encourages, and for a finite α guarantees nothing.',
  formula:
    'min f(θ) + α Σ relu(min − y)²   (form "exact": α Σ relu(min − y);  "l2": α Σ ‖relu(min − y)‖₂ over samples)',
  source:
    'Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1, 17.2 and Algorithm 17.4; "l2": DC3, arXiv 2104.12225',
  guarantee: 'G0',
  guaranteed:
    'Nothing for a finite α; in the exact and l2 forms feasible outputs on the training rows once α exceeds the largest multiplier and the learning rate has come down.',
  when: 'As the first thing to try: nothing to tune but α, and no state. Enough where small violations do no harm.',
  risks: [
    'A violation of about λ*/(2α) stays at every row that presses on its bound.',
    'A large α needs a small learning rate, or the loss jumps about or diverges.',
    'An α that rises while training can pass what the learning rate bears: all goes well, then the loss blows up late.',
    'The exact and l2 forms tremble about the bound, by about learning rate times α, unless the learning rate falls.',
    'With restart, rows that press on their bound lose their α as soon as they are inside, and come out again.',
  ],
  symbols: {
    α: 'strength of the penalty',
    'γ, δ': 'factor and increment of an α that grows for each sample and output: α ← γ·α or α + δ where g > tolerance',
  },
  fields,
  bind: ({ alpha, form, alphaSchedule, reduction, ...growth }) => {
    const { value, slope, violation }: Form = FORMS[form];
    const coefficient = coefficientOf(
      {
        schedule: alphaSchedule,
        first: alpha,
        last: growth.alphaEnd,
        growth: growth.alphaGrowth,
        increment: growth.alphaIncrement,
        tolerance: growth.alphaTolerance,
        maximum: growth.alphaMax,
        restart: growth.alphaRestart,
      },
      'alpha',
    );
    const { next } = coefficient;
    return {
      guarantee: form === 'quadratic' ? 'G0' : 'G1',
      // α is no multiplier that answers the weights: nothing is gained by another order.
      order: 'simultaneous',
      reduction,
      rows: coefficient.rows,
      scalarNames: coefficient.scalarNames,
      scalars: coefficient.scalars,
      initialRows: (g) => coefficient.initialRows(g.length),
      term: (g, rows, s) => mul(value(g), coefficient.value(rows, s)),
      ascend: next && ((g, rows, s) => next(violation(g), rows, s)),
      multiplier: (g, rows, s) => mul(slope(g), coefficient.value(rows, s)),
      hasKink: form !== 'quadratic',
    };
  },
  check: (given) => [
    ...unusedFields(fields, given, withoutEffect(given)),
    ...fallingOverEpochs(
      fields,
      given,
      { first: 'alpha', last: 'alphaEnd', schedule: 'alphaSchedule' },
      'the penalty would weaken from epoch to epoch, and outputs drift back outside',
    ),
    ...belowMaximum(given),
  ],
});

/** Fields that the schedule doesn't read, with the reason. */
function withoutEffect({ alphaSchedule }: Fields): Partial<Record<keyof Fields, string>> {
  const why = `with "alphaSchedule": "${alphaSchedule}"`;
  const growing = { alphaTolerance: why, alphaRestart: why, alphaMax: why };
  switch (alphaSchedule) {
    case 'constant':
      return { alphaEnd: why, alphaGrowth: why, alphaIncrement: why, ...growing };
    case 'geometric':
      return { alphaGrowth: why, alphaIncrement: why, ...growing };
    case 'multiplicative':
      return { alphaEnd: why, alphaIncrement: why };
    case 'additive':
      return { alphaEnd: why, alphaGrowth: why };
  }
}

function belowMaximum(given: Fields): MethodProblem[] {
  const { alpha, alphaSchedule, alphaMax } = given;
  if (alphaSchedule !== 'multiplicative' && alphaSchedule !== 'additive') return [];
  const field = changedOf(fields, given, 'alphaMax', 'alpha');
  return maximumBelowStart(['alpha', alpha], ['alphaMax', alphaMax], { symbol: 'α', field });
}

/** Σ [g]₊² over the outputs of a sample, `[batch, 1]`. */
const squaresOf = (g: Tensor2D): Tensor2D => sum(square(relu(g)), 1, true);

/** The square root, and 1 in place of 0, where its slope is infinite. */
const rootOf = (squares: Tensor2D): Tensor2D => sqrt(add(squares, sub(1, step(squares))));

/** ‖[g]₊‖₂ per sample, `[batch, 1]`; at 0 it has the slope 0. */
function normOf(g: Tensor2D): Tensor2D {
  const squares = squaresOf(g);
  return mul(rootOf(squares), step(squares));
}
