/** What the exact solvers refuse: a problem that has no answer whatever the method. */

export type IllPosedReason = 'shape' | 'not-finite' | 'crossed-bounds' | 'no-constant';

/** Thrown before or instead of an answer; `reason` is for callers, the message for people. */
export class IllPosedError extends Error {
  constructor(
    readonly reason: IllPosedReason,
    message: string,
  ) {
    super(message);
    this.name = 'IllPosedError';
  }
}
