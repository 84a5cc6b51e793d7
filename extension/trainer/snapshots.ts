/**
 * Keeps the networks of a training's best moments: copies parameters when a measure is better than those before, and
 * hands over what was not written yet. What better means is `protocol/snapshots.ts`; when to measure is `train.ts`.
 */
import type { MeasuredEvent, StartedEvent } from '../protocol/events';
import { IS_BETTER, type Snapshot, SOUGHT_SNAPSHOTS, type SoughtSnapshot } from '../protocol/snapshots';

/** Trained parameters by name, in training units. */
export type TrainedParameters = Readonly<Record<string, Float32Array>>;

/** `null` for a network that there was no moment for. */
export type FoundSnapshots = Readonly<Record<SoughtSnapshot, Snapshot | null>>;

export const NO_SNAPSHOTS: FoundSnapshots = { best: null, mostFeasible: null };

export interface SnapshotKeeperOptions {
  readonly targets: StartedEvent['targets'];
  /** Between two copies at least; 0 for a network that is copied in no time. */
  readonly copyIntervalMs: number;
  /** Those of an interrupted training, which lie in its run folder. */
  readonly found?: FoundSnapshots;
  /** A copy of the parameters as they are now. */
  copy(): Promise<TrainedParameters>;
}

interface Kept {
  readonly snapshot: Snapshot;
  /** Shared where one moment is both; nobody changes them. `null` once they are written. */
  parameters: TrainedParameters | null;
}

export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  readonly #kept: Record<SoughtSnapshot, Kept | null> = { best: null, mostFeasible: null };
  #lastCopy = Number.NEGATIVE_INFINITY;

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
    for (const name of SOUGHT_SNAPSHOTS) {
      const snapshot = options.found?.[name];
      if (snapshot) this.#kept[name] = { snapshot, parameters: null };
    }
  }

  /**
   * Takes a moment that is better than those kept, with the parameters as they are now. Of a wide network a better
   * moment within `copyIntervalMs` of the last copy is passed over: what is kept is then the best of the moments copied.
   * The first one of its kind is always taken, as there may be no other.
   */
  async consider(measure: MeasuredEvent): Promise<void> {
    const isTooSoon = Date.now() - this.#lastCopy < this.#options.copyIntervalMs;
    await this.#take(
      measure,
      this.#improvedBy(measure).filter((name) => !isTooSoon || this.#kept[name] === null),
    );
  }

  /** The last moment of a training, which no interval passes over. */
  async considerLast(measure: MeasuredEvent): Promise<void> {
    await this.#take(measure, this.#improvedBy(measure));
  }

  get found(): FoundSnapshots {
    return { best: this.#kept.best?.snapshot ?? null, mostFeasible: this.#kept.mostFeasible?.snapshot ?? null };
  }

  /** Hands over the networks that are new since the last time. */
  write(keep: (name: SoughtSnapshot, snapshot: Snapshot, parameters: TrainedParameters) => void): void {
    for (const name of SOUGHT_SNAPSHOTS) {
      const kept = this.#kept[name];
      if (kept === null || kept.parameters === null) continue;
      keep(name, kept.snapshot, kept.parameters);
      kept.parameters = null;
    }
  }

  #improvedBy(measure: MeasuredEvent): SoughtSnapshot[] {
    return SOUGHT_SNAPSHOTS.filter((name) =>
      IS_BETTER[name](this.#options.targets, measure, this.#kept[name]?.snapshot ?? null),
    );
  }

  async #take(measure: MeasuredEvent, names: readonly SoughtSnapshot[]): Promise<void> {
    if (names.length === 0) return;
    const parameters = await this.#options.copy();
    for (const name of names) this.#kept[name] = { snapshot: snapshotOf(measure), parameters };
    this.#lastCopy = Date.now();
  }
}

export function snapshotOf({ step, epoch, train, validation }: MeasuredEvent): Snapshot {
  return { step, epoch, train, validation };
}
