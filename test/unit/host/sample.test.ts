/** The sample experiment: where it goes, and that nothing of the person's is written over. */
import { beforeEach, expect, test, vi } from 'vitest';
import { Uri } from 'vscode';
import { SampleCommands } from '../../../extension/host/sampleCommands';

const editor = vi.hoisted(() => ({
  folders: [] as string[],
  picked: undefined as string | undefined,
  browsed: undefined as string | undefined,
  files: new Map<string, string>(),
  opened: [] as string[],
  said: [] as string[],
}));

vi.mock('vscode', () => {
  class Uri {
    constructor(
      readonly path: string,
      readonly scheme = 'file',
    ) {}
    get fsPath(): string {
      return this.path;
    }
    static file(path: string): Uri {
      return new Uri(path);
    }
    static joinPath(uri: Uri, part: string): Uri {
      return new Uri(`${uri.path}/${part}`, uri.scheme);
    }
  }
  class FileSystemError extends Error {
    constructor(readonly code: string) {
      super(code);
    }
  }
  const folder = (name: string) => ({ uri: new Uri(name) });
  return {
    Uri,
    FileSystemError,
    Position: class {},
    Range: class {},
    Selection: class {},
    TextEditorRevealType: {},
    ViewColumn: {},
    workspace: {
      get workspaceFolders() {
        return editor.folders.map(folder);
      },
      openTextDocument: async (uri: Uri) => {
        editor.opened.push(uri.path);
        return { getText: () => '{}' };
      },
      fs: {
        createDirectory: async (uri: Uri) => {
          if (uri.path.startsWith('/readonly')) throw new FileSystemError('NoPermissions');
        },
        copy: async (from: Uri, to: Uri, { overwrite }: { overwrite: boolean }) => {
          if (!overwrite && editor.files.has(to.path)) throw new FileSystemError('FileExists');
          editor.files.set(to.path, `copy of ${from.path}`);
        },
      },
    },
    window: {
      tabGroups: { activeTabGroup: {} },
      showTextDocument: async () => ({}),
      showErrorMessage: async (text: string) => void editor.said.push(text),
      showWorkspaceFolderPick: async () => (editor.picked === undefined ? undefined : folder(editor.picked)),
      showOpenDialog: async () => (editor.browsed === undefined ? undefined : [new Uri(editor.browsed)]),
    },
  };
});

async function create(): Promise<string[]> {
  await new SampleCommands({ sample: Uri.file('/extension/dist/sample') }).createSample();
  return [...editor.files.keys()];
}

beforeEach(() => {
  Object.assign(editor, { folders: ['/project'], picked: undefined, browsed: undefined, opened: [], said: [] });
  editor.files.clear();
});

test('the sample goes into a folder of its own in the workspace, with data, source and licence, and is opened', async () => {
  const files = await create();
  expect(files.sort()).toEqual([
    '/project/orthant-sample/README.md',
    '/project/orthant-sample/seattle-weather.csv',
    '/project/orthant-sample/weather.orthant.json',
  ]);
  expect(editor.opened).toEqual(['/project/orthant-sample/weather.orthant.json']);
});

test('a sample that is there, changed or not, stays as it is and is opened', async () => {
  editor.files.set('/project/orthant-sample/weather.orthant.json', 'mine');
  expect(await create()).toHaveLength(3);
  expect(editor.files.get('/project/orthant-sample/weather.orthant.json')).toBe('mine');
  expect(editor.opened).toHaveLength(1);
});

test('with several folders, or none, it is asked where, and without an answer nothing happens', async () => {
  editor.folders = ['/one', '/two'];
  expect(await create()).toEqual([]);
  editor.picked = '/two';
  expect((await create())[0]).toMatch(/^\/two\/orthant-sample\//);
  editor.files.clear();
  editor.folders = [];
  expect(await create()).toEqual([]);
  editor.browsed = '/home';
  expect((await create())[0]).toMatch(/^\/home\/orthant-sample\//);
  expect(editor.opened).toHaveLength(2);
});

test('a place that can not be written to is said', async () => {
  editor.folders = ['/readonly'];
  expect(await create()).toEqual([]);
  expect(editor.said).toEqual(['/readonly/orthant-sample could not be written: NoPermissions']);
  expect(editor.opened).toEqual([]);
});
