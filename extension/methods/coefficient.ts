/**
 * The coefficient c of a penalty over the training: one number for all entries (`constant`, `geometric`), or one per
 * entry that grows as long as the entry stays outside (`multiplicative`, `additive`). A method that has one spreads
 * `rows`, `scalarNames`, `scalars` and `initialRows` into its own, reads `value` in its term and `next` in `ascend`.
 *
 *     multiplicative: c ← min(γ·c, maximum) where g > tolerance
 *     additive:       c ← min(c + δ, maximum) where g > tolerance
 *     both:           c ← c₀               where g ≤ 0, with restart; else c stays
 *     geometric:      c = c₀·(last/c₀)^(epoch/(epochs − 1)), whatever g is
 *
 * The comparison with the tolerance is strict, and an entry between 0 and the tolerance neither grows nor restarts.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., Algorithm 17.4; the updates are those of Cooper's
 * `MultiplicativePenaltyCoefficientUpdater` and `AdditivePenaltyCoefficientUpdater`. They set no maximum.
 */
import { add, minimum, mul, type Scalar, step, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Position, Rows, Scalars } from './method';

export const COEFFICIENT_SCHEDULES = ['constant', 'multiplicative', 'additive', 'geometric'] as const;

export interface CoefficientSchedule {
  readonly schedule: (typeof COEFFICIENT_SCHEDULES)[number];
  /** c₀, above 0. */
  readonly first: number;
  /** Of `geometric`: c in the last epoch, above 0. */
  readonly last: number;
  /** γ of `multiplicative`, once per visit of a sample. */
  readonly growth: number;
  /** δ of `additive`, once per visit of a sample. */
  readonly increment: number;
  /** A violation up to this, in training units, makes nothing grow. */
  readonly tolerance: number;
  /** Nothing grows beyond this. */
  readonly maximum: number;
  /** Whether c goes back to c₀ where the bound is kept. */
  readonly restart: boolean;
}

export interface Coefficient {
  /** `coefficient` where there is one per entry. */
  readonly rows: readonly string[];
  readonly scalarNames: readonly string[];
  scalars(position: Position): Record<string, number>;
  /** First values of `rows`, `[entries]` each. */
  initialRows(entries: number): Record<string, Float32Array>;
  /** c now: a number for all, or per entry as `g` is. */
  value(rows: Rows, scalars: Scalars): Scalar | Tensor2D;
  /** The rows after a visit with the violation `g`; absent where no row is kept. */
  readonly next?: (g: Tensor2D, rows: Rows, scalars: Scalars) => Rows;
}

/** The numbers of a growing coefficient, as scalars; of γ and δ only the schedule's own. */
export interface GrowthScalars {
  readonly first: Scalar;
  readonly growth?: Scalar;
  readonly increment?: Scalar;
  readonly tolerance: Scalar;
  readonly maximum: Scalar;
}

/** `name` is that of the coefficient among the method's numbers, as its field is called. */
export function coefficientOf(schedule: CoefficientSchedule, name = 'coefficient'): Coefficient {
  const { first, last, growth, increment, tolerance, maximum, restart } = schedule;
  if (schedule.schedule === 'constant' || schedule.schedule === 'geometric') {
    const end = schedule.schedule === 'constant' ? first : last;
    return {
      rows: [],
      scalarNames: [name],
      scalars: (position) => ({ [name]: geometric(first, end, position) }),
      initialRows: () => ({}),
      value: (_rows, s) => s[name]!,
    };
  }
  const numbers: Record<string, number> = {
    [`${name}First`]: first,
    ...(schedule.schedule === 'multiplicative' ? { [`${name}Growth`]: growth } : { [`${name}Increment`]: increment }),
    [`${name}Tolerance`]: tolerance,
    [`${name}Maximum`]: maximum,
  };
  return {
    rows: ['coefficient'],
    scalarNames: Object.keys(numbers),
    scalars: () => numbers,
    initialRows: (entries) => ({ coefficient: new Float32Array(entries).fill(first) }),
    value: (rows) => rows.coefficient!,
    next: (g, rows, s) => ({
      coefficient: nextCoefficient(
        rows.coefficient!,
        g,
        {
          first: s[`${name}First`]!,
          growth: s[`${name}Growth`],
          increment: s[`${name}Increment`],
          tolerance: s[`${name}Tolerance`]!,
          maximum: s[`${name}Maximum`]!,
        },
        restart,
      ),
    }),
  };
}

/** `coefficient` and `g` `[batch, outputs]` → the coefficient after a visit, of the same shape. */
export function nextCoefficient(
  coefficient: Tensor2D,
  g: Tensor2D,
  { first, growth, increment, tolerance, maximum }: GrowthScalars,
  restart: boolean,
): Tensor2D {
  let grown = coefficient;
  if (growth !== undefined) grown = mul(grown, growth);
  if (increment !== undefined) grown = add(grown, increment);
  // `step` is 1 above 0 and 0 at 0, which makes the comparison strict.
  const next = either(step(sub(g, tolerance)), minimum(grown, maximum), coefficient);
  return restart ? either(step(g), next, first) : next;
}

/** From `first` in the first epoch to `last` in the last one, by the same factor every epoch. */
export function geometric(first: number, last: number, { epoch, epochs }: Position): number {
  const share = epochs > 1 ? Math.min(epoch / (epochs - 1), 1) : 0;
  return first * (last / first) ** share;
}

/** `yes` where `condition` is 1, `no` where it is 0, to the last bit; a comparison would have no gradient to pass by. */
function either(condition: Tensor2D, yes: Tensor2D, no: Tensor2D | Scalar): Tensor2D {
  return add(mul(condition, yes), mul(sub(1, condition), no));
}
