import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandParts } from '../../../extension/host/commandParts';
import { FixCommands } from '../../../extension/host/fixCommands';
import { RunStore } from '../../../extension/host/runStore';
import type { Diagnosis } from '../../../extension/protocol/diagnosis';
import { run, summary } from './runFixture';

/** What the editor shows and was told; positions are plain offsets. */
const editor = vi.hoisted(() => ({
  text: '',
  selection: null as { start: number; end: number } | null,
  messages: [] as string[],
  picks: [] as string[][],
  commands: [] as unknown[][],
  answer: undefined as string | undefined,
  columns: [] as (number | undefined)[],
}));

vi.mock('vscode', () => {
  class Range {
    constructor(
      readonly start: number,
      readonly end: number,
    ) {}
  }
  class FileTab {
    constructor(readonly uri: string) {}
  }
  const document = {
    uri: 'file:///project/weather.orthant.json',
    getText: () => editor.text,
    positionAt: (offset: number) => offset,
  };
  const say = async (text: string): Promise<string | undefined> => {
    editor.messages.push(text);
    return editor.answer;
  };
  return {
    Range,
    Selection: Range,
    ThemeIcon: class {},
    TextEditorRevealType: {},
    ViewColumn: { One: 1 },
    TabInputText: FileTab,
    Uri: { file: (file: string) => ({ fsPath: file }) },
    WorkspaceEdit: class {
      edits: { range: Range; content: string }[] = [];
      replace(_uri: unknown, range: Range, content: string): void {
        this.edits.push({ range, content });
      }
    },
    commands: { executeCommand: async (...all: unknown[]) => void editor.commands.push(all) },
    window: {
      // The panel stands in the first column, the file in the second.
      tabGroups: {
        all: [
          { viewColumn: 1, tabs: [{ input: {} }] },
          { viewColumn: 2, tabs: [{ input: new FileTab('file:///project/weather.orthant.json') }] },
        ],
      },
      showTextDocument: async (_document: unknown, { viewColumn }: { viewColumn?: number } = {}) => {
        editor.columns.push(viewColumn);
        return {
          set selection(range: Range) {
            editor.selection = { start: range.start, end: range.end };
          },
          revealRange() {},
        };
      },
      showInformationMessage: say,
      showWarningMessage: say,
      showErrorMessage: say,
      showQuickPick: async (items: { label: string }[]) => {
        editor.picks.push(items.map(({ label }) => label));
        return items.at(-1);
      },
    },
    workspace: {
      asRelativePath: (file: string) => file,
      openTextDocument: async () => document,
      applyEdit: async ({ edits: [edit] }: { edits: { range: Range; content: string }[] }) => {
        const { range, content } = edit!;
        editor.text = editor.text.slice(0, range.start) + content + editor.text.slice(range.end);
        return true;
      },
    },
  };
});

const TEXT = '{\n  "variants": {\n    // literal\n    "slack": { "method": "lagrangian", "slackNudge": 0 }\n  }\n}\n';

const TRAP: Diagnosis = {
  code: 'doctor.slack-trap',
  severity: 'warning',
  title: 'Slack trap',
  message: '1 of 4 training outputs is held.',
  fixes: [
    { label: 'Start the slacks above 0', edits: [{ path: ['variants', 'slack', 'slackNudge'], value: 0.1 }] },
    { label: 'Damp the slacks with 1', edits: [{ path: ['variants', 'slack', 'damping'], value: 1 }] },
  ],
};

/** A window that knows one finished run with this diagnosis. */
function withRun(diagnoses: Diagnosis[] = [TRAP]): FixCommands {
  const store = new RunStore();
  const known = run({
    status: 'finished',
    isInMemory: false,
    variant: 'slack',
    folder: '/runs/a',
    method: 'lagrangian',
    summary: summary({ diagnoses }),
  });
  store.add(known);
  const folders = { read: async () => ({ ...known.state, diagnoses }) };
  return new FixCommands({ store, folders } as unknown as CommandParts);
}

beforeEach(() => {
  Object.assign(editor, {
    text: TEXT,
    selection: null,
    messages: [],
    picks: [],
    commands: [],
    answer: undefined,
    columns: [],
  });
});

test('a fix that is named is made in the open file, comments and all, and shown selected', async () => {
  await withRun().applyFix('/runs/a', 'doctor.slack-trap', 0);
  expect(editor.text).toBe(TEXT.replace('"slackNudge": 0', '"slackNudge": 0.1'));
  const { start, end } = editor.selection!;
  expect(editor.text.slice(start, end)).toBe('0.1');
  // Where it is open, and not over the panel.
  expect(editor.columns).toEqual([2]);
  expect(editor.messages).toEqual(['Changed in weather.orthant.json: Start the slacks above 0.']);
  expect(editor.picks).toEqual([]);
});

test('the variant is trained again when that is wanted', async () => {
  editor.answer = 'Train slack';
  await withRun().applyFix('/runs/a', 'doctor.slack-trap', 1);
  expect(editor.text).toContain('"slackNudge": 0, "damping": 1 }');
  expect(editor.commands).toEqual([['orthant.train', 'file:///project/weather.orthant.json', 'slack']]);
});

test('without a run and a fix the command asks for the fix among those of the runs it knows', async () => {
  await withRun().applyFix();
  expect(editor.picks).toEqual([['Start the slacks above 0', 'Damp the slacks with 1']]);
  expect(editor.text).toContain('"damping": 1');
});

test('a file whose variant is gone is left alone, and why is said', async () => {
  editor.text = TEXT.replace('"slack"', '"other"');
  await withRun().applyFix('/runs/a', 'doctor.slack-trap', 0);
  expect(editor.text).toBe(TEXT.replace('"slack"', '"other"'));
  expect(editor.messages).toEqual([
    'weather.orthant.json has no variant slack any more, so there is nothing to change.',
  ]);
});

test('where there is no fix to make, that is said', async () => {
  await withRun([{ ...TRAP, fixes: [] }]).applyFix('/runs/a');
  await withRun([]).applyFix();
  expect(editor.messages).toEqual([
    'The failure doctor has no fix for this run.',
    'The failure doctor has no fix for the runs known here.',
  ]);
});
