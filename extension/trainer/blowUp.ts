/**
 * Finds which quantity of a training that diverged blew up first: trains again from the last good state, which gives the
 * same numbers to the last bit, and looks at their sizes on the way. Nothing of it is kept.
 */
import { epochBatches } from '../data/batches';
import { type BlowUp, firstToBlowUp, type Magnitudes, type Quantity } from '../doctor/blowUp';
import type { NamedArray } from '../network/fold';
import type { Model } from './model';

/** The last good state is some seconds old at most; a training that needs longer than this to fail again is not told. */
const BUDGET_MS = 4_000;
/** Numbers in a state, of which three copies are held: 240 MB at most. */
const MOST_VALUES = 2e7;

export interface DivergedTraining {
  readonly model: Model;
  /** The last good state, after `step` whole steps. */
  readonly from: { readonly step: number; readonly tensors: readonly NamedArray[] };
  /** The step that was not finite any more, counted from 1. */
  readonly until: number;
  readonly samples: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** `null` when no quantity grew beyond measure, or not in time, or the engine would not train once more. */
export async function findBlowUp(training: DivergedTraining): Promise<BlowUp | null> {
  try {
    return await retrainAndFind(training);
  } catch {
    // The divergence is what the run ends with; that nothing more is known of it is no failure of its own.
    return null;
  }
}

async function retrainAndFind({ model, from, until, ...plan }: DivergedTraining): Promise<BlowUp | null> {
  if (from.tensors.reduce((sum, { values }) => sum + values.length, 0) > MOST_VALUES) return null;
  const deadline = Date.now() + BUDGET_MS;
  const batchesOf = rememberLast((epoch: number) => epochBatches(plan.samples, plan.batchSize, plan.seed, epoch));
  const stepsPerEpoch = Math.ceil(plan.samples / plan.batchSize);
  const start = magnitudes(from.step, from.tensors, null);

  /** By calls of up to `most` steps, until something blew up; `before` is the state before the call in which it did. */
  const retrain = async (
    { step, tensors }: DivergedTraining['from'],
    most: () => number,
  ): Promise<{ blowUp: BlowUp; before: DivergedTraining['from'] } | null> => {
    await model.restore(tensors);
    let before = { step, tensors };
    let sizesBefore = magnitudes(step, tensors, null);
    while (before.step < until && Date.now() < deadline) {
      const epoch = Math.floor(before.step / stepsPerEpoch);
      const place = before.step % stepsPerEpoch;
      const call = batchesOf(epoch).slice(place, Math.min(place + most(), place + until - before.step));
      const { loss } = await model.trainBatches(call, before.step, epoch);
      const after = { step: before.step + call.length, tensors: await model.state() };
      const sizes = magnitudes(after.step, after.tensors, loss.at(-1)!);
      const blowUp = firstToBlowUp([start, sizesBefore, sizes]);
      if (blowUp !== null) return { blowUp, before };
      [before, sizesBefore] = [after, sizes];
    }
    return null;
  };

  const roughly = await retrain(from, () => model.stepsPerCall);
  if (roughly === null) return null;
  const exactly = await retrain(roughly.before, () => 1);
  return (exactly ?? roughly).blowUp;
}

/** `loss` is that of the last batch, before its step; `null` where there was none. */
function magnitudes(step: number, tensors: readonly NamedArray[], loss: number | null): Magnitudes {
  const sizes: Partial<Record<Quantity, number>> = {};
  const count = (quantity: Quantity, size: number): void => {
    const known = sizes[quantity] ?? 0;
    // NaN is larger than all numbers here, and stays.
    sizes[quantity] = Number.isNaN(known) || known > size ? known : size;
  };
  for (const { name, values } of tensors) {
    const quantity = quantityOf(name);
    if (quantity !== null) count(quantity, largest(values));
  }
  // As far as outputs are off: of a squared error the root, and of another one the error itself is of the same order.
  count('outputs', loss === null ? 0 : Math.sqrt(Math.abs(loss)));
  return { step, sizes };
}

/** By the names of the model's state; an optimizer's moments follow the weights. */
function quantityOf(name: string): Quantity | null {
  if (name.startsWith('optimizer.')) return null;
  switch (/^(?:rows|outputs)\.(?:.*\.)?(\w+)$/.exec(name)?.[1]) {
    case undefined:
      return 'weights';
    case 'slack':
      return 'slacks';
    case 'coefficient':
      return 'coefficients';
    default:
      // Multipliers, and the integrals and averages that controllers make them of.
      return 'multipliers';
  }
}

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) {
    if (!(Math.abs(value) <= most)) most = Math.abs(value);
    if (Number.isNaN(most)) return most;
  }
  return most;
}

function rememberLast<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  let last: { key: Key; value: Value } | null = null;
  return (key) => {
    if (last === null || last.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
