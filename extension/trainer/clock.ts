/** Training time without pauses, and when the next measure is due. */

/** Live events are bounded whatever the step rate; people see about ten a second. */
const MEASURE_INTERVAL_MS = 100;
/** Measuring may take about this share of the time, so that to watch a training costs next to nothing. */
const MEASURE_SHARE = 0.02;
/** Long runs thin out their measures, so that a history stays within a few thousand entries. */
const MEASURES_PER_DURATION = 600;

export class Clock {
  lastMeasure: number;
  /** What the last two measures cost, copies of the state included. */
  #measureCostsMs: readonly [number, number] = [0, 0];
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

  measured(costMs: number): void {
    this.#measureCostsMs = [this.#measureCostsMs[1], costMs];
    this.lastMeasure = Date.now();
  }

  isMeasureDue(): boolean {
    const interval = Math.max(
      MEASURE_INTERVAL_MS,
      this.elapsedMs() / MEASURES_PER_DURATION,
      // The first one, and one now and then, has other work in it.
      Math.min(...this.#measureCostsMs) / MEASURE_SHARE,
    );
    return Date.now() - this.lastMeasure >= interval;
  }
}
