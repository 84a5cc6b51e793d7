/**
 * The loss over all training rows, and how hard it pulls at the outputs: the mean of |∂ℓ/∂y| per output. That is the
 * yardstick for multipliers: at an optimum of a network with a bias per output, `Σ (λ_min − λ_max) = Σ ∂ℓ/∂y` over the rows, so
 * multipliers far beyond it hold against nothing.
 */
import type { LossName } from '../step/loss';
import type { MeasuredValues, Observation, SideValues, Subject } from './observation';

/** The loss of one entry whose output is off by `error`, and the size of its slope there; those of `step/loss.ts`. */
const LOSSES: { readonly [Name in LossName]: { value(error: number): number; slope(error: number): number } } = {
  mse: { value: (error) => error ** 2, slope: (error) => 2 * Math.abs(error) },
  mae: { value: Math.abs, slope: (error) => Math.abs(Math.sign(error)) },
  huber: {
    value: (error) => (Math.abs(error) <= 1 ? error ** 2 / 2 : Math.abs(error) - 0.5),
    slope: (error) => Math.min(Math.abs(error), 1),
  },
};

/** The loss over all training rows, and its mean slope `[outputs]`. */
export function lossAndPulls(
  subject: Subject,
  { outputs, targets }: MeasuredValues,
): Pick<Observation, 'loss' | 'pulls'> {
  const { value, slope } = LOSSES[subject.variant.training.loss];
  const width = subject.targets.length;
  const pulls = new Float64Array(width);
  let loss = 0;
  for (let index = 0; index < outputs.length; index++) {
    const error = outputs[index]! - targets[index]!;
    loss += value(error);
    pulls[index % width]! += slope(error);
  }
  const rows = outputs.length / width;
  return { loss: loss / outputs.length, pulls: pulls.map((sum) => sum / rows) };
}

/**
 * The loss and its mean slope `[outputs]` of a network that gives each target's mean, or where that is outside the
 * bound nearest to it: what bounds alone can cost, as every network with a bias per output can do this well. For "mse" no
 * constant inside the bounds does better.
 */
export function lossOfConstant(
  subject: Subject,
  { targets, sides }: MeasuredValues,
): Pick<Observation, 'loss' | 'pulls'> {
  const width = subject.targets.length;
  const means = new Float64Array(width);
  for (let index = 0; index < targets.length; index++)
    means[index % width]! += (targets[index]! * width) / targets.length;
  for (const { side } of sides) {
    const inside = side.name === 'lower' ? Math.max : Math.min;
    for (let output = 0; output < width; output++)
      if (side.mask[output] === 1) means[output] = inside(means[output]!, side.bound[output]!);
  }
  const outputs = targets.map((_, index) => means[index % width]!);
  return lossAndPulls(subject, { outputs, targets, sides: [] });
}

/** Mean |λ| per output `[outputs]`, in units of the loss per entry as pulls are; 0 where there is no bound. */
export function meanMultiplier(subject: Subject, { side, multiplier }: SideValues): Float64Array {
  const width = subject.targets.length;
  const means = new Float64Array(width);
  if (multiplier === null) return means;
  for (let index = 0; index < multiplier.length; index++) means[index % width]! += Math.abs(multiplier[index]!);
  const scale = (multiplierScale(subject) * width) / multiplier.length;
  return means.map((sum, output) => (side.mask[output] === 0 ? 0 : sum * scale));
}

/** What λ is multiplied with to be in units of the mean loss per entry: with "sum", a batch's terms aren't divided. */
export function multiplierScale({ reduction, batchSize, targets }: Subject): number {
  return reduction === 'mean' ? 1 : batchSize * targets.length;
}
