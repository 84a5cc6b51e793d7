/** The command that puts the sample experiment, which the extension brings along, into a folder and opens it. */
import * as l10n from '@vscode/l10n';
import { FileSystemError, Uri, window, workspace } from 'vscode';
import { showNewExperiment } from './showDocument';

export interface SampleOptions {
  /** Folder of the sample within the extension. */
  sample: Uri;
}

const FOLDER = 'orthant-sample';
const EXPERIMENT = 'weather.orthant.json';
const FILES = [EXPERIMENT, 'seattle-weather.csv', 'README.md'];

export class SampleCommands {
  constructor(private readonly options: SampleOptions) {}

  /** Writes over nothing: what is there already, such as a sample that was changed, stays and is opened. */
  async createSample(): Promise<void> {
    const parent = await askParent();
    if (parent === undefined) return;
    const folder = Uri.joinPath(parent, FOLDER);
    const experiment = Uri.joinPath(folder, EXPERIMENT);
    try {
      await workspace.fs.createDirectory(folder);
      for (const name of FILES) await this.#copy(name, folder);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(l10n.t('{0} could not be written: {1}', folder.fsPath, reason));
      return;
    }
    await showNewExperiment(experiment);
  }

  async #copy(name: string, folder: Uri): Promise<void> {
    try {
      await workspace.fs.copy(Uri.joinPath(this.options.sample, name), Uri.joinPath(folder, name), {
        overwrite: false,
      });
    } catch (error) {
      if (!(error instanceof FileSystemError && error.code === 'FileExists')) throw error;
    }
  }
}

/** The workspace folder; where there are several or none, the one that is named. */
async function askParent(): Promise<Uri | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 1) return folders[0]!.uri;
  if (folders.length > 1) {
    return (await window.showWorkspaceFolderPick({ placeHolder: l10n.t('Which folder is the sample for?') }))?.uri;
  }
  const chosen = await window.showOpenDialog({
    title: l10n.t('Where shall the folder {0} be?', FOLDER),
    openLabel: l10n.t('Create the sample here'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return chosen?.[0];
}
