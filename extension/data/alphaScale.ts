/**
 * Strengths α of the penalty that are far from anything that suits the loss and the data's scale.
 *
 * With targets of scale s the loss is of size s^q (q = 2 for "mse", 1 for "mae"; "huber" is the one for s up to its δ = 1
 * and the other beyond), the penalty of size α·s^p (p = 2 for the quadratic form, 1 for the others). What α weighs against
 * the loss is therefore α·s^(p − q), and added up over a batch instead of averaged so many times that. Around 10 it holds
 * outputs to within some hundredths of a deviation; far below 1 nothing is held, and where it is a million the loss has no
 * say beside it. On the weather example 0.001 held as little as none, 100,000 cost little, and at 1,000,000 the loss rose
 * by a quarter.
 *
 * Gradient descent (sgd) also has a limit that no scale moves: the gradient of one row outside by g, in a batch of B rows
 * and m outputs, moves its output by η·2α/(m·B)·g by the last layer's bias alone. Once that is more than 2g the row comes
 * out further on the other side than it was outside, and every step makes it worse. There, with B = 128 and η = 0.1,
 * α = 1,000 (0.8 g) went well and 10,000 (8 g) diverged.
 */
import { changeTo } from '../experiment/fixes';
import type { ProblemAtPath } from '../experiment/problems';
import { type Experiment, type ResolvedVariant, resolveVariant } from '../experiment/schema';
import { LARGEST_COEFFICIENT } from '../methods/fields';
import { penalty } from '../methods/penalty';
import { standardizeFix } from './dataFixes';
import type { Facts } from './survey';
import { trainingRows, trainingScale } from './trainingScale';

const USUAL = 10;
const WEAKEST = 0.01;
const STRONGEST = 1e6;

export function checkPenalties(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  const scale = trainingScale(experiment, facts);
  const bound = scale?.targets.filter(({ isBound }) => isBound) ?? [];
  if (bound.length === 0) return [];
  const rows = trainingRows(experiment, facts);
  return Object.keys(experiment.variants).flatMap((name): ProblemAtPath[] => {
    const variant = resolveVariant(experiment, name)!;
    if (variant.method !== penalty.name) return [];
    const situation: PenaltySituation = {
      ...strengthOf(variant),
      loss: variant.training.loss,
      optimizer: variant.training.optimizer,
      learningRate: variant.training.learningRate,
      batch: Math.min(variant.training.batchSize, rows),
      outputs: scale!.targets.length,
      deviations: bound.map(({ deviation }) => deviation),
    };
    const judgment = judgeAlpha(situation);
    if (judgment === null) return [];
    const { reason, suggested } = judgment;
    const path = ['variants', name, situation.field];
    // Only what really ends it: each is judged again.
    const ends = (change: Partial<PenaltySituation>): boolean => judgeAlpha({ ...situation, ...change }) === null;
    const fixes = [
      ...(ends({ alpha: suggested }) ? [changeTo(path, suggested)] : []),
      ...(!scale!.standardized.targets && ends({ deviations: [1] }) ? [standardizeFix(experiment, 'targets')] : []),
    ];
    const message = `"${situation.field}" is far from what suits the data: ${reason}. Set it to about ${suggested}.`;
    return [{ code: 'training.alpha-scale', severity: 'hint', message, path, fixes }];
  });
}

/** All that the rules go by. */
export interface PenaltySituation {
  readonly form: string;
  readonly reduction: string;
  /** The largest α of a training, as far as it is known before, and the field that says it. */
  readonly alpha: number;
  readonly field: string;
  /** α may grow beyond that while rows are outside. */
  readonly grows: boolean;
  readonly loss: string;
  readonly optimizer: string;
  readonly learningRate: number;
  /** Rows of a batch. */
  readonly batch: number;
  readonly outputs: number;
  /** Standard deviations of the targets that have a bound, in training units. */
  readonly deviations: readonly number[];
}

export interface PenaltyJudgment {
  readonly reason: string;
  readonly suggested: number;
}

export function judgeAlpha(situation: PenaltySituation): PenaltyJudgment | null {
  const { alpha, grows, loss, optimizer, form, outputs, deviations, learningRate, batch } = situation;
  const added = situation.reduction === 'sum' ? outputs * batch : 1;
  const weights = deviations.map((deviation) => added * deviation ** exponentOf(form, loss, deviation));
  const strengths = weights.map((weight) => alpha * weight);
  const isWeak = !grows && strengths.every((strength) => strength < WEAKEST);
  const isStrong = strengths.every((strength) => strength > STRONGEST);
  if (isWeak || isStrong) {
    const middle = geometricMean(strengths);
    const effect = isWeak ? 'holds next to nothing' : 'leaves the loss no say';
    const reason = `beside the loss "${loss}"${scaleWords(situation)} ${alpha} is what ${short(middle)} is beside standardized targets, where ${USUAL} is usual, and ${effect}`;
    return { reason, suggested: rounded(Math.min(USUAL / geometricMean(weights), LARGEST_COEFFICIENT)) };
  }
  // How many times as far as it is outside a step throws a single row.
  const thrown = (learningRate * 2 * alpha * added) / (outputs * batch);
  if (optimizer !== 'sgd' || form !== 'quadratic' || thrown <= 2) return null;
  const reason = `with "sgd" and a learning rate of ${learningRate} one step moves a row that is outside by ${short(thrown)} times as much as it is outside, and each further one more`;
  // As much as a step may where all rows of a batch are outside.
  return { reason, suggested: rounded(outputs / (2 * learningRate * added)) };
}

function strengthOf({
  fields,
}: ResolvedVariant): Pick<PenaltySituation, 'form' | 'reduction' | 'alpha' | 'field' | 'grows'> {
  const { form, reduction, alpha, alphaSchedule, alphaEnd } = fields as {
    form: string;
    reduction: string;
    alpha: number;
    alphaSchedule: string;
    alphaEnd: number;
  };
  const field = alphaSchedule === 'geometric' && alphaEnd > alpha ? 'alphaEnd' : 'alpha';
  const grows = alphaSchedule === 'multiplicative' || alphaSchedule === 'additive';
  return { form, reduction, alpha: field === 'alpha' ? alpha : alphaEnd, field, grows };
}

/** p − q above. */
function exponentOf(form: string, loss: string, deviation: number): number {
  const ofPenalty = form === 'quadratic' ? 2 : 1;
  const ofLoss = loss === 'mse' || (loss === 'huber' && deviation <= 1) ? 2 : 1;
  return ofPenalty - ofLoss;
}

function scaleWords({ deviations, reduction, batch }: PenaltySituation): string {
  const isRaw = deviations.some((deviation) => deviation !== 1);
  const spread = isRaw ? ` of targets with a standard deviation of ${short(geometricMean(deviations))}` : '';
  return spread + (reduction === 'sum' ? ` and added up over ${batch} rows` : '');
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** To one digit, as a person would write it. */
function rounded(value: number): number {
  return Number(value.toPrecision(1));
}
