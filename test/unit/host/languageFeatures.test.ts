import { beforeEach, expect, test, vi } from 'vitest';
import { LanguageFeatures } from '../../../extension/host/languageFeatures';
import { initialRunState } from '../../../extension/protocol/runState';

const editor = vi.hoisted(() => ({
  answers: [] as (string | undefined)[],
  said: [] as string[],
  nStarts: 0,
  nRefreshes: 0,
  works: 2,
  documents: true,
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
      get textDocuments() {
        return editor.documents ? [document] : [];
      },
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
    async describeData(file: string, token: { isCancellationRequested: boolean }): Promise<unknown> {
      if (token.isCancellationRequested || file === 'broken.csv') throw new Error('no answer');
      return { columns: [], rows: file.length };
    }
    async findConstant({ text }: { text: string }, token: { isCancellationRequested: boolean }): Promise<string[]> {
      if (token.isCancellationRequested || text === 'broken') throw new Error('no answer');
      return [text];
    }
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
  const options = {
    module: 'server.js',
    store,
    sweeps: { onDidChange: () => ({ dispose: () => {} }) },
    folders: {},
    translations: null,
    log,
  };
  return new LanguageFeatures(options as unknown as ConstructorParameters<typeof LanguageFeatures>[0]);
}

beforeEach(() => {
  Object.assign(editor, { answers: [], said: [], nStarts: 0, nRefreshes: 0, works: 2, documents: true });
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

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };

test('the language server starts for a data file that is asked about, though no experiment is open', async () => {
  Object.assign(editor, { documents: false, works: 1 });
  const made = features();
  expect(editor.nStarts).toBe(0);
  expect(await made.describeData('a.csv', NEVER)).toEqual({ columns: [], rows: 5 });
  expect(await made.describeData('ab.csv', NEVER)).toEqual({ columns: [], rows: 6 });
  expect(editor.nStarts).toBe(1);
  await made.stop();
});

test('a data file gives nothing when the person stopped waiting, and a reason when the server can not answer', async () => {
  Object.assign(editor, { documents: false, works: 1 });
  const made = features();
  expect(await made.describeData('a.csv', { ...NEVER, isCancellationRequested: true })).toBeNull();
  const problem = { problem: 'The language server of Orthant, which reads data files, does not run.' };
  expect(await made.describeData('broken.csv', NEVER)).toEqual(problem);
  await made.stop();
  editor.works = 5;
  const failing = features();
  expect(await failing.describeData('a.csv', NEVER)).toEqual(problem);
  await failing.stop();
});

test('a draft is looked at by the server; where it can not answer the draft stands as it is', async () => {
  Object.assign(editor, { documents: false, works: 1 });
  const made = features();
  const look = (text: string, token = NEVER) => made.findConstant({ text, directory: '/project' }, token);
  expect(await look('x')).toEqual([]);
  await made.describeData('a.csv', NEVER);
  expect(await look('x')).toEqual(['x']);
  expect(await look('broken')).toEqual([]);
  expect(await look('broken', { ...NEVER, isCancellationRequested: true })).toBeNull();
  await made.stop();
});
