/** What a person may ask of a sweep in training: stop, pause, resume. */
export type SweepWish = 'stop' | 'pause' | 'resume';

export class SweepControl {
  #stopped = false;
  #resumed: { promise: Promise<void>; resolve(): void } | null = null;
  /** Called for each wish that changes something. */
  onWish: (wish: SweepWish) => void = () => {};

  get stopRequested(): boolean {
    return this.#stopped;
  }

  get paused(): boolean {
    return this.#resumed !== null;
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#goOn();
    this.onWish('stop');
  }

  pause(): void {
    if (this.paused || this.#stopped) return;
    let resolve = (): void => {};
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#resumed = { promise, resolve };
    this.onWish('pause');
  }

  resume(): void {
    if (!this.paused || this.#stopped) return;
    this.#goOn();
    this.onWish('resume');
  }

  /** Settles when points may be begun; at once when nothing is paused. */
  async whenResumed(): Promise<void> {
    await this.#resumed?.promise;
  }

  #goOn(): void {
    this.#resumed?.resolve();
    this.#resumed = null;
  }
}
