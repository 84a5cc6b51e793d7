/**
 * The language client and the titled lenses it makes of the places that the server names. Loaded with the first
 * experiment file that is open: the client's library takes longer to load than the rest of the extension.
 */
import * as l10n from '@vscode/l10n';
import { type CancellationToken, CodeLens, type LogOutputChannel, type TextDocument, workspace } from 'vscode';
import {
  CloseAction,
  CodeLensRequest,
  type ErrorHandler,
  LanguageClient,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  asLensSubject,
  DATA_READING_ALLOWED,
  type DataDescription,
  DESCRIBE_DATA,
  type DescribeDataParams,
  FIND_CONSTANT,
  type FindConstantParams,
  type LanguageServerOptions,
} from '../protocol/languageMessages';
import { EXPERIMENT_GLOB, isExperiment } from './experimentFiles';
import { lensTitles } from './lensTitles';
import type { RunFolders } from './runFolders';
import type { RunStore } from './runStore';
import { areLensesShown, runsFolderFor } from './settings';
import type { Sweeps } from './sweeps';

export interface ExperimentClientOptions {
  /** Path of the server's bundle. */
  module: string;
  store: RunStore;
  folders: RunFolders;
  sweeps: Sweeps;
  translations: Record<string, string> | null;
  log: LogOutputChannel;
}

/** Until it has started once, its failures are its caller's to tell: the library would say each in words of its own. */
class QuietlyStartingClient extends LanguageClient {
  hasStarted = false;

  override error(message: string, data?: unknown, showNotification?: boolean | 'force'): void {
    super.error(message, data, this.hasStarted ? showNotification : false);
  }

  override createDefaultErrorHandler(maximumRestarts?: number): ErrorHandler {
    const handler = super.createDefaultErrorHandler(maximumRestarts);
    return {
      error: (error, message, count) => handler.error(error, message, count),
      closed: () => (this.hasStarted ? handler.closed() : { action: CloseAction.DoNotRestart }),
    };
  }
}

export class ExperimentClient {
  readonly #client: QuietlyStartingClient;

  constructor(private readonly options: ExperimentClientOptions) {
    const { module, translations, log } = options;
    const initializationOptions: LanguageServerOptions = { readData: workspace.isTrusted, translations };
    const server = { module, transport: TransportKind.ipc };
    this.#client = new QuietlyStartingClient(
      'orthant',
      l10n.t('Orthant Language Server'),
      { run: server, debug: { ...server, options: { execArgv: ['--nolazy', '--inspect=6019'] } } },
      {
        // Whatever language the person's associations make of it.
        documentSelector: [{ scheme: 'file', pattern: EXPERIMENT_GLOB }],
        outputChannel: log,
        initializationOptions,
        initializationFailedHandler: () => false,
        // A look at the file is also a look at its data, which may have changed meanwhile.
        diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
        middleware: {
          provideCodeLenses: async (document, token, next) =>
            areLensesShown(document.uri) ? this.#titled(document, (await next(document, token)) ?? []) : [],
        },
      },
    );
  }

  /** Rejects, and says nothing to the person, when the server doesn't start. */
  async start(): Promise<void> {
    await this.#client.start();
    this.#client.hasStarted = true;
  }

  /** Resolves when the server process has ended. */
  stop(): Promise<void> {
    return this.#client.dispose();
  }

  allowDataReading(): Promise<void> {
    return this.#client.sendNotification(DATA_READING_ALLOWED);
  }

  /** What is in a data file, by its absolute path. Rejects when the server ends or `token` is cancelled. */
  describeData(file: string, token: CancellationToken): Promise<DataDescription> {
    const params: DescribeDataParams = { file };
    return this.#client.sendRequest<DataDescription>(DESCRIBE_DATA, params, token);
  }

  /** Columns of a draft that are the same in every row. Rejects when the server ends or `token` is cancelled. */
  findConstant(params: FindConstantParams, token: CancellationToken): Promise<string[]> {
    return this.#client.sendRequest<string[]>(FIND_CONSTANT, params, token);
  }

  /** As the server's `workspace/codeLens/refresh` would, of which the client knows the better moment. */
  refreshLenses(): void {
    if (!this.#client.isRunning()) return;
    for (const document of workspace.textDocuments) {
      if (!isExperiment(document.uri)) continue;
      this.#client.getFeature(CodeLensRequest.method).getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  #titled(document: TextDocument, places: readonly CodeLens[]): CodeLens[] {
    const { store, folders, sweeps } = this.options;
    const experiment = document.uri.fsPath;
    // Earlier runs are read the first time; the store then says that its list changed.
    void folders.know(experiment, runsFolderFor(document.uri));
    const runs = {
      uri: document.uri.toString(),
      latest: (variant: string) => store.latest(experiment, variant),
      sweep: () => {
        const sweep = sweeps.latest(experiment);
        return sweep === undefined ? null : { sweep, progress: sweeps.progress(sweep) };
      },
      now: Date.now(),
    };
    return places.flatMap((place) => {
      const subject = asLensSubject((place as { data?: unknown }).data);
      if (subject === null) return [];
      return lensTitles(subject, runs).map((command) => new CodeLens(place.range, command));
    });
  }
}
