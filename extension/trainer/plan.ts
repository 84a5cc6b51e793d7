/**
 * What one variant is going to train, known before anything runs: the network's shape, the method, the step and how many
 * of them. Pure: no engine, no tensors.
 */
import type { Dataset } from '../data/dataset';
import { boundsOf, type Experiment, hiddenOf, type ResolvedVariant } from '../experiment/schema';
import type { MethodFunctions } from '../methods/method';
import { findMethod } from '../methods/registry';
import type { NetworkShape } from '../network/network';
import { createOptimizer } from '../optimizers/registry';
import type { Guarantee } from '../protocol/figures';
import type { Bounds } from '../protocol/histogram';
import { type Side, sidesOf } from '../step/sides';
import { createStep, type TrainingStep } from '../step/step';

export interface PlanOptions {
  readonly experiment: Experiment;
  readonly variant: ResolvedVariant;
  readonly dataset: Dataset;
}

export interface Plan {
  readonly shape: NetworkShape;
  readonly method: MethodFunctions;
  readonly step: TrainingStep;
  /** Samples of a full batch: never more than there are. */
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Of the whole training. */
  readonly steps: number;
  /** After the last step, the last layer is solved exactly. */
  readonly polishes: boolean;
  /** The method's, or what an exact last layer makes of it. */
  readonly guarantee: Guarantee;
  /** The bounds as they are, without the margin that is trained with. */
  readonly sides: readonly Side[];
}

export function planOf({ experiment, variant, dataset }: PlanOptions): Plan {
  const { training } = variant;
  const method = findMethod(variant.method)?.bind(variant.fields);
  if (method === undefined) throw new Error(`internal: no method ${variant.method}`);
  const shape: NetworkShape = {
    layers: [dataset.inputSize, ...hiddenOf(experiment), dataset.targets.length],
    activation: experiment.network.activation,
  };
  const bounds = dataset.targets.map(({ name }) => boundsOf(experiment, name));
  const trained = dataset.targets.map(({ standardDeviation }, target) =>
    trainedBounds(bounds[target]!, training.boundMargin * standardDeviation),
  );
  const step = createStep({
    network: shape,
    loss: training.loss,
    sides: sidesOf(trained, dataset.targetScaling),
    method,
    optimizer: createOptimizer(training.optimizer, { momentum: training.momentum }),
  });
  const polishes = training.polish || method.polishes === true;
  const stepsPerEpoch = Math.ceil(dataset.train.count / training.batchSize);
  return {
    shape,
    method,
    step,
    batchSize: Math.min(training.batchSize, dataset.train.count),
    stepsPerEpoch,
    steps: stepsPerEpoch * training.epochs,
    polishes,
    guarantee: polishes && method.guarantee === 'G0' ? 'G1' : method.guarantee,
    sides: sidesOf(bounds, dataset.targetScaling),
  };
}

/** The bounds that are trained on: further inside by the margin. */
export function trainedBounds(bounds: Bounds, margin: number): Bounds {
  const { min, max } = bounds;
  const room = roomWithin(bounds, margin);
  return { min: min === null ? null : min + room, max: max === null ? null : max - room };
}

/** A margin as far as it goes, in the bounds' units: two bounds meet in their middle. */
export function roomWithin({ min, max }: Bounds, margin: number): number {
  return min === null || max === null ? margin : Math.min(margin, (max - min) / 2);
}
