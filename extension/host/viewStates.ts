/** What the views and menus show of the state of things: how many runs are live, and that training is off. */
import * as l10n from '@vscode/l10n';
import { commands, type Disposable, type TreeView, workspace } from 'vscode';
import type { Disposable as Owned } from './emitter';
import type { RunStore } from './runStore';
import type { Sweeps } from './sweeps';

/** The number on the sidebar's icon, and the contexts that menus ask for. */
export function showLiveRuns(store: RunStore, view: TreeView<unknown>): Owned {
  let shown = '';
  return store.onDidChange((change) => {
    if (change.kind === 'event') return;
    const live = store.live();
    const counts = {
      live: live.length,
      running: live.filter((run) => run.state.status === 'running').length,
      paused: live.filter((run) => run.state.status === 'paused').length,
      all: store.all().length,
    };
    const key = JSON.stringify([live.length, counts]);
    if (key === shown) return;
    shown = key;
    view.badge =
      live.length === 0 ? undefined : { value: live.length, tooltip: l10n.t('Runs that are live: {0}', live.length) };
    void commands.executeCommand('setContext', 'orthant.liveRuns', counts.live);
    void commands.executeCommand('setContext', 'orthant.runningRuns', counts.running);
    void commands.executeCommand('setContext', 'orthant.pausedRuns', counts.paused);
    void commands.executeCommand('setContext', 'orthant.knownRuns', counts.all);
  });
}

/** The contexts that the palette asks for. */
export function showLiveSweeps(sweeps: Sweeps): Owned {
  const show = (): void => {
    const live = sweeps.live();
    const running = live.filter(({ status }) => status === 'running').length;
    void commands.executeCommand('setContext', 'orthant.liveSweeps', live.length);
    void commands.executeCommand('setContext', 'orthant.runningSweeps', running);
    void commands.executeCommand('setContext', 'orthant.knownSweeps', sweeps.all().length);
  };
  return sweeps.onDidChange(show);
}

/** The welcome text says it in an empty view, this line in one that isn't. */
export function showTrust(view: TreeView<unknown>): Disposable {
  if (!workspace.isTrusted) view.message = l10n.t('Restricted mode: viewing only, training is off.');
  return workspace.onDidGrantWorkspaceTrust(() => {
    view.message = undefined;
  });
}
