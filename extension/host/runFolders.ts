/**
 * Brings the run folders of known experiments into the run store. Those that are live are followed from then on
 * (`runFollowers.ts`). Reads only; the folders belong to whoever trains.
 */
import path from 'node:path';
import type { RunFile } from '../protocol/runFiles';
import type { RunNotes } from '../protocol/runNotes';
import { initialRunState, type RunState } from '../protocol/runState';
import type { RunListing } from '../runs/readRuns';
import type { FolderContents, OtherEntry } from '../runs/runLister';
import { type Disposable, Emitter } from './emitter';
import type { Log } from './log';
import type { Run, RunStore } from './runStore';

/** How often folders are looked at that another process writes to; only while there is one. */
const FOREIGN_INTERVAL_MS = 2000;
/** A training may take days, in a folder of thousands: looking takes about this share of the time at most. */
const FOREIGN_SHARE = 0.02;
const LOOKS_AFTER_END = 2;

export interface RunReader {
  list(runsFolder: string): Promise<FolderContents>;
  readRun(folder: string): Promise<RunState>;
  /** `null` where only `readRun` tells. */
  readOutcome(folder: string): Promise<RunState | null>;
  /** `null` when the folder is not a run. */
  readRunFile(folder: string): Promise<Pick<RunFile, 'pid' | 'host' | 'method' | 'started'> | null>;
  readNotes(folder: string): RunNotes;
}

export class RunFolders implements Disposable {
  /** Experiments by the runs folder they share. */
  readonly #experiments = new Map<string, Set<string>>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #known = new Emitter<{ experiment: string; runsFolder: string }>();
  /** Runs folders that another process writes to, and how often more to look there. */
  readonly #foreignFolders = new Map<string, number>();
  /** What else lies in each runs folder. */
  readonly #others = new Map<string, OtherEntry[]>();
  readonly #othersChanged = new Emitter<void>();
  #foreignTimer: NodeJS.Timeout | null = null;
  /** What the last look took. */
  #foreignCostMs = 0;
  #isDisposed = false;

  /** The runs of an experiment are read for the first time. */
  readonly onDidKnow = this.#known.event;

  readonly onDidChangeOthers = this.#othersChanged.event;

  constructor(
    private readonly store: RunStore,
    private readonly reader: RunReader,
    private readonly log: Log,
  ) {}

  /** Reads the runs of an experiment the first time it is asked for; later only `refresh` reads again. */
  async know(experiment: string, runsFolder: string): Promise<void> {
    const experiments = this.#experiments.get(runsFolder) ?? new Set();
    this.#experiments.set(runsFolder, experiments);
    if (experiments.has(experiment)) return this.#reading.get(runsFolder);
    experiments.add(experiment);
    this.#known.fire({ experiment, runsFolder });
    await this.refresh(runsFolder);
  }

  /** One folder, or all that are known. */
  async refresh(runsFolder?: string): Promise<void> {
    const folders = runsFolder === undefined ? [...this.#experiments.keys()] : [runsFolder];
    await Promise.all(folders.filter((folder) => this.#experiments.has(folder)).map((folder) => this.#list(folder)));
  }

  /** What lies in the runs folders and can't be listed as a run. */
  others(): OtherEntry[] {
    return [...this.#others.values()].flat();
  }

  /** Of all experiments that are known. */
  runsFolders(): string[] {
    return [...this.#experiments.keys()];
  }

  /** The whole state: what is in memory from there, everything else from its folder. */
  async read(run: Run): Promise<RunState> {
    if (run.isInMemory || run.state.folder === null) return run.state;
    return this.#readState(run.state.folder);
  }

  /** The same without the measures between the first and the last, where the run has ended. */
  async readOutcome(run: Run): Promise<RunState> {
    const { folder } = run.state;
    if (run.isInMemory || folder === null) return run.state;
    const state = await this.reader.readOutcome(folder);
    return state === null ? this.#readState(folder) : this.#here(state, folder);
  }

  /** A run by its folder, whether or not its experiment is known: a restored panel names nothing else. */
  async open(folder: string): Promise<Run> {
    const known = this.store.byFolder(folder);
    if (known !== undefined) return known;
    const [state, file] = await Promise.all([this.#readState(folder), this.reader.readRunFile(folder)]);
    // Who asked at the same time may have been faster.
    const opened = this.store.byFolder(folder);
    if (opened !== undefined) return opened;
    const run: Run = {
      key: folder,
      isInMemory: false,
      state,
      method: state.started?.method ?? file?.method ?? null,
      since: Date.parse(file?.started ?? '') || (state.started?.time ?? 0),
      summary: state.ended?.summary ?? null,
      notes: this.reader.readNotes(folder),
      ...(state.started?.sweep !== undefined && { sweep: state.started.sweep }),
    };
    this.store.add(run);
    this.#watchForeign();
    return run;
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#foreignTimer !== null) clearTimeout(this.#foreignTimer);
  }

  /** Callers at the same time share one reading. */
  #list(runsFolder: string): Promise<void> {
    const reading = this.#reading.get(runsFolder) ?? this.#listNow(runsFolder);
    this.#reading.set(runsFolder, reading);
    return reading.finally(() => this.#reading.delete(runsFolder));
  }

  async #listNow(runsFolder: string): Promise<void> {
    const { runs, others } = await this.reader.list(runsFolder);
    if (this.#isDisposed) return;
    const found = runs.map((listing) => listedRun(listing, this.#currentPath(listing.experiment, runsFolder)));
    this.store.replaceFound((run) => isInside(run.state.folder, runsFolder), found);
    if (JSON.stringify(others) !== JSON.stringify(this.#others.get(runsFolder) ?? [])) {
      this.#others.set(runsFolder, others);
      this.#othersChanged.fire();
    }
    this.#watchForeign();
  }

  async #readState(folder: string): Promise<RunState> {
    return this.#here(await this.reader.readRun(folder), folder);
  }

  #here(state: RunState, folder: string): RunState {
    return { ...state, experiment: this.#currentPath(state.experiment, path.dirname(folder)) };
  }

  /** A folder that was moved or copied names the experiment where it was then: the one of that name lies beside it now. */
  #currentPath(recorded: string, runsFolder: string): string {
    const experiments = [...(this.#experiments.get(runsFolder) ?? [])];
    if (experiments.includes(recorded)) return recorded;
    const name = path.basename(recorded);
    return experiments.find((experiment) => path.basename(experiment) === name) ?? recorded;
  }

  /** While another process trains, and a little longer: a terminal that trains all variants starts the next one then. */
  #watchForeign(): void {
    if (this.#isDisposed || this.#foreignTimer !== null) return;
    for (const { key, state } of this.store.live()) {
      // Its key is its folder: it was found.
      if (key === state.folder) this.#foreignFolders.set(path.dirname(state.folder), LOOKS_AFTER_END);
    }
    if (this.#foreignFolders.size === 0) return;
    this.#foreignTimer = setTimeout(
      () => {
        const before = performance.now();
        const refreshed = Promise.all([...this.#foreignFolders.keys()].map((folder) => this.refresh(folder)));
        const failed = (error: unknown): void => this.log.debug(`Run folders can't be listed: ${String(error)}`);
        void refreshed.catch(failed).finally(() => {
          this.#foreignTimer = null;
          this.#foreignCostMs = performance.now() - before;
          for (const [folder, nLooks] of this.#foreignFolders) {
            if (nLooks === 0) this.#foreignFolders.delete(folder);
            else this.#foreignFolders.set(folder, nLooks - 1);
          }
          this.#watchForeign();
        });
      },
      Math.max(FOREIGN_INTERVAL_MS, this.#foreignCostMs / FOREIGN_SHARE),
    );
  }
}

function isInside(folder: string | null, runsFolder: string): boolean {
  return folder !== null && path.dirname(folder) === runsFolder;
}

function listedRun(listing: RunListing, experiment: string): Run {
  return {
    key: listing.folder,
    isInMemory: false,
    state: {
      ...initialRunState({
        run: listing.id,
        experiment,
        variant: listing.variant,
        folder: listing.folder,
      }),
      status: listing.status,
      error: listing.error ?? null,
    },
    method: listing.method,
    since: Date.parse(listing.started) || 0,
    summary: listing.summary,
    notes: listing.notes,
    ...(listing.sweep !== undefined && { sweep: listing.sweep }),
  };
}
