/** The commands about runs that exist. Each works with runs, or asks which. */
import * as l10n from '@vscode/l10n';
import { commands, Range, Selection, TextEditorRevealType, Uri, window, workspace } from 'vscode';
import type * as protocol from '../protocol/problems';
import { askExperiment, askRun, askRuns, experimentInFront, knowAllRuns, latestOfEach } from './ask';
import { experimentIn, runsIn, variantIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { isTrusted } from './experimentTarget';
import type { Run } from './runStore';
import { isInterrupted, isStoppable } from './runText';
import { runsFolderFor } from './settings';
import { isPageInFront, placeOfPanel, showDocument } from './showDocument';

export class RunCommands {
  constructor(private readonly options: CommandParts) {}

  async stop(argument?: unknown, selected?: unknown): Promise<void> {
    const runs = await this.#liveRuns(argument, selected, isStoppable, l10n.t('Stop which run?'));
    for (const run of runs) this.options.trainings.stop(run);
  }

  async pause(argument?: unknown, selected?: unknown): Promise<void> {
    const isPausable = (run: Run): boolean => run.state.status === 'running';
    const runs = await this.#liveRuns(argument, selected, isPausable, l10n.t('Pause which run?'));
    for (const run of runs) this.options.trainings.pause(run);
  }

  async resume(argument?: unknown, selected?: unknown): Promise<void> {
    const isPaused = (run: Run): boolean => run.state.status === 'paused';
    const runs = await this.#liveRuns(argument, selected, isPaused, l10n.t('Resume which run?'));
    for (const run of runs) this.options.trainings.resume(run);
  }

  /** Goes on with runs that were stopped, lost or failed, each in its own folder. */
  async resumeFromCheckpoint(argument?: unknown, selected?: unknown): Promise<void> {
    const { store, trainings } = this.options;
    if (!(await isTrusted(l10n.t('This workspace is restricted, so nothing is resumed here.')))) return;
    let runs: readonly Run[] = runsIn(store, argument, selected);
    if (runs.length === 0) {
      await knowAllRuns(this.options);
      const candidates = store.all().filter(isInterrupted);
      if (candidates.length === 0) {
        void window.showInformationMessage(l10n.t('There is no run that was stopped, lost or failed.'));
        return;
      }
      const run = await askRun(candidates, l10n.t('Resume which run from its checkpoint?'));
      runs = run === undefined ? [] : [run];
    }
    for (const run of runs.filter(isInterrupted)) trainings.resumeFromCheckpoint(run);
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

  async refresh(): Promise<void> {
    this.options.files.refresh();
    await knowAllRuns(this.options);
    await this.options.folders.refresh();
  }

  async #liveRuns(
    argument: unknown,
    selected: unknown,
    isMeant: (run: Run) => boolean,
    title: string,
  ): Promise<readonly Run[]> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected);
    if (named.length > 0) return named.filter(isMeant);
    const candidates = store.live().filter(isMeant);
    if (candidates.length === 0) {
      void window.showInformationMessage(l10n.t('There is no run for that now.'));
      return [];
    }
    const run = await askRun(candidates, title);
    return run === undefined ? [] : [run];
  }

  async #oneRun(argument: unknown, selected: unknown, title: string): Promise<Run | undefined> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected)[0];
    if (named !== undefined) return named;
    await knowAllRuns(this.options);
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
    await knowAllRuns(this.options);
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
}

function isRange(value: unknown): value is protocol.Range {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}
