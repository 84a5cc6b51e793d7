/**
 * The bare loop: `session.train` on batches that lie ready in memory, one call after the other, and nothing else. The
 * one place that knows how a call's batches are handed to a session.
 */
import type { Session } from '../../extension/engines/engine';
import type { TrainingStep } from '../../extension/step/step';

/** Batches one after the other, row-major float32. */
export interface StackedBatches {
  /** Rows of each batch. */
  readonly counts: readonly number[];
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

export interface BareLoopOptions {
  readonly session: Session;
  readonly step: TrainingStep;
  readonly batches: StackedBatches;
  /** Of step `step`, counted from 0. */
  learningRate(step: number): number;
}

/** Trains `counts.slice(from, to)` of `batches` as steps `firstStep`, …; the loss of each before its update. */
export async function trainBare(
  { session, step, batches, learningRate }: BareLoopOptions,
  { from, to, firstStep, epoch }: { from: number; to: number; firstStep: number; epoch: number },
): Promise<number[]> {
  if (step.rowNames.length > 0) throw new Error('internal: the bare loop keeps no rows; use a method without any');
  const { layers } = step.spec.network;
  const losses: number[] = [];
  let row = sum(batches.counts.slice(0, from));
  for (let index = from; index < to; ) {
    // Read anew each time: a session may change its mind as it learns how long steps take.
    const counts = batches.counts.slice(index, Math.min(to, index + session.stepsPerCall));
    const rows = sum(counts);
    const part = (values: Float32Array, width: number) => values.subarray(row * width, (row + rows) * width);
    const { loss } = await session.train({
      counts,
      inputs: part(batches.inputs, layers[0]!),
      targets: part(batches.targets, layers.at(-1)!),
      rows: {},
      scalars: scalarsOf(step, counts.length, (offset) => {
        const position = firstStep + index - from + offset;
        return { step: position, epoch, steps: to, epochs: epoch + 1, learningRate: learningRate(position) };
      }),
    });
    losses.push(...loss);
    index += counts.length;
    row += rows;
  }
  return losses;
}

/** Per name, `[steps]`. */
function scalarsOf(
  step: TrainingStep,
  steps: number,
  positionOf: (offset: number) => Parameters<TrainingStep['scalars']>[0],
): Record<string, Float32Array> {
  const values = Object.fromEntries(step.scalarNames.map((name) => [name, new Float32Array(steps)]));
  for (let offset = 0; offset < steps; offset++) {
    for (const [name, value] of Object.entries(step.scalars(positionOf(offset)))) values[name]![offset] = value;
  }
  return values;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
