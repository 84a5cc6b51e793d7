/** The order in which an epoch visits the training rows. */
import { randomStream, shuffledIndices } from './random';

/**
 * Batches of epoch `epoch` (from 0): every row index below `count` exactly once, shuffled anew each epoch by the seed.
 * The last batch may be smaller; it is kept.
 */
export function epochBatches(count: number, batchSize: number, seed: number, epoch: number): Uint32Array[] {
  const order = shuffledIndices(count, randomStream(seed, 'batches', epoch));
  const batches: Uint32Array[] = [];
  for (let start = 0; start < count; start += batchSize) batches.push(order.subarray(start, start + batchSize));
  return batches;
}
