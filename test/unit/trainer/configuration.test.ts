import { expect, test } from 'vitest';
import type { Dataset, Split } from '../../../extension/data/dataset';
import { parseExperiment } from '../../../extension/experiment/parse';
import { resolveVariant } from '../../../extension/experiment/schema';
import { configurationOf, resolvedExperiment } from '../../../extension/trainer/configuration';

const EXPERIMENT = {
  data: { source: 'a.csv', inputs: ['x'], targets: ['y'] },
  constraint: { min: 0 },
  training: { seed: 0, epochs: 5 },
  variants: { penalty: { method: 'penalty', alpha: 10 }, other: { method: 'penalty', alpha: 10 } },
};

/** Of one input and one target, `values` by turns; rows with the numbers in `heldOut` are held out. */
function datasetOf(values: readonly number[] = [1, 2, 3, 4, 5, 6], heldOut: readonly number[] = []): Dataset {
  const numbers = values.slice(values.length / 2).map((_, index) => index + 1);
  const split = (rows: number[]): Split => ({
    count: rows.length,
    inputs: Float32Array.from(rows, (row) => values[2 * row - 2]!),
    targets: Float32Array.from(rows, (row) => values[2 * row - 1]!),
    rowNumbers: Uint32Array.from(rows),
  });
  const train = split(numbers.filter((row) => !heldOut.includes(row)));
  const validation = split(numbers.filter((row) => heldOut.includes(row)));
  return { inputSize: 1, targets: [{ name: 'y' }], train, validation } as unknown as Dataset;
}

function variantOf(change: object, name = 'penalty', experimentPath = '/a/x.orthant.json') {
  const { experiment, problems } = parseExperiment(JSON.stringify({ ...EXPERIMENT, ...change }));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { experiment: experiment!, experimentPath, variant: resolveVariant(experiment!, name)!, dataset: datasetOf() };
}
const configuration = (...asked: Parameters<typeof variantOf>): string => configurationOf(variantOf(...asked));

test('Runs that differ only in their seed have one configuration, wherever the seed stands', () => {
  const first = configuration({});
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(configuration({ training: { seed: 7, epochs: 5 } })).toBe(first);
  const own = { ...EXPERIMENT.variants, penalty: { method: 'penalty', alpha: 10, seed: 7 } };
  expect(configuration({ variants: own })).toBe(first);
});

test('A default that is written out, a comment or a sweep beside makes no other configuration', () => {
  const first = configuration({});
  expect(configuration({ training: { seed: 0, epochs: 5, batchSize: 32 } })).toBe(first);
  expect(configuration({ sweep: { 'training.seed': [0, 1] } })).toBe(first);
});

test('Anything else that differs makes another: a setting, a field, a column, the bounds, the variant, the experiment', () => {
  const all = [
    configuration({}),
    configuration({ training: { seed: 0, epochs: 6 } }),
    configuration({ variants: { penalty: { method: 'penalty', alpha: 11 } } }),
    configuration({ data: { source: 'a.csv', inputs: ['z'], targets: ['y'] } }),
    configuration({ constraint: { min: 1 } }),
    configuration({ network: { hidden: [4] } }),
    configuration({}, 'other'),
    configuration({}, 'penalty', '/b/x.orthant.json'),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test('The same data held out otherwise are the same configuration, as each seed draws its own rows', () => {
  const on = (dataset: Dataset): string => configurationOf({ ...variantOf({}), dataset });
  const first = on(datasetOf());
  expect(on(datasetOf([1, 2, 3, 4, 5, 6], [1]))).toBe(first);
  expect(on(datasetOf([1, 2, 3, 4, 5, 6], [2, 3]))).toBe(first);
});

test('Data that have changed since, by a value, a row or their order, are another, and so are other weights to start from', () => {
  const on = (dataset: Dataset, fingerprint?: string): string =>
    configurationOf({
      ...variantOf({}),
      dataset,
      ...(fingerprint !== undefined && { startWeights: { file: 'w', fingerprint, layers: [] } }),
    });
  const all = [
    on(datasetOf()),
    on(datasetOf([1, 2, 3, 4, 5, 7], [1])),
    on(datasetOf([1, 2, 3, 4])),
    on(datasetOf([3, 4, 1, 2, 5, 6])),
    on(datasetOf(), 'aa'),
    on(datasetOf(), 'bb'),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test('What a run records as resolved has every default, and no sweep', () => {
  const resolved = resolvedExperiment(variantOf({ sweep: { 'training.seed': [0, 1] } }));
  expect(resolved).toMatchObject({
    training: { batchSize: 32, seed: 0 },
    method: { name: 'penalty', form: 'quadratic' },
  });
  expect(resolved).not.toHaveProperty('sweep');
});
