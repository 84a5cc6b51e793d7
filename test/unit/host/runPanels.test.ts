import { beforeEach, describe, expect, test, vi } from 'vitest';
import { RunPanels } from '../../../extension/host/runPanels';
import { RunStore } from '../../../extension/host/runStore';
import type { FromPanel, ToPanel } from '../../../extension/protocol/panel';
import { run } from './runFixture';

const editor = vi.hoisted(() => ({ commands: [] as unknown[][] }));

vi.mock('vscode', () => ({
  Uri: { file: (path: string) => ({ path }), joinPath: (...parts: string[]) => parts.join('/') },
  ViewColumn: { Active: -1, Beside: -2 },
  env: { language: 'en' },
  window: { createWebviewPanel: () => fakePanel() },
  commands: { executeCommand: async (...all: unknown[]) => void editor.commands.push(all) },
}));

function fakePanel() {
  const listeners = { message: (_: FromPanel) => {}, view: () => {}, disposal: () => {} };
  const posted: ToPanel[] = [];
  const panel = {
    title: '',
    visible: true,
    active: true,
    isDisposed: false,
    webview: {
      html: '',
      options: {},
      cspSource: 'https://assets',
      asWebviewUri: (uri: unknown) => uri,
      postMessage: async (message: ToPanel) => posted.push(message),
      onDidReceiveMessage: (listener: typeof listeners.message) => {
        listeners.message = listener;
        return { dispose() {} };
      },
    },
    onDidChangeViewState: (listener: () => void) => {
      listeners.view = listener;
      return { dispose() {} };
    },
    onDidDispose: (listener: () => void) => {
      listeners.disposal = listener;
      return { dispose() {} };
    },
    dispose() {
      panel.isDisposed = true;
      listeners.disposal();
    },
  };
  return Object.assign(panel, { listeners, posted });
}

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** A window that comes back with one panel of these runs; a folder that is not among `readable` is gone. */
async function restored(names: readonly string[], readable = names) {
  const store = new RunStore();
  const runs = new Map(
    readable.map((name) => [
      name,
      run({ status: 'finished', isInMemory: false, variant: name, folder: `/runs/${name}` }),
    ]),
  );
  for (const it of runs.values()) store.add(it);
  const folders = {
    read: async (it: ReturnType<typeof run>) => it.state,
    open: async (folder: string) => {
      const it = runs.get(folder.slice('/runs/'.length));
      if (it === undefined) throw new Error(`${folder} is <gone>`);
      return it;
    },
  };
  const panels = new RunPanels({
    extensionUri: '/extension',
    store,
    folders,
    log: silent,
  } as unknown as ConstructorParameters<typeof RunPanels>[0]);
  const panel = fakePanel();
  const identity = { version: 1, folders: names.map((name) => `/runs/${name}`) };
  await panels.deserializeWebviewPanel(panel as never, identity);
  const shown = (): string[][] =>
    panel.posted.flatMap((message) =>
      message.type === 'snapshot' ? [message.runs.map(({ variant }) => variant)] : [],
    );
  return { panels, panel, runs, shown };
}

beforeEach(() => {
  editor.commands = [];
});

describe('a panel of a comparison', () => {
  test('comes back with the runs that are left', async () => {
    const { panel, shown } = await restored(['a', 'b'], ['b']);
    expect(panel.title).toBe('b · weather');
    panel.listeners.message({ type: 'ready' });
    await vi.waitFor(() => expect(shown()).toEqual([['b']]));
  });

  test('says why when none is left', async () => {
    const { panel, panels } = await restored(['a'], []);
    expect(panel.webview.html).toContain('/runs/a is &lt;gone&gt;');
    expect(panels.experimentInFront()).toBeUndefined();
  });

  test('loses a run that is deleted, and closes with the last', async () => {
    const { panel, panels, runs } = await restored(['a', 'b']);
    expect(panel.title).toBe('Compare: a, b');
    panels.forget([runs.get('a')!]);
    expect(panel.title).toBe('b · weather');
    panels.forget([runs.get('b')!]);
    expect(panel.isDisposed).toBe(true);
  });
});

test('a panel is sent its state when its page is ready, not when it gets the focus', async () => {
  const { panel, shown } = await restored(['a']);
  panel.listeners.message({ type: 'ready' });
  await vi.waitFor(() => expect(shown()).toHaveLength(1));
  panel.listeners.view();
  panel.visible = false;
  panel.listeners.view();
  panel.visible = true;
  panel.listeners.view();
  await new Promise((resolve) => setTimeout(resolve));
  expect(shown()).toHaveLength(1);
});

test('the buttons of a panel do what the commands do', async () => {
  const { panel } = await restored(['a']);
  panel.listeners.message({ type: 'stop', run: '/runs/a' });
  panel.listeners.message({ type: 'applyFix', run: '/runs/a', code: 'doctor.slack-trap', fix: 1 });
  expect(editor.commands).toEqual([
    ['orthant.stop', '/runs/a'],
    ['orthant.applyFix', '/runs/a', 'doctor.slack-trap', 1],
  ]);
});
