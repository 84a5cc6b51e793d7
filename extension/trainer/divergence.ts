/** Why a training that diverged ended, in words for the person who reads the run. */
import { type BlowUp, blowUpWords } from '../doctor/blowUp';
import type { ResolvedVariant } from '../experiment/schema';

export interface Divergence {
  /** Both count from 1. */
  readonly step: number;
  readonly epoch: number;
  /** What was not finite any more, such as `the loss`. */
  readonly what: string;
  readonly blowUp: BlowUp | null;
  readonly variant: ResolvedVariant;
}

export function divergenceMessage({ step, epoch, what, blowUp, variant }: Divergence): string {
  const first = blowUp === null ? '' : ` ${blowUpWords(blowUp)}`;
  return `Training diverged at step ${step} (epoch ${epoch}): ${what} is no longer a finite number.${first} ${advice(variant, blowUp)}; the last finite state is kept as the checkpoint.`;
}

function advice({ fields, training }: ResolvedVariant, blowUp: BlowUp | null): string {
  const weights = `"learningRate" (now ${training.learningRate})`;
  const { dualLearningRate } = fields;
  const areMultipliers = blowUp?.quantity === 'multipliers' || blowUp?.quantity === 'slacks';
  if (areMultipliers && dualLearningRate !== undefined) {
    return `Lower "dualLearningRate" (now ${dualLearningRate}) or ${weights}`;
  }
  return `Lower ${weights}, or the strength of the method's term`;
}
