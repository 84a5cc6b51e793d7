/**
 * Decides when the language server runs and when lenses are drawn anew: it starts with the first experiment file that
 * is open or the first data file that is asked about, and lenses change when a run starts or ends, not at every step.
 */
import * as l10n from '@vscode/l10n';
import { type CancellationToken, type LogOutputChannel, type TextDocument, window, workspace } from 'vscode';
import type { DataDescription, FindConstantParams } from '../protocol/languageMessages';
import { isLive } from '../protocol/runState';
import { Disposables } from './emitter';
import type { ExperimentClient } from './experimentClient';
import { isExperiment } from './experimentFiles';
import { lensStage } from './lensTitles';
import type { RunFolders } from './runFolders';
import type { RunChange, RunStore } from './runStore';
import { SECTION } from './settings';
import type { Sweeps } from './sweeps';
import { Throttle } from './throttle';

const LENS_INTERVAL_MS = 250;
/** By then the editor has drawn what it was told before. */
const LENS_SETTLED_MS = 2_000;

export interface LanguageFeaturesOptions {
  /** Path of the server's bundle. */
  module: string;
  store: RunStore;
  folders: RunFolders;
  sweeps: Sweeps;
  translations: Record<string, string> | null;
  log: LogOutputChannel;
}

export class LanguageFeatures {
  readonly #owned = new Disposables();
  readonly #refreshSoon = this.#owned.own(new Throttle(LENS_INTERVAL_MS, () => this.#client?.refreshLenses()));
  readonly #stages = new Map<string, string>();
  #client: ExperimentClient | null = null;
  #log: LogOutputChannel | null = null;
  #isStopped = false;
  #again: NodeJS.Timeout | null = null;
  #starting: Promise<void> | null = null;

  constructor(private readonly options: LanguageFeaturesOptions) {
    for (const document of workspace.textDocuments) this.#startFor(document);
    this.#owned.own(workspace.onDidOpenTextDocument((document) => this.#startFor(document)));
    this.#owned.own(options.store.onDidChange((change) => this.#follow(change)));
    this.#owned.own(options.sweeps.onDidChange(() => this.#refreshSoon.request()));
    this.#owned.own(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.#refreshSoon.request();
      }),
    );
    // "2 min ago" grows old while nobody looks; a timer for it would never rest.
    this.#owned.own(window.onDidChangeWindowState(({ focused }) => focused && this.#refreshSoon.request()));
    this.#owned.own(workspace.onDidGrantWorkspaceTrust(() => void this.#client?.allowDataReading()));
  }

  /** Resolves when the server process has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#owned.dispose();
    await this.#starting;
    await this.#client?.stop();
  }

  /** What is in a data file, by its absolute path; starts the server if need be. `null` when `token` was cancelled. */
  async describeData(file: string, token: CancellationToken): Promise<DataDescription | null> {
    this.#startOnce();
    await this.#starting;
    const problem = l10n.t('The language server of Orthant, which reads data files, does not run.');
    if (this.#client === null) return { problem };
    try {
      const description = await this.#client.describeData(file, token);
      return token.isCancellationRequested ? null : description;
    } catch (error) {
      if (token.isCancellationRequested) return null;
      this.options.log.error(`${file}: ${String(error)}`);
      return { problem };
    }
  }

  /** Columns of a draft that are the same in every row; none where nobody can say. `null` when `token` was cancelled. */
  async findConstant(params: FindConstantParams, token: CancellationToken): Promise<string[] | null> {
    try {
      const names = (await this.#client?.findConstant(params, token)) ?? [];
      return token.isCancellationRequested ? null : names;
    } catch (error) {
      if (token.isCancellationRequested) return null;
      this.options.log.error(`Second look at a draft: ${String(error)}`);
      return [];
    }
  }

  #startFor(document: TextDocument): void {
    if (isExperiment(document.uri)) this.#startOnce();
  }

  #startOnce(): void {
    this.#starting ??= this.#start().catch((error) => this.#tellFailure(error));
  }

  async #start(): Promise<void> {
    const { ExperimentClient } = await import('./experimentClient');
    const { module, store, folders, sweeps, translations } = this.options;
    this.#log ??= this.#owned.own(window.createOutputChannel(l10n.t('Orthant Language Server'), { log: true }));
    this.#client = new ExperimentClient({ module, store, folders, sweeps, translations, log: this.#log });
    await this.#client.start();
  }

  /** Experiments can be trained without the server, so it is said once; the answer decides whether it is tried again. */
  async #tellFailure(error: unknown): Promise<void> {
    this.options.log.error(`No language server: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    const failed = this.#client;
    this.#client = null;
    // A client that never ran may refuse to end.
    await failed?.stop().catch(() => {});
    if (!this.#isStopped) void this.#offerRetry();
  }

  async #offerRetry(): Promise<void> {
    const [retry, showLog] = [l10n.t('Try again'), l10n.t('Show log')];
    const text = l10n.t('The language server of Orthant did not start: there are no lenses and no problems shown.');
    const choice = await window.showErrorMessage(text, retry, showLog);
    if (choice === showLog) (this.#log ?? this.options.log).show();
    if (choice === undefined || this.#isStopped) return;
    this.#starting = null;
    // Whoever read the log may try again with the next experiment that is opened.
    if (choice === retry) for (const document of workspace.textDocuments) this.#startFor(document);
  }

  #refreshAgain(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#refreshSoon.request(), LENS_SETTLED_MS);
  }

  #follow(change: RunChange): void {
    if (change.kind !== 'list') {
      const stage = lensStage(change.run);
      if (this.#stages.get(change.run.key) === stage) return;
      this.#stages.set(change.run.key, stage);
      // The editor was seen to drop a refresh that met one under way, and an ended run has no later one to mend it.
      if (!isLive(change.run.state.status)) this.#refreshAgain();
    }
    this.#refreshSoon.request();
  }
}
