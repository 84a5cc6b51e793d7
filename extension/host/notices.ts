/**
 * The few times a run speaks up: nothing was trained because something is wrong, training failed, or the last run ended
 * while the person was elsewhere. What is seen on screen is not announced.
 */
import * as l10n from '@vscode/l10n';
import { ConfigurationTarget, commands, Uri, window, workspace } from 'vscode';
import type { Problem } from '../protocol/problems';
import { Disposables } from './emitter';
import type { Run, RunStore } from './runStore';
import { figuresText, firstProblem, rejectedText, statusLook } from './runText';
import { NOTIFY_WHEN_UNFOCUSED, SECTION } from './settings';
import type { TrainingEnd, Trainings } from './trainings';

/** Training all variants of a wrong file fails once for each, in one moment, for one reason. */
const SAME_REASON_MS = 5000;

export class Notices {
  readonly #owned = new Disposables();
  #last = { text: '', time: Number.NEGATIVE_INFINITY };

  constructor(
    trainings: Trainings,
    private readonly store: RunStore,
  ) {
    this.#owned.own(trainings.onDidEnd((end) => void this.#announce(end)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #announce({ run, problems }: TrainingEnd): Promise<void> {
    if (problems.length > 0) return this.#showRejected(run, problems);
    if (run.state.status === 'failed') return this.#showFailed(run);
    if (run.state.status === 'lost') return this.#showLost(run);
    if (this.store.live().length === 0 && !window.state.focused) return showEnded(run);
  }

  async #showRejected(run: Run, problems: readonly Problem[]): Promise<void> {
    if (this.#wasJustSaid(rejectedText(run.state.experiment, problems))) return;
    await showProblems(run.state.experiment, problems);
  }

  async #showFailed(run: Run): Promise<void> {
    const reason = run.state.error?.split('\n')[0] ?? '';
    const text = l10n.t('Training {0} failed: {1}', run.state.variant, reason);
    if (this.#wasJustSaid(text)) return;
    const [openRun, openExperiment, showLog] = [l10n.t('Open run'), l10n.t('Open experiment'), l10n.t('Show log')];
    const choice = await window.showErrorMessage(text, openRun, openExperiment, showLog);
    if (choice === openRun) await commands.executeCommand('orthant.openRun', run.key);
    if (choice === openExperiment) await commands.executeCommand('orthant.openExperiment', run.key);
    if (choice === showLog) await commands.executeCommand('orthant.showLog');
  }

  async #showLost(run: Run): Promise<void> {
    const reason = run.state.error?.split('\n')[0] ?? '';
    const text = l10n.t('Training {0} was lost: {1}', run.state.variant, reason);
    if (this.#wasJustSaid(text)) return;
    const [resume, openRun, showLog] = [l10n.t('Resume from checkpoint'), l10n.t('Open run'), l10n.t('Show log')];
    const choice = await window.showErrorMessage(text, resume, openRun, showLog);
    if (choice === resume) await commands.executeCommand('orthant.resumeRun', run.key);
    if (choice === openRun) await commands.executeCommand('orthant.openRun', run.key);
    if (choice === showLog) await commands.executeCommand('orthant.showLog');
  }

  #wasJustSaid(text: string): boolean {
    const now = Date.now();
    const wasSaid = text === this.#last.text && now - this.#last.time < SAME_REASON_MS;
    this.#last = { text, time: now };
    return wasSaid;
  }
}

/** Why nothing was done with an experiment, and the way to the first place that is wrong. */
export async function showProblems(experiment: string, problems: readonly Problem[]): Promise<void> {
  const [openExperiment, showLog] = [l10n.t('Open experiment'), l10n.t('Show log')];
  const choice = await window.showErrorMessage(rejectedText(experiment, problems), openExperiment, showLog);
  const place = firstProblem(problems)?.range;
  if (choice === openExperiment) await commands.executeCommand('orthant.openExperiment', Uri.file(experiment), place);
  if (choice === showLog) await commands.executeCommand('orthant.showLog');
}

async function showEnded(run: Run): Promise<void> {
  const settings = workspace.getConfiguration(SECTION);
  if (!settings.get<boolean>(NOTIFY_WHEN_UNFOCUSED, true)) return;
  const outcome = [statusLook(run.state.status).word, figuresText(run)].filter((part) => part !== '').join(', ');
  const [openRun, never] = [l10n.t('Open run'), l10n.t("Don't show again")];
  const choice = await window.showInformationMessage(`${run.state.variant}: ${outcome}`, openRun, never);
  if (choice === openRun) await commands.executeCommand('orthant.openRun', run.key);
  if (choice === never) await settings.update(NOTIFY_WHEN_UNFOCUSED, false, ConfigurationTarget.Global);
}
