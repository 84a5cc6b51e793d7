/** What ended a training that was not meant to end: where it was, and why, in words for the person who reads the run. */
import { type FoundSnapshots, NO_SNAPSHOTS } from './snapshots';

/** Wraps whatever was thrown while training. */
export class TrainingFailure extends Error {
  override readonly name = 'TrainingFailure';

  /** `step` steps of `epoch` whole epochs were done; `snapshots` are kept. */
  constructor(
    readonly step: number,
    readonly epoch: number,
    cause: unknown,
    readonly snapshots: FoundSnapshots = NO_SNAPSHOTS,
  ) {
    super(explain(step, cause), { cause });
  }
}

function explain(step: number, cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const where = step === 0 ? 'before its first step' : `after step ${step}`;
  if (/memory|alloc|array length/i.test(message)) {
    return `Training ran out of memory ${where} (${message}). Use a smaller "batchSize", narrower "hidden" layers or fewer rows; what was recorded, with the last good checkpoint, is kept.`;
  }
  return `Training failed ${where}: ${message}`;
}
