/**
 * One live run followed through its folder, whoever trains it: a process of this window, the window before a reload,
 * another window, a terminal. What its process appends to its events reaches the run store as it comes; a process that is
 * gone and left no end makes the run lost. Knows no editor.
 */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { t } from '@vscode/l10n';
import { RUN_FILES } from '../protocol/runFiles';
import { applyEvent, initialRunState, isLive } from '../protocol/runState';
import { isProcessThere, isWriterAlive } from '../runs/liveness';
import { readRunFileNow } from '../runs/readRuns';
import { lastLines, logFileOf } from '../runs/runLog';
import { RunTail } from '../runs/runTail';
import type { Disposable } from './emitter';
import type { Log } from './log';
import type { Run, RunStore } from './runStore';

/** The system tells of new events at once, but not on every disk: pictures are to move five times a second there too. */
const LOOK_INTERVAL_MS = 150;
const LIVENESS_INTERVAL_MS = 2000;

export interface RunFollowerOptions {
  readonly store: RunStore;
  readonly run: Run;
  readonly folder: string;
  /** As `logFileOf` takes it. */
  readonly logFolder: string;
  readonly log: Log;
  /** All of its events are still to come; else what it has told so far is read in one go. */
  readonly isNew: boolean;
  /** What was there is read. */
  onRead(): void;
  /** It has ended or is lost, and is followed no longer. */
  onEnd(): void;
}

export class RunFollower implements Disposable {
  readonly #options: RunFollowerOptions;
  readonly #tail: RunTail;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #isFirst: boolean;
  #lastLiveness = Date.now();
  #isDisposed = false;

  constructor(options: RunFollowerOptions) {
    this.#options = options;
    this.#isFirst = !options.isNew;
    this.#tail = new RunTail(options.folder);
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS);
    this.#timer.unref();
    try {
      this.#watcher = watch(options.folder, { persistent: false }, (_kind, name) => {
        if (name === null || name === RUN_FILES.events) void this.look();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Then the clock does.
    }
    void this.look();
  }

  /** Reads what is new, and once more when asked meanwhile. Settles when all is read that was there at the call. */
  look(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** The process is known to be gone; `why` is what is known of its end. */
  async processEnded(why: string): Promise<void> {
    await this.look();
    if (!this.#isDisposed) this.#lost(why);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  async #readAll(): Promise<void> {
    while (this.#isStale && !this.#isDisposed) {
      this.#isStale = false;
      await this.#read();
    }
    if (this.#isDisposed || Date.now() - this.#lastLiveness < LIVENESS_INTERVAL_MS) return;
    this.#lastLiveness = Date.now();
    if (this.#isProcessThere()) return;
    // It may have told its end between the reading and the question.
    await this.#read();
    if (!this.#isDisposed) this.#lost(t('The process that trained this run is gone and left no end.'));
  }

  async #read(): Promise<void> {
    const { store, run, folder, log } = this.#options;
    try {
      const events = await this.#tail.read();
      if (this.#isDisposed) return;
      if (events === null) {
        if (!existsSync(folder)) this.#gone();
        return;
      }
      if (this.#isFirst) {
        this.#isFirst = false;
        const { state } = run;
        const told = events.reduce(applyEvent, {
          ...initialRunState({ run: state.run, experiment: state.experiment, variant: state.variant, folder }),
          status: 'starting' as const,
        });
        // A folder that was moved names the file where it was.
        store.replaceState(run, { ...told, experiment: state.experiment });
      } else {
        for (const event of events) store.apply(run, event);
      }
      this.#options.onRead();
      if (!isLive(run.state.status)) this.#end();
    } catch (error) {
      log.debug(`${folder}: ${String(error)}`);
    }
  }

  /** Of this machine the process itself says so, however long it was suspended; of another one its heartbeat does. */
  #isProcessThere(): boolean {
    const { folder } = this.#options;
    const file = readRunFileNow(folder);
    if (file === null) return false;
    if (file.host === hostname()) return isProcessThere(file);
    const beat = statSync(path.join(folder, RUN_FILES.events), { throwIfNoEntry: false })?.mtimeMs;
    return beat !== undefined && isWriterAlive(file, beat);
  }

  #lost(why: string): void {
    const { store, run, folder, logFolder, log } = this.#options;
    const lines = lastLines(logFileOf(folder, readRunFileNow(folder), logFolder));
    for (const line of lines) log.warn(line);
    // It was to stop, and was killed for not answering: it is no loss that it is gone.
    const status = run.state.status === 'stopping' ? 'stopped' : 'lost';
    store.update(run, { status, error: [why, ...lines].join('\n') });
    this.#end();
  }

  /** Deleted by somebody; its trainer ends itself. */
  #gone(): void {
    const { store, run } = this.#options;
    this.dispose();
    if (run.key === run.state.folder) store.remove(run);
    else store.update(run, { status: 'failed', error: t('The run folder was deleted.') });
    this.#options.onEnd();
  }

  #end(): void {
    this.dispose();
    this.#options.onEnd();
  }
}
