/** The command that shows what a variant's training runs: the compiled graph of its step. */
import * as l10n from '@vscode/l10n';
import { type CancellationToken, commands, ProgressLocation, Uri, window } from 'vscode';
import { askOneVariant } from './ask';
import { variantIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { Disposables } from './emitter';
import { experimentFor, variantsOf } from './experimentTarget';
import { GraphDocuments, type GraphSubject, restrictedText } from './graphDocuments';
import { type GraphEnd, GraphProcess } from './graphProcess';
import type { Log } from './log';
import { showProblems } from './notices';
import { crashText } from './trainerProcess';

export interface GraphCommandsOptions extends CommandParts {
  /** Path of the trainer's bundle. */
  module: string;
  log: Log;
}

export class GraphCommands {
  readonly #owned = new Disposables();
  readonly #documents = this.#owned.own(new GraphDocuments((subject) => this.#make(subject)));
  readonly #processes = new Set<GraphProcess>();

  constructor(private readonly options: GraphCommandsOptions) {}

  async showCompiledGraph(argument?: unknown, named?: unknown): Promise<void> {
    const subject = await this.#subject(argument, named);
    if (subject === undefined) return;
    const title = l10n.t('Compiling the graph of {0}', subject.variant);
    const end = await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (_progress, cancellation) => this.#make(subject, cancellation),
    );
    switch (end.kind) {
      case 'graph':
        return this.#documents.show(subject, end.text);
      case 'rejected':
        return showProblems(subject.experiment, end.problems);
      case 'failed':
        return showFailed(subject.variant, end.error);
      case 'cancelled':
        return;
    }
  }

  dispose(): void {
    this.#owned.dispose();
    for (const process of this.#processes) process.dispose();
  }

  async #subject(argument: unknown, named: unknown): Promise<GraphSubject | undefined> {
    const experiment = await experimentFor(this.options, argument, {
      restricted: restrictedText(),
      notOnDisk: (uri) => l10n.t('A compiled graph needs an experiment file on a disk, and {0} is not on one.', uri),
    });
    if (experiment === undefined) return undefined;
    const given = variantIn(argument, named);
    if (given !== undefined) return { experiment: experiment.fsPath, variant: given };
    const variants = await variantsOf(this.options, experiment);
    const variant = variants && (await askOneVariant(variants));
    return variant === undefined ? undefined : { experiment: experiment.fsPath, variant };
  }

  async #make({ experiment, variant }: GraphSubject, cancellation?: CancellationToken): Promise<GraphEnd> {
    const { files, module, log } = this.options;
    let text: string;
    try {
      text = await files.text(Uri.file(experiment));
    } catch (error) {
      return { kind: 'failed', error: l10n.t('{0} can not be read: {1}', experiment, String(error)) };
    }
    let process: GraphProcess;
    try {
      process = new GraphProcess({ module, request: { type: 'graph', experiment, text, variant }, log });
    } catch (error) {
      return { kind: 'failed', error: crashText(null, null, [], error as Error) };
    }
    this.#processes.add(process);
    const listening = cancellation?.onCancellationRequested(() => process.cancel());
    try {
      return await process.ended;
    } finally {
      listening?.dispose();
      this.#processes.delete(process);
    }
  }
}

async function showFailed(variant: string, error: string): Promise<void> {
  const showLog = l10n.t('Show log');
  const text = l10n.t('The graph of {0} was not made: {1}', variant, error.split('\n')[0]!);
  if ((await window.showErrorMessage(text, showLog)) === showLog) await commands.executeCommand('orthant.showLog');
}
