/**
 * Penalty too weak: outputs stay outside by more than the tolerance, and will. A quadratic penalty leaves a violation of
 * `λ* / (2α)` wherever λ* > 0; an exact one (also "l2") leaves outputs outside whose λ* is above α, a barrier those whose λ*
 * is above t.
 *
 * Source: methods.md, section 2a; Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 17.1 and 17.2.
 */
import type { Fix } from '../protocol/diagnosis';
import { formatNumber } from '../protocol/figures';
import { defineDiagnosis, type Reading } from './diagnosis';
import { type FieldValues, numberField, setFields, takeAugmentedLagrangian } from './fixes';
import type { Observation, Subject } from './observation';
import { count, counted, distance, powerOfTen, rounded } from './words';

/** Before this share of the training, violations are still on their way. */
const SHARE_OF_TRAINING = 0.2;
const FEWEST_READINGS = 4;
/** A violation that is falling faster than this over the last third of the measures has not settled. */
const SETTLED = 0.5;

interface Outside extends Reading {
  /** Outputs outside by more than their tolerance. */
  readonly outputs: number;
  /** Those of them that were so at the measure before. */
  readonly stuck: number;
  /** The one furthest outside in its standard deviations; `null` where none is. */
  readonly worst: { readonly output: number; readonly g: number; readonly multiplier: number } | null;
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
    // Outputs that tremble about their bound go in and out.
    if (!isQuadratic(subject) && stuck === 0) return null;
    const strength = strengthOf(subject)!;
    const target = subject.targets[worst.output]!;
    const violation = (worst.g - subject.margins[worst.output]!) * subject.deviations[worst.output]!;
    const far = distance(violation, target.standardDeviation);
    const why = isQuadratic(subject)
      ? `That is λ/(2α) for the multiplier λ = ${formatNumber(worst.multiplier)} which this output needs and α = ${formatNumber(worst.multiplier / (2 * worst.g))}: with a finite α it never is 0, and falls only as fast as α grows.`
      : `The term pushes with ${strength.symbol} = ${formatNumber(strength.value)} at most, and these outputs need more.`;
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

interface Strength {
  /** The field to raise; `null` where the strength rises by itself, as far as it takes. */
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

function meanWorst(readings: readonly Outside[]): number {
  return readings.reduce((sum, { worst }) => sum + worst!.g, 0) / readings.length;
}

function outside(subject: Subject, { measured, sides }: Observation, previous: Observation | null): Outside {
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
  return { step: measured.step, outputs, stuck, worst };
}
