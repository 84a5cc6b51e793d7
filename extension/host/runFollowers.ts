/**
 * Follows every run of the store that is live: those this window trains, and those it finds training, such as after a
 * reload. Whoever trains a run, it is asked to stop, pause and resume in the same way, through its folder.
 */
import { hostname } from 'node:os';
import { t } from '@vscode/l10n';
import type { ControlAction, ProcessIdentity } from '../protocol/control';
import type { RunFile } from '../protocol/runFiles';
import { isLive } from '../protocol/runState';
import { ControlError, requestControl } from '../runs/control';
import { isProcessThere, processPresence } from '../runs/liveness';
import { readRunFile, readRunFileNow } from '../runs/readRuns';
import { type Disposable, Disposables, Emitter } from './emitter';
import type { Log } from './log';
import { RunFollower } from './runFollower';
import type { Run, RunStore } from './runStore';

/**
 * A process that is asked to stop and is still there after this long is killed. It answers within one step and then
 * writes its checkpoint and its end; a slow disk gets its time.
 */
export const STOP_GRACE_MS = 10_000;

export interface RunFollowersOptions {
  readonly store: RunStore;
  /** Absolute path of the folder in which processes log that have no run folder yet. */
  readonly logFolder: string;
  readonly log: Log;
  readonly stopGraceMs?: number;
}

export class RunFollowers implements Disposable {
  readonly #owned = new Disposables();
  readonly #followers = new Map<Run, RunFollower>();
  /** Of processes that were asked to stop, until they have: a run that is resumed meanwhile has another one. */
  readonly #graceTimers = new Map<RunFollower, NodeJS.Timeout>();
  readonly #killed = new WeakSet<RunFollower>();
  readonly #kills = new WeakMap<RunFollower, () => void>();
  readonly #ended = this.#owned.own(new Emitter<Run>());

  /** A run that was live is so no longer. */
  readonly onDidEnd = this.#ended.event;

  constructor(private readonly options: RunFollowersOptions) {
    this.#owned.own(options.store.onDidChange(({ kind }) => kind === 'list' && this.#adopt()));
    this.#adopt();
  }

  /**
   * Follows a run of which there is a folder now; `isNew` when all of its events are still to come. `kill` is for a process
   * of this window, which needs no number to be found by.
   */
  follow(run: Run, isNew: boolean, kill?: () => void): void {
    const { store, logFolder, log } = this.options;
    const { folder } = run.state;
    if (folder === null || this.#followers.has(run)) return;
    let wasLive = isNew;
    const follower = new RunFollower({
      store,
      run,
      folder,
      logFolder,
      log,
      isNew,
      onRead: () => {
        wasLive ||= isLive(run.state.status);
      },
      onEnd: () => {
        this.#followers.delete(run);
        clearTimeout(this.#graceTimers.get(follower));
        this.#graceTimers.delete(follower);
        store.release(run);
        // One that had ended when it was found is no news.
        if (wasLive) this.#ended.fire(run);
      },
    });
    this.#followers.set(run, follower);
    if (kill !== undefined) this.#kills.set(follower, kill);
  }

  isFollowed(run: Run): boolean {
    return this.#followers.has(run);
  }

  /** The process that trained it is known to be gone; settles when all it told is read. */
  async processEnded(run: Run, why: string): Promise<void> {
    const follower = this.#followers.get(run);
    await follower?.processEnded(this.#killed.has(follower) ? killedText() : why);
  }

  /** Asks for an end with a checkpoint; kills when that takes too long. */
  async stop(run: Run): Promise<void> {
    if (!isLive(run.state.status) || run.state.status === 'stopping') return;
    this.options.store.update(run, { status: 'stopping' });
    const follower = this.#followers.get(run);
    const trainer = await this.#ask(run, 'stop');
    if (trainer === null || follower === undefined || this.#followers.get(run) !== follower) return;
    const timer = setTimeout(() => {
      this.#graceTimers.delete(follower);
      void this.#kill(run, follower, trainer);
    }, this.options.stopGraceMs ?? STOP_GRACE_MS);
    timer.unref();
    this.#graceTimers.set(follower, timer);
  }

  async pause(run: Run): Promise<void> {
    if (run.state.status === 'running') await this.#ask(run, 'pause');
  }

  async resume(run: Run): Promise<void> {
    if (run.state.status === 'paused') await this.#ask(run, 'resume');
  }

  dispose(): void {
    for (const timer of this.#graceTimers.values()) clearTimeout(timer);
    this.#graceTimers.clear();
    for (const follower of this.#followers.values()) follower.dispose();
    this.#followers.clear();
    this.#owned.dispose();
  }

  /** Runs that were found training. One of this window gets its follower with its folder. */
  #adopt(): void {
    for (const run of this.options.store.live()) {
      const isTraining = !run.isInMemory || run.state.status === 'running';
      if (run.state.folder === null || !isTraining || this.#followers.has(run)) continue;
      this.options.log.info(`Following ${run.state.folder}, which is training.`);
      this.options.store.hold(run);
      this.follow(run, false);
    }
  }

  /** `null` when nobody knows whom to ask. */
  async #ask(run: Run, action: ControlAction): Promise<RunFile | null> {
    const { log } = this.options;
    const { folder } = run.state;
    const trainer = folder === null ? null : await readRunFile(folder);
    if (folder === null || trainer === null) return null;
    try {
      requestControl(folder, trainer, action);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      log.warn(error.message);
      // A trainer takes this for a request to stop, too.
      if (action === 'stop') signal(trainer, 'SIGTERM');
    }
    return trainer;
  }

  /** Of a process of this window its end is told; of another one it has to be looked at. */
  async #kill(run: Run, follower: RunFollower, trainer: RunFile): Promise<void> {
    const { store, log } = this.options;
    const { folder } = run.state;
    if (trainer.host !== hostname()) {
      log.warn(`${folder}: its process on ${trainer.host} did not stop, and can't be killed from here.`);
      store.update(run, { status: 'running' });
      return;
    }
    const now = folder === null ? null : readRunFileNow(folder);
    // Another window has resumed it: that process was asked for nothing.
    if (now !== null && (now.pid !== trainer.pid || now.processStarted !== trainer.processStarted)) return;
    const kill = this.#kills.get(follower);
    if (kill === undefined && processPresence(trainer) === 'unknown') {
      log.warn(
        `${folder}: did not stop. End its process (pid ${trainer.pid}) by hand if it is still that of this run.`,
      );
      store.update(run, { status: 'running' });
      return;
    }
    this.#killed.add(follower);
    if (kill !== undefined) kill();
    else signal(trainer, 'SIGKILL');
    log.warn(`${folder}: did not stop and was killed.`);
    for (let attempt = 0; attempt < 20 && isProcessThere(trainer); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#followers.get(run) === follower) await follower.processEnded(killedText());
  }
}

/** Only that very process of this machine: its number may be another one's by now. */
export function signal(trainer: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (trainer.host !== hostname() || processPresence(trainer) !== 'there') return false;
  try {
    return process.kill(trainer.pid, name);
  } catch {
    return false;
  }
}

function killedText(): string {
  return t('The trainer did not answer and was killed. What it had recorded is in the run folder, without an end.');
}
