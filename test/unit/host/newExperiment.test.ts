/** The wizard from a data file to an experiment: what it asks, shows and writes, driven by answers in a row. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { proposeInputs } from '../../../extension/experiment/draft/proposeInputs';
import { proposeTargets } from '../../../extension/experiment/draft/proposeTargets';
import { parseExperiment } from '../../../extension/experiment/parse';
import { inputChoices, plainLabel, targetChoices } from '../../../extension/host/columnChoices';
import { NewExperimentCommands } from '../../../extension/host/newExperimentCommands';
import type { ColumnProfile } from '../../../extension/protocol/columns';
import type { DataDescription } from '../../../extension/protocol/languageMessages';

/** What a person does at one quick pick: ticks these and accepts, goes back, or presses Escape. */
type Step = { tick: string[] } | 'accept' | 'back' | 'escape';

const editor = vi.hoisted(() => ({
  isTrusted: true,
  files: [] as string[],
  existing: new Set<string>(),
  written: new Map<string, string>(),
  opened: [] as string[],
  said: [] as string[],
  steps: [] as unknown[],
  /** Title, and the labels of the entries with a tick before those that are picked. */
  asked: [] as { title: string; items: string[] }[],
  browsed: undefined as string | undefined,
  cancelsReading: false,
  /** Folders of the drafts that were looked at once more. */
  looked: [] as string[],
}));

vi.mock('vscode', () => {
  class Uri {
    readonly scheme: string;
    constructor(
      readonly path: string,
      scheme = 'file',
    ) {
      this.scheme = scheme;
    }
    get fsPath(): string {
      return this.path;
    }
    toString(): string {
      return `${this.scheme}://${this.path}`;
    }
    static file(path: string): Uri {
      return new Uri(path);
    }
    static joinPath(uri: Uri, ...parts: string[]): Uri {
      return new Uri(
        new URL(parts.join('/'), `file://${uri.path}${parts[0] === '..' ? '/' : ''}`).pathname,
        uri.scheme,
      );
    }
  }
  interface Item {
    label: string;
    uri?: Uri | null;
  }
  const say = async (text: string): Promise<undefined> => void editor.said.push(text);
  const show = (title: string, items: readonly Item[], picked: readonly Item[]): void => {
    editor.asked.push({ title, items: items.map((item) => `${picked.includes(item) ? '✓ ' : ''}${item.label}`) });
  };
  const position = { line: 0, character: 0 };
  return {
    Uri,
    ThemeIcon: class {},
    Position: class {},
    Range: class {},
    Selection: class {},
    QuickPickItemKind: { Separator: -1 },
    QuickInputButtons: { Back: 'back' },
    ProgressLocation: { Notification: 15 },
    TextEditorRevealType: { Default: 0 },
    ViewColumn: { Active: -1 },
    commands: { executeCommand: async () => undefined },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      findFiles: async () => editor.files.map((file) => new Uri(file)),
      asRelativePath: (uri: Uri) => uri.path.replace('/project/', ''),
      openTextDocument: async (uri: Uri) => {
        editor.opened.push(uri.path);
        return {
          getText: () => editor.written.get(uri.path),
          lineAt: () => ({ range: { end: position } }),
          lineCount: 1,
        };
      },
      fs: {
        stat: async (uri: Uri) => {
          if (!editor.existing.has(uri.path)) throw new Error('FileNotFound');
        },
        writeFile: async (uri: Uri, content: Uint8Array) => {
          if (uri.path.startsWith('/readonly')) throw new Error('no permission');
          editor.written.set(uri.path, new TextDecoder().decode(content));
        },
      },
    },
    window: {
      tabGroups: { activeTabGroup: {} },
      showErrorMessage: say,
      showWarningMessage: say,
      showTextDocument: async () => ({ revealRange() {} }),
      showOpenDialog: async () => (editor.browsed === undefined ? undefined : [new Uri(editor.browsed)]),
      withProgress: async (_options: unknown, task: (progress: unknown, token: unknown) => Promise<unknown>) =>
        task({}, { isCancellationRequested: editor.cancelsReading }),
      showQuickPick: async (items: Item[], options: { title: string }) => {
        show(options.title, items, []);
        const step = editor.steps.shift() as { tick: string[] } | 'escape';
        return step === 'escape' ? undefined : items.find(({ label }) => step.tick.includes(label));
      },
      createQuickPick: () => {
        const listeners: Record<string, () => void> = {};
        const listen = (name: string) => (listener: () => void) => {
          listeners[name] = listener;
          return { dispose() {} };
        };
        const pick = {
          title: '',
          items: [] as Item[],
          selectedItems: [] as Item[],
          buttons: [] as string[],
          onDidAccept: listen('accept'),
          onDidTriggerButton: listen('button'),
          onDidHide: listen('hide'),
          dispose() {},
          show() {
            show(pick.title, pick.items, pick.selectedItems);
            void answer();
          },
        };
        async function answer(): Promise<void> {
          await Promise.resolve();
          const step = editor.steps.shift() as Step;
          if (step === 'escape') return listeners.hide!();
          if (step === 'back') {
            expect(pick.buttons).toEqual(['back']);
            return listeners.button!();
          }
          if (step !== 'accept') pick.selectedItems = pick.items.filter(({ label }) => step.tick.includes(label));
          const isNothing = pick.selectedItems.length === 0;
          listeners.accept!();
          if (!isNothing) return;
          // It stays open and says so in its title.
          show(pick.title, [], []);
          await answer();
        }
        return pick;
      },
    },
  };
});

/** A column of 100 different fractions. */
function column(name: string, min: number, zero = 0): ColumnProfile {
  const values = { rows: 100, nulls: 0, notANumber: 0, min, max: 9, distinct: 80, isWhole: false };
  const numbers = {
    mean: 1,
    standardDeviation: 1,
    quartiles: [0, 1, 2] as const,
    negative: 0,
    zero,
    histogram: { edges: [min, 9], counts: [100] },
    sampled: null,
  };
  return { name, type: 'DOUBLE', kind: 'number', values, numbers, frequent: [], width: 1 };
}

const COLUMNS = [column('temp', -3), column('rain', 0, 40), column('sun', -1)];
const DATA = '/project/data/weather.csv';

/** The same with ten rows that have no value of the target, and are left out. */
const GAPS = COLUMNS.map((each) => (each.name === 'rain' ? { ...each, values: { ...each.values, nulls: 10 } } : each));

/** @param constant what the second look at a draft finds; `null` when the person stops it */
async function run(
  steps: Step[],
  argument?: unknown,
  description?: DataDescription | null,
  constant: string[] | null = [],
): Promise<string[]> {
  editor.steps = steps;
  const read: string[] = [];
  const command = new NewExperimentCommands({
    features: {
      describeData: async (file) => {
        read.push(file);
        return description === undefined ? { columns: COLUMNS, rows: 100 } : description;
      },
      findConstant: async ({ text, directory }) => {
        editor.looked.push(directory);
        return constant?.filter((name) => parseExperiment(text).experiment!.data.inputs.includes(name)) ?? null;
      },
    },
  });
  await command.newExperiment(argument);
  expect(editor.steps).toEqual([]);
  return read;
}

async function uri(file: string, scheme = 'file'): Promise<unknown> {
  const { Uri } = await import('vscode');
  return new (Uri as unknown as new (path: string, scheme: string) => unknown)(file, scheme);
}

beforeEach(() => {
  Object.assign(editor, {
    isTrusted: true,
    files: [],
    opened: [],
    said: [],
    asked: [],
    browsed: undefined,
    cancelsReading: false,
    looked: [],
  });
  editor.existing.clear();
  editor.written.clear();
});

describe('A new experiment from a data file', () => {
  test('of the menu of that file asks for targets and inputs, each ticked as proposed, and opens what it wrote', async () => {
    expect(await run(['accept', 'accept'], await uri(DATA))).toEqual([DATA]);
    expect(editor.asked).toEqual([
      { title: 'weather.csv: what shall the network learn to give?', items: ['✓ rain', 'temp', 'sun'] },
      { title: 'weather.csv: what shall the network take?', items: ['✓ temp', '✓ sun'] },
    ]);
    expect(editor.opened).toEqual(['/project/data/weather.orthant.json']);
    const { experiment, problems } = parseExperiment(editor.written.get('/project/data/weather.orthant.json')!);
    expect(problems).toEqual([]);
    expect(experiment!.data).toMatchObject({ source: 'weather.csv', inputs: ['temp', 'sun'], targets: ['rain'] });
  });

  test('of the palette asks for the file first, with the way to any other on the disk', async () => {
    editor.files = [DATA, '/project/a.parquet'];
    await run([{ tick: ['weather.csv'] }, 'accept', 'accept']);
    expect(editor.asked[0]).toEqual({
      title: 'New experiment from data file',
      items: ['a.parquet', 'weather.csv', '', 'Browse…'],
    });
    expect([...editor.written.keys()]).toEqual(['/project/data/weather.orthant.json']);
  });

  test('browses at once where the workspace has no data file', async () => {
    editor.browsed = '/elsewhere/x.csv';
    expect(await run(['accept', 'accept'])).toEqual(['/elsewhere/x.csv']);
    expect([...editor.written.keys()]).toEqual(['/elsewhere/x.orthant.json']);
  });

  test('goes back from the inputs to the targets with the same ticks, and from there to the file', async () => {
    editor.files = [DATA, '/project/other.csv'];
    const read = await run([
      { tick: ['weather.csv'] },
      { tick: ['sun'] },
      'back',
      'back',
      { tick: ['other.csv'] },
      'accept',
      { tick: ['sun'] },
    ]);
    expect(editor.asked.map(({ items }) => items)).toEqual([
      ['weather.csv', 'other.csv', '', 'Browse…'],
      ['✓ rain', 'temp', 'sun'],
      ['✓ temp', '✓ rain'],
      ['rain', 'temp', '✓ sun'],
      ['weather.csv', 'other.csv', '', 'Browse…'],
      ['✓ rain', 'temp', 'sun'],
      ['✓ temp', '✓ sun'],
    ]);
    expect(read).toEqual([DATA, '/project/other.csv']);
    const { experiment } = parseExperiment(editor.written.get('/project/other.orthant.json')!);
    expect(experiment!.data).toMatchObject({ inputs: ['sun'], targets: ['rain'] });
  });

  test('says what is missing where nothing is ticked, and goes on from there', async () => {
    await run([{ tick: [] }, { tick: ['rain'] }, { tick: [] }, { tick: ['temp'] }], await uri(DATA));
    expect(editor.asked.map(({ title }) => title)).toEqual([
      'weather.csv: what shall the network learn to give?',
      'weather.csv: tick one target at least',
      'weather.csv: what shall the network take?',
      'weather.csv: tick one input at least',
    ]);
    expect(editor.written.size).toBe(1);
  });

  test.for<[string, Step[]]>([
    ['the file', ['escape']],
    ['the targets', [{ tick: ['weather.csv'] }, 'escape']],
    ['the inputs', [{ tick: ['weather.csv'] }, 'accept', 'escape']],
  ])('leaves nothing behind after Escape at %s', async ([, steps]) => {
    editor.files = [DATA, '/project/other.csv'];
    await run(steps);
    expect(editor.written.size).toBe(0);
    expect(editor.opened).toEqual([]);
    expect(editor.said).toEqual([]);
  });

  test('writes over no experiment: it takes the next free name', async () => {
    editor.existing = new Set(['/project/data/weather.orthant.json', '/project/data/weather-2.orthant.json']);
    await run(['accept', 'accept'], await uri(DATA));
    expect([...editor.written.keys()]).toEqual(['/project/data/weather-3.orthant.json']);
  });

  test('says why a file can not be used, and asks nothing', async () => {
    await run([], await uri(DATA), { problem: '"weather.csv" is empty.' });
    await run([], await uri(DATA), { columns: [column('only', 0)], rows: 100 });
    await run([], await uri(DATA, 'git'));
    await run([], await uri('/readonly/x.csv'), null);
    expect(editor.asked).toEqual([]);
    expect(editor.said).toEqual([
      'There can be no experiment for weather.csv. "weather.csv" is empty.',
      expect.stringMatching(/^There can be no experiment for weather\.csv\. "weather\.csv" has one column/),
      'An experiment needs a data file on a disk, and git:///project/data/weather.csv is not on one.',
    ]);
  });

  test('takes out what a second look at the data finds to be constant, and says so in the file', async () => {
    await run(['accept', 'accept'], await uri(DATA), { columns: GAPS, rows: 100 }, ['sun']);
    // One look found it, the other that all is well now.
    expect(editor.looked).toEqual(['/project/data', '/project/data']);
    const text = editor.written.get('/project/data/weather.orthant.json')!;
    expect(parseExperiment(text).experiment!.data.inputs).toEqual(['temp']);
    expect(text).toContain('// Not taken: "sun" is the same in every row that is left.');
  });

  test('is not written where that leaves nothing to take, or the person stops the second look', async () => {
    await run(['accept', 'accept'], await uri(DATA), { columns: GAPS, rows: 100 }, ['temp', 'sun']);
    expect(editor.said).toEqual([
      expect.stringMatching(/^There can be no experiment for weather\.csv\. Beside "rain" there is nothing that/),
    ]);
    await run(['accept', 'accept'], await uri(DATA), { columns: GAPS, rows: 100 }, null);
    expect(editor.written.size).toBe(0);
    expect(editor.said).toHaveLength(1);
  });

  test('needs no second look where the file is taken as it is', async () => {
    await run(['accept', 'accept'], await uri(DATA));
    expect(editor.looked).toEqual([]);
  });

  test('says where it could not be written', async () => {
    await run(['accept', 'accept'], await uri('/readonly/x.csv'));
    expect(editor.said).toEqual(['/readonly/x.orthant.json could not be written: no permission']);
    expect(editor.opened).toEqual([]);
  });

  test('reads nothing in restricted mode, and says so', async () => {
    editor.isTrusted = false;
    expect(await run([], await uri(DATA))).toEqual([]);
    expect(editor.said).toEqual([expect.stringMatching(/^Data files are not read in restricted mode\./)]);
  });
});

describe('The entries of a step', () => {
  test('tell the type of a column and why it is proposed or not', () => {
    const { items, picked } = targetChoices(proposeTargets(COLUMNS));
    expect(items[0]).toMatchObject({
      label: 'rain',
      description: 'DOUBLE',
      detail: 'never negative, 0 … 9, 40 % zeros',
    });
    expect(picked).toEqual([items[0]]);
  });

  test('have no target ticked where several suit as well', () => {
    expect(targetChoices(proposeTargets([column('a', 0), column('b', 1)])).picked).toEqual([]);
  });

  test('have inputs unticked that are not proposed', () => {
    const id = { ...column('id', 1), values: { ...column('id', 1).values, distinct: 100, max: 100, isWhole: true } };
    const { items, picked } = inputChoices(proposeInputs([...COLUMNS, id], []));
    expect(items.map(({ label }) => label)).toEqual(['temp', 'rain', 'sun', 'id']);
    expect(picked.map(({ label }) => label)).toEqual(['temp', 'rain', 'sun']);
  });

  test('show foreign names as they are, without icons, line ends or what turns text around', () => {
    expect(['$(trash) a', 'a\nb', '\u202eb'].map(plainLabel)).toEqual(['\\$(trash) a', 'a·b', '·b']);
  });
});
