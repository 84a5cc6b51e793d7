/**
 * Step too large: the weights' steps are too long for the curvature of what they descend on, which grows with the
 * strength of the method's term (c, α, t). The loss goes well, then blows up; case B10 is a penalty that rises until it
 * does. A training whose numbers overflowed comes here too, with the quantity that blew up first.
 *
 * Source: methods.md, section 2a ("can grow until the step size diverges") and case B10.
 */
import type { Fix } from '../protocol/diagnosis';
import { formatNumber } from '../protocol/figures';
import { type BlowUp, blowUpWords } from './blowUp';
import { defineDiagnosis, type Finding } from './diagnosis';
import { numberField, setFields } from './fixes';
import { type Load, multiplierLoad, peakLoad } from './multiplierWindup';
import type { Observation, Subject } from './observation';
import { count, powerOfTen, rounded } from './words';

/** Blown up is a loss this many times that of the constant inside the bounds that is nearest to the targets' mean … */
const TIMES_CONSTANT = 2;
/** … and this many times the best one so far. */
const TIMES_BEST = 4;
/** How much smaller a step is offered at least. */
const FACTOR = 10;

export interface Fit extends Load {
  readonly loss: number;
  readonly lossOfConstant: number;
}

export const stepTooLarge = defineDiagnosis<Fit>({
  code: 'doctor.step-too-large',
  severity: 'warning',
  title: 'Step too large',
  sign: 'The loss goes well and then blows up, or the training diverges.',
  remedy: 'A smaller `learningRate`, or a smaller strength of the term (`alpha`, `penaltyCoefficient`, `t`).',
  concerns: () => true,
  read: readFit,
  judge: (subject, readings) => {
    const best = bestBeforeBlowUp(readings);
    if (best === null) return null;
    const { loss, lossOfConstant } = readings.at(-1)!;
    const message = `The loss was ${formatNumber(best.loss)} at step ${count(best.step)} and is ${formatNumber(loss)} now, worse than the ${formatNumber(lossOfConstant)} of a network that always gives the mean as far as the bounds allow: the steps of the weights are too long for the strength of the term, and lead away instead of down.`;
    return { message, fixes: [...slowerWeights(subject), ...weakerTerm(subject)] };
  },
});

export function readFit(subject: Subject, observation: Observation): Fit {
  return {
    ...multiplierLoad(subject, observation),
    loss: observation.loss,
    lossOfConstant: observation.constant.loss,
  };
}

/** The best fit of a training whose steps of the weights have led away from it since, else `null`. */
export function bestBeforeBlowUp(readings: readonly Fit[]): Fit | null {
  const now = readings.at(-1)!;
  const best = readings.reduce((a, b) => (b.loss < a.loss ? b : a));
  if (best.loss >= now.lossOfConstant || now.loss < TIMES_CONSTANT * now.lossOfConstant) return null;
  // Outputs that runaway multipliers or swinging slacks throw about are another failure.
  return now.loss < TIMES_BEST * best.loss || peakLoad(readings) !== null ? null : best;
}

/** Of a training that diverged; `null` where what blew up could not be found. */
export function divergedFinding(subject: Subject, blowUp: BlowUp | null): Finding {
  const seen = blowUp === null ? '' : ` ${blowUpWords(blowUp)}`;
  const message = `The training diverged: numbers grew from step to step until they overflowed.${seen} Steps that are too long for the strength of what they follow lead away instead of down.`;
  const { slackStep } = subject.variant.fields;
  switch (blowUp?.quantity) {
    case 'multipliers':
    case 'slacks': {
      const slower = slowerMultipliers(subject, powerOfTen(1 + blowUp.growth));
      const steady = slackStep === 'gradient' ? steadySlacks(subject) : [];
      return { message, fixes: [...steady, ...slower, ...slowerWeights(subject)] };
    }
    default: {
      const factor = blowUp === null ? FACTOR : stableFactor(subject, blowUp);
      return { message, fixes: [...slowerWeights(subject, factor), ...weakerTerm(subject, factor)] };
    }
  }
}

/**
 * How many times the step is too long. Plain descent with steps η on a curvature h multiplies what is off by |1 − ηh|, so
 * a growth of ρ tells ηh = 1 + ρ, where 1 is steady; and a strength that rises takes the curvature along.
 */
function stableFactor(subject: Subject, { growth, to }: BlowUp): number {
  const field = strongestField(subject);
  const start = field === null ? undefined : FIRST_OF[field];
  const rises = start === 'alpha' ? subject.variant.fields.alphaSchedule === 'geometric' : start === 't';
  const [first, last] = rises ? [numberField(subject, start!)!, numberField(subject, field!)!] : [1, 1];
  const rise = (last / first) ** (1 - to.step / subject.steps);
  return Math.max(FACTOR, powerOfTen((1 + growth) * rise));
}

function slowerWeights(subject: Subject, factor = FACTOR): Fix[] {
  const learningRate = rounded(subject.variant.training.learningRate / factor);
  return [setFields(subject, `Take smaller steps of the weights (${learningRate})`, { learningRate })];
}

function slowerMultipliers(subject: Subject, factor: number): Fix[] {
  const now = numberField(subject, 'dualLearningRate');
  if (now === null) return [];
  const dualLearningRate = rounded(now / factor);
  return [setFields(subject, `Take smaller steps of the multipliers (${dualLearningRate})`, { dualLearningRate })];
}

function steadySlacks(subject: Subject): Fix[] {
  const damping = rounded(Math.max(1, numberField(subject, 'dualLearningRate')!, numberField(subject, 'damping')!));
  return [setFields(subject, 'Damp the slacks and bound their steps', { damping, slackStep: 'scaled' })];
}

/** Fields that are the strength of a term, the one that grows furthest first. */
const STRENGTHS = [
  'alphaEnd',
  'alphaMax',
  'alpha',
  'tEnd',
  't',
  'coefficientMax',
  'penaltyCoefficient',
  'damping',
] as const;

function weakerTerm(subject: Subject, factor = FACTOR): Fix[] {
  const field = strongestField(subject);
  if (field === null) return [];
  const value = rounded(numberField(subject, field)! / factor);
  // One that would end below where it starts is refused.
  if (FIRST_OF[field] !== undefined && value <= numberField(subject, FIRST_OF[field])!) return [];
  return [setFields(subject, `Weaken the term ("${field}": ${value})`, { [field]: value })];
}

/** Of those that a strength rises to, the one where it starts. */
const FIRST_OF: { readonly [Field in (typeof STRENGTHS)[number]]?: string } = {
  alphaEnd: 'alpha',
  alphaMax: 'alpha',
  tEnd: 't',
  coefficientMax: 'penaltyCoefficient',
};

/** Of a strength that rises, the one that it rises to. */
function strongestField(subject: Subject): (typeof STRENGTHS)[number] | null {
  const { alphaSchedule, tSchedule, coefficientSchedule } = subject.variant.fields;
  const isUsed: Partial<Record<(typeof STRENGTHS)[number], boolean>> = {
    alphaEnd: alphaSchedule === 'geometric',
    alphaMax: alphaSchedule === 'additive' || alphaSchedule === 'multiplicative',
    tEnd: tSchedule === 'geometric',
    coefficientMax: coefficientSchedule === 'additive' || coefficientSchedule === 'multiplicative',
  };
  return STRENGTHS.find((field) => (isUsed[field] ?? true) && (numberField(subject, field) ?? 0) > 0) ?? null;
}
