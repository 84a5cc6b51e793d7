/** No diagnosis is told of runs in which nothing fails, at any measure: every method with its defaults, and the weather example. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { afterAll, describe, expect, test } from 'vitest';
import { METHODS } from '../../../extension/methods/registry';
import { A1, type Case, CaseFolder, examine } from './examine';

const cases = new CaseFolder();
afterAll(() => cases.remove());

const NOTHING = new Set<string>();
/** A quadratic penalty leaves a violation by its nature: the one diagnosis that the default settings of a method have. */
const EXPECTED: Readonly<Record<string, ReadonlySet<string>>> = { penalty: new Set(['doctor.penalty-too-weak']) };

const METHOD_NAMES = METHODS.map(({ name }) => name);
/** Heads that lead from one bound to the other need both. */
const constraintFor = (method: string, max: number): object => ({ min: 0, ...(method === 'sigmoid' && { max }) });

describe('The line fit of methods.md, A1, sixty-four times over in batches', () => {
  const source = cases.write('x,t', Array.from({ length: 64 }, () => A1).flat());

  test.for(METHOD_NAMES)('with %s', async (method) => {
    // Methods that keep the last layer's weights in a set need features that are not the inputs.
    const run = await examine(
      cases.experiment({
        data: { source, inputs: ['x'], targets: ['t'], validation: 0, standardize: false },
        network: { hidden: [8, 8], activation: 'relu' },
        constraint: constraintFor(method, 4),
        // Seed 0 draws weights that put all rows behind a ReLU head outside, which is a failure (failures.test.ts).
        training: { optimizer: 'adam', learningRate: 0.01, schedule: 'cosine', batchSize: 32, epochs: 300, seed: 1 },
        variants: { tested: { method } },
      }),
    );
    expect(run.ended.status).toBe('finished');
    expect(run.everTold).toEqual(EXPECTED[method] ?? NOTHING);
  });
});

describe('The weather example', () => {
  const folder = path.resolve(import.meta.dirname, '../../../examples/weather');
  const example = parse(readFileSync(path.join(folder, 'weather.orthant.json'), 'utf8'));
  const weather = (variant: { method: string }, training: object = {}): Case => ({
    folder,
    measures: 15,
    text: JSON.stringify({
      ...example,
      constraint: constraintFor(variant.method, 100),
      training: { ...example.training, ...training },
      variants: { tested: variant },
    }),
  });

  test.for(METHOD_NAMES)('for 30 epochs with %s', async (method) => {
    const run = await examine(weather({ method }, { epochs: 30 }));
    expect(run.ended.status).toBe('finished');
    expect(run.everTold).toEqual(EXPECTED[method] ?? NOTHING);
  });

  test.for(['baseline', 'lagrangian', 'augmented'])('in full with its variant %s', async (name) => {
    const run = await examine(weather(example.variants[name]));
    expect(run.everTold).toEqual(NOTHING);
  });

  test('in full with its penalty, which leaves rows outside and is told so', async () => {
    const run = await examine(weather(example.variants.penalty));
    expect(run.ended.summary.verdict.kind).toBe('infeasible');
    expect(run.codes).toEqual(['doctor.penalty-too-weak']);
  });
});
