/**
 * Every sweep this window knows, whoever trains it: read from the sweep folders beside known runs folders, and looked at
 * again while one is live. How far one is, its runs in the run store say. Knows no editor.
 */
import path from 'node:path';
import type { ConductorFile, PointFailure, SweepFile } from '../protocol/sweepFiles';
import {
  isSweepLive,
  type PointOutcome,
  pointOutcomes,
  type SweepProgress,
  type SweepRun,
  type SweepStatus,
  sweepProgress,
} from '../protocol/sweepState';
import { readSweepFile, readSweepState, sweepFoldersIn, sweepsFolderOf } from '../runs/sweepFolders';
import { type Disposable, Disposables, Emitter } from './emitter';
import type { RunFolders } from './runFolders';
import type { Run, RunStore } from './runStore';
import { Throttle } from './throttle';

export interface Sweep {
  readonly id: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Absolute path of the experiment, where it lies now. */
  readonly experiment: string;
  readonly points: SweepFile['points'];
  /** When it was begun; milliseconds since the epoch. */
  readonly since: number;
  readonly status: SweepStatus;
  readonly conductor: ConductorFile | null;
  readonly failures: readonly PointFailure[];
}

/** A run of the store as the fold of a sweep takes it. */
export interface StoredSweepRun extends SweepRun {
  readonly run: Run;
}

/** A death writes no file, and nothing watches these folders. */
const LOOK_INTERVAL_MS = 1000;
/** Runs come in bursts. */
const REFRESH_INTERVAL_MS = 500;

export class Sweeps implements Disposable {
  readonly #owned = new Disposables();
  /** Experiments by the runs folder they share. */
  readonly #experiments = new Map<string, Set<string>>();
  readonly #files = new Map<string, SweepFile>();
  #sweeps = new Map<string, Sweep>();
  #said = '';
  /** Runs by the sweep they belong to; `null` when the store changed since. */
  #runs: Map<string, StoredSweepRun[]> | null = null;
  readonly #changed = this.#owned.own(new Emitter<void>());
  readonly #ended = this.#owned.own(new Emitter<Sweep>());
  readonly #refreshSoon = this.#owned.own(new Throttle(REFRESH_INTERVAL_MS, () => this.refresh()));
  #timer: NodeJS.Timeout | null = null;

  /** Sweeps came or went, or one got another status. */
  readonly onDidChange = this.#changed.event;
  /** One that was live has ended, or whoever trained it is gone. */
  readonly onDidEnd = this.#ended.event;

  constructor(
    private readonly store: RunStore,
    folders: RunFolders,
  ) {
    this.#owned.own(
      folders.onDidKnow(({ experiment, runsFolder }) => {
        const experiments = this.#experiments.get(runsFolder) ?? new Set();
        this.#experiments.set(runsFolder, experiments.add(experiment));
        this.#refreshSoon.request();
      }),
    );
    this.#owned.own(
      store.onDidChange(({ kind }) => {
        this.#runs = null;
        // A terminal may have begun a sweep, or gone on with one.
        if (kind === 'list') this.#refreshSoon.request();
      }),
    );
  }

  /** Newest first. */
  all(): Sweep[] {
    return [...this.#sweeps.values()];
  }

  get(id: string): Sweep | undefined {
    return this.#sweeps.get(id);
  }

  live(): Sweep[] {
    return this.all().filter(({ status }) => isSweepLive(status));
  }

  latest(experiment: string): Sweep | undefined {
    return this.all().find((sweep) => sweep.experiment === experiment);
  }

  outcomes(sweep: Sweep): PointOutcome<StoredSweepRun>[] {
    this.#runs ??= bySweep(this.store.all());
    return pointOutcomes(sweep.points.length, this.#runs.get(sweep.id) ?? [], sweep.failures);
  }

  progress(sweep: Sweep): SweepProgress {
    return sweepProgress(this.outcomes(sweep));
  }

  /** Reads all sweep folders that are known, such as after one was begun. */
  refresh(): void {
    const before = this.#sweeps;
    const found = [...this.#experiments].flatMap(([runsFolder, experiments]) =>
      sweepFoldersIn(sweepsFolderOf(runsFolder)).flatMap((folder) => this.#read(folder, [...experiments]) ?? []),
    );
    found.sort((a, b) => b.since - a.since);
    this.#sweeps = new Map(found.map((sweep) => [sweep.id, sweep]));
    const said = JSON.stringify(found.map(({ id, status, failures }) => [id, status, failures.length]));
    if (said !== this.#said) {
      this.#said = said;
      this.#changed.fire();
    }
    for (const sweep of found) {
      const known = before.get(sweep.id);
      if (known !== undefined && isSweepLive(known.status) && !isSweepLive(sweep.status)) this.#ended.fire(sweep);
    }
    if (this.live().length > 0) this.#timer ??= setTimeout(() => this.#look(), LOOK_INTERVAL_MS);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #look(): void {
    this.#timer = null;
    this.refresh();
  }

  #read(folder: string, experiments: readonly string[]): Sweep | null {
    const file = this.#files.get(folder) ?? readSweepFile(folder);
    if (file === null) return null;
    this.#files.set(folder, file);
    const { id, points, started } = file;
    // A folder that was moved names the experiment where it was then: the one of that name lies beside it now.
    const isThere = experiments.includes(file.experiment);
    const moved = experiments.find((experiment) => path.basename(experiment) === path.basename(file.experiment));
    const experiment = isThere ? file.experiment : (moved ?? file.experiment);
    return { id, folder, experiment, points, since: Date.parse(started) || 0, ...readSweepState(folder) };
  }
}

function bySweep(runs: readonly Run[]): Map<string, StoredSweepRun[]> {
  const sweeps = new Map<string, StoredSweepRun[]>();
  for (const run of runs) {
    const { sweep, state, summary } = run;
    if (sweep === undefined) continue;
    const own = sweeps.get(sweep.id) ?? [];
    sweeps.set(sweep.id, own);
    own.push({ id: state.run, status: state.status, sweep, summary, run });
  }
  return sweeps;
}
