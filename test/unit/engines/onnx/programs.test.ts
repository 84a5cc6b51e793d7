import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { printGraph } from '../../../../extension/engines/onnx/print';
import {
  compileMultipliers,
  compilePrediction,
  compileResiduals,
  compileStep,
  traceTraining,
} from '../../../../extension/engines/onnx/programs';
import { verify } from '../../../../extension/engines/onnx/verify';
import { METHODS } from '../../../../extension/methods/registry';
import { expectSameRecords, runGraph, type Tolerance } from './running';
import { coveringSteps, METHOD_CHOICES, midway, OPTIMIZERS, stepOf } from './steps';

beforeAll(async () => {
  await setBackend('cpu');
});

/**
 * A rewritten step adds and multiplies in another order: a few units in the last place of float32, which a division by
 * a small number (√V + ε, 1 + 4·c·s²) makes somewhat larger.
 */
const REORDERED: Tolerance = { relative: 1e-5, floor: 1 };
const BATCH = 5;

test('The choices of the methods are known: a method with a new one is tested without a word', () => {
  expect([...new Set(METHOD_CHOICES.map(({ method }) => method))]).toEqual(METHODS.map(({ name }) => name));
  const choices = METHOD_CHOICES.filter(({ method }) => method === 'lagrangian').map(({ fields }) => fields);
  // Every two options meet, in fewer than all 2·3·2 combinations.
  const met = (one: string, other: string): number =>
    new Set(choices.map((fields) => `${fields[one]} ${fields[other]}`)).size;
  expect([met('slackStep', 'order'), met('slackStep', 'reduction'), met('order', 'reduction')]).toEqual([6, 4, 6]);
  expect(choices.length).toBeLessThan(12);
});

describe('A compiled step computes what was traced, in fewer nodes', () => {
  test.for(coveringSteps())('$title', async ({ step, seed }) => {
    const traced = traceTraining(step, BATCH);
    const compiled = compileStep(step, BATCH);
    verify(compiled, 'compiling');
    expect(compiled.nodes.length).toBeLessThan(traced.nodes.length * 0.85);
    const text = printGraph(compiled);
    expect(text).not.toMatch(/\?|undefined/);
    expect(printGraph(compileStep(step, BATCH))).toBe(text);
    const given = midway(step, traced, seed);
    expectSameRecords(await runGraph(compiled, given), await runGraph(traced, given), REORDERED);
  });
});

describe('The graph of a step', () => {
  test('of plain descent makes each update of a weight matrix one product', () => {
    const step = stepOf({ method: 'penalty', fields: {}, optimizer: OPTIMIZERS[0], bounds: 'lower' });
    const { nodes } = compileStep(step, 4);
    // Three layers forward, two gradients back, three updates.
    expect(nodes.filter(({ operator }) => operator === 'Gemm')).toHaveLength(3 + 2 + 3);
  });

  test('of Adam updates all parameters at once', () => {
    const step = stepOf({ method: 'unconstrained', fields: {}, optimizer: OPTIMIZERS[2] });
    const nodes = compileStep(step, 4).nodes.map(({ operator }) => operator);
    // √V once, whatever the number of layers.
    expect(nodes.filter((operator) => operator === 'Sqrt')).toHaveLength(1);
  });

  test('has nothing of the bounds when the method is unconstrained', () => {
    const { constants } = compileStep(stepOf({ method: 'unconstrained', fields: {}, bounds: 'both' }), 4);
    const vectors = constants.filter(({ type, elements }) => type === 'float32' && elements.length > 1);
    expect(vectors).toEqual([]);
  });
});

describe('The graph of', () => {
  const step = stepOf({ method: 'penalty', fields: {}, layers: [3, 4, 2], bounds: 'one of two targets' });

  test('a prediction is the layers', () => {
    expect(printGraph(compilePrediction(step, 7))).toMatchInlineSnapshot(`
      "input   inputs  f32[7,3]
      input   0.weight  f32[3,4]
      input   0.bias  f32[4]
      input   2.weight  f32[4,2]
      input   2.bias  f32[2]
      v0 = Gemm(inputs, 0.weight, 0.bias)  f32[7,4]
      v1 = Relu(v0)  f32[7,4]
      v2 = Gemm(v1, 2.weight, 2.bias)  f32[7,2]
      output  outputs = v2
      "
    `);
  });

  test('the multipliers gives one per side, and there is none where the method implies none', () => {
    const { outputs } = compileMultipliers(step, 7)!;
    expect(outputs.map(({ name, value }) => `${name} [${value.shape}]`)).toEqual([
      'multipliers.lower [7,2]',
      'multipliers.upper [7,2]',
    ]);
    expect(compileMultipliers(stepOf({ method: 'unconstrained', fields: {} }), 7)).toBeNull();
  });

  test('the residuals gives both gradients per parameter', () => {
    const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
    const { inputs, outputs } = compileResiduals(step, 7);
    expect(inputs.map(({ name }) => name)).toEqual([
      'multipliers.lower',
      'multipliers.upper',
      ...names,
      'inputs',
      'targets',
    ]);
    expect(outputs.map(({ name }) => name)).toEqual([
      ...names.map((name) => `objective.${name}`),
      ...names.map((name) => `constraint.${name}`),
    ]);
  });
});
