/**
 * Projected Lagrangian: `f + λ·g` with multipliers `λ ≥ 0`, `λ ← [λ + η_λ g]₊` (gradient descent–ascent with projection).
 * No slack and no penalty, so it oscillates where the loss has little curvature; dual-first steps are steadier than
 * simultaneous ones at the same cost, and extragradient steps contract.
 *
 * A target with both bounds has one signed multiplier per sample (see `joint`): the force of bounds that are the same is
 * that of an equality. Options, each off unless given:
 *
 *     damping d:  the weights feel `λ + d·[g]₊`, the multipliers move as before. The bracket keeps an output inside from
 *                 being drawn to its bound; it is the naive augmented Lagrangian `λ·g + (d/2)[g]₊²`, not PHR: at λ = 1,
 *                 d = 1, g = −0.5 the force is 1, not 0.5.
 *     restart:    λ ← 0 where g ≤ 0
 *     radius R:   λ onto {λ ≥ 0, Σλ ≤ R}, the sum over a sample's outputs on one side of the bounds, or with one multiplier
 *                 per output over the outputs. A sample's own sum is the same in any batch.
 *
 * Source: Arrow, Hurwicz & Uzawa, Studies in Linear and Non-linear Programming, 1958; damping: Platt & Barr, NIPS 1987;
 * restart: Gallego-Posada et al., arXiv 2208.04425; radius: Cotter et al., arXiv 1804.06500 (TFCO).
 */
import { add, mul, relu, square, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { unusedFields } from './checks';
import { dualRestart, projectWithinRadius, restarted } from './dual';
import { nonnegative, orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';
import { aggregate, entryMultiplier, outputConstraint, per } from './perOutput';

const fields = z.object({
  dualLearningRate: positive(
    50,
    'Step size η_λ of the multipliers, once per visit of a sample ("per": "output": once a step). Plain gradient ascent. The default suits batches of a larger data set, where a sample is visited once an epoch; where every step visits every sample, about 1 keeps the multipliers from running ahead of the weights.',
  ),
  order: orderWithExtragradient,
  per,
  aggregate,
  damping: nonnegative(
    0,
    'Strength d of a damping: the weights feel λ + d·[g]₊, the multipliers are as before. 0, the plain method, has none; around 10 calms oscillations and pushes before the multipliers have grown.',
  ),
  dualRestart,
  multiplierRadius: z
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe(
      'Largest sum R of the multipliers of a sample (with "per": "output", of all outputs) on one side of the bounds: what they pull with stays bounded even where no network can keep the bounds. Left out, there is no limit; one below what the problem needs leaves outputs outside.',
    ),
  reduction,
});

export const projectedLagrangian = defineMethod({
  name: 'projected-lagrangian',
  title: 'Projected Lagrangian',
  summary:
    'Multipliers alone, kept at or above 0: the plainest ascent–descent, feasible at convergence, prone to oscillate.',
  formula: 'min over θ, max over λ ≥ 0:  f(θ) + Σ λ·g,  g = min − y;   λ ← [λ + η_λ g]₊',
  source:
    'Arrow, Hurwicz & Uzawa 1958; damping: Platt & Barr, NIPS 1987; restart: Gallego-Posada et al., arXiv 2208.04425; radius: Cotter et al., arXiv 1804.06500',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence; nothing on the way, and nothing for unseen rows. With a radius, if it is at least the sum of the multipliers needed.',
  when: 'To see multipliers at work with nothing added, and where the loss is well curved; per output to hold a target with one number.',
  risks: [
    'Weights and multipliers circle each other where the loss has little curvature; "extragradient", damping or an augmented Lagrangian calms that.',
    'Multipliers grow without end where no network can keep the bounds, unless they have a radius.',
    'With restart, rows that press on their bound lose their multiplier as soon as they are inside, and come out again.',
    'Per output with the mean, the multiplier never falls again, and pushes rows outside harder than they need.',
  ],
  symbols: {
    η_λ: 'step size of the multipliers',
    d: 'damping: the weights feel λ + d·[g]₊',
    R: 'radius: largest sum of multipliers',
  },
  fields,
  bind: ({ dualLearningRate, order, per, aggregate, damping, dualRestart, multiplierRadius, reduction }) => {
    const numbers = {
      dualLearningRate,
      ...(damping > 0 && { damping }),
      ...(multiplierRadius !== undefined && { multiplierRadius }),
    };
    return {
      guarantee: 'G1',
      order,
      reduction,
      rows: ['multiplier'],
      scalarNames: Object.keys(numbers),
      scalars: () => numbers,
      initialRows: (g) => ({ multiplier: new Float32Array(g.length) }),
      perOutput: outputConstraint(per, aggregate),
      joint: per === 'sample' ? { multiplier: 'signed' } : undefined,
      term: (g, rows, s) => {
        const linear: Tensor2D = mul(relu(rows.multiplier!), g);
        return damping > 0 ? add(linear, mul(square(relu(g)), mul(s.damping!, 0.5))) : linear;
      },
      ascend: (g, rows, s) => {
        const moved: Tensor2D = add(rows.multiplier!, mul(g, s.dualLearningRate!));
        const kept = multiplierRadius === undefined ? relu(moved) : projectWithinRadius(moved, s.multiplierRadius!);
        return { multiplier: restarted(kept, g, dualRestart) };
      },
      multiplier: (g, rows) => entryMultiplier(per, aggregate, rows.multiplier!, g),
    };
  },
  check: (given) => unusedFields(fields, given, given.per === 'sample' ? { aggregate: 'with "per": "sample"' } : {}),
});
