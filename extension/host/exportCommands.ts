/** The command that takes what runs left to where their user needs it. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type CancellationToken, commands, env, ProgressLocation, UIKind, Uri, window, workspace } from 'vscode';
import { EXPORT_FORMATS, type ExportFormatName } from '../protocol/exportFormats';
import { askRuns, knowAllRuns } from './ask';
import { runsIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { isTrusted } from './experimentTarget';
import { askFormat, askOptions, askPlace, formatWords } from './exportChoices';
import { type ExportEnd, ExportProcess, type ExportRequest } from './exportProcess';
import type { Log } from './log';
import type { Run } from './runStore';
import { showDocument } from './showDocument';
import { crashText } from './trainerProcess';

export interface ExportCommandsOptions extends Pick<CommandParts, 'files' | 'store' | 'folders'> {
  /** Path of the command line's bundle. */
  module: string;
  log: Log;
}

/** What an editor shows as text. */
const READABLE: readonly ExportFormatName[] = ['pytorch', 'csv', 'tensorflowjs'];

export class ExportCommands {
  readonly #processes = new Set<ExportProcess>();

  constructor(private readonly options: ExportCommandsOptions) {}

  async exportRun(argument?: unknown, selected?: unknown): Promise<void> {
    if (!(await isTrusted(l10n.t('This workspace is restricted, so nothing is exported here.')))) return;
    const runs = await this.#meant(argument, selected);
    const folders = runs.flatMap(({ state }) => (state.folder === null ? [] : [state.folder]));
    const [run] = runs;
    if (run === undefined || folders.length === 0) return;
    const format = await askFormat(folders.length);
    if (format === undefined) return;
    const options = await askOptions(format, folders[0]!);
    if (options === undefined) return;
    const output = await askPlace(format, nameOf(runs), path.dirname(run.state.experiment));
    if (output === undefined) return;
    await this.#export({ folders, format, output, options });
  }

  dispose(): void {
    for (const process of this.#processes) process.dispose();
  }

  /** Those named, or the answer to a question. */
  async #meant(argument: unknown, selected: unknown): Promise<readonly Run[]> {
    const { store } = this.options;
    const named = runsIn(store, argument, selected);
    if (named.length > 0) {
      if (named.every(({ state }) => state.folder === null)) {
        void window.showInformationMessage(l10n.t('This run has no folder: nothing was recorded.'));
      }
      return named;
    }
    await knowAllRuns(this.options);
    const all = store.all().filter(({ state }) => state.folder !== null);
    if (all.length === 0) {
      void window.showInformationMessage(l10n.t('There are no runs yet. Train a variant first.'));
      return [];
    }
    return (await askRuns(all, new Set(all.slice(0, 1)), l10n.t('Export which runs?'))) ?? [];
  }

  async #export(request: ExportRequest & { readonly format: ExportFormatName }): Promise<void> {
    const { format, output } = request;
    const { label } = formatWords(format);
    const end = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Exporting {0}', label), cancellable: true },
      (_progress, cancellation) => this.#run(request, cancellation),
    );
    if (end.kind === 'cancelled') return;
    if (end.kind === 'failed') {
      void window.showErrorMessage(l10n.t('{0} could not be exported: {1}', label, end.error));
      return;
    }
    await offerResult(l10n.t('Exported {0} to {1}. {2}', label, output, end.note).trim(), output, format);
  }

  async #run(request: ExportRequest, cancellation: CancellationToken): Promise<ExportEnd> {
    const { module, log } = this.options;
    let process: ExportProcess;
    try {
      process = new ExportProcess({ module, request, log });
    } catch (error) {
      return { kind: 'failed', error: crashText(null, null, [], error as Error) };
    }
    this.#processes.add(process);
    const listening = cancellation.onCancellationRequested(() => process.cancel());
    try {
      return await process.ended;
    } finally {
      listening.dispose();
      this.#processes.delete(process);
    }
  }
}

/** A name for the file: the variant's, or that of the experiment of several. */
function nameOf(runs: readonly Run[]): string {
  const [{ state }] = runs as [Run];
  const name = runs.length === 1 ? state.variant : path.basename(state.experiment).replace(/\.orthant\.json$/i, '');
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
}

async function offerResult(text: string, output: string, format: ExportFormatName): Promise<void> {
  const [open, show, copy] = [l10n.t('Open'), l10n.t('Open folder'), l10n.t('Copy path')];
  // A page is opened by the browser of the machine that the files are on.
  const canOpen =
    READABLE.includes(format) || (format === 'html' && env.uiKind === UIKind.Desktop && env.remoteName === undefined);
  const choice = await window.showInformationMessage(text, ...(canOpen ? [open] : []), show, copy);
  const target = Uri.file(output);
  if (choice === copy) await env.clipboard.writeText(output);
  if (choice === open) await (format === 'html' ? env.openExternal(target) : showDocument(target));
  if (choice !== show) return;
  const folder = EXPORT_FORMATS[format].output === 'folder' ? target : Uri.file(path.dirname(output));
  // The explorer of VS Code where it can show it, which also works from afar; else that of the system.
  const isInWorkspace = workspace.getWorkspaceFolder(target) !== undefined;
  await (isInWorkspace
    ? commands.executeCommand('revealInExplorer', target)
    : commands.executeCommand('revealFileInOS', folder));
}
