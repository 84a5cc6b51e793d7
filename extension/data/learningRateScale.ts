/**
 * Learning rates that are far from anything that suits the data's scale, told before a training is lost to them. What is
 * merely unlucky is left to the failure doctor, which sees the training itself: these rules speak where a rate can't do
 * anything, or can't go well.
 *
 * Steps of bounded length (Adam; any optimizer on a loss of bounded slope): a weight moves by about η a step, so by
 * `η · steps` in all, half of that with the cosine. The first weights of the last layer, which has n inputs, are drawn
 * from ±1/√n; weights that can't move by a tenth of that stay what they were drawn. Steps of ten times that throw each
 * output about by several deviations of its target.
 *
 * Gradient descent on the squared error, `f = mean over rows and m outputs of e²`: along a direction of curvature h it is
 * stable up to `η = 2(1 + β)/h` with momentum β. The bias of the last layer has h = 2/m whatever the data, the weight of
 * an input that goes straight into it 2/m times the input's mean square. With hidden layers the features decide; those of
 * PyTorch's first weights have a mean square of about a sixth of that of their inputs after each layer with relu (a third
 * by the weights, half by relu), and pull together along their mean, so that h ≈ 2/m · (1 + 0.3·n·E[h²]).
 *
 * Measured on the weather example (two layers of 64, 3000 steps): Adam with 1e-6 took 2 % off the variance and with 1e-7
 * 0.3 %, where 0.003 takes 38 %; 3 ended worse than a constant. Plain descent blew up at 2 = m and diverged at 3; of inputs
 * that were not standardized at 0.1, where the estimate is 0.036.
 */
import { changeTo } from '../experiment/fixes';
import type { ProblemAtPath } from '../experiment/problems';
import { type Experiment, hiddenOf, placeOfTrainingField, resolveVariant } from '../experiment/schema';
import { activationRange } from '../network/featureRange';
import { standardizeFix } from './dataFixes';
import type { Facts } from './survey';
import { type TrainingScale, trainingRows, trainingScale } from './trainingScale';

/** Steps this many times the first weights' size throw outputs about. */
const MOST_OF_FIRST_WEIGHTS = 5;
/** Weights that move by less than this share of the first weights' size stay what they were drawn. */
const LEAST_OF_FIRST_WEIGHTS = 0.1;
/** A hundredth of the rate that Adam has by default, for targets of scale 1: above, it is the steps that are few. */
const SMALL_RATE = 1e-5;
/** How far above an estimated limit a rate has to be: the estimate was within a factor of 3 of what diverged. */
const SURE = 3;
/** Descent that takes less than this off the error in all its steps … */
const LEAST_DESCENT = 0.1;
/** … because each takes less than this off, and not because they are few. */
const LEAST_DESCENT_A_STEP = 1e-3;

/** All that the rules go by. */
export interface RateSituation {
  readonly optimizer: string;
  readonly loss: string;
  readonly learningRate: number;
  readonly momentum: number;
  /** In full steps: those of a cosine count half. */
  readonly steps: number;
  readonly outputs: number;
  readonly hiddenLayers: number;
  /** Inputs of the last layer. */
  readonly features: number;
  readonly areFeaturesBounded: boolean;
  /** Of the inputs, in training units; `null` where not known. */
  readonly inputSquares: { readonly mean: number; readonly largest: number } | null;
  /** Largest of the targets, in training units. */
  readonly targetSize: number;
  readonly targetDeviation: number;
}

export interface RateJudgment {
  readonly kind: 'small' | 'large';
  /** Why, in numbers. */
  readonly reason: string;
  /** A rate to start from. */
  readonly suggested: number;
}

export function checkLearningRates(experiment: Experiment, facts: Facts): ProblemAtPath[] {
  // What follows is of random first weights; those of a trained network ask for other rates.
  if (experiment.network.from !== undefined) return [];
  const scale = trainingScale(experiment, facts);
  if (scale === null) return [];
  const problems = new Map<string, ProblemAtPath>();
  for (const name of Object.keys(experiment.variants)) {
    const path = placeOfTrainingField(experiment, name, 'learningRate');
    const situation = situationOf(experiment, name, scale, trainingRows(experiment, facts));
    const judgment = judgeRate(situation);
    if (judgment === null || problems.has(path.join('/'))) continue;
    const { kind, reason, suggested } = judgment;
    const raw = unstandardizedCauses(situation, scale);
    const fixes = [
      ...raw.map((role) => standardizeFix(experiment, role)),
      ...(judgeRate({ ...situation, learningRate: suggested }) === null ? [changeTo(path, suggested)] : []),
    ];
    const cause = raw.length === 0 ? '' : ` (the ${raw[0]} are not standardized)`;
    const remedy = raw.length === 0 ? '' : `, or standardize the ${raw[0]}`;
    const message = `The learning rate ${situation.learningRate} is very ${kind}: ${reason}${cause}. Set it to about ${suggested}${remedy}.`;
    problems.set(path.join('/'), { code: 'training.learning-rate-scale', severity: 'hint', message, path, fixes });
  }
  return [...problems.values()];
}

export function judgeRate(situation: RateSituation): RateJudgment | null {
  const isBounded = situation.optimizer !== 'sgd' || situation.loss !== 'mse';
  return isBounded ? judgeBoundedSteps(situation) : judgeDescent(situation);
}

/** Steps whose length the slope of the loss doesn't stretch. */
function judgeBoundedSteps(situation: RateSituation): RateJudgment | null {
  const { optimizer, learningRate, momentum, steps, outputs, features, targetSize, targetDeviation } = situation;
  // A mean over outputs has slopes of 1/m at most, and momentum adds up 1/(1 − β) of them.
  const stretch = optimizer === 'sgd' ? 1 / (outputs * (1 - momentum)) : 1;
  const step = learningRate * stretch;
  const firstWeights = 1 / Math.sqrt(features);
  const reach = step * steps;
  const size = featureSize(situation);
  const isSmall = size !== null && reach < (LEAST_OF_FIRST_WEIGHTS * targetSize * firstWeights) / size;
  if (isSmall && step <= SMALL_RATE * targetSize) {
    const goal = targetSize === 1 ? '' : `, and outputs have to get as far as ${short(targetSize)}`;
    const reason = `with it a weight moves by ${short(reach)} at most in all ${steps === 1 ? 'steps' : `${grouped(steps)} full steps`}, where the first ones go up to ${short(firstWeights)}${goal}`;
    const wanted = (targetSize * firstWeights * 10) / (steps * stretch * size);
    return { kind: 'small', reason, suggested: rounded(Math.min(Math.max(wanted, 0.001), 0.01)) };
  }
  const throwing = (step * Math.sqrt(features) * (thrownFeatureSize(situation) ?? 1)) / targetDeviation;
  if (throwing < MOST_OF_FIRST_WEIGHTS) return null;
  const reason = `each step moves every weight by about ${short(step)}, where the first ones go up to ${short(firstWeights)}, and throws an output about by ${short(throwing)} standard deviations of its target`;
  return { kind: 'large', reason, suggested: rounded(Math.min(0.001, (0.01 * learningRate) / throwing)) };
}

function judgeDescent(situation: RateSituation): RateJudgment | null {
  const { learningRate, momentum, outputs, steps, hiddenLayers, inputSquares } = situation;
  const straight = hiddenLayers === 0 && inputSquares !== null ? inputSquares.largest : 0;
  const certain = (2 / outputs) * Math.max(1, straight);
  const estimate = estimatedCurvature(situation);
  const limitOf = (curvature: number): number => (2 * (1 + momentum)) / curvature;
  const isCertain = learningRate > limitOf(certain);
  if (isCertain || (estimate !== null && learningRate > SURE * limitOf(estimate))) {
    const limit = isCertain ? limitOf(certain) : limitOf(estimate!);
    const reason = `descent on the squared error ${isCertain ? 'diverges above' : 'is stable up to about'} ${short(limit)} here`;
    const lowest = limitOf(Math.max(certain, estimate ?? 0));
    return { kind: 'large', reason, suggested: rounded(lowest / 10) };
  }
  if (estimate === null) return null;
  const descent = (learningRate * estimate) / (1 - momentum);
  if (descent >= LEAST_DESCENT_A_STEP || descent * steps >= LEAST_DESCENT) return null;
  const reason = `all ${grouped(steps)} full steps together take about ${short(100 * descent * steps)} % off the error`;
  return { kind: 'small', reason, suggested: rounded(limitOf(estimate) / 10) };
}

/** Largest size that a feature has at first, from above; `null` where not known. */
function featureSize({ areFeaturesBounded, inputSquares }: RateSituation): number | null {
  if (areFeaturesBounded) return 1;
  return inputSquares === null ? null : Math.max(1, Math.sqrt(inputSquares.largest));
}

/** From below: hidden layers make features smaller. */
function thrownFeatureSize({ hiddenLayers, inputSquares }: RateSituation): number | null {
  return hiddenLayers > 0 || inputSquares === null ? null : Math.sqrt(inputSquares.mean);
}

function estimatedCurvature({
  outputs,
  features,
  hiddenLayers,
  areFeaturesBounded,
  inputSquares,
}: RateSituation): number | null {
  if (inputSquares === null) return null;
  const square = inputSquares.mean / 6 ** hiddenLayers;
  return (2 / outputs) * (1 + 0.3 * features * (areFeaturesBounded ? Math.min(1, square) : square));
}

function situationOf(experiment: Experiment, variant: string, scale: TrainingScale, rows: number): RateSituation {
  const { training } = resolveVariant(experiment, variant)!;
  const { activation } = experiment.network;
  const hidden = hiddenOf(experiment);
  const { optimizer, loss, learningRate, momentum, schedule, epochs, batchSize } = training;
  const range = activationRange(activation);
  return {
    optimizer,
    loss,
    learningRate,
    momentum: optimizer === 'sgd' ? momentum : 0,
    steps: epochs * Math.ceil(rows / batchSize) * (schedule === 'cosine' ? 0.5 : 1),
    outputs: scale.targets.length,
    hiddenLayers: hidden.length,
    features: hidden.at(-1) ?? scale.inputSize,
    areFeaturesBounded: hidden.length > 0 && Number.isFinite(range.min) && Number.isFinite(range.max),
    inputSquares: scale.inputSquares,
    targetSize: Math.max(...scale.targets.map(({ size }) => size)),
    targetDeviation: Math.max(...scale.targets.map(({ deviation }) => deviation)),
  };
}

const AS_STANDARDIZED = {
  targets: { targetSize: 1, targetDeviation: 1 },
  inputs: { inputSquares: { mean: 1, largest: 1 } },
} satisfies Record<string, Partial<RateSituation>>;

/** What is not standardized and would leave nothing to say of the rate if it were. */
function unstandardizedCauses(situation: RateSituation, { standardized }: TrainingScale): ('targets' | 'inputs')[] {
  const roles = ['targets', 'inputs'] as const;
  return roles.filter((role) => !standardized[role] && judgeRate({ ...situation, ...AS_STANDARDIZED[role] }) === null);
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** To one digit, as a person would write it. */
function rounded(value: number): number {
  return Number(value.toPrecision(1));
}
