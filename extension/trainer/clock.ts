/** Training time without pauses, and when the next measure is due. */

/** Live events are bounded whatever the step rate; people see about ten a second. */
const MEASURE_INTERVAL_MS = 100;
/** Measuring may take at most this share of the time, so that a large data set does not train at half speed. */
const MEASURE_SHARE = 0.2;
/** Long runs thin out their measures, so that a history stays within a few thousand entries. */
const MEASURES_PER_DURATION = 600;

export class Clock {
  /** What the last measure cost, its checkpoint in memory included. */
  measureCostMs = 0;
  lastMeasure: number;
  readonly #begin: number;
  #pausedMs = 0;
  #pausedSince: number | null = null;

  constructor(begin: number) {
    this.#begin = begin;
    this.lastMeasure = begin;
  }

  elapsedMs(): number {
    return (this.#pausedSince ?? Date.now()) - this.#begin - this.#pausedMs;
  }

  pause(): void {
    this.#pausedSince = Date.now();
  }

  resume(): void {
    if (this.#pausedSince !== null) this.#pausedMs += Date.now() - this.#pausedSince;
    this.#pausedSince = null;
  }

  isMeasureDue(): boolean {
    const interval = Math.max(
      MEASURE_INTERVAL_MS,
      this.elapsedMs() / MEASURES_PER_DURATION,
      this.measureCostMs / MEASURE_SHARE,
    );
    return Date.now() - this.lastMeasure >= interval;
  }
}
