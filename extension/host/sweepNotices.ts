/** What a person hears of a sweep that ends: a failure always, anything else when nobody looks. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ConfigurationTarget, commands, window, workspace } from 'vscode';
import { type Disposable, Disposables } from './emitter';
import { NOTIFY_WHEN_UNFOCUSED, SECTION } from './settings';
import type { Sweep, Sweeps } from './sweeps';
import { sweepDescription } from './sweepText';

export class SweepNotices implements Disposable {
  readonly #owned = new Disposables();

  constructor(private readonly sweeps: Sweeps) {
    this.#owned.own(sweeps.onDidEnd((sweep) => void this.#announce(sweep)));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #announce(sweep: Sweep): Promise<void> {
    const name = path.basename(sweep.experiment, '.orthant.json');
    const description = sweepDescription(sweep, this.sweeps.progress(sweep), Date.now());
    if (sweep.status === 'failed' || sweep.status === 'lost') return showFailed(sweep, name, description);
    const settings = workspace.getConfiguration(SECTION);
    if (window.state.focused || !settings.get<boolean>(NOTIFY_WHEN_UNFOCUSED, true)) return;
    const [compare, never] = [l10n.t('Compare'), l10n.t("Don't show again")];
    const choice = await window.showInformationMessage(l10n.t('Sweep {0}: {1}', name, description), compare, never);
    if (choice === compare) await commands.executeCommand('orthant.compareSweep', sweep.id);
    if (choice === never) await settings.update(NOTIFY_WHEN_UNFOCUSED, false, ConfigurationTarget.Global);
  }
}

async function showFailed(sweep: Sweep, name: string, description: string): Promise<void> {
  const reason =
    sweep.status === 'lost'
      ? l10n.t('the process that trained it is gone; what it recorded stays')
      : (sweep.conductor?.error?.split('\n')[0] ?? '');
  const resume = l10n.t('Resume');
  const text = l10n.t('Sweep {0} ended at {1}: {2}', name, description, reason);
  if ((await window.showErrorMessage(text, resume)) === resume) {
    await commands.executeCommand('orthant.resumeSweep', sweep.id);
  }
}
