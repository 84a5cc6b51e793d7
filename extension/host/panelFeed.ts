/**
 * What one panel is told, and when: a snapshot whenever its page is ready, then the events of each run, one message per
 * run and interval. Knows no editor: it posts through a function.
 */
import type { MeasuredEvent, TrainingEvent } from '../protocol/events';
import { MOST_IN_DETAIL, type ToPanel } from '../protocol/panel';
import type { RunState } from '../protocol/runState';
import type { RunSettings } from '../protocol/settings';
import { type Disposable, Disposables } from './emitter';
import type { Run, RunChange, RunStore } from './runStore';
import { Throttle } from './throttle';

const EVENTS_INTERVAL_MS = 100;
/** A picture has no more columns than this; an hour at ten measures a second would be 36,000. */
const MEASURES_IN_SNAPSHOT = 1000;
const READ_AT_ONCE = 4;
/** Of a run that is only compared: before training, and now. */
const MEASURES_OF_OTHERS = 2;

export interface PanelFeedOptions {
  store: RunStore;
  /** To show, in order. */
  runs: readonly Run[];
  read(run: Run): Promise<RunState>;
  /** The same without the measures between the first and the last, of a run that is only compared. */
  readOutcome(run: Run): Promise<RunState>;
  /** Changes when the run's folder does; `null` where that can't be told. */
  stamp(run: Run): Promise<string | null>;
  /** What it was trained with; empty where nobody knows. */
  settings(run: Run): Promise<RunSettings>;
  post(message: ToPanel): void;
  /** A run that can't be read leaves the panel; nothing is left of it when `isLast`. */
  failed(error: unknown, isLast: boolean): void;
}

export class PanelFeed implements Disposable {
  readonly #owned = new Disposables();
  readonly #events = new Map<string, TrainingEvent[]>();
  readonly #flushSoon = this.#owned.own(new Throttle(EVENTS_INTERVAL_MS, () => this.#flush()));
  /** What the panel calls each run, by key (`idsInPanel`). */
  #ids: ReadonlyMap<string, string>;
  /** What the panel was last told of each run, by key; empty until its first snapshot. */
  readonly #told = new Map<string, string>();
  #runs: readonly Run[];
  /** What was read of runs that are only compared and have ended, by key: a new measure elsewhere is no reason to read it again. */
  readonly #outcomes = new Map<string, { stamp: string; state: RunState }>();
  /** Ids of the runs that the panel wants whole; the first ones before it says so. */
  #inDetail: readonly string[] | null = null;
  #isListening = false;
  /** Grows with each wish for a snapshot; one that was overtaken while it was read is not posted. */
  #nSnapshots = 0;
  #isWanted = false;
  #taking: Promise<void> | null = null;

  constructor(private readonly options: PanelFeedOptions) {
    this.#runs = options.runs;
    this.#ids = idsInPanel(options.runs);
    this.#owned.own(options.store.onDidChange((change) => this.#follow(change)));
  }

  /** The run as the store has it now: reading a folder again replaces its object. */
  runs(): Run[] {
    return this.#runs.map((run) => this.options.store.get(run.key) ?? run);
  }

  /** The run that the panel calls so; `undefined` when it left meanwhile. */
  run(id: string): Run | undefined {
    return this.runs().find((run) => this.#idOf(run) === id);
  }

  /** Leaves these out from now on, such as runs that were deleted. */
  drop(keys: readonly string[]): void {
    const left = this.#runs.filter(({ key }) => !keys.includes(key));
    if (left.length === this.#runs.length) return;
    this.#runs = left;
    for (const key of keys) this.#outcomes.delete(key);
    if (this.#isListening && left.length > 0) void this.snapshot();
  }

  /** Whole from now on: these runs, by id. */
  async detail(runs: readonly string[]): Promise<void> {
    this.#inDetail = runs.slice(0, MOST_IN_DETAIL);
    await this.snapshot();
  }

  /** Who asks while one is being read gets the next one, together with all who ask until then. */
  snapshot(): Promise<void> {
    this.#nSnapshots++;
    this.#isWanted = true;
    this.#taking ??= this.#takeWanted();
    return this.#taking;
  }

  async #takeWanted(): Promise<void> {
    try {
      for (let turn = -1; this.#isWanted && turn !== this.#nSnapshots; ) {
        turn = this.#nSnapshots;
        await this.#take(turn);
      }
    } finally {
      this.#taking = null;
    }
  }

  async #take(turn: number): Promise<void> {
    const asked = this.runs();
    this.#ids = idsInPanel(asked);
    const [readings, settings] = await Promise.all([
      settledInTurn(asked, (run, index) => this.#read(run, index)),
      this.#settingsOf(asked),
    ]);
    if (turn !== this.#nSnapshots) return;
    const [runs, states]: [Run[], RunState[]] = [[], []];
    const errors: unknown[] = [];
    for (const [index, reading] of readings.entries()) {
      const run = asked[index]!;
      // Dropped while it was read.
      if (!this.#runs.some(({ key }) => key === run.key)) continue;
      if (reading.status === 'rejected') {
        errors.push(reading.reason);
        continue;
      }
      runs.push(run);
      // Reading took time: the state of a run that is being trained is taken at the moment of sending.
      states.push(run.isInMemory ? run.state : reading.value);
    }
    this.#runs = runs;
    for (const error of errors) this.options.failed(error, runs.length === 0);
    if (runs.length === 0) return;
    // Another takes the place of one that could not be read among those in detail.
    if (errors.length > 0 && runs.length >= MOST_IN_DETAIL) return this.#take(turn);
    this.#events.clear();
    this.#flushSoon.dispose();
    this.#isListening = true;
    for (const [index, run] of runs.entries()) this.#told.set(run.key, identityOf(run, states[index]!));
    this.options.post({
      type: 'snapshot',
      identity: { version: 1, folders: states.flatMap((state) => state.folder ?? []) },
      runs: states.map((state, index) => ({
        ...thinned(state, this.#measuresOf(runs[index]!, index)),
        run: this.#idOf(runs[index]!),
      })),
      settings,
    });
  }

  /** Until the next snapshot nothing is kept: a hidden panel is told everything anew. */
  hide(): void {
    this.#nSnapshots++;
    this.#isWanted = false;
    this.#isListening = false;
    this.#events.clear();
  }

  dispose(): void {
    this.hide();
    this.#owned.dispose();
  }

  #follow(change: RunChange): void {
    if (!this.#isListening) return;
    if (change.kind === 'list') {
      // A listing may know an end that no event told, of a run another process trains.
      if (this.runs().some((run) => !run.isInMemory && this.#isNews(run))) void this.snapshot();
      return;
    }
    const { run } = change;
    if (!this.#runs.some(({ key }) => key === run.key)) return;
    if (change.kind === 'state' || (change.kind === 'event' && isStepBack(change.event))) {
      void this.snapshot();
    } else if (change.kind === 'event') {
      this.#queue(this.#idOf(run), change.event);
      this.#flushSoon.request();
    } else if (!run.isInMemory || this.#isNews(run)) {
      void this.snapshot();
    } else {
      this.#flushSoon.flush();
      this.options.post({ type: 'status', run: this.#idOf(run), status: run.state.status, error: run.state.error });
    }
  }

  /** Of a run alone nobody asks in what it differs. */
  async #settingsOf(runs: readonly Run[]): Promise<Record<string, RunSettings>> {
    if (runs.length < 2) return {};
    const settings = await Promise.all(runs.map((run) => this.options.settings(run)));
    return Object.fromEntries(runs.map((run, index) => [this.#idOf(run), settings[index]!]));
  }

  async #read(run: Run, index: number): Promise<RunState> {
    if (run.isInMemory) return run.state;
    if (this.#isInDetail(run, index)) return this.options.read(run);
    const stamp = await this.options.stamp(run);
    const known = this.#outcomes.get(run.key);
    if (known !== undefined && known.stamp === stamp) return known.state;
    const state = thinned(await this.options.readOutcome(run), MEASURES_OF_OTHERS);
    // Of one without an end, time alone may make a lost one.
    if (stamp !== null && state.ended !== null) this.#outcomes.set(run.key, { stamp, state });
    return state;
  }

  #idOf({ key, state }: Run): string {
    return this.#ids.get(key) ?? state.run;
  }

  #isInDetail(run: Run, index: number): boolean {
    return this.#inDetail === null ? index < MOST_IN_DETAIL : this.#inDetail.includes(this.#idOf(run));
  }

  #measuresOf(run: Run, index: number): number {
    return this.#isInDetail(run, index) ? MEASURES_IN_SNAPSHOT : MEASURES_OF_OTHERS;
  }

  #isNews(run: Run): boolean {
    return this.#told.get(run.key) !== identityOf(run, run.state);
  }

  /** Where training is now matters once per message; every measure matters. */
  #queue(run: string, event: TrainingEvent): void {
    const events = this.#events.get(run) ?? [];
    if (event.type === 'progress' && events.at(-1)?.type === 'progress') events.pop();
    events.push(event);
    this.#events.set(run, events);
  }

  #flush(): void {
    for (const [run, events] of this.#events) this.options.post({ type: 'events', run, events });
    this.#events.clear();
  }
}

/** Their ids by key; of a run with the id of one before it, as its folder was copied, the key itself. */
function idsInPanel(runs: readonly Run[]): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const { key, state } of runs) {
    ids.set(key, taken.has(state.run) ? key : state.run);
    taken.add(state.run);
  }
  return ids;
}

/** As `Promise.allSettled`, a few at a time: hundreds of runs at once would be in memory whole before one is thinned. */
async function settledInTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting)
      [results[index]] = (await Promise.allSettled([work(item, index)])) as [PromiseSettledResult<Result>];
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, worker));
  return results;
}

/** What was told beyond the checkpoint counts no longer. */
function isStepBack(event: TrainingEvent): boolean {
  return event.type === 'resumed' && event.fromCheckpoint === true;
}

/** What only a snapshot can tell: another id, given with the folder; a status of a found run, which comes without event. */
function identityOf(run: Run, state: RunState): string {
  return `${state.run} ${state.folder} ${run.isInMemory ? '' : state.status}`;
}

/** The same state with at most so many measures, evenly chosen, the first and the last among them. */
export function thinned(state: RunState, maximum = MEASURES_IN_SNAPSHOT): RunState {
  const { measured } = state;
  if (measured.length <= maximum) return state;
  const step = (measured.length - 1) / (maximum - 1);
  const kept: MeasuredEvent[] = Array.from({ length: maximum }, (_, index) => measured[Math.round(index * step)]!);
  return { ...state, measured: kept };
}
