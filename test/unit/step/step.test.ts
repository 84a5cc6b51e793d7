import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Batches, Engine, Session } from '../../../extension/engines/engine';
import { selectEngine } from '../../../extension/engines/select';
import { findMethod } from '../../../extension/methods/registry';
import { initializeParameters } from '../../../extension/network/initialize';
import { createOptimizer } from '../../../extension/optimizers/registry';
import { sidesOf, violationOf } from '../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../extension/step/step';
import { type ReferenceMethod, type ReferenceOptions, type ReferenceOutputMethod, trainReference } from './reference';

const LAYERS = [3, 5, 4, 2];
const MIN = -0.1;
const SAMPLES = 7;
const STEPS = 40;

/** A fixed, uneven set of numbers in ±1; nothing random in a test of numbers. */
const number = (index: number): number => Math.sin(index * 12.9898 + 1) * Math.cos(index * 4.1414);
const inputs = Array.from({ length: SAMPLES }, (_, i) => [number(i), number(i + 50), number(i + 100)]);
const targets = Array.from({ length: SAMPLES }, (_, i) => [number(i + 200) - 0.3, number(i + 300) - 0.6]);

let engine: Engine;
interface Case {
  title: string;
  method: string;
  fields: Record<string, unknown>;
  /** Both targets' largest value; none unless given. */
  max?: number;
  reference: ReferenceMethod | ReferenceOutputMethod;
}

const relu = (value: number): number => Math.max(value, 0);
const SLACK_FIELDS = {
  damping: 0.7,
  dualLearningRate: 0.3,
  slackStep: 'gradient',
  slackLearningRate: 0.2,
  slackNudge: 0.1,
};
const slackStart = (y: number) => ({ s: Math.sqrt(relu(y - MIN)) + 0.1, mu: 0 });
const slackError = ({ s }: Record<string, number>, y: number): number => y - MIN - s! ** 2;
const slackForce = (rows: Record<string, number>, y: number): number => rows.mu! + 0.7 * slackError(rows, y);
const slackMoved = (rows: Record<string, number>, y: number): number =>
  rows.s! + 2 * 0.2 * slackForce(rows, y) * rows.s!;
const growingForce = ({ alpha }: Record<string, number>, y: number): number => -2 * alpha! * relu(MIN - y);
const AL_FIELDS = { penaltyCoefficient: 2, dualLearningRate: 0.5 };
const alForce = ({ lambda }: Record<string, number>, y: number): number => -relu(lambda! + 2 * (MIN - y));
const alAscend = ({ lambda }: Record<string, number>, y: number) => ({ lambda: relu(lambda! + 0.5 * (MIN - y)) });

/** Smaller than many outputs grow to, so that both bounds are met. */
const MAX = 0.1;
/** How far `z` is from the bounds, positive above and negative below. */
const outside = (z: number): number => z - Math.min(Math.max(z, MIN), MAX);
const meanBelow = (ys: readonly number[]): number => ys.reduce((sum, y) => sum + relu(MIN - y), 0) / ys.length;
const PID_FIELDS = { integralGain: 0.3, proportionalGain: 0.8, derivativeGain: 1.1, smoothing: 0.4 };
/** λ, integral and average after a visit with the violation `g`. */
function pidMoved(g: number, integral: number, average: number): [number, number, number] {
  const [sum, next] = [relu(integral + g), 0.4 * average + 0.6 * g];
  return [relu(0.8 * g + 0.3 * sum + 1.1 * relu(next - average)), sum, next];
}

const CASES: readonly Case[] = [
  {
    title: 'unconstrained',
    method: 'unconstrained',
    fields: {},
    reference: { start: () => ({}), felt: (rows) => rows, force: () => 0, after: (rows) => rows },
  },
  {
    title: 'penalty',
    method: 'penalty',
    fields: { alpha: 3 },
    reference: {
      start: () => ({}),
      felt: (rows) => rows,
      force: (_rows, y) => -2 * 3 * relu(MIN - y),
      after: (rows) => rows,
    },
  },
  {
    title: 'exact penalty',
    method: 'penalty',
    fields: { alpha: 0.4, form: 'exact' },
    reference: {
      start: () => ({}),
      felt: (rows) => rows,
      force: (_rows, y) => (y < MIN ? -0.4 : 0),
      after: (rows) => rows,
    },
  },
  {
    title: 'unsquared penalty',
    method: 'penalty',
    fields: { alpha: 0.4, form: 'l2' },
    reference: {
      start: () => ({}),
      felt: (rows) => rows,
      force: (_rows, y, sample) =>
        y < MIN ? (-0.4 * (MIN - y)) / Math.hypot(...sample.map((each) => relu(MIN - each))) : 0,
      after: (rows) => rows,
    },
  },
  {
    title: 'penalty whose α rises over the epochs',
    method: 'penalty',
    fields: { alpha: 3, alphaSchedule: 'geometric', alphaEnd: 3000 },
    reference: {
      start: () => ({ step: 0 }),
      felt: (rows) => rows,
      // The steps below are the first 40 of 100 epochs.
      force: ({ step }, y) => -2 * 3 * 1000 ** (step! / 99) * relu(MIN - y),
      after: ({ step }) => ({ step: step! + 1 }),
    },
  },
  {
    title: 'penalty whose α grows by a factor and starts over',
    method: 'penalty',
    fields: { alpha: 3, alphaSchedule: 'multiplicative', alphaGrowth: 1.2, alphaTolerance: 0.05 },
    reference: {
      start: () => ({ alpha: 3 }),
      felt: (rows) => rows,
      force: growingForce,
      after: ({ alpha }, y) => ({ alpha: MIN - y > 0.05 ? alpha! * 1.2 : MIN - y > 0 ? alpha! : 3 }),
    },
  },
  {
    title: 'penalty whose α grows by an increment to its maximum',
    method: 'penalty',
    fields: { alpha: 3, alphaSchedule: 'additive', alphaIncrement: 0.75, alphaMax: 9, alphaRestart: false },
    reference: {
      start: () => ({ alpha: 3 }),
      felt: (rows) => rows,
      force: growingForce,
      after: ({ alpha }, y) => ({ alpha: MIN - y > 1e-4 ? Math.min(alpha! + 0.75, 9) : alpha! }),
    },
  },
  {
    title: 'log-barrier with extension',
    method: 'log-barrier',
    fields: { t: 4, tSchedule: 'constant' },
    reference: {
      start: () => ({}),
      felt: (rows) => rows,
      // ψ′(z) = 1/(t·(−z)) for z ≤ −1/t², else t; and ∂z/∂y = −1.
      force: (_rows, y) => (MIN - y <= -1 / 16 ? -1 / (4 * (y - MIN)) : -4),
      after: (rows) => rows,
    },
  },
  {
    title: 'slack Lagrangian, simultaneous',
    method: 'lagrangian',
    fields: { ...SLACK_FIELDS, order: 'simultaneous' },
    reference: {
      start: slackStart,
      felt: (rows) => rows,
      force: slackForce,
      after: (rows, y) => ({ s: slackMoved(rows, y), mu: rows.mu! + 0.3 * slackError(rows, y) }),
    },
  },
  {
    title: 'slack Lagrangian, dual first',
    method: 'lagrangian',
    fields: { ...SLACK_FIELDS, order: 'dual-first' },
    reference: {
      start: slackStart,
      felt: (rows, y) => ({ s: rows.s!, mu: rows.mu! + 0.3 * slackError(rows, y) }),
      force: slackForce,
      after: (rows, y) => ({ s: slackMoved(rows, y), mu: rows.mu! }),
    },
  },
  {
    title: 'slack Lagrangian with scaled slack steps',
    method: 'lagrangian',
    fields: { damping: 0.7, dualLearningRate: 0.3, slackLearningRate: 0.5, slackNudge: 0.4, order: 'dual-first' },
    reference: {
      // A larger nudge than elsewhere, so that 4·c·s² is above 1 on some rows and below on others.
      start: (y) => ({ s: Math.sqrt(relu(y - MIN)) + 0.4, mu: 0 }),
      felt: (rows, y) => ({ s: rows.s!, mu: rows.mu! + 0.3 * slackError(rows, y) }),
      force: slackForce,
      after: (rows, y) => {
        const change = (2 * 0.5 * slackForce(rows, y)) / Math.max(1, 4 * 0.7 * rows.s! ** 2);
        return { s: rows.s! * (1 + Math.min(0.5, Math.max(-0.5, change))), mu: rows.mu! };
      },
    },
  },
  {
    title: 'slack Lagrangian, primal first',
    method: 'lagrangian',
    fields: { ...SLACK_FIELDS, order: 'primal-first' },
    reference: {
      start: slackStart,
      felt: (rows) => rows,
      force: slackForce,
      after: (rows, y, after) => {
        const s = slackMoved(rows, y);
        return { s, mu: rows.mu! + 0.3 * slackError({ s }, after) };
      },
    },
  },
  {
    title: 'projected Lagrangian, dual first',
    method: 'projected-lagrangian',
    fields: { dualLearningRate: 0.5, order: 'dual-first' },
    reference: {
      start: () => ({ lambda: 0 }),
      felt: alAscend,
      force: ({ lambda }) => -lambda!,
      after: (rows) => rows,
    },
  },
  {
    title: 'augmented Lagrangian, simultaneous',
    method: 'augmented-lagrangian',
    fields: { ...AL_FIELDS, order: 'simultaneous' },
    reference: { start: () => ({ lambda: 0 }), felt: (rows) => rows, force: alForce, after: alAscend },
  },
  {
    title: 'augmented Lagrangian, primal first',
    method: 'augmented-lagrangian',
    fields: { ...AL_FIELDS, order: 'primal-first' },
    reference: {
      start: () => ({ lambda: 0 }),
      felt: (rows) => rows,
      force: alForce,
      after: (rows, _y, after) => alAscend(rows, after),
    },
  },
  {
    title: 'augmented Lagrangian between two bounds, dual first',
    method: 'augmented-lagrangian',
    fields: { ...AL_FIELDS, order: 'dual-first' },
    max: MAX,
    reference: {
      start: () => ({ nu: 0 }),
      felt: ({ nu }, y) => ({ nu: 0.5 * outside(y + nu! / 0.5) }),
      force: ({ nu }, y) => 2 * outside(y + nu! / 2),
      after: (rows) => rows,
    },
  },
  {
    title: 'projected Lagrangian between two bounds with damping, simultaneous',
    method: 'projected-lagrangian',
    fields: { dualLearningRate: 0.5, damping: 1.5, order: 'simultaneous' },
    max: MAX,
    reference: {
      start: () => ({ nu: 0 }),
      felt: (rows) => rows,
      force: ({ nu }, y) => nu! + 1.5 * outside(y),
      after: ({ nu }, y) => ({ nu: 0.5 * outside(y + nu! / 0.5) }),
    },
  },
  {
    title: 'projected Lagrangian, extragradient',
    method: 'projected-lagrangian',
    fields: { dualLearningRate: 0.5, order: 'extragradient' },
    reference: {
      start: () => ({ lambda: 0 }),
      felt: (rows) => rows,
      force: ({ lambda }) => -lambda!,
      after: (rows) => rows,
      ascend: alAscend,
    },
  },
  {
    title: 'νPI, dual first',
    method: 'nu-pi',
    fields: { dualLearningRate: 0.5, integralGain: 0.7, proportionalGain: 2, smoothing: 0.3, order: 'dual-first' },
    reference: {
      start: () => ({ lambda: 0, xi: 0 }),
      felt: ({ lambda, xi }, y) => {
        const next = 0.3 * xi! + 0.7 * (MIN - y);
        return { lambda: relu(lambda! + 0.5 * (0.7 * (MIN - y) + 2 * (next - xi!))), xi: next };
      },
      force: ({ lambda }) => -lambda!,
      after: (rows) => rows,
    },
  },
  {
    title: 'PID between two bounds, primal first',
    method: 'pid',
    fields: { ...PID_FIELDS, order: 'primal-first' },
    max: MAX,
    reference: {
      start: () => ({ low: 0, lowSum: 0, lowCost: 0, high: 0, highSum: 0, highCost: 0 }),
      felt: (rows) => rows,
      force: ({ low, high }) => high! - low!,
      after: ({ lowSum, lowCost, highSum, highCost }, _y, z) => {
        const [low, lowNext, lowAverage] = pidMoved(MIN - z, lowSum!, lowCost!);
        const [high, highNext, highAverage] = pidMoved(z - MAX, highSum!, highCost!);
        return { low, lowSum: lowNext, lowCost: lowAverage, high, highSum: highNext, highCost: highAverage };
      },
    },
  },
  {
    title: 'augmented Lagrangian per output on the mean, simultaneous',
    method: 'augmented-lagrangian',
    fields: { ...AL_FIELDS, per: 'output', order: 'simultaneous' },
    reference: {
      perOutput: true,
      start: () => ({ lambda: 0 }),
      felt: (rows) => rows,
      // ∂/∂y of ([λ + c·C]₊² − λ²)/2c with C = mean [MIN − y]₊, times the samples.
      force: ({ lambda }, y, ys) => (y < MIN ? -relu(lambda! + 2 * meanBelow(ys)) : 0),
      after: ({ lambda }, ys) => ({ lambda: relu(lambda! + 0.5 * meanBelow(ys)) }),
    },
  },
  {
    title: 'projected Lagrangian per output on the worst row, extragradient',
    method: 'projected-lagrangian',
    fields: { dualLearningRate: 0.5, per: 'output', aggregate: 'max', order: 'extragradient' },
    reference: {
      perOutput: true,
      start: () => ({ lambda: 0 }),
      felt: (rows) => rows,
      force: ({ lambda }, y, ys) => (y === Math.min(...ys) ? -lambda! * SAMPLES : 0),
      after: (rows) => rows,
      ascend: ({ lambda }, ys) => ({ lambda: relu(lambda! + 0.5 * (MIN - Math.min(...ys))) }),
    },
  },
  {
    title: 'rate constraint, dual first',
    method: 'rate',
    fields: { percent: 20, width: 0.3, dualLearningRate: 0.5, order: 'dual-first' },
    reference: {
      perOutput: true,
      start: () => ({ lambda: 0 }),
      felt: ({ lambda }, ys) => {
        const share = ys.filter((y) => y < MIN).length / SAMPLES;
        return { lambda: relu(lambda! + 0.5 * (share - 0.2)) };
      },
      // The hinge [1 + (MIN − y)/w]₊ has the slope −1/w up to w inside.
      force: ({ lambda }, y) => (MIN - y > -0.3 ? -lambda! / 0.3 : 0),
      after: (rows) => rows,
    },
  },
];

const OPTIMIZERS = [
  { optimizer: { name: 'sgd', momentum: 0 }, learningRate: 0.05 },
  { optimizer: { name: 'sgd', momentum: 0.9 }, learningRate: 0.01 },
  { optimizer: { name: 'adam' }, learningRate: 0.01 },
] as const;

function build(
  method: string,
  fields: Record<string, unknown>,
  optimizer: ReferenceOptions['optimizer'],
  max: number | null = null,
): TrainingStep {
  return createStep({
    network: { layers: LAYERS, activation: 'relu' },
    loss: 'mse',
    sides: sidesOf(
      [
        { min: MIN, max },
        { min: MIN, max },
      ],
      { mean: [0, 0], deviation: [1, 1] },
    ),
    method: findMethod(method)!.bind(fields),
    optimizer: createOptimizer(optimizer.name, { momentum: optimizer.name === 'sgd' ? optimizer.momentum : 0 }),
  });
}

function firstParameters(): Record<string, Float32Array> {
  let index = 0;
  return initializeParameters({ layers: LAYERS, activation: 'relu' }, () => (number(index++) + 1) / 2);
}

async function startSession(step: TrainingStep): Promise<{ session: Session; rows: Record<string, Float32Array> }> {
  const session = await engine.createSession(step, step.initialState(firstParameters()), { batchSize: SAMPLES });
  const rows: Record<string, Float32Array> = {};
  for (const side of step.rowNames.length > 0 ? step.spec.sides : []) {
    const g = violationOf(side, await session.predict(Float32Array.from(inputs.flat()), SAMPLES));
    for (const [name, values] of Object.entries(step.spec.method.initialRows(g))) rows[`${side.name}.${name}`] = values;
  }
  return { session, rows };
}

/** All samples as the one batch of step `index`. */
const batchAt = (
  step: TrainingStep,
  index: number,
  rows: Record<string, Float32Array>,
  learningRate: number,
): Batches => ({
  counts: [SAMPLES],
  inputs: Float32Array.from(inputs.flat()),
  targets: Float32Array.from(targets.flat()),
  rows,
  scalars: Object.fromEntries(
    Object.entries(step.scalars({ step: index, epoch: index, steps: 100, epochs: 100, learningRate })).map(
      ([name, value]) => [name, Float32Array.of(value)],
    ),
  ),
});

describe.each(['wasm', 'onnx'] as const)('On engine %s', (engineName) => {
  beforeAll(async () => {
    ({ engine } = await selectEngine(engineName));
  });

  describe('A step agrees with a second, hand-written implementation in double precision', () => {
    for (const { optimizer, learningRate } of OPTIMIZERS) {
      const name = optimizer.name === 'sgd' ? `sgd with momentum ${optimizer.momentum}` : 'adam';
      test.for(CASES)(`for $title with ${name}`, async ({ method, fields, max, reference }) => {
        const step = build(method, fields, optimizer, max);
        const { session, rows: firstRows } = await startSession(step);
        let rows = firstRows;
        const losses: number[] = [];
        for (let index = 0; index < STEPS; index++) {
          const result = await session.train(batchAt(step, index, rows, learningRate));
          rows = result.rows as Record<string, Float32Array>;
          losses.push(result.loss[0]!);
        }
        const expected = trainReference(
          {
            layers: LAYERS,
            parameters: Object.values(firstParameters()).map((values) => Float64Array.from(values)),
            inputs,
            targets,
            min: MIN,
            optimizer,
            learningRate,
            method: reference,
          },
          STEPS,
        );
        for (const [index, loss] of losses.entries()) {
          expect(Math.abs(loss - expected.losses[index]!)).toBeLessThan(2e-5);
        }
        const state = await session.readState();
        // float32 against float64 over 40 steps; a wrong factor or sign differs by far more than this.
        for (const [index, parameter] of Object.keys(firstParameters()).entries()) {
          for (const [k, value] of state[parameter]!.entries()) {
            expect(Math.abs(value - expected.parameters[index]![k]!), `${parameter}[${k}]`).toBeLessThan(2e-4);
          }
        }
        session.dispose();
      });
    }
  });

  describe('A step', () => {
    test.for([
      { method: 'lagrangian', fields: { order: 'dual-first' } },
      { method: 'projected-lagrangian', fields: { order: 'dual-first', per: 'output' } },
      { method: 'projected-lagrangian', fields: { order: 'extragradient', per: 'output', multiplierRadius: 1 } },
      { method: 'augmented-lagrangian', fields: { order: 'dual-first', coefficientSchedule: 'additive' }, max: MAX },
      { method: 'augmented-lagrangian', fields: { order: 'primal-first' }, max: MAX },
      { method: 'nu-pi', fields: { order: 'extragradient' }, max: MAX },
      { method: 'rate', fields: { order: 'simultaneous' }, max: MAX },
    ])('of $method $fields leaves as many tensors after 50 times as after 1', async ({ method, fields, max }) => {
      const step = build(method, fields, { name: 'adam' }, max);
      const { session, rows } = await startSession(step);
      await session.train(batchAt(step, 0, rows, 0.01));
      const after = memory().numTensors;
      for (let index = 1; index < 50; index++) await session.train(batchAt(step, index, rows, 0.01));
      await session.multipliers(
        new Float32Array(SAMPLES * 2),
        rows,
        step.scalars({ step: 0, epoch: 0, steps: 1, epochs: 1, learningRate: 0.01 }),
      );
      await session.residuals(
        { ...batchAt(step, 0, rows, 0.01), count: SAMPLES },
        Object.fromEntries(step.spec.sides.map(({ name }) => [name, new Float32Array(SAMPLES * 2)])),
      );
      expect(memory().numTensors).toBe(after);
      session.dispose();
    });

    test('leaves no tensor behind when its session is disposed', async () => {
      const before = memory().numTensors;
      const step = build('augmented-lagrangian', {}, { name: 'adam' });
      const { session, rows } = await startSession(step);
      await session.train(batchAt(step, 0, rows, 0.01));
      session.dispose();
      expect(memory().numTensors).toBe(before);
    });

    test('does not change the rows it is given', async () => {
      const step = build('augmented-lagrangian', { penaltyCoefficient: 5 }, { name: 'adam' });
      const { session, rows } = await startSession(step);
      const given = rows['lower.multiplier']!;
      const copy = given.slice();
      const result = await session.train(batchAt(step, 0, rows, 0.01));
      expect(given).toEqual(copy);
      expect(result.rows['lower.multiplier']).not.toEqual(copy);
      session.dispose();
    });

    test('gives the penalty it adds to the loss: α times the mean squared violation', async () => {
      const step = build('penalty', { alpha: 3 }, { name: 'sgd', momentum: 0 });
      const { session, rows } = await startSession(step);
      const outputs = await session.predict(Float32Array.from(inputs.flat()), SAMPLES);
      const result = await session.train(batchAt(step, 0, rows, 0.01));
      const expected = (3 * [...outputs].reduce((sum, y) => sum + relu(MIN - y) ** 2, 0)) / outputs.length;
      expect(expected).toBeGreaterThan(0.01);
      expect(result.penalty[0]).toBeCloseTo(expected, 5);
      session.dispose();
    });
  });
});
