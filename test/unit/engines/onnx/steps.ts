/** Training steps of every kind: each method with each of its choices, optimizers, activations, losses and bounds. */
import { z } from 'zod';
import type { Graph } from '../../../../extension/engines/onnx/graph';
import { NAMES } from '../../../../extension/engines/onnx/programs';
import { METHODS } from '../../../../extension/methods/registry';
import type { ActivationName } from '../../../../extension/network/network';
import { createOptimizer } from '../../../../extension/optimizers/registry';
import type { Bounds } from '../../../../extension/protocol/histogram';
import { LOSSES, type LossName } from '../../../../extension/step/loss';
import { sidesOf } from '../../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../../extension/step/step';
import { type Arrays, randomInputs, randomNumbers } from './running';

export interface MethodChoice {
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Every method with every combination of the fields that are a choice of words. */
export const METHOD_CHOICES: readonly MethodChoice[] = METHODS.flatMap(({ name, fields }) => {
  const choices = Object.entries(fields.shape).flatMap(([field, schema]) => {
    const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
    return inner instanceof z.ZodEnum ? [[field, inner.options as string[]] as const] : [];
  });
  return choices
    .reduce<Record<string, string>[]>(
      (combinations, [field, options]) =>
        combinations.flatMap((chosen) => options.map((option) => ({ ...chosen, [field]: option }))),
      [{}],
    )
    .map((chosen) => ({ method: name, fields: chosen }));
});

export const OPTIMIZERS = [
  { title: 'sgd', create: () => createOptimizer('sgd', { momentum: 0 }) },
  { title: 'momentum', create: () => createOptimizer('sgd', { momentum: 0.9 }) },
  { title: 'adam', create: () => createOptimizer('adam', { momentum: 0 }) },
] as const;

const ACTIVATIONS: readonly ActivationName[] = ['relu', 'tanh', 'sigmoid', 'softplus', 'elu'];
const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

export const BOUNDS: Readonly<Record<string, readonly [Bounds, Bounds]>> = {
  lower: [
    { min: -0.1, max: null },
    { min: 0.2, max: null },
  ],
  upper: [
    { min: null, max: 0.3 },
    { min: null, max: -0.2 },
  ],
  both: [
    { min: -0.1, max: 0.4 },
    { min: 0, max: 0.5 },
  ],
  'one of two targets': [
    { min: 0.1, max: 0.6 },
    { min: null, max: null },
  ],
};

export interface StepChoice {
  readonly method: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly optimizer?: (typeof OPTIMIZERS)[number];
  readonly activation?: ActivationName;
  readonly loss?: LossName;
  readonly bounds?: string;
  readonly layers?: readonly number[];
}

export const LAYERS = [3, 5, 4, 2];

export function stepOf({
  method,
  fields,
  optimizer = OPTIMIZERS[2],
  activation = 'relu',
  loss = 'mse',
  bounds = 'both',
  layers = LAYERS,
}: StepChoice): TrainingStep {
  return createStep({
    network: { layers, activation },
    loss,
    sides: sidesOf(BOUNDS[bounds]!, { mean: [0, 0], deviation: [1, 1] }),
    method: METHODS.find(({ name }) => name === method)!.bind(fields),
    optimizer: optimizer.create(),
  });
}

/**
 * Every method, choice and optimizer, and every activation with every loss and bounds: all of the first, and all of the
 * second, taken in step (93 of 5,580, so that it takes seconds).
 */
export function coveringSteps(): { title: string; step: TrainingStep; seed: number }[] {
  const surroundings = ACTIVATIONS.flatMap((activation) =>
    LOSS_NAMES.flatMap((loss) => Object.keys(BOUNDS).map((bounds) => ({ activation, loss, bounds }))),
  );
  const cores = METHOD_CHOICES.flatMap((choice) => OPTIMIZERS.map((optimizer) => ({ ...choice, optimizer })));
  return Array.from({ length: Math.max(cores.length, surroundings.length) }, (_, index) => {
    const core = cores[index % cores.length]!;
    // Seven has no factor in common with their number, so neighbours differ in everything.
    const around = surroundings[(index * 7) % surroundings.length]!;
    const title = [core.method, ...Object.values(core.fields), core.optimizer.title, ...Object.values(around)].join(
      ' ',
    );
    return { title, step: stepOf({ ...core, ...around }), seed: index };
  });
}

/** Values that a training could have on its way: second moments and slacks are not below 0. */
export function midway(step: TrainingStep, graph: Graph, seed: number): Arrays {
  const inputs = randomInputs(graph.inputs, seed);
  for (const [name, values] of Object.entries(inputs)) {
    if (name.startsWith('optimizer.second') || name.endsWith('.slack'))
      inputs[name] = values.map((value) => Math.abs(value) + 0.1);
  }
  return { ...inputs, ...scalarsOf(step, [seed % 5]) };
}

/** The scalars of these steps, stacked. */
export function scalarsOf(step: TrainingStep, steps: readonly number[], learningRate = 0.01): Arrays {
  const each = steps.map((index) =>
    step.scalars({ step: index, epoch: 0, steps: steps.length, epochs: 1, learningRate }),
  );
  return Object.fromEntries(
    step.scalarNames.map((name) => [NAMES.scalar(name), Float32Array.from(each, (scalars) => scalars[name]!)]),
  );
}

/** First weights and moments of 0. */
export function firstState(step: TrainingStep, seed = 1): Arrays {
  return Object.fromEntries(
    step.state.map(({ name, shape }, index) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return [name, name.startsWith('optimizer.') ? new Float32Array(count) : randomNumbers(count, seed + index, 0.6)];
    }),
  );
}
