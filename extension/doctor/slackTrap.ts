/**
 * Slack trap: a slack of 0 can't move, since its step is a multiple of itself, so its output is held to equality for ever
 * (`y = min`), whichever way the loss pulls. A multiplier of the wrong sign (λ < 0, dual infeasible) is what shows it.
 *
 * Source: methods.md, case A2: loss 1.5 in place of 0.357, μ ≈ (−3.07, +4.12, −0.02, −0.02) where μ = −λ ≤ 0 is wanted.
 */
import { formatNumber } from '../protocol/figures';
import { defineDiagnosis } from './diagnosis';
import { numberField, setFields, takeAugmentedLagrangian } from './fixes';
import { multiplierScale } from './loss';
import type { Observation, SideValues, Subject } from './observation';
import { count, counted } from './words';

/** In training units. An output that a slack up to this holds is within 1e-6 of its bound. */
const SLACK_AT_MOST = 1e-3;
/** A multiplier counts as wrong from this share of the loss's mean pull on. */
const SHARE_OF_PULL = 0.05;
/** In training units; what "slackNudge" has by default. */
const NUDGE = 0.1;

export const slackTrap = defineDiagnosis({
  code: 'doctor.slack-trap',
  severity: 'warning',
  title: 'Slack trap',
  sign: 'Slacks at 0 with multipliers of the wrong sign; the loss stays high.',
  remedy: '`slackNudge` above 0, or the augmented Lagrangian, which has no slacks.',
  concerns: (subject) => numberField(subject, 'slackNudge') !== null,
  read: (subject, observation, previous) => ({
    step: observation.measured.step,
    loss: observation.loss,
    ...trapped(subject, observation, previous),
  }),
  judge: (subject, readings) => {
    const { outputs, bounded, worst, loss } = readings.at(-1)!;
    if (outputs === 0) return null;
    const holds = outputs === 1 ? 'is' : 'are';
    const message = `${count(outputs)} of ${counted(bounded, 'training output')} ${holds} held exactly at the bound by a slack of 0 (at most ${SLACK_AT_MOST}) and a multiplier of the wrong sign, λ down to ${formatNumber(worst)} where λ ≥ 0 is wanted. A slack of 0 can't move, so such an output never leaves its bound, though the loss (${formatNumber(loss)}) would fall if it did.`;
    const fixes = [takeAugmentedLagrangian(subject, slackStrength(subject), numberField(subject, 'dualLearningRate')!)];
    if (numberField(subject, 'slackNudge') === 0) {
      fixes.unshift(setFields(subject, 'Start the slacks above 0', { slackNudge: NUDGE }));
    }
    return { message, fixes };
  },
});

/** c of the augmented Lagrangian that does what this damped slack Lagrangian does, with the slacks minimized out. */
export function slackStrength(subject: Subject): number {
  return numberField(subject, 'damping') || numberField(subject, 'dualLearningRate')!;
}

interface Trapped {
  /** Outputs held, of `bounded` that have a bound. */
  outputs: number;
  bounded: number;
  /** The lowest λ of those held. */
  worst: number;
}

/** Outputs that are held now and were at the measure before, with slacks that have not grown: those that grow get free. */
function trapped(subject: Subject, observation: Observation, previous: Observation | null): Trapped {
  const found: Trapped = { outputs: 0, bounded: 0, worst: 0 };
  const width = subject.targets.length;
  const scale = multiplierScale(subject);
  const isHeld = (side: SideValues, index: number): boolean =>
    Math.abs(side.rows.slack![index]!) <= SLACK_AT_MOST &&
    side.multiplier![index]! * scale < -SHARE_OF_PULL * observation.pulls[index % width]!;
  for (const [place, side] of observation.sides.entries()) {
    const before = previous?.sides[place];
    for (let index = 0; index < side.g.length; index++) {
      if (side.side.mask[index % width] === 0) continue;
      found.bounded += 1;
      if (before === undefined || !isHeld(side, index) || !isHeld(before, index)) continue;
      if (Math.abs(side.rows.slack![index]!) > Math.abs(before.rows.slack![index]!)) continue;
      found.outputs += 1;
      found.worst = Math.min(found.worst, side.multiplier![index]!);
    }
  }
  return found;
}
