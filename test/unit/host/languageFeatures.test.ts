import { beforeEach, expect, test, vi } from 'vitest';
import { LanguageFeatures } from '../../../extension/host/languageFeatures';
import { initialRunState } from '../../../extension/protocol/runState';

const editor = vi.hoisted(() => ({
  answers: [] as (string | undefined)[],
  said: [] as string[],
  nStarts: 0,
  nRefreshes: 0,
  works: 2,
}));

vi.mock('vscode', () => {
  const listens = () => ({ dispose() {} });
  const document = {
    uri: { scheme: 'file', path: '/project/weather.orthant.json', fsPath: '/project/weather.orthant.json' },
  };
  return {
    window: {
      createOutputChannel: () => ({ show: () => editor.said.push('log shown'), dispose() {} }),
      onDidChangeWindowState: listens,
      showErrorMessage: async (text: string) => {
        editor.said.push(text);
        return editor.answers.shift();
      },
    },
    workspace: {
      textDocuments: [document],
      onDidOpenTextDocument: listens,
      onDidChangeConfiguration: listens,
      onDidGrantWorkspaceTrust: listens,
    },
    EventEmitter: class {},
  };
});

vi.mock('../../../extension/host/experimentClient', () => ({
  ExperimentClient: class {
    async start(): Promise<void> {
      if (++editor.nStarts < editor.works) throw new Error('no server.js');
    }
    async stop(): Promise<void> {}
    refreshLenses(): void {
      editor.nRefreshes++;
    }
  },
}));

function features(onDidChange: (listener: (change: unknown) => void) => void = () => {}): LanguageFeatures {
  const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, show() {} };
  const store = {
    onDidChange: (listener: (change: unknown) => void) => {
      onDidChange(listener);
      return { dispose() {} };
    },
  };
  const options = { module: 'server.js', store, folders: {}, translations: null, log };
  return new LanguageFeatures(options as unknown as ConstructorParameters<typeof LanguageFeatures>[0]);
}

beforeEach(() => {
  Object.assign(editor, { answers: [], said: [], nStarts: 0, nRefreshes: 0, works: 2 });
});

test('a language server that does not start is told once and can be tried again', async () => {
  editor.answers = ['Try again'];
  const made = features();
  await vi.waitFor(() => expect(editor.nStarts).toBe(2));
  await made.stop();
  expect(editor.said).toEqual([expect.stringMatching(/^The language server of Orthant did not start/)]);
});

test('a language server that does not start is not tried again unasked', async () => {
  editor.answers = ['Show log'];
  const made = features();
  await vi.waitFor(() => expect(editor.said).toContain('log shown'));
  await made.stop();
  expect(editor.nStarts).toBe(1);
});

test('lenses are drawn when a run ends, and once more when the editor has settled', async () => {
  editor.works = 1;
  let tell: (change: unknown) => void = () => {};
  const made = features((listener) => {
    tell = listener;
  });
  await vi.waitFor(() => expect(editor.nStarts).toBe(1));
  vi.useFakeTimers();
  try {
    tell({
      kind: 'status',
      run: { key: 'a', state: { ...initialRunState({ run: 'a', experiment: 'e', variant: 'v' }), status: 'finished' } },
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(editor.nRefreshes).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(editor.nRefreshes).toBe(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(editor.nRefreshes).toBe(2);
  } finally {
    vi.useRealTimers();
    await made.stop();
  }
});
