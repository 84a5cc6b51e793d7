/**
 * νPI: a projected Lagrangian whose multipliers move by a PI controller on the violation, with a moving average ξ:
 *
 *     ξ ← ν·ξ + (1 − ν)·g          Δξ = its change
 *     λ ← [λ + η_λ (K_i·g + K_p·Δξ)]₊
 *
 * ξ starts at 0, so a first violation already moves λ by its proportional part; a sample that a batch doesn't hold keeps
 * λ and ξ. K_p = 0 is the projected Lagrangian, K_p = 1 and ν = 0 optimistic ascent. With ν = 0 and dual-first steps the
 * weights feel, as long as no projection acts, what they feel of an augmented Lagrangian with c = η_λ·K_p: at K_i = 1
 * pick c, then K_p = c/η_λ.
 *
 * Source: Sohrabi et al., ICML 2024, arXiv 2406.04558, with ξ from 0; that PI is an augmented Lagrangian: arXiv 2509.22500.
 */
import { add, mul, relu, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { unusedFields } from './checks';
import { nonnegative, orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';
import { aggregate, entryMultiplier, outputConstraint, per } from './perOutput';

const fields = z.object({
  dualLearningRate: positive(
    50,
    'Step size η_λ of the multipliers, once per visit of a sample ("per": "output": once a step). The default suits batches of a larger data set, where a sample is visited once an epoch; where every step visits every sample, about 1 keeps the multipliers from running ahead of the weights.',
  ),
  integralGain: positive(
    1,
    'Gain K_i of the violation itself, above 0: without it a violation stays, as with a penalty. 1 leaves the speed to "dualLearningRate".',
  ),
  proportionalGain: nonnegative(
    0.5,
    'Gain K_p of the change of the violation, which damps: a multiplier rises at once with its violation and lets go while it shrinks. "dualLearningRate" times it does what the c of an augmented Lagrangian does, 25 by default; with a smaller "dualLearningRate" take 1 to 50. 0 is the projected Lagrangian.',
  ),
  smoothing: z
    .number()
    .min(0)
    .max(0.9999)
    .default(0)
    .describe(
      'ν of the moving average whose change is felt, per visit: 0, the violation itself, damps most at once; nearer 1 it is calmer where batches are noisy, and later.',
    ),
  order: orderWithExtragradient,
  per,
  aggregate,
  reduction,
});

export const nuPi = defineMethod({
  name: 'nu-pi',
  title: 'νPI multipliers',
  summary:
    'Multipliers moved by a PI controller: the projected Lagrangian with brakes, which damps overshoot without a penalty in the loss.',
  formula: 'min over θ:  f(θ) + Σ λ·g;   ξ ← ν·ξ + (1 − ν)·g,  λ ← [λ + η_λ (K_i·g + K_p·Δξ)]₊',
  source: 'Sohrabi et al., ICML 2024, arXiv 2406.04558',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence; nothing on the way, and nothing for unseen rows.',
  when: 'Where the multipliers of a projected Lagrangian overshoot or circle, and to tune their damping apart from their speed.',
  risks: [
    'η_λ·K_p acts like the c of an augmented Lagrangian: too large a one makes large learning rates diverge.',
    'Multipliers grow without end where no network can keep the bounds.',
    'Visited once an epoch, a sample feels a change that is an epoch old.',
  ],
  symbols: {
    η_λ: 'step size of the multipliers',
    K_i: 'integral gain',
    K_p: 'proportional gain',
    ν: 'smoothing',
    ξ: 'moving average of the violation, from 0',
  },
  fields,
  bind: ({ order, per, aggregate, reduction, ...numbers }) => ({
    guarantee: 'G1',
    order,
    reduction,
    rows: ['multiplier', 'smoothed'],
    scalarNames: Object.keys(numbers),
    scalars: () => numbers,
    initialRows: (g) => ({ multiplier: new Float32Array(g.length), smoothed: new Float32Array(g.length) }),
    perOutput: outputConstraint(per, aggregate),
    joint: per === 'sample' ? { multiplier: 'signed' } : undefined,
    term: (g, rows) => mul(relu(rows.multiplier!), g),
    ascend: (g, rows, s) => {
      // ξ_t − ξ_{t−1} = (1 − ν)(g − ξ_{t−1})
      const change: Tensor2D = mul(sub(g, rows.smoothed!), sub(1, s.smoothing!));
      const move = add(mul(g, s.integralGain!), mul(change, s.proportionalGain!));
      return {
        multiplier: relu(add(rows.multiplier!, mul(move, s.dualLearningRate!))),
        smoothed: add(rows.smoothed!, change),
      };
    },
    multiplier: (g, rows) => entryMultiplier(per, aggregate, rows.multiplier!, g),
  }),
  check: (given) => [
    ...unusedFields(fields, given, {
      ...(given.per === 'sample' && { aggregate: 'with "per": "sample"' }),
      ...(given.proportionalGain === 0 && { smoothing: 'with "proportionalGain": 0' }),
    }),
  ],
});
