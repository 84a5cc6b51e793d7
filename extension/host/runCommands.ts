/** The commands about runs that exist. Each works with runs, or asks which. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { commands, env, FileSystemError, Range, Selection, TextEditorRevealType, Uri, window, workspace } from 'vscode';
import type * as protocol from '../protocol/problems';
import { isLive } from '../protocol/runState';
import { askExperiment, askRun, askRuns, experimentInFront, latestOfEach } from './ask';
import { experimentIn, runsIn, variantIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import type { Run } from './runStore';
import { foreignText } from './runText';
import { runsFolderFor } from './settings';
import { isPageInFront, placeOfPanel, showDocument } from './showDocument';

export class RunCommands {
  constructor(private readonly options: CommandParts) {}

  async stop(argument?: unknown, selected?: unknown): Promise<void> {
    const isStoppable = (run: Run): boolean =>
      run.isOwned && isLive(run.state.status) && run.state.status !== 'stopping';
    const runs = await this.#ownedRuns(argument, selected, isStoppable, l10n.t('Stop which run?'));
    for (const run of runs) this.options.trainings.stop(run);
  }

  async pause(argument?: unknown, selected?: unknown): Promise<void> {
    const isPausable = (run: Run): boolean => run.isOwned && run.state.status === 'running';
    const runs = await this.#ownedRuns(argument, selected, isPausable, l10n.t('Pause which run?'));
    for (const run of runs) this.options.trainings.pause(run);
  }

  async resume(argument?: unknown, selected?: unknown): Promise<void> {
    const isPaused = (run: Run): boolean => run.isOwned && run.state.status === 'paused';
    const runs = await this.#ownedRuns(argument, selected, isPaused, l10n.t('Resume which run?'));
    for (const run of runs) this.options.trainings.resume(run);
  }

  async openRun(argument?: unknown, selected?: unknown): Promise<void> {
    const run = await this.#oneRun(argument, selected, l10n.t('Open which run?'));
    if (run !== undefined) this.options.panels.show([run], isPageInFront() ? 'beside' : 'active');
  }

  /** With a file: the latest run of each variant. With several runs: those. Else asks. */
  async compareRuns(argument?: unknown, selected?: unknown): Promise<void> {
    const { store, folders, panels } = this.options;
    let runs = runsIn(store, argument, selected);
    if (runs.length < 2) {
      const experiment = experimentIn(argument);
      if (experiment?.scheme === 'file' && runs.length === 0) {
        await folders.know(experiment.fsPath, runsFolderFor(experiment));
        runs = await this.#inFileOrder(experiment, latestOfEach(store, store.ofExperiment(experiment.fsPath)));
      } else {
        runs = (await this.#askComparison(runs)) ?? [];
        if (runs.length === 0) return;
      }
    }
    if (runs.length < 2) {
      void window.showInformationMessage(l10n.t('A comparison needs two runs at least. Train another variant first.'));
      return;
    }
    panels.show(runs, placeOfPanel());
  }

  /** The file of a run, a node or a URI; at a variant, or at a range. */
  async openExperiment(argument?: unknown, place?: unknown): Promise<void> {
    const run = runsIn(this.options.store, argument, undefined)[0];
    const experiment =
      run === undefined
        ? (experimentIn(argument) ?? (await askExperiment(this.options.files, this.options.panels)))
        : Uri.file(run.state.experiment);
    if (experiment === undefined) return;
    const editor = await showDocument(experiment);
    const variant = variantIn(argument, place) ?? run?.state.variant;
    const { variants } = await this.options.files.outline(experiment);
    const range = isRange(place) ? place : variants.find(({ name }) => name === variant)?.nameRange;
    if (range === undefined) return;
    const { start, end } = range;
    const target = new Range(start.line, start.character, end.line, end.character);
    editor.selection = new Selection(target.start, target.end);
    editor.revealRange(target, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  async revealRunFolder(argument?: unknown, selected?: unknown): Promise<void> {
    const run = await this.#oneRun(argument, selected, l10n.t('Show the folder of which run?'));
    if (run === undefined) return;
    if (run.state.folder === null) {
      void window.showInformationMessage(l10n.t('This run has no folder: nothing was recorded.'));
      return;
    }
    const folder = Uri.file(run.state.folder);
    // The explorer of VS Code where it can show it, which also works from afar; else that of the system.
    const isInWorkspace = workspace.getWorkspaceFolder(folder) !== undefined;
    await commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', folder);
  }

  async deleteRun(argument?: unknown, selected?: unknown): Promise<void> {
    const { store } = this.options;
    let runs = runsIn(store, argument, selected);
    if (runs.length === 0) {
      await this.#knowAll();
      const asked = await askRun(store.all().filter(isOver), l10n.t('Delete which run?'));
      runs = asked === undefined ? [] : [asked];
    }
    const live = runs.find((run) => !isOver(run));
    if (live !== undefined) {
      void window.showWarningMessage(
        l10n.t('{0} is still training. Stop it before you delete it.', live.state.variant),
      );
      return;
    }
    if (runs.length === 0) return;
    // A server has no trash; where there should be one and isn't, the fallback below asks again.
    const hasTrash = env.remoteName === undefined;
    const action = hasTrash ? l10n.t('Move to trash') : l10n.t('Delete permanently');
    const text =
      runs.length === 1
        ? l10n.t('Delete the run {0} of {1}?', runs[0]!.state.run, path.basename(runs[0]!.state.experiment))
        : l10n.t('Delete {0} runs?', runs.length);
    const detail = hasTrash
      ? l10n.t('Figures, history and trained weights go to the trash.')
      : l10n.t('Figures, history and trained weights are lost: there is no trash here.');
    if ((await window.showWarningMessage(text, { modal: true, detail }, action)) !== action) return;
    for (const run of runs) {
      if (!(await deleteFolder(run.state.folder, hasTrash))) continue;
      store.remove(run);
      this.options.panels.forget(run);
    }
  }

  async refresh(): Promise<void> {
    this.options.files.refresh();
    await this.#knowAll();
    await this.options.folders.refresh();
  }

  async #ownedRuns(
    argument: unknown,
    selected: unknown,
    isMeant: (run: Run) => boolean,
    title: string,
  ): Promise<readonly Run[]> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected);
    const foreign = named.find((run) => !run.isOwned && isLive(run.state.status));
    if (foreign !== undefined) {
      void window.showInformationMessage(foreignText(await this.options.folders.trainerOf(foreign)));
    }
    if (named.length > 0) return named.filter(isMeant);
    const candidates = store.live().filter(isMeant);
    if (candidates.length === 0) {
      void window.showInformationMessage(l10n.t('There is no run of this window for that now.'));
      return [];
    }
    const run = await askRun(candidates, title);
    return run === undefined ? [] : [run];
  }

  async #oneRun(argument: unknown, selected: unknown, title: string): Promise<Run | undefined> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected)[0];
    if (named !== undefined) return named;
    await this.#knowAll();
    const all = store.all();
    if (all.length === 0) {
      void window.showInformationMessage(l10n.t('There are no runs yet. Train a variant first.'));
      return undefined;
    }
    // Whoever asks while something trains means that.
    const live = store.live();
    return askRun(live.length > 0 ? [...live, ...all.filter((run) => !live.includes(run))] : all, title);
  }

  async #askComparison(alreadyMeant: readonly Run[]): Promise<Run[] | undefined> {
    const { store } = this.options;
    await this.#knowAll();
    const experiment = alreadyMeant[0]?.state.experiment ?? experimentInFront(this.options.panels)?.fsPath;
    const runs = experiment === undefined ? store.all() : store.ofExperiment(experiment);
    const picked = new Set(alreadyMeant.length > 0 ? alreadyMeant : latestOfEach(store, runs));
    if (runs.length < 2) return [...runs, ...runs].slice(0, 1);
    const chosen = await askRuns(runs, picked, l10n.t('Compare which runs?'));
    return chosen && experiment !== undefined ? this.#inFileOrder(Uri.file(experiment), chosen) : chosen;
  }

  /** Variants side by side in the order a person wrote them, and what is no longer in the file last. */
  async #inFileOrder(experiment: Uri, runs: readonly Run[]): Promise<Run[]> {
    const { variants } = await this.options.files.outline(experiment);
    const place = (run: Run): number => {
      const index = variants.findIndex(({ name }) => name === run.state.variant);
      return index < 0 ? variants.length : index;
    };
    return [...runs].sort((a, b) => place(a) - place(b));
  }

  async #knowAll(): Promise<void> {
    const files = await this.options.files.list();
    await Promise.all(files.map((uri) => this.options.folders.know(uri.fsPath, runsFolderFor(uri))));
  }
}

function isOver(run: Run): boolean {
  return !isLive(run.state.status);
}

/** Whether the run is gone, which one without a folder is at once. */
async function deleteFolder(folder: string | null, useTrash: boolean): Promise<boolean> {
  if (folder === null) return true;
  try {
    await workspace.fs.delete(Uri.file(folder), { recursive: true, useTrash });
    return true;
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return true;
    const reason = error instanceof Error ? error.message : String(error);
    if (!useTrash) {
      void window.showErrorMessage(l10n.t('{0} could not be deleted: {1}', folder, reason));
      return false;
    }
    const forGood = l10n.t('Delete permanently');
    const text = l10n.t('{0} could not be moved to the trash. Delete it for good?', path.basename(folder));
    const choice = await window.showWarningMessage(text, { modal: true, detail: reason }, forGood);
    return choice === forGood && deleteFolder(folder, false);
  }
}

function isRange(value: unknown): value is protocol.Range {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}
