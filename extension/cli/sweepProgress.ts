/** How a sweep shows in a terminal: a bar for the whole and one for each run in training, or lines where there is none. */
import { Format, MultiBar, type SingleBar } from 'cli-progress';
import type { TrainingEvent } from '../protocol/events';
import { formatDuration, formatNumber, formatShare } from '../protocol/figures';
import { printable } from '../protocol/printable';
import { assignmentWords, type SweepPoint } from '../protocol/sweepFiles';
import { rowWords, type SweepRow } from '../protocol/sweepRows';
import { remainingMs } from '../protocol/sweepState';

export interface SweepProgressView {
  /** `done` points of all were done before this began. */
  begun(done: number): void;
  event(point: number, event: TrainingEvent): void;
  /** `outcome` in a word or two, such as `finished`. */
  ended(point: number, outcome: string, best: SweepRow | null): void;
  stop(): void;
}

const BAR_WIDTH = 20;
const NAME_WIDTH = 40;

export function createSweepProgress(points: readonly SweepPoint[]): SweepProgressView {
  return process.stdout.isTTY ? new Bars(points) : new Lines(points);
}

/** What both count. */
class Count {
  readonly #since = Date.now();
  #before = 0;
  #ended = 0;
  readonly #epochs = new Map<number, number>();
  readonly #shares = new Map<number, number>();
  best: SweepRow | null = null;

  constructor(readonly points: readonly SweepPoint[]) {}

  begun(done: number): void {
    this.#before = done;
  }

  event(point: number, event: TrainingEvent): void {
    if (event.type === 'started') this.#epochs.set(point, event.epochs);
    if (event.type === 'progress' || event.type === 'measured') {
      this.#shares.set(point, event.epoch / this.#epochs.get(point)!);
    }
  }

  ended(point: number, best: SweepRow | null): void {
    this.#shares.delete(point);
    this.#ended++;
    this.best = best;
  }

  get done(): number {
    return this.#before + this.#ended;
  }

  share(point: number): number {
    return this.#shares.get(point) ?? 0;
  }

  name(point: number): string {
    const { variant, assignments } = this.points[point]!;
    const words = assignmentWords(assignments, { withSeed: true });
    return printable(words === '' ? variant : `${variant}: ${words}`);
  }

  get words(): string {
    const left = this.points.length - this.done;
    const rest = remainingMs(Date.now() - this.#since, { done: this.#ended, left, shares: [...this.#shares.values()] });
    const eta = rest === null || left === 0 ? '' : `${formatDuration(rest)} left`;
    return [`${this.done}/${this.points.length}`, eta, bestWords(this.best)].filter((part) => part !== '').join(' | ');
  }
}

function bestWords(best: SweepRow | null): string {
  if (best === null) return '';
  const { rmse, negativeShare } = best.figures;
  return `best: ${printable(rowWords(best))}, RMSE ${formatNumber(rmse?.median ?? null)}, ${formatShare(negativeShare?.median ?? null)} outside`;
}

class Bars implements SweepProgressView {
  readonly #count: Count;
  readonly #bars = new MultiBar({
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    gracefulExit: false,
    clearOnComplete: true,
    linewrap: false,
    formatBar: Format.BarFormat,
    format: '{name} {bar} {words}',
  });
  readonly #whole: SingleBar;
  readonly #ofPoints = new Map<number, SingleBar>();

  constructor(points: readonly SweepPoint[]) {
    this.#count = new Count(points);
    this.#whole = this.#bars.create(points.length, 0, this.#payload('sweep', ''));
  }

  begun(done: number): void {
    this.#count.begun(done);
    this.#showWhole();
  }

  event(point: number, event: TrainingEvent): void {
    this.#count.event(point, event);
    const bar = this.#ofPoints.get(point) ?? this.#bars.create(1, 0, this.#payload(this.#count.name(point), ''));
    this.#ofPoints.set(point, bar);
    const words =
      event.type === 'measured'
        ? `MSE ${formatNumber(event.train.overall.loss)} | ${formatShare(event.train.overall.negativeShare)} outside`
        : null;
    bar.update(this.#count.share(point), words === null ? {} : { words });
    this.#showWhole();
  }

  ended(point: number, _outcome: string, best: SweepRow | null): void {
    const bar = this.#ofPoints.get(point);
    if (bar !== undefined) this.#bars.remove(bar);
    this.#ofPoints.delete(point);
    this.#count.ended(point, best);
    this.#showWhole();
  }

  stop(): void {
    this.#bars.stop();
  }

  #showWhole(): void {
    this.#whole.update(this.#count.done, { words: this.#count.words });
  }

  #payload(name: string, words: string): { name: string; words: string } {
    return { name: name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name.padEnd(NAME_WIDTH), words };
  }
}

class Lines implements SweepProgressView {
  readonly #count: Count;

  constructor(points: readonly SweepPoint[]) {
    this.#count = new Count(points);
  }

  begun(done: number): void {
    this.#count.begun(done);
  }

  event(point: number, event: TrainingEvent): void {
    this.#count.event(point, event);
  }

  ended(point: number, outcome: string, best: SweepRow | null): void {
    this.#count.ended(point, best);
    console.log(`${this.#count.name(point)} ${outcome} | ${this.#count.words}`);
  }

  stop(): void {}
}
