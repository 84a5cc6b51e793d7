/** What an epoch of a variant takes, measures left out: what the table of methods compares with plain training. */
import { epochBatches } from '../../extension/data/batches';
import { Model } from '../../extension/trainer/model';
import { planOf } from '../../extension/trainer/plan';
import type { PreparedVariant } from '../../extension/trainer/prepare';

/** In which all variants take turns, so that a busy moment of the machine meets each of them. */
const ROUNDS = 6;
const EPOCHS = 40;

/** The shortest epoch of each, being the least disturbed, in milliseconds of the processor: other programs take time, too. */
export async function epochTimes(variants: readonly PreparedVariant[]): Promise<number[]> {
  const times = variants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, variant] of variants.entries()) times[index] = Math.min(times[index]!, await epochTime(variant));
  }
  return times;
}

async function epochTime(prepared: PreparedVariant): Promise<number> {
  const { batchSize, seed } = prepared.variant.training;
  const model = await Model.create(prepared, planOf(prepared));
  let shortest = Number.POSITIVE_INFINITY;
  try {
    let step = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      const batches = epochBatches(prepared.dataset.train.count, batchSize, seed, epoch);
      const begin = process.cpuUsage();
      for (let done = 0; done < batches.length; ) {
        const call = batches.slice(done, done + model.stepsPerCall);
        await model.trainBatches(call, step, epoch);
        step += call.length;
        done += call.length;
      }
      const { user, system } = process.cpuUsage(begin);
      shortest = Math.min(shortest, (user + system) / 1000);
    }
  } finally {
    model.dispose();
  }
  return shortest;
}
