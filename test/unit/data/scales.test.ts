/** Learning rates and penalties that can't suit the data are told; whatever somebody might choose with reason is not. */
import { describe, expect, test } from 'vitest';
import { judgeAlpha, type PenaltySituation } from '../../../extension/data/alphaScale';
import { inspectData } from '../../../extension/data/inspectData';
import { judgeRate, type RateSituation } from '../../../extension/data/learningRateScale';
import { parseExperiment } from '../../../extension/experiment/parse';
import type { Problem } from '../../../extension/protocol/problems';
import { mendingTitles } from '../experiment/mending';
import { folder } from './helpers';

/** The weather example without its cosine: 4 inputs, 2 targets, two hidden layers of 64, 300 epochs of 10 steps. */
const WEATHER: RateSituation = {
  optimizer: 'adam',
  loss: 'mse',
  learningRate: 0.003,
  momentum: 0,
  steps: 3000,
  outputs: 2,
  hiddenLayers: 2,
  features: 64,
  areFeaturesBounded: false,
  inputSquares: { mean: 1, largest: 1 },
  targetSize: 1,
  targetDeviation: 1,
};
const judge = (change: Partial<RateSituation>) => judgeRate({ ...WEATHER, ...change });
const verdict = (change: Partial<RateSituation>): string => judge(change)?.kind ?? 'fine';

describe('The learning rate of steps of bounded length', () => {
  test.each([
    // In 3000 steps a weight moves by 0.003 at most; a tenth of the first weights' ±1/√64 is 0.0125.
    [1e-6, 'small'],
    [3e-6, 'small'],
    // 0.03
    [1e-5, 'fine'],
    [0.003, 'fine'],
    [0.1, 'fine'],
    // A step of 0.7 times √64 weights: 5.6 deviations.
    [0.5, 'fine'],
    [0.7, 'large'],
    [3, 'large'],
  ])('of Adam: %d is %s', (learningRate, expected) => {
    expect(verdict({ learningRate })).toBe(expected);
  });

  test('small steps are told with what they come to, and a usual rate is offered', () => {
    expect(judge({ learningRate: 1e-6 })).toEqual({
      kind: 'small',
      // 3000 · 1e-6 = 0.003; 1/√64 = 0.125 ≈ 0.13
      reason: 'with it a weight moves by 0.003 at most in all 3,000 full steps, where the first ones go up to 0.13',
      suggested: 0.001,
    });
  });

  test('few steps are no fault of the rate', () => {
    expect(verdict({ learningRate: 0.001, steps: 1 })).toBe('fine');
  });

  test('targets that are not standardized need weights of their size', () => {
    // Outputs of 740 need 740 times the weights: 740 · 0.0125 = 9.25, and a weight moves by 3 in all.
    expect(verdict({ learningRate: 0.001, targetSize: 740, targetDeviation: 660 })).toBe('small');
    expect(verdict({ learningRate: 0.001, targetSize: 7.4, targetDeviation: 6.6 })).toBe('fine');
    // A step of 0.003 · √64 is 240 times a deviation of 0.0001.
    expect(verdict({ targetSize: 1e-4, targetDeviation: 1e-4 })).toBe('large');
  });

  test('inputs that are not standardized make features large, so that small weights reach far', () => {
    const inputSquares = { mean: 1e4, largest: 1e4 };
    expect(verdict({ learningRate: 1e-6, inputSquares })).toBe('fine');
    expect(verdict({ learningRate: 1e-6, inputSquares, areFeaturesBounded: true })).toBe('small');
    expect(verdict({ learningRate: 1e-6, inputSquares: null })).toBe('fine');
  });

  test('of "sgd" on a loss of bounded slope they are shorter by the number of outputs', () => {
    const sgd = { optimizer: 'sgd', loss: 'mae' };
    // 1e-5 / 2 outputs · 3000 = 0.015; with momentum 0.9 ten times that.
    expect(verdict({ ...sgd, learningRate: 5e-6 })).toBe('small');
    expect(verdict({ ...sgd, learningRate: 1e-5 })).toBe('fine');
    expect(verdict({ ...sgd, learningRate: 5e-6, momentum: 0.9 })).toBe('fine');
  });
});

describe('The learning rate of descent on the squared error', () => {
  const sgd = { optimizer: 'sgd' };
  test.each([
    // h = 2/2 · (1 + 0.3 · 64/36) = 1.53: 3000 steps of 1e-5 take 4.6 % off the error.
    [1e-5, 'small'],
    [1e-4, 'fine'],
    [0.1, 'fine'],
    // The bias alone: 2/h = 2/(2/2) = 2.
    [1.9, 'fine'],
    [2.1, 'large'],
  ])('%d is %s', (learningRate, expected) => {
    expect(verdict({ ...sgd, learningRate })).toBe(expected);
  });

  test('with momentum it is stable up to (1 + β) times as much', () => {
    expect(verdict({ ...sgd, momentum: 0.9, learningRate: 3.7 })).toBe('fine');
    expect(verdict({ ...sgd, momentum: 0.9, learningRate: 3.9 })).toBe('large');
  });

  test('an input that goes straight into the outputs sets the limit', () => {
    const linear = { ...sgd, hiddenLayers: 0, features: 4, inputSquares: { mean: 104, largest: 320 } };
    // 2/320 = 0.00625: measured, 0.003 converged and 0.01 diverged.
    expect(verdict({ ...linear, learningRate: 0.006 })).toBe('fine');
    expect(judge({ ...linear, learningRate: 0.01 })).toEqual({
      kind: 'large',
      reason: 'descent on the squared error diverges above 0.0063 here',
      suggested: 0.0006,
    });
  });

  test('behind hidden layers the limit is an estimate, and is told from three times as much', () => {
    // h = 1 + 0.3 · 64 · 104/36 = 56.5: 2/56.5 = 0.035. Measured, 0.03 converged and 0.1 diverged.
    const raw = { ...sgd, inputSquares: { mean: 104, largest: 320 } };
    expect(verdict({ ...raw, learningRate: 0.1 })).toBe('fine');
    expect(judge({ ...raw, learningRate: 0.11 })).toMatchObject({
      reason: 'descent on the squared error is stable up to about 0.035 here',
      suggested: 0.004,
    });
    // Features that can't exceed 1: h = 1 + 0.3 · 64 = 20.2, and 3 · 2/20.2 = 0.3.
    expect(verdict({ ...raw, learningRate: 0.29, areFeaturesBounded: true })).toBe('fine');
    expect(verdict({ ...raw, learningRate: 0.31, areFeaturesBounded: true })).toBe('large');
  });
});

describe('The strength of a penalty', () => {
  const PENALTY: PenaltySituation = {
    form: 'quadratic',
    reduction: 'mean',
    alpha: 10,
    field: 'alpha',
    grows: false,
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 0.003,
    batch: 128,
    outputs: 2,
    deviations: [1],
  };
  const offered = (change: Partial<PenaltySituation>) => judgeAlpha({ ...PENALTY, ...change })?.suggested ?? 'fine';

  test.each([
    [1e-3, 10],
    [0.01, 'fine'],
    [10, 'fine'],
    [1e6, 'fine'],
    [2e6, 10],
  ])('α = %d: %s', (alpha, expected) => {
    expect(offered({ alpha })).toBe(expected);
  });

  test('has no scale where loss and penalty have the same power', () => {
    for (const deviations of [[1e-6], [1], [1e6], [1e-3, 1e3]]) {
      expect(offered({ deviations })).toBe('fine');
      expect(offered({ deviations, form: 'exact', loss: 'mae' })).toBe('fine');
    }
  });

  test.each([
    // α·s^(2 − 1): 10 · 1e-4 = 0.001, as 10/1e-4 = 100,000 is not.
    ['quadratic', 'mae', 1e-4, 1e5],
    ['quadratic', 'mae', 0.01, 'fine'],
    // 10 · 1e6 = 1e7
    ['quadratic', 'mae', 1e6, 1e-5],
    // α·s^(1 − 2)
    ['exact', 'mse', 1e4, 1e5],
    ['l2', 'mse', 1e-6, 1e-5],
    // Within its δ the Huber loss is a square.
    ['quadratic', 'huber', 1e-4, 'fine'],
    ['quadratic', 'huber', 1e6, 1e-5],
    ['exact', 'huber', 1e-6, 1e-5],
  ])('the %s form beside "%s", targets of deviation %d: %s', (form, loss, deviation, expected) => {
    expect(offered({ form, loss, deviations: [deviation] })).toBe(expected);
  });

  test('is told only where it suits none of the targets', () => {
    expect(offered({ loss: 'mae', deviations: [1e-4, 1] })).toBe('fine');
  });

  test('added up over a batch is as many times as strong', () => {
    // 0.001 · 2 outputs · 128 rows = 0.256
    expect(offered({ alpha: 0.001, reduction: 'sum' })).toBe('fine');
    // 10,000 · 256 = 2,560,000, where 10/256 = 0.039 is usual.
    expect(offered({ alpha: 1e4, reduction: 'sum' })).toBe(0.04);
  });

  test('that grows while rows are outside may start small', () => {
    expect(offered({ alpha: 1e-4, grows: true })).toBe('fine');
  });

  test('under "sgd" may throw no single row past its bound', () => {
    const sgd = { optimizer: 'sgd', learningRate: 0.1 };
    // 0.1 · 2 · 1,000 / (2 · 128) = 0.78, and 7.8 for 10,000. Measured, the first went well and the second diverged.
    expect(offered({ ...sgd, alpha: 1e3 })).toBe('fine');
    expect(judgeAlpha({ ...PENALTY, ...sgd, alpha: 1e4 })).toEqual({
      reason:
        'with "sgd" and a learning rate of 0.1 one step moves a row that is outside by 7.8 times as much as it is outside, and each further one more',
      suggested: 10,
    });
    expect(offered({ ...sgd, alpha: 1e4, form: 'exact' })).toBe('fine');
  });
});

describe('In an experiment', () => {
  const rows = (scale: number): string =>
    ['x,y', ...Array.from({ length: 200 }, (_, row) => `${row % 7},${scale * ((row % 5) + 1)}`)].join('\n');
  const findIn =
    (directory: string) =>
    async (text: string): Promise<Problem[]> => {
      const parsed = parseExperiment(text);
      return [...parsed.problems, ...(await inspectData(parsed.experiment!, { directory })).map(parsed.toProblem)];
    };
  const experiment = (change: object): object => ({
    data: { source: 'data.csv', inputs: ['x'], targets: ['y'] },
    constraint: { min: 0 },
    training: { batchSize: 40 },
    variants: { a: { method: 'penalty' } },
    ...change,
  });
  const data = (standardize: object | boolean): object => ({
    data: { source: 'data.csv', inputs: ['x'], targets: ['y'], standardize },
  });
  const RATE = 'training.learning-rate-scale';
  const ALPHA = 'training.alpha-scale';

  test.for<[string, number, object, string, string[]]>([
    ['a tiny rate', 1, { training: { batchSize: 40, learningRate: 1e-7 } }, RATE, ['Change to 0.006']],
    [
      'a huge rate of a variant',
      1,
      { variants: { a: { method: 'penalty', learningRate: 9 } } },
      RATE,
      ['Change to 0.001'],
    ],
    ['large targets as they are', 1e5, data({ targets: false }), RATE, ['Standardize the targets']],
    ['large targets, nothing standardized', 1e5, data(false), RATE, ['Standardize the data']],
    [
      'descent that diverges',
      1,
      { training: { batchSize: 40, optimizer: 'sgd', learningRate: 5 } },
      RATE,
      ['Change to 0.07'],
    ],
    ['next to no penalty', 1, { variants: { a: { method: 'penalty', alpha: 1e-4 } } }, ALPHA, ['Change to 10']],
    [
      'small targets as they are',
      1e-5,
      { ...data({ targets: false }), training: { loss: 'mae', learningRate: 1e-6 } },
      ALPHA,
      ['Change to 700000', 'Standardize the targets'],
    ],
    [
      'a penalty that rises without end',
      1,
      { variants: { a: { method: 'penalty', alphaSchedule: 'geometric', alphaEnd: 1e8 } } },
      ALPHA,
      ['Change to 10'],
    ],
  ])('a hint, and what ends it: %s', async ([, scale, change, code, expected]) => {
    const directory = folder({ 'data.csv': rows(scale) });
    expect(await mendingTitles(experiment(change), code, findIn(directory))).toEqual(expected);
  });

  test('what all variants share is told once, and what a variant has of its own at its place', async () => {
    const directory = folder({ 'data.csv': rows(1) });
    const variants = { a: { method: 'penalty' }, b: { method: 'penalty' }, c: { method: 'penalty', learningRate: 8 } };
    const text = JSON.stringify(experiment({ training: { batchSize: 40, learningRate: 9 }, variants }), null, 2);
    const lines = text.split('\n');
    const hints = (await findIn(directory)(text)).filter(({ code }) => code === RATE);
    expect(hints.map(({ severity, range }) => `${severity} ${lines[range.start.line]!.trim()}`)).toEqual([
      'hint "learningRate": 9',
      'hint "learningRate": 8',
    ]);
  });
});
