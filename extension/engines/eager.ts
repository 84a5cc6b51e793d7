/**
 * The eager session: runs the step operation by operation on whatever tfjs backend is set. Slow and obvious, so it is
 * also what faster engines are judged by. Every tensor it makes is disposed by the time a call returns, but the state.
 */
import {
  dispose,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { StepInputs, StepOutputs, TrainingStep } from '../step/step';
import type { Batches, Session, SplitValues, TrainResult } from './engine';

/** Samples per forward pass when a whole split is measured: bounds memory, costs nothing in speed. */
const CHUNK = 4096;

export function createEagerSession(step: TrainingStep, initial: Readonly<Record<string, Float32Array>>): Session {
  const outputs = step.spec.network.layers.at(-1)!;
  const inputSize = step.spec.network.layers[0]!;
  const constants = mapRecord(step.constants, (values) => tensor(values));
  let state: Record<string, Tensor> = {};
  for (const { name, shape } of step.state) {
    const values = initial[name];
    if (values === undefined) throw new Error(`internal: no first value for ${name}`);
    state[name] = tensor(values.slice(), shape as number[], 'float32');
  }

  const matrix = (values: Float32Array, count: number, width: number): Tensor2D =>
    tensor2d(values, [count, width], 'float32');
  const scalarsOf = (values: Readonly<Record<string, number>>): Record<string, Scalar> =>
    mapRecord(values, (value) => scalar(value, 'float32'));
  const part = (values: Float32Array, from: number, count: number, width: number): Float32Array =>
    values.subarray(from * width, (from + count) * width);
  const rowsOf = (rows: Readonly<Record<string, Float32Array>>, count: number): Record<string, Tensor2D> =>
    mapRecord(rows, (values) => matrix(values, count, outputs));

  function train({ counts, inputs, targets, rows, scalars }: Batches): TrainResult {
    const result = {
      rows: mapRecord(rows, (values) => new Float32Array(values.length)),
      loss: new Float32Array(counts.length),
      penalty: new Float32Array(counts.length),
    };
    let from = 0;
    counts.forEach((count, index) => {
      const partOf = (values: Float32Array): Float32Array => part(values, from, count, outputs);
      const after = tidy(
        () =>
          step.run({
            constants,
            state,
            inputs: matrix(part(inputs, from, count, inputSize), count, inputSize),
            targets: matrix(partOf(targets), count, outputs),
            rows: rowsOf(mapRecord(rows, partOf), count),
            scalars: scalarsOf(mapRecord(scalars, (values) => values[index]!)),
          } as StepInputs) as never,
      ) as StepOutputs;
      for (const [name, values] of Object.entries(after.rows))
        result.rows[name]!.set(values.dataSync<'float32'>(), from * outputs);
      result.loss[index] = after.measures.loss.dataSync()[0]!;
      result.penalty[index] = after.measures.penalty.dataSync()[0]!;
      dispose([after.rows, after.measures, state] as never);
      state = after.state as Record<string, Tensor>;
      from += count;
    });
    return result;
  }

  function* chunks(count: number): Generator<{ from: number; count: number }> {
    for (let from = 0; from < count; from += CHUNK) yield { from, count: Math.min(CHUNK, count - from) };
  }

  return {
    stepsPerCall: 1,
    train: async (batches) => train(batches),
    predict: async (inputs, count) => {
      const result = new Float32Array(count * outputs);
      for (const chunk of chunks(count)) {
        const values = tidy(() =>
          step
            .predict(constants, state, matrix(part(inputs, chunk.from, chunk.count, inputSize), chunk.count, inputSize))
            .dataSync(),
        );
        result.set(values as Float32Array, chunk.from * outputs);
      }
      return result;
    },
    multipliers: async (values, rows, scalars) => {
      const count = values.length / outputs;
      let read: Record<string, Float32Array> | null = null;
      tidy(() => {
        const lambda = step.multipliers(
          constants,
          state,
          matrix(values, count, outputs),
          rowsOf(rows, count),
          scalarsOf(scalars),
        );
        if (lambda !== null) read = mapRecord(lambda, (value) => value.dataSync<'float32'>().slice());
      });
      return read;
    },
    residuals: async (values: SplitValues, multipliers) => {
      const objective: Record<string, Float64Array> = {};
      const constraint: Record<string, Float64Array> = {};
      for (const { from, count } of chunks(values.count)) {
        tidy(() => {
          const gradients = step.residuals(
            {
              constants,
              state,
              inputs: matrix(part(values.inputs, from, count, inputSize), count, inputSize),
              targets: matrix(part(values.targets, from, count, outputs), count, outputs),
            },
            mapRecord(multipliers, (lambda) => matrix(part(lambda, from, count, outputs), count, outputs)),
          );
          accumulate(objective, gradients.objective);
          accumulate(constraint, gradients.constraint);
        });
      }
      return { objective, constraint };
    },
    features: async (inputs, count) => {
      const width = step.spec.network.layers.at(-2)!;
      const result = new Float32Array(count * width);
      for (const chunk of chunks(count)) {
        const values = tidy(() =>
          step
            .features(state, matrix(part(inputs, chunk.from, chunk.count, inputSize), chunk.count, inputSize))
            .dataSync(),
        );
        result.set(values as Float32Array, chunk.from * width);
      }
      return result;
    },
    readState: async () => mapRecord(state, (value) => value.dataSync<'float32'>().slice()),
    writeState: async (values) => {
      for (const [name, written] of Object.entries(values)) {
        const { shape } = state[name]!;
        state[name]!.dispose();
        state[name] = tensor(written.slice(), shape, 'float32');
      }
    },
    dispose: () => dispose([state, constants] as never),
  };
}

function accumulate(sums: Record<string, Float64Array>, gradients: Readonly<Record<string, Tensor>>): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = gradient.dataSync();
    sums[name] ??= new Float64Array(values.length);
    const total = sums[name];
    for (let index = 0; index < values.length; index++) total[index]! += values[index]!;
  }
}

function mapRecord<From, To>(values: Readonly<Record<string, From>>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}
