/** The commands that delete runs and undo it, and what is asked about runs that a killed window had deleted. */
import * as l10n from '@vscode/l10n';
import { commands, type Disposable, window } from 'vscode';
import { isLive } from '../protocol/runState';
import { askRun, knowAllRuns } from './ask';
import { runsIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import type { DeletedRuns, Deletion, Failures } from './deletedRuns';
import type { Log } from './log';
import { type Run, runName } from './runStore';

export interface DeleteCommandsOptions extends Pick<CommandParts, 'files' | 'store' | 'folders' | 'panels'> {
  deleted: DeletedRuns;
  log: Log;
}

export class DeleteCommands {
  /** Runs folders that were asked about: several experiments share one. */
  readonly #asked = new Set<string>();

  constructor(private readonly options: DeleteCommandsOptions) {}

  /** Asks nothing: it can be undone. */
  async deleteRun(argument?: unknown, selected?: unknown): Promise<void> {
    const { store, deleted, panels } = this.options;
    let runs = runsIn(store, argument, selected);
    if (runs.length === 0) {
      await knowAllRuns(this.options);
      const candidates = store.all().filter(isOver);
      if (candidates.length === 0) {
        void window.showInformationMessage(l10n.t('There is no run for that now.'));
        return;
      }
      const asked = await askRun(candidates, l10n.t('Delete which run?'));
      runs = asked === undefined ? [] : [asked];
    }
    const live = runs.find((run) => !isOver(run));
    if (live !== undefined) {
      void window.showWarningMessage(l10n.t('{0} is still training. Stop it before you delete it.', runName(live)));
      return;
    }
    if (runs.length === 0) return;
    const { deletion, failures } = deleted.delete(runs);
    this.#tell(failures);
    if (deletion === null) return;
    panels.forget(deletion.runs.map(({ run }) => run));
    await this.#offerUndo(deletion);
  }

  async undoDelete(): Promise<void> {
    await this.#undo(undefined);
  }

  /** Once per runs folder, when its runs are first asked for. */
  async askAboutAbandoned(runsFolder: string): Promise<void> {
    const { deleted, folders, log } = this.options;
    if (this.#asked.has(runsFolder)) return;
    this.#asked.add(runsFolder);
    try {
      const abandoned = await deleted.abandoned(runsFolder);
      if (abandoned.length === 0) return;
      const [restore, remove] = [l10n.t('Put back'), l10n.t('Delete permanently')];
      const text = l10n.t(
        'A window that ended without warning had deleted {0} runs in {1}.',
        abandoned.length,
        runsFolder,
      );
      const choice = await window.showInformationMessage(text, restore, remove);
      if (choice === remove) this.#tell(await deleted.removeAbandoned(abandoned));
      if (choice !== restore) return;
      this.#tell(deleted.restoreAbandoned(abandoned));
      await folders.refresh(runsFolder);
    } catch (error) {
      log.warn(`${runsFolder}: ${String(error)}`);
    }
  }

  async #offerUndo(deletion: Deletion): Promise<void> {
    const { runs } = deletion;
    const undo = l10n.t('Undo');
    const text =
      runs.length === 1
        ? l10n.t('Deleted the run {0}. It can come back until this window closes.', runName(runs[0]!.run))
        : l10n.t('Deleted {0} runs. They can come back until this window closes.', runs.length);
    const choice = await window.showInformationMessage(text, undo);
    if (choice === undo) await this.#undo(deletion);
  }

  async #undo(deletion: Deletion | undefined): Promise<void> {
    const { restored, failures } = this.options.deleted.undo(deletion);
    this.#tell(failures);
    if (restored.length === 0 && failures.length === 0) {
      void window.showInformationMessage(l10n.t('There is no deletion of runs to undo.'));
    }
  }

  #tell(failures: Failures): void {
    const [first] = failures;
    if (first === undefined) return;
    const more = failures.length > 1 ? ` ${l10n.t('(and {0} more)', failures.length - 1)}` : '';
    void window.showErrorMessage(`${first}${more}`);
  }
}

/** Tells the menus how much can be undone. */
export function showDeletions(deleted: DeletedRuns): Disposable {
  return deleted.onDidChange((nDeletions) => {
    void commands.executeCommand('setContext', 'orthant.runDeletions', nDeletions);
  });
}

function isOver(run: Run): boolean {
  return !isLive(run.state.status);
}
