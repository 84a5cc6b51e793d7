import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../../extension/experiment/parse';
import type { Experiment } from '../../../../extension/experiment/schema';
import { expandSweep, pointText, sweepSize } from '../../../../extension/experiment/sweep/expand';
import type { Draw } from '../../../../extension/experiment/sweep/values';
import type { SweepPoint } from '../../../../extension/protocol/sweepFiles';
import { SOUND } from '../helpers';

const VARIANTS = {
  baseline: { method: 'unconstrained' },
  penalty: { method: 'penalty', alpha: 10 },
  lagrangian: { method: 'lagrangian' },
};

/** In place of chance: the key's number and the draw's as a share. */
const quarters: Draw = (_seed, index, count) => Array.from({ length: count }, (_, each) => (index + each) / 4);

function read(sweep: object): Experiment {
  const { experiment, problems } = parseExperiment(JSON.stringify({ ...SOUND, variants: VARIANTS, sweep }));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return experiment!;
}

function expand(sweep: object, draw = quarters): SweepPoint[] {
  const experiment = read(sweep);
  const points = expandSweep(experiment, experiment.sweep!, draw);
  expect(sweepSize(experiment, experiment.sweep!)).toBe(points.length);
  return points;
}

/** `penalty 0.1 0` */
const lines = (points: readonly SweepPoint[]): string[] =>
  points.map(({ variant, assignments }) => [variant, ...Object.values(assignments)].join(' '));
const values = (range: object, key = 'penalty.alpha'): unknown[] =>
  expand({ [key]: range }).map(({ assignments }) => assignments[key]);

describe('A grid', () => {
  test('is every combination, the last key changing first', () => {
    const points = expand({ 'penalty.alpha': [0.1, 1, 10, 100], 'training.seed': [0, 1, 2] });
    // 4 · 3 = 12
    expect(lines(points)).toEqual([
      'penalty 0.1 0',
      'penalty 0.1 1',
      'penalty 0.1 2',
      'penalty 1 0',
      'penalty 1 1',
      'penalty 1 2',
      'penalty 10 0',
      'penalty 10 1',
      'penalty 10 2',
      'penalty 100 0',
      'penalty 100 1',
      'penalty 100 2',
    ]);
    expect(points[4]).toEqual({ variant: 'penalty', assignments: { 'penalty.alpha': 1, 'training.seed': 1 } });
  });

  test('trains all variants where no key names one', () => {
    expect(lines(expand({ 'training.seed': [0, 1] }))).toEqual([
      'baseline 0',
      'baseline 1',
      'penalty 0',
      'penalty 1',
      'lagrangian 0',
      'lagrangian 1',
    ]);
  });

  test('gives each variant the keys that are about it: their numbers add up', () => {
    // 3 alphas and 2 rates, each with 2 seeds: (3 + 2) · 2 = 10, not 3 · 2 · 2.
    const points = expand({
      'penalty.alpha': [1, 10, 100],
      'lagrangian.dualLearningRate': [1, 3],
      'training.seed': [0, 1],
    });
    expect(points).toHaveLength(10);
    expect(lines(points.slice(5, 7))).toEqual(['penalty 100 1', 'lagrangian 1 0']);
  });

  test('has a baseline beside the others where "variants" names it', () => {
    expect(lines(expand({ variants: ['penalty', 'baseline'], 'penalty.alpha': [1, 2] }))).toEqual([
      'baseline',
      'penalty 1',
      'penalty 2',
    ]);
  });

  test('holds texts, truth values and lists as they are', () => {
    const points = expand({ 'network.hidden': [[8], [8, 8]], 'penalty.form': ['exact'], 'penalty.polish': [true] });
    expect(points.map(({ assignments }) => assignments)).toEqual([
      { 'network.hidden': [8], 'penalty.form': 'exact', 'penalty.polish': true },
      { 'network.hidden': [8, 8], 'penalty.form': 'exact', 'penalty.polish': true },
    ]);
  });
});

describe('A range with a count', () => {
  test('has equal differences', () => {
    // (10 − 1)/3 = 3
    expect(values({ from: 1, to: 10, count: 4 })).toEqual([1, 4, 7, 10]);
    // 0.1 + 0.2 would be 0.30000000000000004.
    expect(values({ from: 0.1, to: 0.5, count: 5 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  test('has equal ratios with the scale "log"', () => {
    // 1e-4 · 10^(0, 1, 2, 3); and 2 · 4^(0, 1, 2).
    expect(values({ from: 1e-4, to: 1e-1, count: 4, scale: 'log' })).toEqual([1e-4, 1e-3, 1e-2, 1e-1]);
    expect(values({ from: 2, to: 32, count: 3, scale: 'log' })).toEqual([2, 8, 32]);
    // The middle of 1 and 1000 is √1000.
    expect(values({ from: 1, to: 1000, count: 3, scale: 'log' })).toEqual([1, 31.6227766017, 1000]);
  });

  test('is rounded for a field of whole numbers', () => {
    // 16 · (512/16)^(k/5) doubles each time; 10 to 99 in five steps is 22.25 apart.
    const sizes = (range: object): unknown[] => [...new Set(values(range, 'training.batchSize'))];
    expect(sizes({ from: 16, to: 512, count: 6, scale: 'log' })).toEqual([16, 32, 64, 128, 256, 512]);
    expect(sizes({ from: 10, to: 99, count: 5 })).toEqual([10, 32, 55, 77, 99]);
  });
});

describe('What is drawn at random', () => {
  test('is drawn together, not combined: so many points as "random" says', () => {
    const points = expand({
      random: 3,
      'penalty.alpha': { from: 1, to: 10_000, scale: 'log' },
      'penalty.boundMargin': { from: 0, to: 1 },
    });
    // Shares 0, ¼, ½ for the first key: 10^(4·share). Shares ¼, ½, ¾ for the second.
    expect(lines(points)).toEqual(['penalty 1 0.25', 'penalty 10 0.5', 'penalty 100 0.75']);
  });

  test('is combined with what stands in lists', () => {
    const points = expand({
      random: 2,
      'training.seed': [7, 8],
      'penalty.boundMargin': { from: 0, to: 8 },
    });
    // In the order of the keys: the seed, then the draws 0 and 8/4.
    expect(lines(points)).toEqual(['penalty 7 0', 'penalty 7 2', 'penalty 8 0', 'penalty 8 2']);
  });

  test('is the same for every variant, which then differ in nothing but themselves', () => {
    const points = expand({
      random: 2,
      'training.learningRate': { from: 0.1, to: 0.5 },
      variants: ['baseline', 'penalty'],
    });
    expect(lines(points)).toEqual(['baseline 0.1', 'baseline 0.2', 'penalty 0.1', 'penalty 0.2']);
  });

  test('has six digits, is whole where the field is, and stays inside', () => {
    const thirds: Draw = () => [1 / 3, 1 - 2 ** -24];
    const drawn = (key: string, range: object): unknown[] =>
      expand({ random: 2, [key]: range, variants: ['penalty'] }, thirds).map(({ assignments }) => assignments[key]);
    expect(drawn('penalty.boundMargin', { from: 0, to: 1 })).toEqual([0.333333, 1]);
    expect(drawn('training.epochs', { from: 1, to: 11 })).toEqual([4, 11]);
  });

  test('asks for the draws of its seed, a number for each key', () => {
    const asked: unknown[] = [];
    const draw: Draw = (...request) => {
      asked.push(request);
      return quarters(...request);
    };
    expand(
      {
        random: { count: 2, seed: 5 },
        'penalty.alpha': { from: 1, to: 2 },
        'penalty.learningRate': { from: 1, to: 2 },
      },
      draw,
    );
    expect(asked).toEqual([
      [5, 0, 2],
      [5, 1, 2],
    ]);
  });
});

describe('The text of a point', () => {
  test('is the file with its values, without the sweep, and with everything else as it was', () => {
    const text = `{
  // Rain.
  "data": { "source": "a.csv", "inputs": ["x"], "targets": ["y"] },
  "constraint": { "min": 0 },
  "variants": {
    "penalty": { "method": "penalty", "alpha": 10 } // what we had
  },
  "sweep": { "penalty.alpha": [1, 2], "training.seed": [3], "network.hidden": [[4]] }
}
`;
    const { experiment } = parseExperiment(text);
    const point = expandSweep(experiment!, experiment!.sweep!, quarters)[1]!;
    const written = pointText(text, experiment!, point);
    expect(written).toContain('{ "method": "penalty", "alpha": 2 } // what we had');
    expect(written).toContain('// Rain.');
    expect(written).not.toContain('sweep');
    const { experiment: trained, problems } = parseExperiment(written);
    expect(problems).toEqual([]);
    expect(trained!.training.seed).toBe(3);
    expect(trained!.network.hidden).toEqual([4]);
    expect(trained!.sweep).toBeUndefined();
  });
});
