/** As long as timers go: it only has to be there. */
const WAIT_MS = 2 ** 30;

/** What a person may ask of a running training: stop, pause, resume. The training looks between its steps. */
export class TrainingControl {
  #stopped = false;
  #resume: (() => void) | null = null;
  #resumed: Promise<void> | null = null;

  get stopRequested(): boolean {
    return this.#stopped;
  }

  get paused(): boolean {
    return this.#resumed !== null;
  }

  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  pause(): void {
    if (this.paused || this.#stopped) return;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume?.();
    this.#resume = null;
    this.#resumed = null;
  }

  /** Settles when training may go on; at once when it isn't paused. A process that waits for this does not end. */
  async whenResumed(): Promise<void> {
    if (this.#resumed === null) return;
    const alive = setInterval(() => {}, WAIT_MS);
    try {
      await this.#resumed;
    } finally {
      clearInterval(alive);
    }
  }
}
