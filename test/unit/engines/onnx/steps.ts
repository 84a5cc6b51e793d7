/** Training steps of every kind: each method with each of its choices, optimizers, activations, losses and bounds. */
import { z } from 'zod';
import type { Graph } from '../../../../extension/engines/onnx/graph';
import { NAMES } from '../../../../extension/engines/onnx/programs';
import { ACTIVATIONS } from '../../../../extension/experiment/schema';
import type { ExperimentFacts } from '../../../../extension/methods/method';
import { findMethod, METHODS } from '../../../../extension/methods/registry';
import { activationRange } from '../../../../extension/network/featureRange';
import type { ActivationName } from '../../../../extension/network/network';
import { createOptimizer } from '../../../../extension/optimizers/registry';
import type { Bounds } from '../../../../extension/protocol/histogram';
import { LOSSES, type LossName } from '../../../../extension/step/loss';
import { sidesOf } from '../../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../../extension/step/step';
import { type Arrays, randomInputs, randomNumbers } from './running';

export interface MethodChoice {
  readonly method: string;
  readonly fields: Readonly<Record<string, string | boolean | number>>;
}

type Option = readonly [field: string, value: string | boolean | number];

/** In place of a number that is left out. */
const OFF: Option = ['', ''];

/**
 * Every method with choices of its fields that hold every pair of options together: words and switches as they are, and
 * numbers that are off unless given (0, or left out) off and on. All combinations would be some hundred for one method.
 */
export const METHOD_CHOICES: readonly MethodChoice[] = METHODS.flatMap(({ name, fields }) =>
  pairwise(Object.entries(fields.shape).flatMap(([field, schema]) => optionsOf(field, schema))).map((chosen) => ({
    method: name,
    fields: chosen,
  })),
);

/** The options of a field, none for a number that is always on. */
function optionsOf(field: string, schema: z.core.$ZodType): Option[][] {
  const isOptional = schema instanceof z.ZodOptional;
  const inner = schema instanceof z.ZodDefault || isOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodEnum) return [(inner.options as string[]).map((option) => [field, option] as const)];
  if (inner instanceof z.ZodBoolean) return [[false, true].map((option) => [field, option] as const)];
  const isOff = isOptional || (schema instanceof z.ZodDefault && schema.parse(undefined) === 0);
  return inner instanceof z.ZodNumber && isOff ? [[OFF, [field, 0.5]]] : [];
}

/** Few choices of one option a field in which every two options of two fields meet; greedily, the same every time. */
function pairwise(fields: readonly Option[][]): Record<string, Option[1]>[] {
  const all = fields.reduce<Option[][]>(
    (combinations, options) => combinations.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );
  const pairsOf = (chosen: readonly Option[]): string[] =>
    chosen.flatMap((one, from) =>
      chosen.slice(from).map((other, distance) => `${from}=${one[1]} ${from + distance}=${other[1]}`),
    );
  const missing = new Set(all.flatMap(pairsOf));
  const taken: Option[][] = [];
  do {
    const newPairs = all.map((chosen) => pairsOf(chosen).filter((pair) => missing.has(pair)).length);
    const best = all[newPairs.indexOf(Math.max(...newPairs))]!;
    for (const pair of pairsOf(best)) missing.delete(pair);
    taken.push(best);
  } while (missing.size > 0);
  return taken.map((chosen) => Object.fromEntries(chosen.filter((option) => option !== OFF)));
}

export const OPTIMIZERS = [
  { title: 'sgd', create: () => createOptimizer('sgd', { momentum: 0 }) },
  { title: 'momentum', create: () => createOptimizer('sgd', { momentum: 0.9 }) },
  { title: 'adam', create: () => createOptimizer('adam', { momentum: 0 }) },
] as const;

/** Every choice with an optimizer in turn; every method with every optimizer, also one of few choices. */
export const TRAININGS = METHOD_CHOICES.flatMap((choice) => {
  const own = METHOD_CHOICES.filter(({ method }) => method === choice.method);
  const turn = own.indexOf(choice) % OPTIMIZERS.length;
  return OPTIMIZERS.filter((_, index) => own.length < OPTIMIZERS.length || index === turn).map((optimizer) => ({
    ...choice,
    optimizer,
  }));
});

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
  'one each': [
    { min: -0.1, max: null },
    { min: null, max: 0.2 },
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

export function stepOf(choice: StepChoice): TrainingStep {
  const { method, fields, optimizer = OPTIMIZERS[2], loss = 'mse', layers = LAYERS } = choice;
  const { activation, bounds } = suited(choice);
  return createStep({
    network: { layers, activation },
    loss,
    sides: sidesOf(BOUNDS[bounds]!, { mean: [0, 0], deviation: [1, 1] }),
    method: findMethod(method)!.bind(fields),
    optimizer: optimizer.create(),
  });
}

/** The choice's activation and bounds, or the first after them, in turn, of which the method has nothing to complain. */
export function suited(choice: StepChoice): { readonly activation: ActivationName; readonly bounds: string } {
  const { method, fields, activation = 'relu', bounds = 'both' } = choice;
  const pairs = fromOnRound(ACTIVATIONS, activation).flatMap((each) =>
    fromOnRound(Object.keys(BOUNDS), bounds).map((around) => ({ activation: each, bounds: around })),
  );
  const known = findMethod(method)!;
  const found = pairs.find((pair) => !known.check(known.fields.parse(fields), factsOf(choice, pair)).some(isError));
  if (found === undefined) throw new Error(`${method} works with no activation and bounds`);
  return found;
}

const isError = ({ severity }: { readonly severity: string }): boolean => severity === 'error';

function factsOf(
  { loss = 'mse', layers = LAYERS }: StepChoice,
  { activation, bounds }: { readonly activation: ActivationName; readonly bounds: string },
): ExperimentFacts {
  const hiddenLayers = layers.length - 2;
  return {
    activation,
    features: hiddenLayers === 0 ? null : activationRange(activation),
    hiddenLayers,
    loss,
    optimizer: 'adam',
    targets: BOUNDS[bounds]!.map((bound, target) => ({ name: `t${target}`, ...bound })),
  };
}

/** All of them, beginning with `first`. */
function fromOnRound<Item>(items: readonly Item[], first: Item): Item[] {
  const at = items.indexOf(first);
  return [...items.slice(at), ...items.slice(0, at)];
}

/**
 * Every training, and every activation with every loss and bounds: all of the first, and all of the second, taken in step,
 * so that it takes seconds.
 */
export function coveringSteps(): { title: string; step: TrainingStep; seed: number }[] {
  const surroundings = ACTIVATIONS.flatMap((activation) =>
    LOSS_NAMES.flatMap((loss) => Object.keys(BOUNDS).map((bounds) => ({ activation, loss, bounds }))),
  );
  return Array.from({ length: Math.max(TRAININGS.length, surroundings.length) }, (_, index) => {
    const core = TRAININGS[index % TRAININGS.length]!;
    // Seventeen has no factor in common with their number, so neighbours differ in everything.
    const drawn = surroundings[(index * 17) % surroundings.length]!;
    const around = { ...drawn, ...suited({ ...core, ...drawn }) };
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
