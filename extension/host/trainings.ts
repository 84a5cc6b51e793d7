/**
 * The runs this window trains or resumes: a queue, and one trainer process for each run at its head. A process only gets a
 * run going; following it, and asking it for anything, is `runFollowers.ts`. Knows no editor.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import type { Problem } from '../protocol/problems';
import type { OnWindowClose, ResumeRunRequest, StartRequest } from '../protocol/requests';
import { RUN_FILES } from '../protocol/runFiles';
import { NO_NOTES } from '../protocol/runNotes';
import { initialRunState, isLive, type RunState } from '../protocol/runState';
import { readRunFileNow } from '../runs/readRuns';
import { lastLines, logFileOf } from '../runs/runLog';
import { type Disposable, Disposables, Emitter } from './emitter';
import type { Log } from './log';
import type { RunFollowers } from './runFollowers';
import type { Run, RunStore } from './runStore';
import { crashText, type TrainerEnd, type TrainerListener, TrainerProcess } from './trainerProcess';

export type TrainingOrder = Omit<StartRequest, 'type' | 'onWindowClose' | 'log'>;

/** A run is over; `problems` when nothing was trained because of them. */
export interface TrainingEnd {
  run: Run;
  problems: readonly Problem[];
}

export interface TrainingsOptions {
  store: RunStore;
  followers: RunFollowers;
  /** Path of the trainer's bundle. */
  module: string;
  /** Absolute path of the folder for what a process says before it has a run folder. */
  logFolder: string;
  /** Asked each time a place in the queue may be free. */
  maximumParallel: () => number;
  /** Keeps what waits, for the window after this one. */
  waiting?: { write(orders: readonly TrainingOrder[]): void };
  /** Asked whenever a process starts. */
  onWindowClose: () => OnWindowClose;
  log: Log;
  stopGraceMs?: number;
}

interface Entry {
  readonly run: Run;
  readonly request: StartRequest | ResumeRunRequest;
  /** As it was before it was to be resumed. */
  readonly before: RunState | null;
}

/** What processes said that left no run; older ones interest nobody. */
const LOG_AGE_MS = 14 * 24 * 3_600_000;

export class Trainings implements Disposable {
  readonly #owned = new Disposables();
  readonly #queue: Entry[] = [];
  readonly #processes = new Map<string, TrainerProcess>();
  /** Of processes that have not got their request yet: a window that goes then takes them along. */
  readonly #launching = new Set<Entry>();
  readonly #ended = this.#owned.own(new Emitter<TrainingEnd>());
  #nStarted = 0;
  #isDisposed = false;

  readonly onDidEnd = this.#ended.event;

  constructor(private readonly options: TrainingsOptions) {
    this.#owned.own(
      options.followers.onDidEnd((run) => {
        // Of a process of this window its end comes right after; what a terminal trains is said there.
        if (this.#processes.has(run.key) || !this.#hasLog(run)) return;
        this.#ended.fire({ run, problems: [] });
        this.#advance();
      }),
    );
  }

  start(order: TrainingOrder): Run {
    const key = `${order.experiment}#${order.variant}#${++this.#nStarted}`;
    const run: Run = {
      key,
      isInMemory: true,
      state: initialRunState({ run: key, experiment: order.experiment, variant: order.variant }),
      method: null,
      // Two runs of one millisecond keep their order.
      since: Date.now() + this.#nStarted / 1000,
      summary: null,
      notes: NO_NOTES,
    };
    this.options.store.add(run);
    this.#enqueue({ run, request: { type: 'start', ...order }, before: null });
    return run;
  }

  /** Goes on with a run that has ended, in its own folder. */
  resumeFromCheckpoint(run: Run): void {
    const { folder, experiment } = run.state;
    if (folder === null || isLive(run.state.status)) return;
    const before = run.state;
    this.options.store.hold(run);
    this.options.store.update(run, { status: 'queued', error: null });
    this.#enqueue({ run, request: { type: 'resumeRun', folder, experiment }, before });
  }

  stop(run: Run): void {
    const place = this.#queue.findIndex((entry) => entry.run === run);
    if (place >= 0) {
      const [entry] = this.#queue.splice(place, 1);
      this.#remember();
      this.#takeBack(entry!, null);
      this.#ended.fire({ run, problems: [] });
      return;
    }
    const trainer = this.#processes.get(run.key);
    if (this.options.followers.isFollowed(run)) {
      void this.options.followers.stop(run);
    } else if (trainer !== undefined && isLive(run.state.status)) {
      this.options.store.update(run, { status: 'stopping' });
      trainer.stop();
    }
  }

  pause(run: Run): void {
    void this.options.followers.pause(run);
  }

  resume(run: Run): void {
    void this.options.followers.resume(run);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.options.onWindowClose() === 'stop') this.options.waiting?.write([]);
    this.#queue.length = 0;
    for (const trainer of this.#processes.values()) trainer.dispose();
    this.#owned.dispose();
  }

  #enqueue(entry: Entry): void {
    this.#queue.push(entry);
    this.#advance();
  }

  /** A run that waits to be resumed is in its folder anyway, as it was. */
  #remember(): void {
    const orders = [...this.#launching, ...this.#queue].flatMap(({ request }) => {
      if (request.type !== 'start') return [];
      const { type: _type, onWindowClose: _setting, log: _log, ...order } = request;
      return [order];
    });
    this.options.waiting?.write(orders);
  }

  /** Processes of this window, and those that windows before it left. */
  get #nTraining(): number {
    const { store, followers } = this.options;
    const left = store
      .live()
      .filter((run) => followers.isFollowed(run) && !this.#processes.has(run.key) && this.#hasLog(run));
    return this.#processes.size + left.length;
  }

  #advance(): void {
    if (this.#isDisposed) return;
    while (this.#queue.length > 0 && this.#nTraining < this.options.maximumParallel()) {
      // A run that has just been stopped waits until its process is gone.
      const next = this.#queue.findIndex(({ run }) => !this.#processes.has(run.key));
      if (next < 0) break;
      this.#launch(this.#queue.splice(next, 1)[0]!);
    }
    this.#remember();
  }

  #launch(entry: Entry): void {
    const { store, module, followers, log, stopGraceMs } = this.options;
    const { run, before } = entry;
    log.info(`${before === null ? 'Training' : 'Resuming'} '${run.state.variant}' of ${run.state.experiment}.`);
    const logFile = this.#logFileFor(entry);
    const request = {
      ...entry.request,
      onWindowClose: this.options.onWindowClose(),
      ...(entry.request.type === 'start' && { log: logFile }),
    };
    this.#launching.add(entry);
    const listener: TrainerListener = {
      started: () => {
        this.#launching.delete(entry);
        this.#remember();
      },
      created: (id, folder) => {
        const isStopping = run.state.status === 'stopping';
        store.update(run, { run: id, folder });
        followers.follow(run, before === null, () => this.#processes.get(run.key)?.kill());
        if (isStopping) {
          store.update(run, { status: 'starting' });
          void followers.stop(run);
        }
      },
      ended: (end) => void this.#finish(entry, end, logFile),
    };
    try {
      this.#processes.set(run.key, new TrainerProcess({ module, request, logFile, log, stopGraceMs, listener }));
      store.update(run, { status: 'starting' });
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      const isGone = request.type === 'resumeRun' && !existsSync(request.folder);
      const why = isGone ? t('The run folder was deleted.') : crashText(null, null, [], reason);
      void this.#finish(entry, { kind: 'crashed', error: why }, logFile);
    }
  }

  async #finish(entry: Entry, end: TrainerEnd, logFile: string): Promise<void> {
    const { followers, log } = this.options;
    const { run } = entry;
    this.#launching.delete(entry);
    const why =
      end.kind === 'crashed'
        ? end.error
        : end.kind === 'rejected'
          ? end.problems.map(({ message }) => message).join('\n')
          : t('The trainer ended without a last word.');
    if (followers.isFollowed(run)) {
      await followers.processEnded(run, why);
    } else if (isLive(run.state.status)) {
      const lines = lastLines(logFile);
      for (const line of lines) log.warn(line);
      if (end.kind === 'rejected') this.#takeBack(entry, end.problems.map(({ message }) => message).join('\n'));
      else if (end.kind === 'stopped') this.#takeBack(entry, end.killed ? killedText() : null, 'stopped');
      else this.#takeBack(entry, [why, ...lines].join('\n'));
      if (entry.before === null && lines.length === 0) rmSync(logFile, { force: true });
    }
    this.#processes.delete(run.key);
    this.#ended.fire({ run, problems: end.kind === 'rejected' ? end.problems : [] });
    this.#advance();
  }

  /** A run that came to nothing: a new one has ended, and one that was to be resumed is what it was. */
  #takeBack({ run, before }: Entry, error: string | null, status?: 'stopped'): void {
    const { store } = this.options;
    if (before !== null) {
      store.update(run, { status: before.status, error: error ?? before.error });
      store.release(run);
    } else {
      store.update(run, { status: status ?? (error === null ? 'stopped' : 'failed'), error });
    }
  }

  /** Whether a window started it, this one or the one before a reload. */
  #hasLog({ state: { folder } }: Run): boolean {
    return folder !== null && existsSync(logFileOf(folder, readRunFileNow(folder), this.options.logFolder));
  }

  #logFileFor({ request }: Entry): string {
    if (request.type === 'resumeRun') return path.join(request.folder, RUN_FILES.log);
    removeOldLogs(this.options.logFolder);
    return path.join(this.options.logFolder, `${Date.now()}-${randomUUID().slice(0, 8)}.log`);
  }
}

function killedText(): string {
  return t('The trainer did not answer and was killed. Nothing was recorded.');
}

function removeOldLogs(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (name.endsWith('.log') && Date.now() - statSync(file).mtimeMs > LOG_AGE_MS) rmSync(file, { force: true });
    }
  } catch {
    // There is none yet.
  }
}

/**
 * 0 is half the cores, since a training uses more than one and the editor needs some, but two at least: watching two
 * ways side by side is what people train several for, and two on two cores cost little more than one after the other.
 */
export function parallelRuns(setting: number, nCores: number): number {
  return setting >= 1 ? Math.floor(setting) : Math.max(2, Math.floor(nCores / 2));
}
