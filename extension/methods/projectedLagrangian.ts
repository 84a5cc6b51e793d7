/**
 * Projected Lagrangian: `f + λ·g` with one multiplier `λ ≥ 0` per sample and output, `λ ← [λ + η_λ g]₊` (gradient
 * descent–ascent with projection). No slack and no penalty, so it oscillates where the loss has little curvature;
 * dual-first steps are steadier than simultaneous ones at the same cost.
 *
 * Source: Arrow, Hurwicz & Uzawa, Studies in Linear and Non-linear Programming, 1958.
 */
import { add, mul, relu } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';

export const projectedLagrangian = defineMethod({
  name: 'projected-lagrangian',
  title: 'Projected Lagrangian',
  summary:
    'Multipliers alone, kept at or above 0: the plainest ascent–descent, feasible at convergence, prone to oscillate.',
  formula: 'min over θ, max over λ ≥ 0:  f(θ) + Σ λ·g,  g = min − y',
  source: 'Arrow, Hurwicz & Uzawa 1958',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence; nothing on the way, and nothing for unseen rows.',
  when: 'To see multipliers at work with nothing added, and where the loss is well curved.',
  risks: [
    'Weights and multipliers circle each other where the loss has little curvature; "extragradient" or an augmented Lagrangian damps that.',
    'Multipliers grow without end where no network can keep the bounds.',
  ],
  symbols: { η_λ: 'step size of the multipliers' },
  fields: z.object({
    dualLearningRate: positive(
      0.1,
      'Step size η_λ of the multipliers, once per visit of a sample. Plain gradient ascent.',
    ),
    order: orderWithExtragradient,
    reduction,
  }),
  bind: ({ dualLearningRate, order, reduction }) => ({
    guarantee: 'G1',
    order,
    reduction,
    rows: ['multiplier'],
    scalarNames: ['dualLearningRate'],
    scalars: () => ({ dualLearningRate }),
    initialRows: (g) => ({ multiplier: new Float32Array(g.length) }),
    term: (g, rows) => mul(rows.multiplier!, g),
    ascend: (g, rows, s) => ({ multiplier: relu(add(rows.multiplier!, mul(g, s.dualLearningRate!))) }),
    multiplier: (_g, rows) => rows.multiplier!,
  }),
});
