/** Karush–Kuhn–Tucker residuals from violations, multipliers and gradients, in training units (methods.md, section 5). */
import type { KktResiduals, MultiplierSpread } from '../protocol/figures';
import type { Side } from './sides';

/** One side's values, each `[samples · outputs]`. */
export interface SideValues {
  readonly side: Side;
  readonly g: Float32Array;
  readonly multiplier: Float32Array;
}

/**
 * `objective` is ∇f and `constraint` Jᵍᵀλ, per parameter, both on the scale of the training objective.
 */
export function kktResiduals(
  values: readonly SideValues[],
  objective: Readonly<Record<string, Float64Array>>,
  constraint: Readonly<Record<string, Float64Array>>,
): KktResiduals {
  let largestObjective = 0;
  let largestSum = 0;
  for (const [name, gradient] of Object.entries(objective)) {
    const force = constraint[name]!;
    for (let index = 0; index < gradient.length; index++) {
      largestObjective = Math.max(largestObjective, Math.abs(gradient[index]!));
      largestSum = Math.max(largestSum, Math.abs(gradient[index]! + force[index]!));
    }
  }
  const residuals: KktResiduals = {
    stationarity: largestSum / Math.max(1, largestObjective),
    primalFeasibility: 0,
    dualFeasibility: 0,
    complementarity: 0,
  };
  forEachBounded(values, (g, multiplier) => {
    residuals.primalFeasibility = Math.max(residuals.primalFeasibility, g);
    residuals.dualFeasibility = Math.max(residuals.dualFeasibility, -multiplier);
    residuals.complementarity = Math.max(residuals.complementarity, Math.abs(multiplier * g));
  });
  return residuals;
}

/** Spread of the multipliers over the entries that have a bound; `null` when none has. */
export function multiplierSpread(values: readonly Pick<SideValues, 'side' | 'multiplier'>[]): MultiplierSpread | null {
  let count = 0;
  let total = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  forEachBounded(values, (_g, multiplier) => {
    count += 1;
    total += multiplier;
    min = Math.min(min, multiplier);
    max = Math.max(max, multiplier);
  });
  return count === 0 ? null : { min, mean: total / count, max };
}

function forEachBounded(
  values: readonly (Pick<SideValues, 'side' | 'multiplier'> & { readonly g?: Float32Array })[],
  visit: (g: number, multiplier: number) => void,
): void {
  for (const { side, g, multiplier } of values) {
    const width = side.mask.length;
    for (let index = 0; index < multiplier.length; index++) {
      if (side.mask[index % width] === 1) visit(g?.[index] ?? 0, multiplier[index]!);
    }
  }
}
