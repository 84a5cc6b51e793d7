/**
 * Augmented Lagrangian in the form of Powell, Hestenes and Rockafellar (PHR), one multiplier per sample and output:
 * the term is `([λ + c·g]₊² − λ²) / 2c`, so the force on an output is `[λ + c·g]₊`, and `λ ← [λ + η_λ g]₊`.
 *
 * It is the damped slack Lagrangian with the slack minimised out exactly, so it has neither its trap nor its rotation.
 * It is not `λ·g + (c/2)[g]₊²`: at λ = 1, c = 1, g = −0.5 the force is 0.5, not 1.
 *
 * Source: Rockafellar 1973; Nocedal & Wright, Numerical Optimization, 2nd ed., eq. 17.64–17.65.
 */
import { add, div, mul, relu, square, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';

export const augmentedLagrangian = defineMethod({
  name: 'augmented-lagrangian',
  title: 'Augmented Lagrangian',
  summary:
    'Multipliers plus a penalty in one smooth term (PHR): feasible at convergence with a finite c, and steady on the way.',
  formula: 'min over θ, max over λ ≥ 0:  f(θ) + Σ ([λ + c·g]₊² − λ²) / 2c,  g = min − y',
  source: 'Rockafellar 1973; Nocedal & Wright, Numerical Optimization, 2nd ed., eq. 17.64',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence, for any c above 0; nothing for unseen rows.',
  when: 'As the method of choice for feasible training rows at the lowest loss with a plain linear layer.',
  risks: [
    'Too large a c slows the rest of the problem or, with a large learning rate, makes it diverge.',
    'Multipliers that run ahead of the weights (a large dualLearningRate) overshoot, and swing back slowly.',
  ],
  symbols: { c: 'strength of the quadratic part', η_λ: 'step size of the multipliers' },
  fields: z.object({
    penaltyCoefficient: positive(
      20,
      'Strength c of the quadratic part. It sets how hard a violation is pushed before the multiplier has grown; too large slows the rest of the problem.',
    ),
    dualLearningRate: positive(
      50,
      'Step size η_λ of the multipliers, once per visit of a sample. Equal to c it is the classic update after an inner solve; a visit once an epoch is far from one, so the default is larger. Where every step visits every sample, about 1 keeps the multipliers from running ahead of the weights.',
    ),
    order: orderWithExtragradient,
    reduction,
  }),
  bind: ({ penaltyCoefficient, dualLearningRate, order, reduction }) => ({
    guarantee: 'G1',
    order,
    reduction,
    rows: ['multiplier'],
    scalarNames: ['penaltyCoefficient', 'dualLearningRate'],
    scalars: () => ({ penaltyCoefficient, dualLearningRate }),
    initialRows: (g) => ({ multiplier: new Float32Array(g.length) }),
    term: (g, rows, s) =>
      div(
        sub(square(relu(add(rows.multiplier!, mul(g, s.penaltyCoefficient!)))), square(rows.multiplier!)),
        mul(s.penaltyCoefficient!, 2),
      ),
    ascend: (g, rows, s) => ({ multiplier: relu(add(rows.multiplier!, mul(g, s.dualLearningRate!))) }),
    multiplier: (_g, rows) => rows.multiplier!,
  }),
});
