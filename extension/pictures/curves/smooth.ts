/**
 * Smoothing of curves for the eye: an exponential moving average over measures, with its bias at the start taken away. The
 * values themselves stay as measured. Pure.
 */

/**
 * `sₙ = β·sₙ₋₁ + (1 − β)·xₙ` from `s₀ = 0`, divided by `1 − βⁿ`, so that the first values weigh as much as they should: the
 * bias correction of Adam (Kingma and Ba 2015, arXiv 1412.6980, section 3). `weight` is β, 0 (none) to below 1. Where
 * nothing was measured (`undefined`) or there is no value (`null`), there is none here either.
 */
export function smoothed(
  values: readonly (number | null | undefined)[],
  weight: number,
): (number | null | undefined)[] {
  let sum = 0;
  let bias = 1;
  return values.map((value) => {
    if (value === null || value === undefined) return value;
    sum = weight * sum + (1 - weight) * value;
    bias *= weight;
    return sum / (1 - bias);
  });
}
