/**
 * Every run this window knows: those it trains and those it found in run folders. Holds and tells; training them is
 * `trainings.ts`, reading folders is `runFolders.ts`. The state of a run is the one fold in `protocol/runState.ts`.
 */
import type { ListedSummary, TrainingEvent } from '../protocol/events';
import type { Figures } from '../protocol/figures';
import type { RunNotes } from '../protocol/runNotes';
import { applyEvent, isLive, type RunState, type RunStatus } from '../protocol/runState';
import { assignmentWords, type SweepPlace } from '../protocol/sweepFiles';
import { type Disposable, Emitter } from './emitter';

export interface Run {
  /** Names the run for as long as the window lives; an id and a folder it gets only once training begins. */
  readonly key: string;
  /** Followed since it began, or since it was found live: its whole state is here, and its folder need not be read for it. */
  isInMemory: boolean;
  state: RunState;
  method: string | null;
  /** When it was asked for or started; milliseconds since the epoch, 0 when its folder doesn't tell. */
  readonly since: number;
  summary: ListedSummary | null;
  /** A person's; `NO_NOTES` where there are none. */
  notes: RunNotes;
  /** Of a run of a sweep. */
  readonly sweep?: SweepPlace;
}

export type RunChange =
  /** Runs came or went. */
  | { kind: 'list' }
  /** The status, the id or the folder of a run changed. */
  | { kind: 'status'; run: Run }
  /** All of it was read anew: what was told of the run before may hold no longer. */
  | { kind: 'state'; run: Run }
  /** A person renamed, noted or starred it. */
  | { kind: 'notes'; run: Run }
  | { kind: 'event'; run: Run; event: TrainingEvent };

export class RunStore implements Disposable {
  readonly #runs = new Map<string, Run>();
  /** A watcher asks for folders thousands of times when a sweep of another process ends. */
  readonly #held = new Set<Run>();
  readonly #changed = new Emitter<RunChange>();
  /** Sorted once for all who ask between two changes of the list: there may be thousands. */
  #newestFirst: readonly Run[] | null = null;

  /** At once and for every event: who draws, throttles. */
  readonly onDidChange = this.#changed.event;

  /** Newest first. */
  all(): readonly Run[] {
    this.#newestFirst ??= [...this.#runs.values()].sort((a, b) => b.since - a.since);
    return this.#newestFirst;
  }

  live(): Run[] {
    return this.all().filter((run) => isLive(run.state.status));
  }

  get(key: string): Run | undefined {
    return this.#runs.get(key);
  }

  /** Of a run that was found the folder is the key; the few of this window got theirs later. */
  byFolder(folder: string): Run | undefined {
    return this.#runs.get(folder) ?? [...this.#held].find((run) => run.state.folder === folder);
  }

  /** Newest first. */
  ofExperiment(experiment: string): Run[] {
    return this.all().filter((run) => run.state.experiment === experiment);
  }

  /** Of those trained as the file has them: what a sweep trains has other values. */
  latest(experiment: string, variant: string): Run | undefined {
    const isMeant = ({ state, sweep }: Run): boolean =>
      sweep === undefined && state.experiment === experiment && state.variant === variant;
    return this.all().find(isMeant);
  }

  add(...runs: readonly Run[]): void {
    for (const run of runs) {
      this.#runs.set(run.key, run);
      if (run.isInMemory) this.#held.add(run);
    }
    if (runs.length > 0) this.#listChanged();
  }

  remove(...runs: readonly Run[]): void {
    const removed = runs.filter((run) => this.#runs.delete(run.key));
    for (const run of removed) this.#held.delete(run);
    if (removed.length > 0) this.#listChanged();
  }

  /** What was found under one runs folder takes the place of what was found there before. */
  replaceFound(belongs: (run: Run) => boolean, found: readonly Run[]): void {
    const before = [...this.#runs.values()];
    const held = new Map(before.filter((run) => run.isInMemory).map((run) => [run.state.folder, run]));
    // Another window may note something about a run that this one trains; all else of it is known better here.
    let hasRevived = false;
    for (const run of found) {
      const known = held.get(run.state.folder);
      if (known === undefined) continue;
      this.setNotes(known, run.notes);
      // Another window resumes what this one saw the end of.
      if (!hasEnded(known) || !isLive(run.state.status)) continue;
      known.state = { ...known.state, status: run.state.status };
      hasRevived = true;
    }
    if (hasRevived) this.#listChanged();
    const replaced = new Map(before.filter((run) => !run.isInMemory && belongs(run)).map((run) => [run.key, run]));
    const arriving = found.filter((run) => !held.has(run.state.folder));
    const statuses = (runs: Iterable<Run>): string =>
      [...runs]
        .map((run) => `${run.key} ${run.state.experiment} ${asListed(run)} ${JSON.stringify(run.notes)}`)
        .sort()
        .join();
    if (statuses(arriving) === statuses(replaced.values())) return;
    for (const key of replaced.keys()) this.#runs.delete(key);
    for (const run of arriving) {
      // A listing knows no events: what was read of them stays as long as the status says nothing new.
      const known = replaced.get(run.key);
      if (known !== undefined && asListed(known) === asListed(run))
        run.state = { ...known.state, experiment: run.state.experiment };
      this.#runs.set(run.key, run);
    }
    this.#listChanged();
  }

  /** From now on the events of a run that was found are followed as they come. */
  hold(run: Run): void {
    run.isInMemory = true;
    this.#held.add(run);
  }

  /** A run that was found tells by its folder again what becomes of it. */
  release(run: Run): void {
    if (run.key !== run.state.folder) return;
    run.isInMemory = false;
    this.#held.delete(run);
  }

  replaceState(run: Run, state: RunState): void {
    run.state = state;
    run.method = state.started?.method ?? run.method;
    run.summary = state.ended?.summary ?? null;
    this.#changed.fire({ kind: 'state', run });
  }

  setNotes(run: Run, notes: RunNotes): void {
    if (JSON.stringify(run.notes) === JSON.stringify(notes)) return;
    run.notes = notes;
    this.#changed.fire({ kind: 'notes', run });
  }

  apply(run: Run, event: TrainingEvent): void {
    const before = run.state.status;
    run.state = applyEvent(run.state, event);
    if (event.type === 'started') run.method = event.method;
    if (event.type === 'ended') run.summary = event.summary;
    if (event.type === 'resumed' && event.fromCheckpoint) run.summary = null;
    this.#changed.fire({ kind: 'event', run, event });
    if (run.state.status !== before) this.#changed.fire({ kind: 'status', run });
  }

  update(run: Run, change: Partial<Pick<RunState, 'run' | 'folder' | 'error'>> & { status?: RunStatus }): void {
    run.state = { ...run.state, ...change };
    this.#changed.fire({ kind: 'status', run });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #listChanged(): void {
    this.#newestFirst = null;
    this.#changed.fire({ kind: 'list' });
  }
}

/** A run that waits to be resumed has ended too, but says so no longer. */
function hasEnded({ state }: Run): boolean {
  return !isLive(state.status) && state.folder !== null;
}

/** A listing knows that a run is live, not whether it pauses. */
function asListed(run: Run): RunStatus {
  return isLive(run.state.status) ? 'running' : run.state.status;
}

/** The figures a person wants first: held-out rows where there are any, else the training rows; `null` before any. */
export function headlineFigures(run: Run): { figures: Figures; isHeldOut: boolean } | null {
  const source = run.summary ?? run.state.measured.at(-1);
  const split = source?.validation ?? source?.train;
  return split?.overall == null ? null : { figures: split.overall, isHeldOut: split === source?.validation };
}

/** The name a person knows a run by: its title, or its variant with what a sweep sets in it. */
export function runName({ notes, state, sweep }: Pick<Run, 'notes' | 'state' | 'sweep'>): string {
  const words = sweep === undefined ? '' : assignmentWords(sweep.assignments, { withSeed: true });
  return notes.title || (words === '' ? state.variant : `${state.variant}: ${words}`);
}
