/** What is trained, and its weights and data: seeded, so that every run of the benchmark trains the same thing. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type RandomStream, randomStream } from '../../extension/data/random';
import { penalty } from '../../extension/methods/penalty';
import { initializeParameters } from '../../extension/network/initialize';
import type { NetworkShape } from '../../extension/network/network';
import type { Case } from './protocol';

const SEED = 0;
/** The method's own default, so that the benchmark times what an experiment file without a field gets. */
const ALPHA = penalty.fields.parse({}).alpha as number;

const common = { learningRate: 0.001, alpha: ALPHA, minimum: 0 };
/** The network of the original question. */
const question = { ...common, layers: [784, 784, 784, 2] };

export const CASES: readonly Case[] = [
  { ...question, name: '784-batch-32', title: '784-784-784-2, batch 32', batchSize: 32, poolBatches: 64 },
  { ...question, name: '784-batch-128', title: '784-784-784-2, batch 128', batchSize: 128, poolBatches: 32 },
  { ...question, name: '784-batch-1024', title: '784-784-784-2, batch 1024', batchSize: 1024, poolBatches: 16 },
  {
    ...common,
    name: '64-batch-32',
    title: '3-64-64-2, batch 32',
    layers: [3, 64, 64, 2],
    batchSize: 32,
    poolBatches: 256,
  },
];

export function networkOf({ layers }: Case): NetworkShape {
  return { layers, activation: 'relu' };
}

export interface Pool {
  /** Row-major, weights `[in, out]`. */
  readonly parameters: Record<string, Float32Array>;
  /** `[poolBatches · batchSize · inputs]`, standard normal. */
  readonly inputs: Float32Array;
  /**
   * `[poolBatches · batchSize · outputs]`: a projection of the inputs folded to the positive side, with as much noise
   * again, so that the bound is at work and the loss keeps a floor.
   */
  readonly targets: Float32Array;
}

export function makePool(shape: Case): Pool {
  const { layers, batchSize, poolBatches } = shape;
  const weights = randomStream(SEED, 'weights');
  const data = randomStream(SEED, 'batches');
  const rows = batchSize * poolBatches;
  const inputSize = layers[0]!;
  const outputSize = layers.at(-1)!;
  const inputs = Float32Array.from({ length: rows * inputSize }, normals(data));
  const normal = normals(data);
  const directions = Float32Array.from({ length: outputSize * inputSize }, () => normal() / Math.sqrt(inputSize));
  const targets = new Float32Array(rows * outputSize);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputSize; output++) {
      let projected = 0;
      for (let input = 0; input < inputSize; input++) {
        projected += inputs[row * inputSize + input]! * directions[output * inputSize + input]!;
      }
      targets[row * outputSize + output] = Math.abs(projected + normal());
    }
  }
  return { parameters: initializeParameters(networkOf(shape), () => weights.uniform()), inputs, targets };
}

/** Lays the case out for contestants; parameters one after the other in the network's order. */
export function writePool(folder: string, pool: Pool): void {
  const write = (name: string, values: Float32Array): void =>
    writeFileSync(path.join(folder, `${name}.f32`), Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  write('inputs', pool.inputs);
  write('targets', pool.targets);
  write('parameters', Float32Array.from(Object.values(pool.parameters).flatMap((values) => [...values])));
}

/** Standard normal numbers: Box and Muller's transform, both of each pair. */
function normals(stream: RandomStream): () => number {
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()));
    const angle = 2 * Math.PI * stream.uniform();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
