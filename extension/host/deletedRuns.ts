/**
 * Deleting runs so that it can be undone, for as long as the window lives: folders wait in the trash beside the runs
 * (`runs/trash.ts`), runs without a folder in memory. Knows no editor.
 */
import path from 'node:path';
import { t } from '@vscode/l10n';
import { abandonedRuns, finishRemovals, moveToTrash, putBack, removeTrashed, type TrashedRun } from '../runs/trash';
import { type Disposable, Emitter } from './emitter';
import { messageOf } from './messageOf';
import type { Run, RunStore } from './runStore';

/** Runs that were deleted together and come back together. */
export interface Deletion {
  /** `trashed` is `null` for a run that has no folder, or whose folder is gone. */
  readonly runs: readonly { readonly run: Run; readonly trashed: TrashedRun | null }[];
}

/** What of a deletion or its undoing didn't work, one message for a person each. */
export type Failures = readonly string[];

export class DeletedRuns implements Disposable {
  readonly #deletions: Deletion[] = [];
  readonly #changed = new Emitter<number>();

  /** With the number of deletions that can be undone. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly store: RunStore) {}

  /** `null` when none of them could be deleted. */
  delete(runs: readonly Run[]): { deletion: Deletion | null; failures: Failures } {
    const failures: string[] = [];
    const deleted = runs.flatMap((run) => {
      const { folder } = run.state;
      try {
        return [{ run, trashed: folder === null ? null : moveToTrash(folder) }];
      } catch (error) {
        failures.push(t('{0} could not be deleted: {1}', folder ?? run.state.run, messageOf(error)));
        return [];
      }
    });
    this.store.remove(...deleted.map(({ run }) => run));
    if (deleted.length === 0) return { deletion: null, failures };
    const deletion = { runs: deleted };
    this.#deletions.push(deletion);
    this.#changed.fire(this.#deletions.length);
    return { deletion, failures };
  }

  /** The last deletion unless another is named. What can't come back stays in the trash, and is said. */
  undo(deletion: Deletion | undefined = this.#deletions.at(-1)): { restored: Run[]; failures: Failures } {
    const index = deletion === undefined ? -1 : this.#deletions.indexOf(deletion);
    if (deletion === undefined || index < 0) return { restored: [], failures: [] };
    this.#deletions.splice(index, 1);
    const failures: string[] = [];
    const restored = deletion.runs.flatMap(({ run, trashed }) => {
      try {
        if (trashed !== null) putBack(trashed);
        return [run];
      } catch (error) {
        failures.push(t('{0} could not be put back: {1}', run.state.run, messageOf(error)));
        return [];
      }
    });
    this.store.add(...restored);
    this.#changed.fire(this.#deletions.length);
    return { restored, failures };
  }

  /** Runs that windows deleted in these folders before they were killed. */
  async abandoned(runsFolder: string): Promise<TrashedRun[]> {
    // What can't be removed now may be later, and nobody waits for it.
    await finishRemovals(runsFolder);
    return abandonedRuns(runsFolder);
  }

  async removeAbandoned(runs: readonly TrashedRun[]): Promise<Failures> {
    const failures = await removeTrashed(runs);
    return failures.map((failure) => t('A deleted run could not be removed: {0}', failure));
  }

  restoreAbandoned(runs: readonly TrashedRun[]): Failures {
    return runs.flatMap((run) => {
      try {
        putBack(run);
        return [];
      } catch (error) {
        return [t('{0} could not be put back: {1}', path.basename(run.folder), messageOf(error))];
      }
    });
  }

  /** When the window closes: nothing can be undone any more. */
  async empty(): Promise<void> {
    const trashed = this.#deletions.splice(0).flatMap(({ runs }) => runs.flatMap((each) => each.trashed ?? []));
    await removeTrashed(trashed);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
