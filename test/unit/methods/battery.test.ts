/**
 * The contract of a method (methods.md), held over every method there is, every optimizer and the engines that are
 * always there: finite, the same on a second run, float32, traced and compiled, and as feasible as it promises.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import { METHODS } from '../../../extension/methods/registry';
import { activationRange } from '../../../extension/network/featureRange';
import type { MeasuredEvent, TrainingEvent } from '../../../extension/protocol/events';
import { TrainingControl } from '../../../extension/trainer/control';
import { prepare } from '../../../extension/trainer/prepare';
import { train } from '../../../extension/trainer/train';

const ROWS = 48;
const OPTIMIZERS = [
  { title: 'sgd', optimizer: 'sgd', learningRate: 0.02 },
  { title: 'momentum', optimizer: 'sgd', momentum: 0.9, learningRate: 0.004 },
  { title: 'adam', optimizer: 'adam', learningRate: 0.01 },
];
/** Activation and bounds that suit the most methods first. */
const SETTINGS = [
  { activation: 'sigmoid', constraint: { min: 0 } },
  { activation: 'sigmoid', constraint: { min: 0, max: 2 } },
] as const;
/** Steps of the multipliers for a visit of every sample in each step, as the methods' docs advise. */
const FULL_BATCH: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  lagrangian: { dualLearningRate: 0.5, damping: 2 },
  'projected-lagrangian': { dualLearningRate: 0.05 },
  'augmented-lagrangian': { dualLearningRate: 1, penaltyCoefficient: 5 },
  'nu-pi': { dualLearningRate: 1, proportionalGain: 5 },
  pid: { integralGain: 1, proportionalGain: 5 },
};

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-battery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** t = 1.2·sin(3x) lies half below 0, so every method has something to hold. */
function writeData(): void {
  const stream = randomStream(11, 'batches');
  const rows = Array.from({ length: ROWS }, () => stream.uniform(-1, 1)).map(
    (x) => `${x},${(1.2 * Math.sin(3 * x)).toFixed(6)}`,
  );
  writeFileSync(path.join(folder, 'wave.csv'), `x,t\n${rows.join('\n')}\n`);
}
writeData();

interface Run {
  readonly events: TrainingEvent[];
  readonly last: MeasuredEvent;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

async function run(method: string, engine: 'wasm' | 'onnx', training: Readonly<Record<string, unknown>>): Promise<Run> {
  const { activation, constraint } = settingFor(method);
  const text = JSON.stringify({
    data: { source: 'wave.csv', inputs: ['x'], targets: ['t'], validation: 0 },
    network: { hidden: [8, 8], activation },
    constraint,
    training: { batchSize: ROWS, schedule: 'cosine', seed: 2, ...training },
    variants: { tested: { method, ...FULL_BATCH[method] } },
  });
  const { variants, problems } = await prepare({
    experimentPath: path.join(folder, 'wave.orthant.json'),
    text,
    engine,
  });
  if (variants === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  const events: TrainingEvent[] = [];
  const tensors = new Map<string, Float32Array>();
  for await (const event of train({
    ...variants[0]!,
    run: 'battery',
    engineChoice: { name: engine, version: '', reason: '' },
    control: new TrainingControl(),
    keepCheckpoint: (checkpoint) => {
      for (const { name, values } of checkpoint.tensors) tensors.set(name, values);
    },
  } as Parameters<typeof train>[0])) {
    events.push(event);
  }
  const last = events.filter((event): event is MeasuredEvent => event.type === 'measured').at(-1)!;
  return { events, last, tensors };
}

/** The first setting in which the method has no complaint. */
function settingFor(method: string): (typeof SETTINGS)[number] {
  const known = METHODS.find(({ name }) => name === method)!;
  const setting = SETTINGS.find(({ activation, constraint }) => {
    const target = { name: 't', min: constraint.min, max: 'max' in constraint ? constraint.max : null };
    const facts = {
      activation,
      features: activationRange(activation),
      hiddenLayers: 2,
      loss: 'mse',
      optimizer: 'adam',
    };
    return !known
      .check(known.fields.parse({}), { ...facts, targets: [target] })
      .some(({ severity }) => severity === 'error');
  });
  if (setting === undefined) throw new Error(`no setting suits ${method}`);
  return setting;
}

const ended = (events: readonly TrainingEvent[]) => events.find((event) => event.type === 'ended')!;
const violationInDeviations = ({ events, last }: Run): number => {
  const started = events.find((event) => event.type === 'started')!;
  return last.train.overall.maxViolation / started.targets[0]!.standardDeviation;
};

describe.each(METHODS.map(({ name }) => name))('The method %s', (method) => {
  describe.each(['onnx', 'wasm'] as const)('on engine %s', (engine) => {
    test.for(OPTIMIZERS)(
      'with $title is finite, float32 and the same on a second run',
      async ({ title, ...training }) => {
        const [one, two] = [
          await run(method, engine, { ...training, epochs: 40 }),
          await run(method, engine, { ...training, epochs: 40 }),
        ];
        expect(ended(one.events).error).toBeNull();
        expect(one.tensors.size).toBeGreaterThan(0);
        for (const [name, values] of one.tensors) {
          expect(values, name).toBeInstanceOf(Float32Array);
          expect(values.every(Number.isFinite), name).toBe(true);
          expect(values, name).toEqual(two.tensors.get(name));
        }
        expect(one.last.train).toEqual(two.last.train);
        expect(one.last.batchLoss).toBe(two.last.batchLoss);
      },
    );
  });

  test('keeps what its guarantee promises', async () => {
    const known = METHODS.find(({ name }) => name === method)!;
    const result = await run(method, 'onnx', { optimizer: 'adam', learningRate: 0.01, epochs: 3000 });
    const violation = violationInDeviations(result);
    const unconstrained = await run('unconstrained', 'onnx', { optimizer: 'adam', learningRate: 0.01, epochs: 3000 });
    const free = violationInDeviations(unconstrained);
    // Half of the targets are negative by up to 1.2: without a constraint the outputs follow them.
    expect(free).toBeGreaterThan(0.5);
    if (known.guarantee !== 'G0') expect(violation).toBeLessThanOrEqual({ G1: 0.01, G2: 0, G3: 0 }[known.guarantee]);
    // What promises nothing still does something: a penalty makes violations smaller, a rate makes them fewer.
    else if (method !== 'unconstrained') {
      const shares = [result, unconstrained].map(({ last }) => last.train.overall.negativeShare);
      expect(Math.min(violation / free, shares[0]! / shares[1]!)).toBeLessThan(0.2);
    }
  }, 60_000);
});
