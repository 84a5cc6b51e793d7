/**
 * Plays through time: moves the moment shown from measure to measure until the newest. A choice of any other moment, or
 * pressing again, ends it.
 */

/** The whole history takes at most this long; a short one goes at this many measures a second. */
const WHOLE_MS = 8000;
const MEASURES_PER_SECOND = 12;

export class Player {
  private frame: number | undefined;
  /** What the player itself chose last; another choice is the person's. */
  private own: number | null = null;

  constructor(private readonly choose: (position: number | null) => void) {}

  get isPlaying(): boolean {
    return this.frame !== undefined;
  }

  /** Starts at `index`, from the beginning where that is the last; pauses when playing. */
  toggle(positions: readonly number[], index: number): void {
    if (this.isPlaying) {
      this.stop();
      this.choose(this.own);
      return;
    }
    if (positions.length < 2) return;
    const first = index >= positions.length - 1 ? 0 : index;
    const perMs = Math.max(positions.length / WHOLE_MS, MEASURES_PER_SECOND / 1000);
    const begin = performance.now();
    const last = positions.length - 1;
    const show = (now: number): void => {
      // The first frame's time may lie before the press.
      const index = first + Math.floor(Math.max(0, now - begin) * perMs);
      this.frame = index >= last ? undefined : requestAnimationFrame(show);
      const position = index >= last ? null : positions[index]!;
      if (position === this.own && index > first) return;
      this.own = position;
      this.choose(position);
    };
    this.own = positions[first]!;
    this.frame = requestAnimationFrame(show);
  }

  /** Tells what is shown now. */
  chosen(position: number | null): void {
    if (this.isPlaying && position !== this.own) this.stop();
  }

  private stop(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }
}
