import { beforeEach, describe, expect, test, vi } from 'vitest';
import { GRAPH_SCHEME, GraphDocuments, graphSubject, graphUri } from '../../../extension/host/graphDocuments';
import type { GraphEnd } from '../../../extension/host/graphProcess';

interface FakeUri {
  scheme: string;
  path: string;
  query: string;
}

const editor = vi.hoisted(() => ({
  isTrusted: true,
  active: undefined as object | undefined,
  visible: [] as { viewColumn: number; document: { uri: FakeUri } }[],
  shown: [] as { uri: FakeUri; viewColumn: number }[],
  changed: 0,
  closed: (_document: { uri: FakeUri }): void => {},
}));

vi.mock('vscode', () => ({
  EventEmitter: class {
    event = () => ({ dispose() {} });
    fire(): void {
      editor.changed++;
    }
    dispose(): void {}
  },
  Uri: { from: (parts: FakeUri) => ({ ...parts, toString: () => JSON.stringify(parts) }) },
  FileChangeType: { Changed: 1 },
  FileType: { File: 1 },
  FileSystemError: { NoPermissions: () => new Error('no permissions') },
  ViewColumn: { Active: -1, Beside: -2 },
  window: {
    get activeTextEditor() {
      return editor.active;
    },
    get visibleTextEditors() {
      return editor.visible;
    },
    showTextDocument: async (uri: FakeUri, { viewColumn }: { viewColumn: number }) =>
      editor.shown.push({ uri, viewColumn }),
  },
  workspace: {
    get isTrusted() {
      return editor.isTrusted;
    },
    registerFileSystemProvider: () => ({ dispose() {} }),
    onDidCloseTextDocument: (listener: (document: { uri: FakeUri }) => void) => {
      editor.closed = listener;
      return { dispose() {} };
    },
  },
}));

const subject = { experiment: '/project/weather.orthant.json', variant: 'penalty' };

let nMade = 0;
let documents: GraphDocuments;
function documentsThat(end: GraphEnd): GraphDocuments {
  return new GraphDocuments(async () => {
    nMade++;
    return end;
  });
}
async function content(uri = graphUri(subject)): Promise<string> {
  return new TextDecoder().decode(await documents.readFile(uri));
}

beforeEach(() => {
  nMade = 0;
  Object.assign(editor, { isTrusted: true, active: undefined, visible: [], shown: [], changed: 0 });
  documents = documentsThat({ kind: 'graph', text: 'made anew' });
});

describe('the address of a compiled graph', () => {
  test('has a title for the tab and says of what the graph is', () => {
    const uri = graphUri(subject);
    expect(uri).toMatchObject({ scheme: GRAPH_SCHEME, path: '/weather · penalty · compiled graph' });
    expect(graphSubject(uri)).toEqual(subject);
  });

  test('keeps a variant whole that has a slash or a question mark in its name', () => {
    const odd = { ...subject, variant: 'a/b?#%' };
    expect(graphUri(odd).path.split('/')).toHaveLength(2);
    expect(graphSubject(graphUri(odd))).toEqual(odd);
  });

  test('that somebody else made is of nothing', async () => {
    for (const query of ['', '{}', '[1]', '{"experiment":1,"variant":"a"}', 'null']) {
      expect(graphSubject({ query } as ReturnType<typeof graphUri>)).toBeNull();
    }
    const stranger = { ...graphUri(subject), query: '' } as ReturnType<typeof graphUri>;
    expect(await content(stranger)).toBe('# This address names no variant of an experiment.\n');
    expect(nMade).toBe(0);
  });
});

describe('a compiled graph', () => {
  test('opens beside the editor in front, or in its place when there is none', async () => {
    await documents.show(subject, 'shown');
    editor.active = {};
    await documents.show(subject, 'shown');
    expect(editor.shown.map(({ viewColumn }) => viewColumn)).toEqual([-1, -2]);
  });

  test('that is open is shown where it is, with its new text', async () => {
    await documents.show(subject, 'old');
    Object.assign(editor, { active: {}, visible: [{ viewColumn: 2, document: { uri: graphUri(subject) } }] });
    await documents.show(subject, 'new');
    expect(editor.shown.at(-1)!.viewColumn).toBe(2);
    expect(await content()).toBe('new');
    expect(editor.changed).toBe(2);
    expect(documents.stat(graphUri(subject))).toMatchObject({ size: 3, mtime: expect.any(Number) });
    expect(nMade).toBe(0);
  });

  test('can only be read', () => {
    const { readDirectory, createDirectory, writeFile, delete: remove, rename } = documents;
    for (const change of [readDirectory, createDirectory, writeFile, remove, rename]) {
      expect(() => change()).toThrow('no permissions');
    }
  });

  test('is made anew when a tab that was closed is opened again, once', async () => {
    expect([await content(), await content()]).toEqual(['made anew', 'made anew']);
    expect(nMade).toBe(1);
  });

  test('is forgotten when its document closes', async () => {
    await documents.show(subject, 'shown');
    editor.closed({ uri: graphUri(subject) as unknown as FakeUri });
    expect(await content()).toBe('made anew');
  });

  test('that can not be made anew says why', async () => {
    const range = { start: { line: 3, character: 4 }, end: { line: 3, character: 9 } };
    const problem = { code: 'data.missing-column', severity: 'error', message: 'No column "rian".', range } as const;
    documents = documentsThat({ kind: 'rejected', problems: [problem] });
    expect(await content()).toBe('# weather.orthant.json, line 4: No column "rian".\n');
    documents = documentsThat({ kind: 'failed', error: 'The trainer died.\nof hunger' });
    expect(await content()).toBe('# The trainer died.\n# of hunger\n');
  });

  test('is not made anew in restricted mode', async () => {
    editor.isTrusted = false;
    expect(await content()).toMatch(/^# Compiled graphs are not shown in restricted mode/);
    expect(nMade).toBe(0);
  });
});
