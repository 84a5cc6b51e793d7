/**
 * The checkpoint of a run: all that training goes on from, to the last bit. The tensors (parameters, optimizer moments,
 * multipliers, slacks) are the state; what else a step takes follows from the position and the seed: the order of the
 * rows, schedules and coefficients are functions of the step, and no generator is carried along.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { RUN_FILES } from '../protocol/runFiles';
import { decodeTensors, type NamedTensor } from './safetensors';

export interface CheckpointPosition {
  /** Completed epochs. */
  readonly epoch: number;
  /** Completed steps; within an epoch where it is no multiple of the steps of one. */
  readonly step: number;
  readonly seed: number;
  /** Training time up to there, without pauses. */
  readonly elapsedMs: number;
  /** Sums over the batches of the epoch under way, for the means that its measure tells. */
  readonly epochLosses: LossSums;
}

export interface LossSums {
  readonly count: number;
  readonly loss: number;
  readonly penalty: number;
}

export interface RecordedCheckpoint extends CheckpointPosition {
  readonly tensors: readonly NamedTensor[];
}

/** A checkpoint that can't be read; the message names the file, the reason and what to do. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** Numbers as JSON, which gives a double back to the last bit. */
export function checkpointMetadata(position: CheckpointPosition): Record<string, string> {
  const { epoch, step, seed, elapsedMs, epochLosses } = position;
  return {
    epoch: String(epoch),
    step: String(step),
    seed: String(seed),
    elapsedMs: String(elapsedMs),
    epochLosses: JSON.stringify(epochLosses),
  };
}

const wholeNumber = z.coerce.number().int().nonnegative();
const sums = z.object({ count: z.number(), loss: z.number(), penalty: z.number() });

/** Earlier versions kept checkpoints at ends of epochs only, and no time. */
const metadataSchema = z.object({
  epoch: wholeNumber,
  step: wholeNumber,
  seed: wholeNumber,
  elapsedMs: z.coerce.number().nonnegative().default(0),
  epochLosses: z
    .string()
    .default('{"count":0,"loss":0,"penalty":0}')
    .transform((text) => sums.parse(JSON.parse(text))),
});

/**
 * `null` when the run has none: it was killed within its first seconds.
 * @throws CheckpointError when it can't be read.
 */
export function readCheckpoint(folder: string): RecordedCheckpoint | null {
  const file = path.join(folder, RUN_FILES.checkpoint);
  try {
    const { tensors, metadata } = decodeTensors(readFileSync(file));
    return { ...metadataSchema.parse(metadata), tensors };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const reason = error instanceof z.ZodError ? 'it does not say after which step it was taken' : String(error);
    throw new CheckpointError(
      `${file} can't be read: ${reason}. Delete it to train the run again from its beginning, or train the variant anew.`,
    );
  }
}
