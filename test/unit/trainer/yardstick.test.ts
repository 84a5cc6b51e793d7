/** One yardstick for all methods: floor, multipliers and KKT residuals of a model, on the line fit (methods.md, A1). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { epochBatches } from '../../../extension/data/batches';
import { randomStream } from '../../../extension/data/random';
import { Model } from '../../../extension/trainer/model';
import { prepare } from '../../../extension/trainer/prepare';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-yardstick-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINE = [
  [0, -1],
  [1, 0],
  [2, 1],
  [3, 2],
] as const;

interface Given {
  rows?: readonly (readonly number[])[];
  constraint?: object;
  network?: object;
  standardize?: boolean;
  training?: object;
  /** First w and b of a network without hidden layers. */
  start?: readonly [number, number];
}

async function modelOf(variant: object, given: Given = {}): Promise<Model> {
  const rows = given.rows ?? LINE;
  writeFileSync(path.join(folder, 'line.csv'), `x,t\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  const text = JSON.stringify({
    data: { source: 'line.csv', inputs: ['x'], targets: ['t'], validation: 0, standardize: given.standardize ?? false },
    network: given.network ?? { hidden: [] },
    constraint: given.constraint ?? { min: 0 },
    training: { optimizer: 'sgd', batchSize: rows.length, learningRate: 0.05, epochs: 100, ...given.training },
    variants: { tested: variant },
  });
  const prepared = await prepare({ experimentPath: path.join(folder, 'line.orthant.json'), text, engine: 'wasm' });
  if (prepared.variants === null) throw new Error(prepared.problems.map(({ message }) => message).join('\n'));
  const { start } = given;
  const initialParameters = start && { '0.weight': Float32Array.of(start[0]), '0.bias': Float32Array.of(start[1]) };
  return Model.create({ ...prepared.variants[0]!, ...(initialParameters && { initialParameters }) });
}

const OPTIMUM = [4 / 7, 0] as const;

describe('KKT residuals', () => {
  test.for(['exact', 'l2'])(
    'of the %s penalty are 0 at the optimum, where its own slope may be anything',
    async (form) => {
      const model = await modelOf({ method: 'penalty', form, alpha: 5 }, { start: OPTIMUM });
      const kkt = (await model.residuals(0, 0))!;
      expect(Math.max(...Object.values(kkt))).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  test('of a polished method that adds its terms up are those of the exact layer', async () => {
    const model = await modelOf({ method: 'augmented-lagrangian', reduction: 'sum', polish: true });
    await model.polish();
    expect(Math.max(...Object.values((await model.residuals(1, 1))!))).toBeLessThan(1e-5);
    model.dispose();
  });

  test('count the steps of an epoch where terms are added up, the last and smaller one too', async () => {
    // Five rows in batches of four are two steps.
    const rows = [...LINE, [1, 0]];
    const model = await modelOf(
      { method: 'augmented-lagrangian', reduction: 'sum', penaltyCoefficient: 1, dualLearningRate: 0.05 },
      { rows, training: { batchSize: 4, learningRate: 0.002 }, start: OPTIMUM },
    );
    const epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const batch of epochBatches(rows.length, 4, 0, epoch)) await model.trainBatches([batch], 2 * epoch, epoch);
    }
    // 0.11, for the one row of the smaller batch weighs more in training than in the mean over all rows; counting 5/4 steps
    // instead of 2 makes 0.40 of it.
    expect((await model.residuals(2 * epochs, epochs))!.stationarity).toBeLessThan(0.2);
    model.dispose();
  });

  test('are not given for a network that is used as another one than was trained', async () => {
    const model = await modelOf({ method: 'clip' });
    expect(await model.residuals(0, 0)).toBeNull();
    model.dispose();
  });
});

describe('The floor', () => {
  test.for([true, false])('is in the units of the data, with standardize %s', async (standardize) => {
    const model = await modelOf({ method: 'unconstrained' }, { standardize });
    expect((await model.lastLayerFloor())!.loss).toBeCloseTo(5 / 14, 6);
    model.dispose();
  });

  test('is that of the bounds as they are, whatever margin is trained with', async () => {
    const model = await modelOf({ method: 'polish', boundMargin: 0.5 });
    await model.polish();
    // With the margin, 0.5 standard deviations of t, outputs start higher and cost more.
    expect((await model.measure(1, 1)).train.overall.loss).toBeGreaterThan(0.5);
    const floor = (await model.lastLayerFloor())!;
    expect(floor.loss).toBeCloseTo(5 / 14, 6);
    expect(floor.polished).toBe(false);
    model.dispose();
  });
});

describe('A polished network', () => {
  test('is told with the multipliers of its exact layer', async () => {
    const model = await modelOf({ method: 'polish' });
    expect((await model.measure(0, 0)).multipliers).toBeNull();
    await model.polish();
    const { multipliers } = await model.measure(1, 1);
    expect(multipliers!.min).toBe(0);
    expect(multipliers!.max).toBeCloseTo(20 / 7, 5);
    model.dispose();
  });

  test('is inside its bounds to the last bit of float32, also where its weights round outside', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const stream = randomStream(seed, 'batches');
      const rows = Array.from({ length: 60 }, () => stream.uniform(-1, 1)).map((x) => [x, Math.sin(5 * x)]);
      const model = await modelOf(
        { method: 'polish' },
        {
          rows,
          constraint: seed % 2 === 0 ? { min: -0.3 } : { min: -0.3, max: 0.4 },
          network: { hidden: [12], activation: 'tanh' },
          standardize: true,
          training: { seed },
        },
      );
      await model.polish();
      const { train } = await model.measure(1, 1);
      expect(train.overall.maxViolation, `seed ${seed}`).toBe(0);
      model.dispose();
    }
  });
});
