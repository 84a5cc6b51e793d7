/** Heads and last layers of another make against the second implementation, whole trainings through a network of relu. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../extension/engines/engine';
import { selectEngine } from '../../../extension/engines/select';
import { findMethod } from '../../../extension/methods/registry';
import { initializeParameters } from '../../../extension/network/initialize';
import { parameterSpecs } from '../../../extension/network/network';
import { createOptimizer } from '../../../extension/optimizers/registry';
import { sidesOf } from '../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../extension/step/step';
import { type Curve, type ReferenceOptions, trainReference } from './reference';

const NETWORK = { layers: [3, 5, 4, 2], activation: 'relu' as const };
const MIN = -0.1;
const MAX = 0.4;
const SAMPLES = 7;
const STEPS = 40;

/** A fixed, uneven set of numbers in ±1; nothing random in a test of numbers. */
const number = (index: number): number => Math.sin(index * 12.9898 + 1) * Math.cos(index * 4.1414);
const inputs = Array.from({ length: SAMPLES }, (_, i) => [number(i), number(i + 50), number(i + 100)]);
const targets = Array.from({ length: SAMPLES }, (_, i) => [number(i + 200) - 0.3, number(i + 300) - 0.6]);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));

interface Case {
  readonly title: string;
  readonly method: string;
  readonly fields?: Record<string, unknown>;
  readonly hasMaximum?: boolean;
  /** First weights of the last layer so near 0 that some are clipped on the way. */
  readonly clips?: boolean;
  readonly reference: Pick<ReferenceOptions, 'head' | 'lastLayer' | 'project'>;
}

const head = (value: Curve['value'], slope: Curve['slope']): Case['reference'] => ({ head: { value, slope } });

const CASES: readonly Case[] = [
  {
    title: 'softplus of sharpness 2',
    method: 'softplus',
    fields: { sharpness: 2 },
    reference: head(
      (a) => MIN + softplus(2 * a) / 2,
      (a) => sigmoid(2 * a),
    ),
  },
  { title: 'exp', method: 'exp', reference: head((a) => MIN + Math.exp(a), Math.exp) },
  {
    title: 'square',
    method: 'square',
    reference: head(
      (a) => MIN + a ** 2,
      (a) => 2 * a,
    ),
  },
  {
    title: 'relu',
    method: 'relu',
    reference: head(
      (a) => Math.max(a, MIN),
      (a) => (a >= MIN ? 1 : 0),
    ),
  },
  {
    title: 'relu between two bounds',
    method: 'relu',
    hasMaximum: true,
    reference: head(
      (a) => Math.min(Math.max(a, MIN), MAX),
      (a) => (a >= MIN && a <= MAX ? 1 : 0),
    ),
  },
  {
    title: 'sigmoid',
    method: 'sigmoid',
    hasMaximum: true,
    reference: head(
      (a) => MIN + (MAX - MIN) * sigmoid(a),
      (a) => (MAX - MIN) * sigmoid(a) * sigmoid(-a),
    ),
  },
  { title: 'clip', method: 'clip', reference: {} },
  {
    title: 'nonnegative weights by projection',
    method: 'nonnegative-weights',
    clips: true,
    reference: {
      project: ({ weight, bias }) => {
        for (const [{ values, moments }, least] of [[weight, 0] as const, [bias, MIN] as const]) {
          for (const [index, value] of values.entries()) {
            if (value >= least) continue;
            values[index] = least;
            for (const moment of moments) moment[index] = 0;
          }
        }
      },
    },
  },
  {
    title: 'nonnegative weights by softplus',
    method: 'nonnegative-weights',
    fields: { form: 'softplus' },
    reference: {
      lastLayer: {
        weight: { value: softplus, slope: sigmoid },
        bias: { value: (v) => MIN + softplus(v), slope: sigmoid },
      },
    },
  },
];

const OPTIMIZERS = [
  { optimizer: { name: 'sgd', momentum: 0 }, learningRate: 0.05 },
  { optimizer: { name: 'sgd', momentum: 0.9 }, learningRate: 0.01 },
  { optimizer: { name: 'adam' }, learningRate: 0.01 },
] as const;

function build({ method, fields = {}, hasMaximum }: Case, optimizer: ReferenceOptions['optimizer']): TrainingStep {
  const bound = { min: MIN, max: hasMaximum === true ? MAX : null };
  return createStep({
    network: NETWORK,
    loss: 'mse',
    sides: sidesOf([bound, bound], { mean: [0, 0], deviation: [1, 1] }),
    method: findMethod(method)!.bind(fields),
    optimizer: createOptimizer(optimizer.name, { momentum: optimizer.name === 'sgd' ? optimizer.momentum : 0 }),
  });
}

describe.each(['wasm', 'onnx'] as const)('On engine %s', (engineName) => {
  let engine: Engine;
  beforeAll(async () => {
    ({ engine } = await selectEngine(engineName));
  });

  for (const { optimizer, learningRate } of OPTIMIZERS) {
    const name = optimizer.name === 'sgd' ? `sgd with momentum ${optimizer.momentum}` : 'adam';
    test.for(CASES)(`40 steps of $title with ${name} are those of the second implementation`, async (each) => {
      const step = build(each, optimizer);
      let index = 0;
      const first = step.initialState(initializeParameters(NETWORK, () => (number(index++) + 1) / 2));
      if (each.clips) first['4.weight'] = first['4.weight']!.map((value) => value / 20);
      const session = await engine.createSession(step, first, { batchSize: SAMPLES });
      const losses: number[] = [];
      for (let at = 0; at < STEPS; at++) {
        const scalars = step.scalars({ step: at, epoch: at, steps: STEPS, epochs: STEPS, learningRate });
        const result = await session.train({
          counts: [SAMPLES],
          inputs: Float32Array.from(inputs.flat()),
          targets: Float32Array.from(targets.flat()),
          rows: {},
          scalars: Object.fromEntries(Object.entries(scalars).map(([key, value]) => [key, Float32Array.of(value)])),
        });
        losses.push(result.loss[0]!);
        expect(result.penalty[0]).toBe(0);
      }
      const names = parameterSpecs(NETWORK).map((parameter) => parameter.name);
      const expected = trainReference(
        {
          layers: NETWORK.layers,
          parameters: names.map((parameter) => Float64Array.from(first[parameter]!)),
          inputs,
          targets,
          min: MIN,
          optimizer,
          learningRate,
          method: { start: () => ({}), felt: (rows) => rows, force: () => 0, after: (rows) => rows },
          ...each.reference,
        },
        STEPS,
      );
      expect(losses.at(-1)!).toBeLessThan(losses[0]!);
      for (const [at, loss] of losses.entries()) expect(Math.abs(loss - expected.losses[at]!)).toBeLessThan(2e-5);
      const state = await session.readState();
      session.dispose();
      if (each.clips) expect(state['4.weight']!.filter((value) => value === 0).length).toBeGreaterThan(0);
      // float32 against float64 over 40 steps; a wrong factor or sign differs by far more than this.
      for (const [parameter, values] of expected.parameters.entries()) {
        for (const [k, value] of values.entries()) {
          expect(Math.abs(state[names[parameter]!]![k]! - value), `${names[parameter]}[${k}]`).toBeLessThan(2e-4);
        }
      }
    });
  }
});
