/**
 * Runs an action at most once per interval: at once when it has been quiet, else at the end of the interval. Holds a
 * timer only while a request waits, so an idle window has none.
 */
import type { Disposable } from './emitter';

export class Throttle implements Disposable {
  #timer: NodeJS.Timeout | null = null;
  #lastRun = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly intervalMs: number,
    private readonly action: () => void,
  ) {}

  request(): void {
    if (this.#timer !== null) return;
    const waitMs = this.#lastRun + this.intervalMs - performance.now();
    if (waitMs <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), waitMs);
  }

  /** Runs now, and drops a request that waits. */
  flush(): void {
    this.dispose();
    this.#lastRun = performance.now();
    this.action();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
