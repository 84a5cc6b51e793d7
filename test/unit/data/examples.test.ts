import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadDataset } from '../../../extension/data/loadDataset';
import { parseExperiment } from '../../../extension/experiment/parse';
import { expandSweep } from '../../../extension/experiment/sweep/expand';
import { METHODS } from '../../../extension/methods/registry';

const examples = path.resolve(import.meta.dirname, '../../../examples');

const WEATHER = { inputSize: 4, train: 1169, validation: 292, zeroShare: [0.57, 0] };
const STROKES = { inputSize: 784, train: 1600, validation: 400, zeroShare: [0.6, 0] };

test.each([
  ['weather/weather.orthant.json', WEATHER],
  ['weather/race.orthant.json', WEATHER],
  ['strokes/strokes.orthant.json', STROKES],
  ['strokes/race.orthant.json', STROKES],
])('The example %s loads without a problem and has targets at their bound', async (name, expected) => {
  const file = path.join(examples, name);
  const { experiment, problems } = parseExperiment(readFileSync(file, 'utf8'));
  expect(problems).toEqual([]);
  const loaded = await loadDataset(experiment!, { directory: path.dirname(file), seed: 0 });
  expect(loaded.problems).toEqual([]);
  const { inputSize, train, validation, targets } = loaded.dataset!;
  expect({ inputSize, train: train.count, validation: validation.count }).toEqual({
    inputSize: expected.inputSize,
    train: expected.train,
    validation: expected.validation,
  });
  targets.forEach((_, column) => {
    const zeros = train.targets.filter((value, index) => index % 2 === column && value === 0).length;
    expect(zeros / train.count).toBeCloseTo(expected.zeroShare[column]!, 1);
    expect(Math.min(...train.targets)).toBeGreaterThanOrEqual(0);
  });
  const methods = Object.values(experiment!.variants).map(({ method }) => method);
  expect(methods).toEqual(expect.arrayContaining(['unconstrained', 'penalty', 'lagrangian', 'augmented-lagrangian']));
});

/** Two bounds, and an activation with a bounded range: positivity with relu has neither. */
const CANT_RACE = ['bounded-features', 'sigmoid'];

test.each(['weather', 'strokes'])(
  'Every method races on the %s, but for those that need other bounds or layers',
  (name) => {
    const { experiment } = parseExperiment(readFileSync(path.join(examples, name, 'race.orthant.json'), 'utf8'));
    const racing = new Set(Object.values(experiment!.variants).map(({ method }) => method));
    expect([...racing, ...CANT_RACE].sort()).toEqual(METHODS.map((method) => method.name).sort());
  },
);

test('The example of a sweep loads without a problem and has three baselines and nine penalties', async () => {
  const file = path.join(examples, 'weather/sweep.orthant.json');
  const { experiment, problems } = parseExperiment(readFileSync(file, 'utf8'));
  expect(problems).toEqual([]);
  const { problems: ofData } = await loadDataset(experiment!, { directory: path.dirname(file), seed: 0 });
  expect(ofData).toEqual([]);
  const points = expandSweep(experiment!, experiment!.sweep!, () => []);
  const alphas = points.map(({ variant, assignments }) => `${variant} ${assignments['penalty.alpha'] ?? ''}`.trim());
  const three = (name: string): string[] => [name, name, name];
  expect(alphas).toEqual(['baseline', 'penalty 1', 'penalty 10', 'penalty 100'].flatMap(three));
});
