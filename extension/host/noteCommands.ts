/** The commands by which a person says something about runs: star, title, note. */
import * as l10n from '@vscode/l10n';
import { window } from 'vscode';
import type { RunNotes } from '../protocol/runNotes';
import { changeNotes } from '../runs/runNotes';
import { askRun, knowAllRuns } from './ask';
import { runsIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { type Run, runName } from './runStore';

export class NoteCommands {
  constructor(private readonly options: Pick<CommandParts, 'files' | 'store' | 'folders'>) {}

  async star(argument?: unknown, selected?: unknown): Promise<void> {
    const runs = await this.#meant(argument, selected, l10n.t('Star which run?'), ({ notes }) => !notes.isStarred);
    await this.#change(runs, { isStarred: true });
  }

  async unstar(argument?: unknown, selected?: unknown): Promise<void> {
    const runs = await this.#meant(argument, selected, l10n.t('Unstar which run?'), ({ notes }) => notes.isStarred);
    await this.#change(runs, { isStarred: false });
  }

  /** An empty title brings the variant's name back. */
  async rename(argument?: unknown, selected?: unknown): Promise<void> {
    const [run] = await this.#meant(argument, selected, l10n.t('Rename which run?'));
    if (run === undefined) return;
    const title = await window.showInputBox({
      title: l10n.t('Rename the run of {0}', run.state.variant),
      value: runName(run),
      prompt: l10n.t('The title stands beside the id; without one the run is called {0}.', run.state.variant),
    });
    if (title === undefined) return;
    const isVariant = title.trim() === run.state.variant;
    await this.#change([run], { title: isVariant ? '' : title.trim() });
  }

  async note(argument?: unknown, selected?: unknown): Promise<void> {
    const [run] = await this.#meant(argument, selected, l10n.t('Note something about which run?'));
    if (run === undefined) return;
    const note = await window.showInputBox({
      title: l10n.t('Note about {0}', runName(run)),
      value: run.notes.note,
      prompt: l10n.t('What you want to remember of this run. It is kept in the run folder.'),
      ignoreFocusOut: true,
    });
    if (note !== undefined) await this.#change([run], { note: note.trim() });
  }

  /** Those named, or the answer to a question; without those that have no folder to keep notes in. */
  async #meant(
    argument: unknown,
    selected: unknown,
    title: string,
    isCandidate: (run: Run) => boolean = () => true,
  ): Promise<readonly Run[]> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected);
    if (named.length > 0) {
      const stored = named.filter(hasFolder);
      if (stored.length === 0) {
        void window.showInformationMessage(l10n.t('This run has no folder: nothing can be noted about it.'));
      }
      return stored;
    }
    await knowAllRuns(this.options);
    const candidates = store.all().filter((run) => hasFolder(run) && isCandidate(run));
    if (candidates.length === 0) {
      void window.showInformationMessage(l10n.t('There is no run for that now.'));
      return [];
    }
    const run = await askRun(candidates, title);
    return run === undefined ? [] : [run];
  }

  async #change(runs: readonly Run[], change: Partial<RunNotes>): Promise<void> {
    const { store } = this.options;
    for (const run of runs) {
      try {
        const notes = await changeNotes(run.state.folder!, change);
        // A listing may have replaced the object while the file was written.
        store.setNotes(store.get(run.key) ?? run, notes);
      } catch (error) {
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
        return;
      }
    }
  }
}

function hasFolder(run: Run): boolean {
  return run.state.folder !== null;
}
