/**
 * Augmented Lagrangian in the form of Powell, Hestenes and Rockafellar (PHR): the term is `([λ + c·g]₊² − λ²) / 2c`, so the
 * force on an output is `[λ + c·g]₊`, and `λ ← [λ + η_λ g]₊`.
 *
 * It is the damped slack Lagrangian with the slack minimised out exactly, so it has neither its trap nor its rotation.
 * It is not `λ·g + (c/2)[g]₊²`: at λ = 1, c = 1, g = −0.5 the force is 0.5, not 1.
 *
 * A target with both bounds has one signed multiplier ν per sample, above 0 at the maximum and below 0 at the minimum
 * (see `joint`). With `z = y + ν/c` and `P = clip(z, min, max)` the force on y is `c·(z − P)`, and `ν ← η_λ(z′ − P′)` with
 * `z′ = y + ν/η_λ`: for η_λ = c the update of the source. Between different bounds it does what two multipliers would, as
 * long as an output doesn't leap from one bound over the other within a step; for bounds that are the same it is the
 * augmented Lagrangian of the equality, force `ν + c·h`, where two would push twice.
 *
 * c may grow, per entry, as long as it stays outside (see `coefficient.ts`), in the same move as the multipliers.
 *
 * Source: Rockafellar 1973; Nocedal & Wright, Numerical Optimization, 2nd ed., eq. 17.64–17.65 and Algorithm 17.4.
 */
import { add, div, mul, relu, square, sub } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { maximumBelowStart, unusedFields } from './checks';
import { coefficientOf } from './coefficient';
import { dualRestart, restarted } from './dual';
import { nonnegative, orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod, type MethodProblem } from './method';
import { aggregate, entryMultiplier, outputConstraint, per } from './perOutput';

const fields = z.object({
  penaltyCoefficient: positive(
    20,
    'Strength c of the quadratic part, above 0: it divides by c, and without it the method is "projected-lagrangian". It sets how hard a violation is pushed before the multiplier has grown; too large slows the rest of the problem. The first one where it grows.',
  ),
  dualLearningRate: positive(
    50,
    'Step size η_λ of the multipliers, once per visit of a sample. Equal to c it is the classic update after an inner solve; a visit once an epoch is far from one, so the default is larger. Where every step visits every sample, about 1 keeps the multipliers from running ahead of the weights.',
  ),
  order: orderWithExtragradient,
  per,
  aggregate,
  coefficientSchedule: z
    .enum(['constant', 'multiplicative', 'additive'])
    .default('constant')
    .describe(
      'How c changes: "constant", which is enough for convergence; or at each visit that finds the output outside, "multiplicative" (times "coefficientGrowth") or "additive" (plus "coefficientIncrement").',
    ),
  coefficientGrowth: z
    .number()
    .gt(1)
    .max(10)
    .default(1.01)
    .describe(
      'Factor γ of "multiplicative", once per visit of a sample. The default makes c 20 times as large in 300 epochs outside; after an inner solve, 10 is usual.',
    ),
  coefficientIncrement: positive(
    1,
    'Increment δ of "additive", once per visit of a sample. The default, as in Cooper, adds 300 in 300 epochs outside.',
  ),
  coefficientTolerance: nonnegative(
    1e-4,
    'A violation up to this, in training units, makes no c grow: small enough to call feasible, well above what rounding does. Growing schedules only.',
  ),
  coefficientRestart: z
    .boolean()
    .default(false)
    .describe(
      'Whether c goes back to "penaltyCoefficient" at a visit that finds the output inside. Off: the multipliers hold the output, and a c that comes and goes shakes it. Growing schedules only.',
    ),
  coefficientMax: positive(
    1e4,
    'No c grows beyond this: without an end it would grow until the steps of the weights diverge. Growing schedules only.',
  ),
  dualRestart,
  reduction,
});

type Fields = z.output<typeof fields>;

export const augmentedLagrangian = defineMethod({
  name: 'augmented-lagrangian',
  title: 'Augmented Lagrangian',
  summary:
    'Multipliers plus a penalty in one smooth term (PHR): feasible at convergence with a finite c, and steady on the way.',
  formula: 'min over θ, max over λ ≥ 0:  f(θ) + Σ ([λ + c·g]₊² − λ²) / 2c,  g = min − y;   λ ← [λ + η_λ g]₊',
  source: 'Rockafellar 1973; Nocedal & Wright, Numerical Optimization, 2nd ed., eq. 17.64 and Algorithm 17.4',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on the training rows at convergence, for any c above 0; nothing for unseen rows.',
  when: 'As the method of choice for feasible training rows at the lowest loss with a plain linear layer.',
  risks: [
    'Too large a c slows the rest of the problem or, with a large learning rate, makes it diverge; a c that grows does so late.',
    'Multipliers that run ahead of the weights (a large dualLearningRate) overshoot, and swing back slowly.',
    'With restart, rows that press on their bound lose their multiplier as soon as they are inside, and come out again.',
  ],
  symbols: {
    c: 'strength of the quadratic part',
    η_λ: 'step size of the multipliers',
    ν: 'λ of the maximum less λ of the minimum, one number where a target has both bounds',
  },
  fields,
  bind: ({ penaltyCoefficient, dualLearningRate, order, per, aggregate, dualRestart, reduction, ...schedule }) => {
    const coefficient = coefficientOf(
      {
        schedule: schedule.coefficientSchedule,
        first: penaltyCoefficient,
        last: penaltyCoefficient,
        growth: schedule.coefficientGrowth,
        increment: schedule.coefficientIncrement,
        tolerance: schedule.coefficientTolerance,
        maximum: schedule.coefficientMax,
        restart: schedule.coefficientRestart,
      },
      'penaltyCoefficient',
    );
    const grows = coefficient.next !== undefined;
    return {
      guarantee: 'G1',
      order,
      reduction,
      rows: ['multiplier', ...coefficient.rows],
      scalarNames: [...coefficient.scalarNames, 'dualLearningRate'],
      scalars: (position) => ({ ...coefficient.scalars(position), dualLearningRate }),
      initialRows: (g) => ({ multiplier: new Float32Array(g.length), ...coefficient.initialRows(g.length) }),
      perOutput: outputConstraint(per, aggregate),
      joint: per === 'sample' ? { multiplier: 'signed', ...(grows && { coefficient: 'largest' }) } : undefined,
      term: (g, rows, s) => {
        const c = coefficient.value(rows, s);
        const force = relu(add(rows.multiplier!, mul(g, c)));
        // A multiplier below 0 is the other side's, where its square counts.
        return div(sub(square(force), square(relu(rows.multiplier!))), mul(c, 2));
      },
      ascend: (g, rows, s) => ({
        multiplier: restarted(relu(add(rows.multiplier!, mul(g, s.dualLearningRate!))), g, dualRestart),
        ...coefficient.next?.(g, rows, s),
      }),
      multiplier: (g, rows) => entryMultiplier(per, aggregate, rows.multiplier!, g),
    };
  },
  check: (given) => [...unusedFields(fields, given, withoutEffect(given)), ...belowMaximum(given)],
});

/** Fields that the others leave without a part, with the reason. */
function withoutEffect({ per, coefficientSchedule }: Fields): Partial<Record<keyof Fields, string>> {
  const why = `with "coefficientSchedule": "${coefficientSchedule}"`;
  return {
    ...(per === 'sample' && { aggregate: 'with "per": "sample"' }),
    ...(coefficientSchedule !== 'multiplicative' && { coefficientGrowth: why }),
    ...(coefficientSchedule !== 'additive' && { coefficientIncrement: why }),
    ...(coefficientSchedule === 'constant' && {
      coefficientTolerance: why,
      coefficientRestart: why,
      coefficientMax: why,
    }),
  };
}

function belowMaximum({ penaltyCoefficient, coefficientSchedule, coefficientMax }: Fields): MethodProblem[] {
  if (coefficientSchedule === 'constant') return [];
  return maximumBelowStart(['penaltyCoefficient', penaltyCoefficient], ['coefficientMax', coefficientMax], {
    symbol: 'c',
    field: 'coefficientMax',
  });
}
