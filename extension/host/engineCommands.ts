/** The command that installs the engine `tensorflow`, with progress and a way to cancel. */
import * as l10n from '@vscode/l10n';
import { ConfigurationTarget, commands, ProgressLocation, window, workspace } from 'vscode';
import type { InstallStep } from '../protocol/engineInstall';
import type { Disposable } from './emitter';
import { type InstallEnd, InstallerProcess, percentAt, stepText } from './installerProcess';
import type { Log } from './log';
import { ENGINE, SECTION } from './settings';

export interface EngineCommandsOptions {
  /** Path of the installer's bundle. */
  module: string;
  log: Log;
}

export class EngineCommands implements Disposable {
  #installer: InstallerProcess | null = null;

  constructor(private readonly options: EngineCommandsOptions) {}

  async installTensorflow(): Promise<void> {
    if (!(await isInstallingAllowed())) return;
    if (this.#installer !== null) {
      void window.showInformationMessage(l10n.t('The engine tensorflow is being installed already.'));
      return;
    }
    const end = await this.#install();
    this.options.log.info(`Installing the engine tensorflow: ${JSON.stringify(end)}`);
    switch (end.type) {
      case 'installed':
        return offerToUse(end.version, end.folder);
      case 'failed':
        return showFailed(end.message);
      case 'cancelled':
        return;
    }
  }

  dispose(): void {
    this.#installer?.dispose();
  }

  async #install(): Promise<InstallEnd> {
    const title = l10n.t('Installing the engine tensorflow');
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    return window.withProgress(options, async (progress, cancellation): Promise<InstallEnd> => {
      let step: InstallStep = 'packages';
      let percent = 0;
      const report = (share: number, message: string): void => {
        const now = percentAt(step, share);
        progress.report({ message, increment: Math.max(0, now - percent) });
        percent = Math.max(percent, now);
      };
      try {
        this.#installer = new InstallerProcess({
          ...this.options,
          onProgress: (message) => {
            if (message.type === 'step') {
              step = message.step;
              this.options.log.info(`Installing the engine tensorflow: ${step}`);
              report(0, stepText(step));
            } else {
              report(message.total === null ? 0 : message.done / message.total, stepText(step, message));
            }
          },
        });
        cancellation.onCancellationRequested(() => this.#installer?.cancel());
        return await this.#installer.ended;
      } catch (error) {
        return { type: 'failed', message: l10n.t('The installer did not start: {0}', String(error)) };
      } finally {
        this.#installer = null;
      }
    });
  }
}

/**
 * Nothing of a folder is read by the installer. But npm, Python and the compiler are those on the editor's PATH, and an
 * editor that was started in a folder may have a PATH that leads into it; nor is an engine of use where training is off.
 */
async function isInstallingAllowed(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage workspace trust');
  const text = l10n.t(
    'Installing an engine is off in restricted mode, because it runs npm, Python and a compiler as they are found on PATH. Trust this workspace, or install from a window without a folder.',
  );
  if ((await window.showWarningMessage(text, manage)) === manage)
    await commands.executeCommand('workbench.trust.manage');
  return false;
}

async function offerToUse(version: string, folder: string): Promise<void> {
  const installed = l10n.t('The engine tensorflow {0} is installed in {1}.', version, folder);
  const settings = workspace.getConfiguration(SECTION);
  if (settings.get(ENGINE) === 'tensorflow') {
    void window.showInformationMessage(installed);
    return;
  }
  const use = l10n.t('Train with it');
  if ((await window.showInformationMessage(installed, use)) !== use) return;
  // Where another value stands now, so that it takes the place of that one.
  const isOfWorkspace = settings.inspect(ENGINE)?.workspaceValue !== undefined;
  await settings.update(
    ENGINE,
    'tensorflow',
    isOfWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
}

async function showFailed(message: string): Promise<void> {
  const showLog = l10n.t('Show log');
  if ((await window.showErrorMessage(message, showLog)) === showLog) await commands.executeCommand('orthant.showLog');
}
