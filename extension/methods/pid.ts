/**
 * PID: the multiplier is the output of a controller on the violation instead of a sum that moves step by step:
 *
 *     I ← [I + g]₊                   integral; the bracket keeps it from winding up below 0 while the bound is kept
 *     C ← ν·C + (1 − ν)·g            smoothed violation, from 0;  ΔC = its change
 *     λ = [K_p·g + K_i·I + K_d·[ΔC]₊]₊
 *
 * The derivative acts on a rising violation only: it presses before the bound is crossed far, and never lets go early.
 * A sample that a batch doesn't hold keeps all three. Two bounds of a target have a controller each.
 *
 * Source: Stooke, Achiam & Abbeel, ICML 2020, arXiv 2007.03964, algorithm 2, whose previous cost is ν = 0 here; the
 * objective is not divided by 1 + λ.
 */
import { add, mul, relu, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { unusedFields } from './checks';
import { nonnegative, orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';
import { aggregate, entryMultiplier, outputConstraint, per } from './perOutput';

const fields = z.object({
  integralGain: positive(
    50,
    'Gain K_i of the sum of all violations met, above 0: what stays when nothing is violated any more. It is the step size of a projected Lagrangian: the default suits a sample that is visited once an epoch, about 1 one that every step visits.',
  ),
  proportionalGain: nonnegative(
    20,
    'Gain K_p of the violation now, like the c of an augmented Lagrangian, whose default it has: it pushes before the integral has grown, and lets go as soon as the output is inside.',
  ),
  derivativeGain: nonnegative(
    0,
    'Gain K_d of a rising violation, which presses against it early. 0, a PI controller, does as well on the weather example as one with 20; it answers the noise of batches.',
  ),
  smoothing: z
    .number()
    .min(0)
    .max(0.9999)
    .default(0.5)
    .describe(
      'ν of the moving average whose rise the derivative is, per visit: nearer 1 it is calmer, and later. The default averages over two visits.',
    ),
  order: orderWithExtragradient,
  per,
  aggregate,
  reduction,
});

export const pid = defineMethod({
  name: 'pid',
  title: 'PID multipliers',
  summary: 'Multipliers set by a PID controller on the violations: three gains to tune, and no step size of their own.',
  formula: 'min over θ:  f(θ) + Σ λ·g;   I ← [I + g]₊,  C ← ν·C + (1 − ν)·g,  λ = [K_p·g + K_i·I + K_d·[ΔC]₊]₊',
  source: 'Stooke, Achiam & Abbeel, ICML 2020, arXiv 2007.03964',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence; nothing on the way, and nothing for unseen rows.',
  when: 'For those who know how to tune a controller, or to see what the derivative adds; otherwise νPI or the augmented Lagrangian.',
  risks: [
    'An output that is inside loses the proportional part at once, so a large K_p holds it about the bound rather than inside.',
    'A large K_i overshoots and swings, like multipliers that run ahead of the weights.',
    'The integral grows without end where no network can keep the bounds.',
  ],
  symbols: {
    I: 'integral of the violation, at or above 0',
    C: 'smoothed violation',
    K_p: 'proportional gain',
    K_i: 'integral gain',
    K_d: 'derivative gain',
    ν: 'smoothing',
  },
  fields,
  bind: ({ order, per, aggregate, reduction, ...numbers }) => ({
    guarantee: 'G1',
    order,
    reduction,
    rows: ['multiplier', 'integral', 'smoothed'],
    scalarNames: Object.keys(numbers),
    scalars: () => numbers,
    initialRows: (g) => ({
      multiplier: new Float32Array(g.length),
      integral: new Float32Array(g.length),
      smoothed: new Float32Array(g.length),
    }),
    perOutput: outputConstraint(per, aggregate),
    term: (g, rows) => mul(rows.multiplier!, g),
    ascend: (g, rows, s) => {
      const integral: Tensor2D = relu(add(rows.integral!, g));
      const change: Tensor2D = mul(sub(g, rows.smoothed!), sub(1, s.smoothing!));
      const proportional = mul(g, s.proportionalGain!);
      const derivative = mul(relu(change), s.derivativeGain!);
      return {
        multiplier: relu(add(add(proportional, mul(integral, s.integralGain!)), derivative)),
        integral,
        smoothed: add(rows.smoothed!, change),
      };
    },
    multiplier: (g, rows) => entryMultiplier(per, aggregate, rows.multiplier!, g),
  }),
  check: (given) =>
    unusedFields(fields, given, {
      ...(given.per === 'sample' && { aggregate: 'with "per": "sample"' }),
      ...(given.derivativeGain === 0 && { smoothing: 'with "derivativeGain": 0' }),
    }),
});
