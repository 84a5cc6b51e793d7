/** The command that makes a fix of the failure doctor in the experiment file of a run. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  commands,
  type QuickPickItem,
  Range,
  Selection,
  type TextDocument,
  TextEditorRevealType,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { applyFix } from '../experiment/applyFix';
import type { Change } from '../experiment/change';
import { type Diagnosis, type Fix, fixWords } from '../protocol/diagnosis';
import { askRun } from './ask';
import { runsIn } from './commandArguments';
import type { CommandParts } from './commandParts';
import { hasFix, refusedFixText } from './fixText';
import type { Run } from './runStore';
import { showDocument } from './showDocument';

interface FixChoice extends QuickPickItem {
  fix: Fix;
}

export class FixCommands {
  constructor(private readonly options: CommandParts) {}

  /** The fix of that place among those of a diagnosis' code; asks for what it isn't told. */
  async applyFix(argument?: unknown, code?: unknown, place?: unknown): Promise<void> {
    const run = runsIn(this.options.store, argument, undefined)[0] ?? (await this.#askRun());
    if (run === undefined) return;
    const { diagnoses } = await this.options.folders.read(run);
    const named = diagnoses.find((each) => each.code === code)?.fixes[Number(place)];
    const fix = named ?? (await askFix(diagnoses));
    if (fix !== undefined) await this.#make(run, fix);
  }

  async #askRun(): Promise<Run | undefined> {
    const runs = this.options.store.all().filter(hasFix);
    if (runs.length > 0) return askRun(runs, l10n.t('Apply a fix to the experiment of which run?'));
    void window.showInformationMessage(l10n.t('The failure doctor has no fix for the runs known here.'));
    return undefined;
  }

  async #make(run: Run, fix: Fix): Promise<void> {
    const { experiment, variant } = run.state;
    const method = run.method ?? '';
    let document: TextDocument;
    try {
      document = await workspace.openTextDocument(Uri.file(experiment));
    } catch (error) {
      void window.showErrorMessage(l10n.t('{0} can not be read: {1}', experiment, String(error)));
      return;
    }
    const outcome = applyFix(document.getText(), fix, { name: variant, method });
    if (outcome.kind !== 'changed') {
      void window.showWarningMessage(refusedFixText(outcome, { experiment, variant, method }));
      return;
    }
    if (!(await replace(document, outcome.change))) {
      void window.showErrorMessage(l10n.t('{0} could not be changed.', experiment));
      return;
    }
    await show(document, outcome.change);
    const train = l10n.t('Train {0}', variant);
    const text = l10n.t('Changed in {0}: {1}.', path.basename(experiment), fix.label);
    if ((await window.showInformationMessage(text, train)) === train) {
      await commands.executeCommand('orthant.train', document.uri, variant);
    }
  }
}

async function askFix(diagnoses: readonly Diagnosis[]): Promise<Fix | undefined> {
  const choices = diagnoses.flatMap(({ title, fixes }) =>
    fixes.map((fix): FixChoice => ({ label: fix.label, description: title, detail: fixWords(fix), fix })),
  );
  if (choices.length === 0) {
    void window.showInformationMessage(l10n.t('The failure doctor has no fix for this run.'));
    return undefined;
  }
  return (await window.showQuickPick(choices, { title: l10n.t('Which fix?'), matchOnDescription: true }))?.fix;
}

/** As one step that undo takes back; the document is not saved. */
async function replace(document: TextDocument, { offset, length, content }: Change): Promise<boolean> {
  const edit = new WorkspaceEdit();
  const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
  edit.replace(document.uri, range, content);
  return workspace.applyEdit(edit);
}

async function show(document: TextDocument, { offset, content }: Change): Promise<void> {
  const editor = await showDocument(document);
  const changed = new Range(document.positionAt(offset), document.positionAt(offset + content.length));
  editor.selection = new Selection(changed.start, changed.end);
  editor.revealRange(changed, TextEditorRevealType.InCenterIfOutsideViewport);
}
