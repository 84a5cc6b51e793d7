/**
 * Penalty too weak: outputs stay outside by more than the tolerance, and will. A quadratic penalty leaves a violation of
 * `λ* / (2α)` wherever λ* > 0; an exact one (also "l2") leaves outputs outside whose λ* is above α, a barrier those whose λ*
 * is above its largest slope: t, or S of the pure form.
 *
 * Steps that are too long for a kink throw outputs to and fro about their bound, which a stronger term makes worse: that
 * is not told here.
 *
 * Source: methods.md, section 2a; Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1 and 17.2.
 */
import type { Fix } from '../protocol/diagnosis';
import { formatNumber } from '../protocol/figures';
import { scheduledLearningRate } from '../step/schedule';
import { defineDiagnosis } from './diagnosis';
import { type FieldValues, numberField, setFields, takeAugmentedLagrangian } from './fixes';
import { meanMultiplier } from './loss';
import type { Observation, SideValues, Subject } from './observation';
import { bestBeforeBlowUp, type Fit, readFit } from './stepTooLarge';
import { count, counted, distance, powerOfTen, rounded } from './words';

/** Before this share of the training, violations are still on their way. */
const SHARE_OF_TRAINING = 0.2;
const FEWEST_READINGS = 4;
/** A violation that is falling faster than this over the last third of the measures has not settled. */
const SETTLED = 0.5;

/** Where nothing moves any more, the term pushes no harder than the loss pulls; by so much more, outputs are thrown. */
const TIMES_THE_PULL = 1.25;

interface Outside extends Fit {
  /** Outputs outside by more than their tolerance. */
  readonly outputs: number;
  /** Those of them that were so at the measure before. */
  readonly stuck: number;
  /** The one furthest outside in its standard deviations; `null` where none is. */
  readonly worst: { readonly output: number; readonly g: number; readonly multiplier: number } | null;
  /** Mean λ of its output, of one side less the other, as a share of the loss's mean pull; 0 where none is outside. */
  readonly push: number;
}

export const penaltyTooWeak = defineDiagnosis<Outside>({
  code: 'doctor.penalty-too-weak',
  severity: 'warning',
  title: 'Penalty too weak',
  sign: 'A violation of about λ/(2α) that stays; in the exact form, outputs that stay outside.',
  remedy: 'The augmented Lagrangian, a larger `alpha` (`t`) with a smaller `learningRate`, or `"polish": true`.',
  concerns: (subject) => strengthOf(subject) !== null,
  read: outside,
  judge: (subject, readings) => {
    const { step, outputs, stuck, worst } = readings.at(-1)!;
    const isOver = step >= subject.steps;
    if (worst === null || (!isOver && !hasSettled(subject, readings))) return null;
    if (bestBeforeBlowUp(readings) !== null) return null;
    // Outputs that tremble about their bound go in and out.
    if (!isQuadratic(subject) && (stuck === 0 || isThrown(subject, readings))) return null;
    const strength = strengthOf(subject)!;
    const target = subject.targets[worst.output]!;
    const violation = (worst.g - subject.margins[worst.output]!) * subject.deviations[worst.output]!;
    const far = distance(violation, target.standardDeviation);
    const why = isQuadratic(subject)
      ? `That is λ/(2α) for the multiplier λ = ${formatNumber(worst.multiplier)} which this output needs and α = ${formatNumber(worst.multiplier / (2 * worst.g))}: with a finite α it never is 0, and falls only as fast as α grows.`
      : `The term pushes with ${pushOf(strength, worst.multiplier)}, and these outputs need more.`;
    const message = `${counted(outputs, 'training output')} stay${outputs === 1 ? 's' : ''} outside, "${target.name}" by up to ${far}. ${why}`;
    return { message, fixes: fixes(subject, violation / target.tolerance) };
  },
});

/** `excess`: how many times the tolerance the violation is. */
function fixes(subject: Subject, excess: number): Fix[] {
  const found = [
    takeAugmentedLagrangian(subject, isQuadratic(subject) ? 2 * numberField(subject, 'alpha')! : undefined),
  ];
  const { field, symbol, value } = strengthOf(subject)!;
  if (field !== null) {
    // Twice what this violation asks for, since a stronger term needs a larger multiplier.
    const factor = isQuadratic(subject) && Number.isFinite(excess) ? Math.max(10, powerOfTen(2 * excess)) : 10;
    const raised = rounded(Math.min(value * factor, 1e9));
    const { optimizer, learningRate } = subject.variant.training;
    // Plain descent bears a curvature of 2/learningRate at most; Adam's steps don't grow with it.
    const slower: FieldValues = optimizer === 'sgd' ? { learningRate: rounded(learningRate / factor) } : {};
    const label = `Raise ${symbol} to ${count(raised)}${optimizer === 'sgd' ? ', with smaller steps' : ''}`;
    found.push(setFields(subject, label, { [field]: raised, ...slower }));
  }
  if (subject.variant.training.loss === 'mse') {
    found.push(setFields(subject, 'Solve the last layer exactly after training', { polish: true }));
  }
  return found;
}

/** Of a strength that no field tells it is the multiplier of an output outside. */
function pushOf({ field, symbol, value }: Strength, multiplier: number): string {
  const largest = `${symbol} = ${formatNumber(field === null ? multiplier : value)} at most`;
  return symbol === 'S' ? `${largest}, whatever t is` : largest;
}

/** Whether an output outside may have been put there by a step and not by the loss. */
function isThrown(subject: Subject, readings: readonly Outside[]): boolean {
  const { worst, push } = readings.at(-1)!;
  if (push > TIMES_THE_PULL) return true;
  const { optimizer, learningRate, schedule } = subject.variant.training;
  // At the end a rate may have come down to 0: what is outside by a step was put there before.
  const before = readings.at(-2)?.step ?? 0;
  const rate = scheduledLearningRate(schedule, learningRate, before, subject.steps);
  // The height at which a constant step chatters about a kink (methods/penalty.ts); Adam's steps don't grow with the push.
  return worst!.g <= rate * (optimizer === 'sgd' ? worst!.multiplier : 1);
}

interface Strength {
  /** The field to raise; `null` where the strength rises by itself, as far as it takes, or is what it is. */
  readonly field: string | null;
  readonly symbol: string;
  /** That field's. */
  readonly value: number;
  readonly isRising: boolean;
}

function strengthOf(subject: Subject): Strength | null {
  const { method, fields } = subject.variant;
  const strength = (symbol: string, field: string, isRising: boolean): Strength => {
    return { field, symbol, value: numberField(subject, field)!, isRising };
  };
  if (method === 'log-barrier') {
    // The pure form pushes with its own S, and a t beyond that is none for it.
    if (fields.form === 'pure') return { ...strength('S', 't', fields.tSchedule === 'geometric'), field: null };
    return fields.tSchedule === 'geometric' ? strength('t', 'tEnd', true) : strength('t', 't', false);
  }
  if (method !== 'penalty') return null;
  switch (fields.alphaSchedule) {
    case 'constant':
      return strength('α', 'alpha', false);
    case 'geometric':
      return strength('α', 'alphaEnd', true);
    default:
      return { ...strength('α', 'alpha', true), field: null };
  }
}

function isQuadratic({ variant }: Subject): boolean {
  return variant.method === 'penalty' && variant.fields.form === 'quadratic';
}

function hasSettled(subject: Subject, readings: readonly Outside[]): boolean {
  const now = readings.at(-1)!;
  if (now.step < SHARE_OF_TRAINING * subject.steps || strengthOf(subject)!.isRising) return false;
  const last = readings.slice(-Math.max(FEWEST_READINGS, Math.ceil(readings.length / 3)));
  if (last.length < FEWEST_READINGS || last.some(({ worst }) => worst === null)) return false;
  const half = last.length >> 1;
  return meanWorst(last.slice(half)) >= SETTLED * meanWorst(last.slice(0, half));
}

function pushAt(output: number, subject: Subject, sides: readonly SideValues[]): number {
  const signed = sides.map((values) => {
    const mean = meanMultiplier(subject, values)[output]!;
    return values.side.name === 'lower' ? mean : -mean;
  });
  return Math.abs(signed.reduce((sum, mean) => sum + mean, 0));
}

function meanWorst(readings: readonly Outside[]): number {
  return readings.reduce((sum, { worst }) => sum + worst!.g, 0) / readings.length;
}

function outside(subject: Subject, observation: Observation, previous: Observation | null): Outside {
  const { sides, pulls } = observation;
  const { targets, deviations, margins } = subject;
  const width = targets.length;
  const allowed = targets.map(({ tolerance }, output) => tolerance / deviations[output]! + margins[output]!);
  const spread = targets.map(({ standardDeviation }, output) => (standardDeviation || 1) / deviations[output]!);
  let outputs = 0;
  let stuck = 0;
  let worst: { output: number; g: number; multiplier: number } | null = null;
  for (const [place, { g, multiplier }] of sides.entries()) {
    const before = previous?.sides[place]?.g;
    for (let index = 0; index < g.length; index++) {
      const output = index % width;
      if (!(g[index]! > allowed[output]!)) continue;
      outputs += 1;
      if (before !== undefined && before[index]! > allowed[output]!) stuck += 1;
      if (worst === null || g[index]! / spread[output]! > worst.g / spread[worst.output]!) {
        worst = { output, g: g[index]!, multiplier: multiplier?.[index] ?? Number.NaN };
      }
    }
  }
  const push = worst === null ? 0 : pushAt(worst.output, subject, sides) / pulls[worst.output]!;
  return { ...readFit(subject, observation), outputs, stuck, worst, push };
}
