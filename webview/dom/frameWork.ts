/**
 * Shares the drawing of many parts among animation frames, so that none of them takes long: what does not fit in one is
 * drawn in the next. A part that is asked for again before its turn is drawn once, as it is then.
 */

/** Of a frame's 16.7 ms at 60 a second, the most that drawing may take; the browser lays out and paints in the rest. */
const BUDGET_MS = 6;

export class FrameWork {
  private readonly jobs = new Map<string, () => void>();
  /** When each was drawn last. */
  private readonly drawnAt = new Map<string, number>();
  private readonly pauses = new Map<string, number>();
  private isWanted = false;

  /**
   * Draws `job` in this frame or a later one, in place of what waits under the same name; not before `pauseMs` have passed
   * since the last of that name.
   */
  request(name: string, job: () => void, pauseMs = 0): void {
    this.pauses.set(name, pauseMs);
    // A name that waits keeps its place, so that none waits for ever.
    this.jobs.set(name, job);
    if (this.isWanted) return;
    this.isWanted = true;
    requestAnimationFrame(() => this.run());
  }

  private run(): void {
    this.isWanted = false;
    const begin = performance.now();
    const end = begin + BUDGET_MS;
    for (const [name, job] of this.jobs) {
      const drawnAt = this.drawnAt.get(name) ?? Number.NEGATIVE_INFINITY;
      if (begin - drawnAt < this.pauses.get(name)!) continue;
      this.jobs.delete(name);
      this.drawnAt.set(name, begin);
      job();
      if (performance.now() >= end) break;
    }
    if (this.jobs.size === 0 || this.isWanted) return;
    this.isWanted = true;
    requestAnimationFrame(() => this.run());
  }
}
