/**
 * Hears of changes in run folders: runs that a terminal trains, and folders that come and go. Watches the few files
 * that matter, from when an experiment is first known.
 */
import path from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import { RUN_FILES } from '../protocol/runFiles';
import { isLive } from '../protocol/runState';
import { Disposables } from './emitter';
import type { RunFolders } from './runFolders';
import type { RunStore } from './runStore';
import { watchedFiles } from './watchedFiles';

/** A folder that was just made isn't filled yet. */
const LIST_DELAY_MS = 1000;

export class RunWatcher {
  readonly #owned = new Disposables();
  readonly #watched = new Set<string>();
  readonly #stale = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: RunStore,
    private readonly folders: RunFolders,
  ) {
    this.#owned.own(folders.onDidKnow(({ experiment, runsFolder }) => this.#watch(experiment, runsFolder)));
  }

  dispose(): void {
    this.#owned.dispose();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Once per runs folder, in or outside of the workspace. */
  #watch(experiment: string, runsFolder: string): void {
    if (this.#watched.has(runsFolder)) return;
    this.#watched.add(runsFolder);
    const { base, glob } = watchedFiles(experiment, runsFolder);
    const watcher = this.#owned.own(workspace.createFileSystemWatcher(new RelativePattern(Uri.file(base), glob)));
    const changed = (uri: Uri): void => {
      const run = this.store.byFolder(uri.fsPath) ?? this.store.byFolder(path.dirname(uri.fsPath));
      const isNotes = path.basename(uri.fsPath) === RUN_FILES.notes;
      const isFollowed = run?.isInMemory === true && isLive(run.state.status);
      // Of a run that has ended the events change when it is resumed, which changes `run.json` too.
      if ((isFollowed && !isNotes) || (run !== undefined && path.basename(uri.fsPath) === RUN_FILES.events)) return;
      this.#stale.add(runsFolder);
      this.#timer ??= setTimeout(() => this.#list(), LIST_DELAY_MS);
    };
    this.#owned.own(watcher.onDidCreate(changed));
    this.#owned.own(watcher.onDidChange(changed));
    this.#owned.own(watcher.onDidDelete(changed));
  }

  #list(): void {
    this.#timer = null;
    for (const runsFolder of this.#stale) void this.folders.refresh(runsFolder);
    this.#stale.clear();
  }
}
