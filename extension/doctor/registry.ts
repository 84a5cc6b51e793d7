/**
 * Every diagnosis, in the order in which they are told. Adding one is a file beside this one, a line here, a run in the
 * tests that it fires on, and a row in docs/doctor.md.
 *
 * One failure of the field's list is missing: Adam on the multipliers, which then move by about the step size whatever
 * the violation. No method here can have it: their multipliers take plain (projected) gradient steps, and the optimizer
 * of an experiment moves the weights alone.
 */
import { deadRows } from './deadRows';
import type { DiagnosisRule } from './diagnosis';
import { heldOutViolations } from './heldOutViolations';
import { multiplierWindup } from './multiplierWindup';
import { penaltyTooWeak } from './penaltyTooWeak';
import { slackRotation } from './slackRotation';
import { slackTrap } from './slackTrap';
import { stepTooLarge } from './stepTooLarge';

export const DIAGNOSES: readonly DiagnosisRule[] = [
  slackTrap,
  slackRotation,
  multiplierWindup,
  penaltyTooWeak,
  stepTooLarge,
  deadRows,
  heldOutViolations,
];
