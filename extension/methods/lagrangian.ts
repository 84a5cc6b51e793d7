/**
 * Slack Lagrangian: minimise `f` subject to `y − min − s² = 0`, one slack s and one multiplier μ per sample and output.
 *
 * With `e = −g − s²` the damped Lagrangian is `f + Σ μ·e + (c/2)·e²`; weights and slacks descend on it
 * (`s ← s + 2η_s (μ + c·e) s`), the multipliers ascend on the undamped one (`μ ← μ + η_λ e`). At the optimum
 * `μ = −λ ≤ 0` and `s² = y − min`.
 *
 * An output far above its bound has a large slack, on which `(c/2)·e²` is stiff (curvature 4c·s²). By default the slack's
 * step is divided by `max(1, 4c·s²)` and kept within half of the slack, so that one step size suits near and far rows and a slack follows its output within
 * a few visits; one that lags holds its output back.
 *
 * Two faults of the literal recipe (slacks start at √[y − min]₊, c = 0, simultaneous steps) are mended by default:
 * `s = 0` can't move, so a row that starts outside is held to equality for ever (cured by slacks that start above 0);
 * on inactive rows (s, μ) rotate and spiral outwards (cured by damping, or by updating one before the other).
 * `slackNudge: 0, damping: 0, order: "simultaneous", slackStep: "gradient"` is the literal recipe.
 *
 * Source: Platt & Barr, Constrained Differential Optimization, NIPS 1987 (there BDMM, damped MDMM).
 */
import { add, clipByValue, div, maximum, mul, neg, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { nonnegative, order, positive, reduction } from './fields';
import { defineMethod } from './method';

/** A scaled step changes a slack by at most this share, or one that a large multiplier drives would leave all bounds. */
const LARGEST_CHANGE = 0.5;

export const lagrangian = defineMethod({
  name: 'lagrangian',
  title: 'Slack Lagrangian',
  summary:
    'Slack variables and multipliers for every sample and output; the multipliers ascend while weights and slacks descend, an α that tunes itself.',
  formula: 'min over θ, s, max over μ:  f(θ) + Σ μ·(y − min − s²) + (c/2)·(y − min − s²)²',
  source: 'Platt & Barr, Constrained Differential Optimization, NIPS 1987',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence; nothing on the way, and nothing for unseen rows.',
  when: 'To run the classical answer with slack variables, or to see its two faults with the literal settings; otherwise the augmented Lagrangian does the same without slacks.',
  risks: [
    'Slacks that start at 0 on a row outside hold it to equality for ever (the slack trap): multipliers of the wrong sign show it.',
    'Without damping, slack and multiplier of rows inside circle each other, with simultaneous steps ever wider.',
    'A large damping needs small steps of the slacks.',
  ],
  symbols: {
    s: 'slack, one per sample and output',
    μ: 'multiplier of the equality, μ = −λ at the optimum',
    c: 'damping',
  },
  fields: z.object({
    dualLearningRate: positive(
      20,
      'Step size η_λ of the multipliers, once per visit of a sample. Plain gradient ascent. The default suits batches of a larger data set; where every step visits every sample, about 1 keeps the multipliers from running ahead of the weights.',
    ),
    slackLearningRate: positive(
      0.1,
      'Step size η_s of the slacks, once per visit of a sample. With "slackStep": "gradient" keep it below 1/(2·damping·s²) for the largest slack s; the default is steady with the scaled step, whatever the damping.',
    ),
    slackStep: z
      .enum(['scaled', 'gradient'])
      .default('scaled')
      .describe(
        '"scaled": the slack\'s gradient step divided by max(1, 4·damping·s²) and at most half of the slack, steady for outputs far above their bound. "gradient": the plain step of the literal recipe.',
      ),
    damping: nonnegative(
      20,
      'Strength c of the damping (c/2)·(y − min − s²)² that the weights and slacks feel. The default is what the augmented Lagrangian has for its c; 0 is the undamped recipe, whose inactive rows can spiral.',
    ),
    slackNudge: nonnegative(
      0.1,
      'Added to the first slacks √(y − min)₊, in training units. 0 is the literal recipe: a row that starts outside its bounds then keeps slack 0 for ever and is held to equality, which a tenth of a deviation ends.',
    ),
    order,
    reduction,
  }),
  bind: ({ dualLearningRate, slackLearningRate, slackStep, damping, slackNudge, order, reduction }) => ({
    guarantee: 'G1',
    order,
    reduction,
    rows: ['slack', 'multiplier'],
    scalarNames: ['dualLearningRate', 'slackLearningRate', 'damping'],
    scalars: () => ({ dualLearningRate, slackLearningRate, damping }),
    initialRows: (g) => ({
      slack: g.map((value) => Math.sqrt(Math.max(-value, 0)) + slackNudge),
      multiplier: new Float32Array(g.length),
    }),
    term: (g, rows, s) => {
      const e = sub(neg(g), square(rows.slack!));
      return add(mul(rows.multiplier!, e), mul(square(e), mul(s.damping!, 0.5)));
    },
    descend: (g, rows, s) => {
      const e = sub(neg(g), square(rows.slack!));
      const force = add(rows.multiplier!, mul(e, s.damping!));
      // The slack's change as a share of itself.
      const change = mul(force, mul(s.slackLearningRate!, 2));
      if (slackStep === 'gradient') return { slack: add(rows.slack!, mul(change, rows.slack!)) };
      const curvature = maximum(mul(square(rows.slack!), mul(s.damping!, 4)), 1);
      const bounded = clipByValue(div(change, curvature) as Tensor2D, -LARGEST_CHANGE, LARGEST_CHANGE);
      return { slack: add(rows.slack!, mul(bounded, rows.slack!)) };
    },
    ascend: (g, rows, s) => {
      const e = sub(neg(g), square(rows.slack!));
      return { multiplier: add(rows.multiplier!, mul(e, s.dualLearningRate!)) };
    },
    multiplier: (_g, rows) => neg(rows.multiplier!),
  }),
});
