/** Training time without pauses, and when the next measure is due. */

/** Live events are bounded whatever the step rate; people see about ten a second. */
const MEASURE_INTERVAL_MS = 100;
/** Measuring may take about this share of the time, so that to watch a training costs next to nothing. */
const MEASURE_SHARE = 0.02;
/** Long runs thin out their measures, so that a history stays within a few thousand entries. */
const MEASURES_PER_DURATION = 600;
/** A training that is over in a moment is measured so often all the same: for the shape of its curves and the doctor … */
const MEASURES_AT_LEAST = 20;
/** … as long as all measures together have taken less than this. */
const FREE_MEASURES_MS = 10;

export class Clock {
  lastMeasure: number;
  /** What the last two measures cost, copies of the state included. */
  #measureCostsMs: readonly [number, number] = [0, 0];
  #spentOnMeasuresMs = 0;
  #shareAtLastMeasure = 0;
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

  /** `share` of the training was done, 0 to 1. */
  measured(costMs: number, share: number): void {
    this.#measureCostsMs = [this.#measureCostsMs[1], costMs];
    this.#spentOnMeasuresMs += costMs;
    this.#shareAtLastMeasure = share;
    this.lastMeasure = Date.now();
  }

  /** `share` of the training is done, 0 to 1. */
  isMeasureDue(share: number): boolean {
    const hasComeFar = share - this.#shareAtLastMeasure >= 1 / MEASURES_AT_LEAST;
    if (hasComeFar && this.#spentOnMeasuresMs < FREE_MEASURES_MS) return true;
    const interval = Math.max(
      MEASURE_INTERVAL_MS,
      this.elapsedMs() / MEASURES_PER_DURATION,
      // The first one, and one now and then, has other work in it.
      Math.min(...this.#measureCostsMs) / MEASURE_SHARE,
    );
    return Date.now() - this.lastMeasure >= interval;
  }
}
