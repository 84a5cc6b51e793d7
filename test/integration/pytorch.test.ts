/**
 * Parity with PyTorch itself: the same first weights and batches of the weather example, 200 steps, the loop written
 * as a PyTorch user would (test/parity/reference.py).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { epochBatches } from '../../extension/data/batches';
import type { Dataset } from '../../extension/data/dataset';
import { randomStream } from '../../extension/data/random';
import { findMethod } from '../../extension/methods/registry';
import { initializeParameters } from '../../extension/network/initialize';
import { Model } from '../../extension/trainer/model';
import { prepare } from '../../extension/trainer/prepare';
import { ROOT } from './cli';
import { findPyTorch, trainInPyTorch } from './pytorch';

const STEPS = 200;
const python = findPyTorch();

const CASES = [
  { method: 'unconstrained', fields: {} },
  { method: 'penalty', fields: { alpha: 10 } },
  {
    method: 'lagrangian',
    fields: { damping: 1, dualLearningRate: 0.5, slackStep: 'gradient', slackLearningRate: 0.05, slackNudge: 0.1 },
  },
  { method: 'augmented-lagrangian', fields: { penaltyCoefficient: 2, dualLearningRate: 1 } },
] as const;
const OPTIMIZERS = [
  { name: 'sgd', momentum: 0, learningRate: 0.05 },
  { name: 'sgd', momentum: 0.9, learningRate: 0.01 },
  { name: 'adam', momentum: 0, learningRate: 0.003 },
] as const;

// Skipped where there is no PyTorch; findPyTorch has said so.
describe.skipIf(python === null).each(['onnx', 'wasm'] as const)(
  '200 steps on engine %s agree with PyTorch',
  (engine) => {
    for (const { name, momentum, learningRate } of OPTIMIZERS) {
      test.for(CASES)(`for $method with ${name}, momentum ${momentum}`, async ({ method, fields }) => {
        const experimentPath = path.join(ROOT, 'examples/weather/weather.orthant.json');
        const experiment = JSON.parse(readFileSync(experimentPath, 'utf8').replace(/(^|\s)\/\/.*$/gm, '')) as Record<
          string,
          unknown
        >;
        experiment.training = { optimizer: name, momentum, learningRate, batchSize: 64, epochs: 11, seed: 3 };
        experiment.variants = { tested: { method, ...fields } };
        const { variants, problems } = await prepare({
          experimentPath,
          text: JSON.stringify(experiment),
          engine,
        });
        expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        const prepared = variants![0]!;
        const { dataset } = prepared;

        const shape = { layers: [4, 64, 64, 2], activation: 'relu' as const };
        const stream = randomStream(3, 'weights');
        const initialParameters = initializeParameters(shape, () => stream.uniform());
        const model = await Model.create({ ...prepared, initialParameters });
        const losses: number[] = [];
        const batches: Uint32Array[] = [];
        for (let epoch = 0; batches.length < STEPS; epoch++) {
          const left = epochBatches(dataset.train.count, 64, 3, epoch).slice(0, STEPS - batches.length);
          while (left.length > 0) {
            const call = left.splice(0, model.stepsPerCall);
            const result = await model.trainBatches(call, batches.length, epoch);
            losses.push(...result.loss);
            batches.push(...call);
          }
        }
        const state = Object.fromEntries((await model.state()).map((tensor) => [tensor.name, tensor.values]));

        const scaled = scaledRows(dataset);
        const { mean, deviation } = dataset.targetScaling;
        const reference = trainInPyTorch(python!, {
          layers: shape.layers,
          parameters: Object.fromEntries(
            Object.entries(initialParameters).map(([parameter, values]) => [
              parameter,
              transposed(parameter, values, shape.layers),
            ]),
          ),
          ...scaled,
          batches: batches.map((batch) => [...batch]),
          min: Array.from(mean, (value, target) => Math.fround((0 - value) / deviation[target]!)),
          method,
          fields: { ...findMethod(method)!.fields.parse(fields) },
          optimizer: { name, momentum },
          learningRate,
        });

        // float32 on both sides, summed in other orders, over 200 steps: 1e-4 relative.
        expect(relativeDifference(losses, reference.losses)).toBeLessThan(1e-4);
        for (const [parameter, values] of Object.entries(reference.parameters)) {
          const own = transposed(parameter, state[parameter]!, shape.layers);
          expect(relativeDifference(own, values), parameter).toBeLessThan(1e-3);
        }
        for (const [row, values] of Object.entries(reference.rows)) {
          expect(relativeDifference([...state[`rows.lower.${row}`]!], values), row).toBeLessThan(1e-3);
        }
        model.dispose();
      });
    }
  },
);

/** Largest difference over the largest magnitude. */
function relativeDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  const scale = Math.max(...b.map(Math.abs), 1e-12);
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]!))) / scale;
}

function scaledRows(dataset: Dataset): {
  inputs: number[][];
  targets: number[][];
} {
  const rows = (values: Float32Array, { mean, deviation }: { mean: Float64Array; deviation: Float64Array }) =>
    Array.from({ length: dataset.train.count }, (_, row) =>
      Array.from(mean, (_m, column) =>
        Math.fround((values[row * mean.length + column]! - mean[column]!) / deviation[column]!),
      ),
    );
  return {
    inputs: rows(dataset.train.inputs, dataset.inputScaling),
    targets: rows(dataset.train.targets, dataset.targetScaling),
  };
}

/** Weights `[in, out]` as PyTorch's `[out, in]`; biases as they are. */
function transposed(parameter: string, values: Float32Array, layers: readonly number[]): number[] {
  if (!parameter.endsWith('.weight')) return [...values];
  const layer = Number(parameter.split('.')[0]) / 2;
  const [inputs, outputs] = [layers[layer]!, layers[layer + 1]!];
  return Array.from(
    { length: values.length },
    (_, index) => values[(index % inputs) * outputs + Math.floor(index / inputs)]!,
  );
}
