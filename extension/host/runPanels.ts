/**
 * Run panels: one webview per run or comparison, brought back after a reload. Wires a panel to its feed and does what
 * a person presses in it.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  commands,
  env,
  Uri,
  ViewColumn,
  type WebviewOptions,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
  workspace,
} from 'vscode';
import type { FromPanel } from '../protocol/panel';
import { stampOf } from '../runs/readOutcome';
import { readSettings } from '../runs/readSettings';
import { Disposables } from './emitter';
import type { Log } from './log';
import { messageOf } from './messageOf';
import { openRow } from './openRow';
import { PanelFeed } from './panelFeed';
import { errorHtml, panelHtml } from './panelHtml';
import { foldersIn } from './panelIdentity';
import type { RunFolders } from './runFolders';
import type { Run, RunStore } from './runStore';
import { panelTitle, panelTitles } from './runText';

export const PANEL_TYPE = 'orthant.run';

export interface RunPanelsOptions {
  extensionUri: Uri;
  store: RunStore;
  folders: RunFolders;
  log: Log;
}

/** Where a new panel goes: beside the text it was started from, which keeps the focus, or in its own right. */
export type PanelPlace = 'beside' | 'active';

export class RunPanels implements WebviewPanelSerializer<unknown> {
  /** By a name of their own; without those that show only an error. */
  readonly #open = new Map<string, { panel: WebviewPanel; feed: PanelFeed }>();

  constructor(private readonly options: RunPanelsOptions) {}

  /** Reveals the panel of these runs when there is one. */
  show(runs: readonly Run[], place: PanelPlace): void {
    const shown = [...this.#open.values()].find((each) => sameRuns(each.feed.runs(), runs));
    if (shown !== undefined) {
      shown.panel.reveal(undefined, place === 'beside');
      return;
    }
    const viewColumn = place === 'beside' ? ViewColumn.Beside : ViewColumn.Active;
    const panel = window.createWebviewPanel(
      PANEL_TYPE,
      panelTitle(runs),
      { viewColumn, preserveFocus: place === 'beside' },
      this.#webviewOptions(),
    );
    this.#attach(panel, runs);
  }

  /** Of the run in the panel that has the focus. */
  experimentInFront(): Uri | undefined {
    const inFront = [...this.#open.values()].find(({ panel }) => panel.active)?.feed.runs()[0];
    return inFront === undefined ? undefined : Uri.file(inFront.state.experiment);
  }

  /** Deleted runs leave the panels; one that showed nothing else closes. */
  forget(runs: readonly Run[]): void {
    const keys = runs.map(({ key }) => key);
    for (const { panel, feed } of [...this.#open.values()]) {
      feed.drop(keys);
      if (feed.runs().length === 0) panel.dispose();
    }
    this.#retitle();
  }

  /** After a reload: the same runs, from their folders, or live when they still are. */
  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = this.#webviewOptions();
    const folders = foldersIn(state);
    const openings = await Promise.allSettled(folders.map((folder) => this.options.folders.open(folder)));
    const runs = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []));
    const reasons = openings.flatMap((opening) => (opening.status === 'rejected' ? [messageOf(opening.reason)] : []));
    for (const reason of reasons) this.options.log.warn(reason);
    if (runs.length > 0) return this.#attach(panel, runs);
    const neverRecorded = l10n.t('This run was never recorded, so it ended with its window.');
    panel.webview.html = errorHtml(reasons[0] ?? neverRecorded, env.language);
  }

  #attach(panel: WebviewPanel, runs: readonly Run[]): void {
    const owned = new Disposables();
    const { store, folders, log } = this.options;
    const id = randomBytes(8).toString('hex');
    const feed = owned.own(
      new PanelFeed({
        store,
        runs,
        read: (run) => folders.read(run),
        readOutcome: (run) => folders.readOutcome(run),
        stamp: async ({ state }) => (state.folder === null ? null : stampOf(state.folder)),
        settings: async (run) => (run.state.folder === null ? {} : readSettings(run.state.folder)),
        post: (message) => void panel.webview.postMessage(message),
        failed: (error, isLast) => {
          log.warn(messageOf(error));
          if (!isLast) return;
          // Asked for again, the run gets a new panel.
          this.#open.delete(id);
          panel.webview.html = errorHtml(messageOf(error), env.language);
        },
      }),
    );
    owned.own(
      panel.webview.onDidReceiveMessage((message: FromPanel) => {
        if (message.type === 'ready') void feed.snapshot();
        else if (message.type === 'detail') void feed.detail(message.runs);
        else void this.#obey(message, feed).catch((error) => window.showErrorMessage(messageOf(error)));
      }),
    );
    // The editor throws the page of a hidden panel away. Shown again it loads anew and says that it is ready.
    owned.own(panel.onDidChangeViewState(() => !panel.visible && feed.hide()));
    panel.onDidDispose(() => {
      this.#open.delete(id);
      owned.dispose();
      this.#retitle();
    });
    this.#open.set(id, { panel, feed });
    this.#retitle();
    panel.webview.html = this.#page(panel, runs);
  }

  async #obey(message: Exclude<FromPanel, { type: 'ready' | 'detail' }>, feed: PanelFeed): Promise<void> {
    if (message.type === 'save') return save(message.name, message.content, feed.runs()[0]);
    const run = feed.run(message.run);
    if (run === undefined) return;
    switch (message.type) {
      case 'stop':
      case 'pause':
      case 'resume':
      case 'resumeRun':
        await commands.executeCommand(`orthant.${message.type}`, run.key);
        return;
      case 'openRun':
        await commands.executeCommand('orthant.openRun', run.key);
        return;
      case 'openRow':
        await openRow(run, message);
        return;
      case 'openExperiment':
        await commands.executeCommand('orthant.openExperiment', run.key);
        return;
      case 'applyFix':
        await commands.executeCommand('orthant.applyFix', run.key, message.code, message.fix);
        return;
      case 'openFolder':
        await commands.executeCommand('orthant.revealRunFolder', run.key);
        return;
      default:
        this.options.log.warn(`A panel sent an unknown message: ${JSON.stringify(message)}`);
    }
  }

  /** All of them, since a second panel of the same name makes the first one's too short. */
  #retitle(): void {
    const open = [...this.#open.values()];
    const titles = panelTitles(open.map(({ feed }) => feed.runs()));
    for (const [index, { panel }] of open.entries()) {
      if (panel.title !== titles[index]) panel.title = titles[index]!;
    }
  }

  #page(panel: WebviewPanel, runs: readonly Run[]): string {
    const { webview } = panel;
    const asset = (...segments: string[]): string =>
      webview.asWebviewUri(Uri.joinPath(this.options.extensionUri, 'dist', 'webview', ...segments)).toString();
    return panelHtml({
      title: panelTitle(runs),
      language: env.language,
      cspSource: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
      script: asset('panel.js'),
      style: asset('panel.css'),
    });
  }

  #webviewOptions(): WebviewOptions {
    const folder = Uri.joinPath(this.options.extensionUri, 'dist', 'webview');
    return { enableScripts: true, localResourceRoots: [folder] };
  }
}

function sameRuns(a: readonly Run[], b: readonly Run[]): boolean {
  return a.length === b.length && a.every((run, index) => run.key === b[index]!.key);
}

async function save(name: string, content: string, run: Run | undefined): Promise<void> {
  const folder = run === undefined ? undefined : path.dirname(run.state.experiment);
  const defaultUri = folder === undefined ? undefined : Uri.file(path.join(folder, path.basename(name)));
  const target = await window.showSaveDialog({ defaultUri });
  if (target === undefined) return;
  await workspace.fs.writeFile(target, bytesOf(content));
}

/** A picture of pixels comes as a data URL, everything else as text. */
function bytesOf(content: string): Uint8Array {
  const data = /^data:[^,]*;base64,/.exec(content);
  return data === null ? new TextEncoder().encode(content) : Buffer.from(content.slice(data[0].length), 'base64');
}
