/**
 * The guarantee G3 under attack: networks trained on data that want outputs far outside, with every optimizer on both engines, then
 * asked for thousands of inputs up to ±1e6 and for inputs that descend on the output itself.
 */
import { grad, mul, scalar, sum, type Tensor, type Tensor2D, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import type { Engine } from '../../../extension/engines/engine';
import { networkModel } from '../../../extension/engines/onnx/networkModel';
import { headInRawUnits } from '../../../extension/engines/onnx/recordedHead';
import { selectEngine } from '../../../extension/engines/select';
import { findMethod, METHODS } from '../../../extension/methods/registry';
import { foldScaling } from '../../../extension/network/fold';
import { initializeParameters } from '../../../extension/network/initialize';
import type { ActivationName, NetworkShape } from '../../../extension/network/network';
import { createOptimizer } from '../../../extension/optimizers/registry';
import type { Bounds } from '../../../extension/protocol/histogram';
import { type Side, sidesOf, violationOf } from '../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../extension/step/step';
import { runModel } from '../engines/onnx/running';

const INPUTS = 3;
const SAMPLES = 32;
const STEPS = 60;
/** Training units are raw ones less the mean, over the deviation. */
const TARGET_SCALING = { mean: [3, -20], deviation: [2, 5] };
const INPUT_SCALING = { mean: [1, -2, 0], deviation: [2, 0.5, 3] };

const POSITIVE: readonly Bounds[] = [
  { min: 0, max: null },
  { min: 0, max: null },
];
const EITHER: readonly Bounds[] = [
  { min: 0.1, max: null },
  { min: null, max: -25.3 },
];
const BETWEEN: readonly Bounds[] = [
  { min: 0, max: 1.7 },
  { min: -31, max: -30 },
];

interface Case {
  readonly method: string;
  readonly fields?: Record<string, unknown>;
  readonly activation: ActivationName;
  readonly bounds: readonly Bounds[];
}

const CASES: readonly Case[] = [
  { method: 'nonnegative-weights', activation: 'relu', bounds: POSITIVE },
  { method: 'nonnegative-weights', activation: 'sigmoid', bounds: EITHER },
  { method: 'nonnegative-weights', fields: { form: 'softplus' }, activation: 'softplus', bounds: EITHER },
  { method: 'bounded-features', activation: 'tanh', bounds: POSITIVE },
  { method: 'bounded-features', activation: 'tanh', bounds: BETWEEN },
  { method: 'bounded-features', activation: 'sigmoid', bounds: EITHER },
  { method: 'bounded-features', activation: 'sigmoid', bounds: BETWEEN },
  { method: 'bounded-features', activation: 'elu', bounds: POSITIVE },
  { method: 'bounded-features', activation: 'gelu', bounds: EITHER },
  { method: 'bounded-features', activation: 'silu', bounds: POSITIVE },
  { method: 'softplus', activation: 'relu', bounds: EITHER },
  { method: 'exp', activation: 'relu', bounds: EITHER },
  { method: 'square', activation: 'tanh', bounds: POSITIVE },
  { method: 'relu', activation: 'relu', bounds: BETWEEN },
  { method: 'sigmoid', activation: 'relu', bounds: BETWEEN },
  { method: 'clip', activation: 'gelu', bounds: BETWEEN },
];

const OPTIMIZERS = [
  { title: 'sgd', create: () => createOptimizer('sgd', { momentum: 0 }), learningRate: 0.02 },
  { title: 'momentum', create: () => createOptimizer('sgd', { momentum: 0.9 }), learningRate: 0.005 },
  { title: 'adam', create: () => createOptimizer('adam', { momentum: 0 }), learningRate: 0.02 },
] as const;

const engines = new Map<string, Engine>();
beforeAll(async () => {
  // The last one stays the backend of the attack's gradients.
  for (const name of ['onnx', 'wasm'] as const) engines.set(name, (await selectEngine(name)).engine);
});

test('Every method of guarantee G3 is attacked', () => {
  const promising = METHODS.filter(({ guarantee }) => guarantee === 'G3').map(({ name }) => name);
  expect([...new Set(CASES.map(({ method }) => method))].sort()).toEqual(promising.sort());
});

function build(
  { method, fields = {}, activation, bounds }: Case,
  optimizer: (typeof OPTIMIZERS)[number],
): TrainingStep {
  return createStep({
    network: { layers: [INPUTS, 8, 8, 2], activation },
    loss: 'mse',
    sides: sidesOf(bounds, TARGET_SCALING),
    method: findMethod(method)!.bind(fields),
    optimizer: optimizer.create(),
  });
}

/** Trained on targets 5 deviations outside one end of the bounds and the other, in turn. */
async function train(engine: Engine, step: TrainingStep, learningRate: number): Promise<Record<string, Float32Array>> {
  const stream = randomStream(21, 'weights');
  const drawn = initializeParameters(step.spec.network, () => stream.uniform());
  const session = await engine.createSession(step, step.initialState(drawn), { batchSize: SAMPLES });
  const inputs = Float32Array.from({ length: SAMPLES * INPUTS }, () => stream.uniform(-2, 2));
  const targets = Float32Array.from({ length: SAMPLES * 2 }, (_, index) => (index % 4 < 2 ? -5 : 5));
  for (let index = 0; index < STEPS; index++) {
    const scalars = step.scalars({ step: index, epoch: index, steps: STEPS, epochs: STEPS, learningRate });
    await session.train({
      counts: [SAMPLES],
      inputs,
      targets,
      rows: {},
      scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])),
    });
  }
  const state = await session.readState();
  session.dispose();
  return state;
}

/** Random inputs of all sizes, and inputs that went down and up on each output by its gradient, in growing steps. */
function attack(step: TrainingStep, state: Record<string, Float32Array>): Float32Array {
  const stream = randomStream(22, 'batches');
  const found: number[] = [];
  for (let sample = 0; sample < 4000; sample++) {
    const size = 10 ** stream.uniform(-3, 6);
    for (let input = 0; input < INPUTS; input++) found.push(stream.uniform(-size, size));
  }
  const starts = 40;
  const constants = Object.fromEntries(Object.entries(step.constants).map(([name, values]) => [name, tensor(values)]));
  const tensors = Object.fromEntries(
    step.state.map(({ name, shape }) => [name, tensor(state[name]!, [...shape] as [number, number])]),
  );
  for (const direction of [-1, 1]) {
    const objective = (x: Tensor) => mul(sum(step.predict(constants, tensors, x as Tensor2D)), scalar(direction));
    let x = Array.from({ length: starts * INPUTS }, () => stream.uniform(-3, 3));
    for (let round = 0; round < 60; round++) {
      const slopes = tidy(() => grad(objective)(tensor2d(x, [starts, INPUTS])).dataSync());
      // From steps of 0.05 to steps of 1e5.
      const rate = 0.05 * 1.28 ** round;
      x = x.map((value, index) => value - rate * Math.sign(slopes[index]!) * stream.uniform(0.5, 1));
      found.push(...x);
    }
  }
  return Float32Array.from(found);
}

const worst = (sides: readonly Side[], outputs: Float32Array): number =>
  Math.max(...sides.map((side) => violationOf(side, outputs).reduce((most, g) => Math.max(most, g), -Infinity)));

describe.each(['onnx', 'wasm'] as const)('Trained on engine %s', (engineName) => {
  test('without a constraint, the same attack finds outputs far outside', async () => {
    const step = build({ method: 'unconstrained', activation: 'relu', bounds: POSITIVE }, OPTIMIZERS[2]);
    const state = await train(engines.get(engineName)!, step, 0.02);
    const session = await engines.get(engineName)!.createSession(step, state, { batchSize: SAMPLES });
    const inputs = attack(step, state);
    expect(worst(step.spec.sides, await session.predict(inputs, inputs.length / INPUTS))).toBeGreaterThan(100);
    session.dispose();
  });

  for (const optimizer of OPTIMIZERS) {
    test.for(CASES)(
      `with ${optimizer.title}, $method on $activation within $bounds gives no input an output outside, in training or raw units`,
      async (each) => {
        const step = build(each, optimizer);
        const state = await train(engines.get(engineName)!, step, optimizer.learningRate);
        expect(Object.values(state).every((values) => values.every(Number.isFinite))).toBe(true);
        const inputs = attack(step, state);
        const count = inputs.length / INPUTS;
        for (const engine of engines.values()) {
          const session = await engine.createSession(step, state, { batchSize: SAMPLES });
          const outputs = await session.predict(inputs, count);
          session.dispose();
          expect(outputs.every(Number.isFinite)).toBe(true);
          // Not by the last bit of float32.
          expect(worst(step.spec.sides, outputs)).toBeLessThanOrEqual(0);
        }
        const raw = await predictRaw(each, step, state, inputs);
        for (const [output, { min, max }] of each.bounds.entries()) {
          const column = raw.filter((_, index) => index % 2 === output);
          // A bound that is 0 is kept exactly. Of another the exported bias is rounded once more, and sums of it: some
          // units in the last place, (8 + 4)·2⁻²⁴ of it at most.
          const rounding = (bound: number): number =>
            each.method === 'bounded-features' ? 12 * 2 ** -24 * Math.abs(bound) : 0;
          if (min !== null) expect(Math.min(...column)).toBeGreaterThanOrEqual(Math.fround(min) - rounding(min));
          if (max !== null) expect(Math.max(...column)).toBeLessThanOrEqual(Math.fround(max) + rounding(max));
        }
      },
    );
  }
});

/** What the exported model gives for the same inputs in raw units. */
async function predictRaw(
  { method, fields = {}, bounds }: Case,
  step: TrainingStep,
  state: Record<string, Float32Array>,
  inputs: Float32Array,
): Promise<Float32Array> {
  const shape: NetworkShape = step.spec.network;
  const layers = foldScaling(shape, step.usedParameters(state), INPUT_SCALING, TARGET_SCALING);
  const known = findMethod(method)!;
  const head = known.linearOutput
    ? undefined
    : headInRawUnits({
        method,
        fields: known.fields.parse(fields),
        formula: '',
        min: bounds.map(({ min }) => min),
        max: bounds.map(({ max }) => max),
        ...TARGET_SCALING,
      });
  const model = networkModel(shape, Object.fromEntries(layers.map(({ name, values }) => [name, values])), {
    name: 'attacked',
    version: '1.0.0',
    ...(head && { head }),
  });
  const raw = inputs.map((value, index) => {
    const input = index % INPUTS;
    return value * INPUT_SCALING.deviation[input]! + INPUT_SCALING.mean[input]!;
  });
  const { outputs } = await runModel(model, { inputs: { shape: [raw.length / INPUTS, INPUTS], values: raw } });
  return outputs!.data;
}
