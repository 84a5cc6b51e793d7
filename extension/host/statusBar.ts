/** One item in the status bar, there only while something trains: what and how far. A click opens the run. */
import * as l10n from '@vscode/l10n';
import { MarkdownString, StatusBarAlignment, type StatusBarItem, window } from 'vscode';
import { Disposables } from './emitter';
import type { Run, RunStore } from './runStore';
import { escapeMarkdown, figuresText, progressText, statusLook, statusText } from './runText';
import { Throttle } from './throttle';

const INTERVAL_MS = 250;

export class StatusBar {
  readonly #owned = new Disposables();
  readonly #redraw = this.#owned.own(new Throttle(INTERVAL_MS, () => this.#draw()));
  #item: StatusBarItem | null = null;

  constructor(private readonly store: RunStore) {
    this.#owned.own(
      store.onDidChange(() => (this.#item !== null || store.live().length > 0) && this.#redraw.request()),
    );
  }

  dispose(): void {
    this.#owned.dispose();
    this.#item?.dispose();
  }

  #draw(): void {
    const live = this.store.live();
    if (live.length === 0) {
      this.#item?.dispose();
      this.#item = null;
      return;
    }
    const item = this.#item ?? window.createStatusBarItem('orthant.runs', StatusBarAlignment.Left, 10);
    item.name = l10n.t('Orthant Runs');
    item.text = statusText(live);
    item.tooltip = new MarkdownString(live.map((run) => `- ${escapeMarkdown(liveText(run))}`).join('\n'));
    item.accessibilityInformation = { label: live.map(liveText).join('; ') };
    item.command = {
      command: 'orthant.openRun',
      title: l10n.t('Open run'),
      arguments: live.length === 1 ? [live[0]!.key] : [],
    };
    item.show();
    this.#item = item;
  }
}

function liveText(run: Run): string {
  const parts = [run.state.variant, statusLook(run.state.status).word, progressText(run), figuresText(run)];
  return parts.filter((part) => part !== '').join(', ');
}
