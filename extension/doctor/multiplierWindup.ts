/**
 * Wind-up: multipliers far beyond what the loss pulls with. They grow as long as an output is outside, and where the
 * weights can't follow (their steps are small beside those of the multipliers) they grow on and on; once the weights have
 * followed, they throw the outputs far inside and take as long to come back.
 *
 * Any bounds with min ≤ max can be kept by a network with a bias per output, so this is a matter of step sizes here, not
 * of bounds that no network keeps.
 */
import { formatNumber } from '../protocol/figures';
import { defineDiagnosis, type Reading } from './diagnosis';
import { numberField, setFields } from './fixes';
import { meanMultiplier } from './loss';
import type { Observation, Subject } from './observation';
import { count, powerOfTen, rounded } from './words';

/** Multipliers have run away when their mean is this many times the loss's mean pull; an optimum needs about 1 at most. */
const TIMES_THE_PULL = 10;
/** And when they did so for this share of the training so far: a first overshoot is no wind-up. */
const SHARE_OF_TRAINING = 0.05;

export interface Load extends Reading {
  /** Mean |λ| `[outputs]`, of the side where it is larger, in units of the loss per entry. */
  readonly multipliers: Float64Array;
  /** Mean |∂ℓ/∂y| `[outputs]`. */
  readonly pulls: Float64Array;
  /** That of a constant inside the bounds. */
  readonly constantPulls: Float64Array;
}

export const multiplierWindup = defineDiagnosis<Load>({
  code: 'doctor.multiplier-windup',
  severity: 'warning',
  title: 'Multiplier wind-up',
  sign: 'Multipliers far larger than the loss pulls with, while outputs are outside or thrown far inside.',
  remedy: 'A smaller `dualLearningRate` (of `pid`: `integralGain`), or a larger `learningRate`.',
  concerns: (subject) => stepField(subject) !== null,
  read: multiplierLoad,
  judge: (subject, readings) => {
    const peak = peakLoad(readings);
    if (peak === null || peak.steps < SHARE_OF_TRAINING * readings.at(-1)!.step) return null;
    const { name } = subject.targets[peak.output]!;
    const field = stepField(subject)!;
    const step = numberField(subject, field)!;
    const message = `The multipliers of "${name}" ran away: ${formatNumber(peak.multiplier)} on average at step ${count(peak.step)}, where the loss never pulled with more than ${formatNumber(peak.pull)} on the way to the bounds, and an optimum asks for about as much. The weights can't follow steps of ${step}; when they have, such multipliers throw the outputs far inside and come back slowly.`;
    const slower = rounded(step / powerOfTen(peak.multiplier / peak.pull));
    return {
      message,
      fixes: [setFields(subject, `Take smaller steps of the multipliers (${slower})`, { [field]: slower })],
    };
  },
});

/** The field that is the step of the multipliers: for a controller the gain of its integral. */
function stepField(subject: Subject): string | null {
  if (numberField(subject, 'dualLearningRate') !== null) return 'dualLearningRate';
  return numberField(subject, 'integralGain') === null ? null : 'integralGain';
}

export function multiplierLoad(subject: Subject, observation: Observation): Load {
  const sides = observation.sides.map((side) => meanMultiplier(subject, side));
  return {
    step: observation.measured.step,
    multipliers: Float64Array.from(subject.targets, (_, output) => Math.max(0, ...sides.map((side) => side[output]!))),
    pulls: observation.pulls,
    constantPulls: observation.constant.pulls,
  };
}

/**
 * The largest pull, at most that of the start or of a constant inside the bounds: outputs that are thrown far inside by
 * multipliers are pulled back harder and harder, which is no measure of what multipliers hold against.
 */
function largestPull(readings: readonly Load[], output: number): number {
  const { pulls, constantPulls } = readings[0]!;
  const unthrown = Math.max(pulls[output]!, constantPulls[output]!);
  return Math.min(unthrown, Math.max(...readings.map((reading) => reading.pulls[output]!)));
}

/** The worst of it, and how many steps it lasted; `null` when it was never so at two measures in a row. */
export function peakLoad(
  readings: readonly Load[],
): { step: number; output: number; multiplier: number; pull: number; steps: number } | null {
  const outputs = readings[0]!.pulls.length;
  let peak: { step: number; output: number; multiplier: number; pull: number; steps: number } | null = null;
  for (let output = 0; output < outputs; output++) {
    const pull = largestPull(readings, output);
    const isHeavy = (reading: Load | undefined): boolean =>
      reading !== undefined && reading.multipliers[output]! > TIMES_THE_PULL * pull;
    let steps = 0;
    for (let index = 1; index < readings.length; index++) {
      if (isHeavy(readings[index]) && isHeavy(readings[index - 1])) {
        steps += readings[index]!.step - readings[index - 1]!.step;
      }
    }
    if (steps === 0 || pull === 0) continue;
    const worst = readings.reduce((a, b) => (b.multipliers[output]! > a.multipliers[output]! ? b : a));
    const multiplier = worst.multipliers[output]!;
    if (peak === null || multiplier / pull > peak.multiplier / peak.pull) {
      peak = { step: worst.step, output, multiplier, pull, steps };
    }
  }
  return peak;
}
