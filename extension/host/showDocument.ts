/** Where files and panels are shown, so that they don't cover what they were asked for from. */
import {
  Position,
  Range,
  Selection,
  TabInputText,
  type TextDocument,
  type TextEditor,
  TextEditorRevealType,
  type Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { outlineExperiment } from '../experiment/outline';
import type { PanelPlace } from './runPanels';

/** Where it is open already, if it is. */
export async function showDocument(file: TextDocument | Uri): Promise<TextEditor> {
  const uri = ('uri' in file ? file.uri : file).toString();
  const group = window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri),
  );
  const options = { viewColumn: group?.viewColumn ?? (isPageInFront() ? ViewColumn.Beside : ViewColumn.One) };
  return 'uri' in file ? window.showTextDocument(file, options) : window.showTextDocument(file, options);
}

/** Shows an experiment that was just made, kept open, with its variants and the lenses above them in view. */
export async function showNewExperiment(experiment: Uri): Promise<void> {
  const document = await workspace.openTextDocument(experiment);
  const viewColumn = isPageInFront() ? ViewColumn.Beside : ViewColumn.Active;
  const editor = await window.showTextDocument(document, { viewColumn, preview: false });
  const variants = outlineExperiment(document.getText()).variantsRange;
  if (variants === null) return;
  const place = new Position(variants.start.line, variants.start.character);
  editor.selection = new Selection(place, place);
  editor.revealRange(new Range(place, document.lineAt(document.lineCount - 1).range.end), TextEditorRevealType.Default);
}

/** Beside what a panel was asked for from, where that is to be read on. */
export function placeOfPanel(): PanelPlace {
  return window.activeTextEditor !== undefined || isPageInFront() ? 'beside' : 'active';
}

/** Whether a page of VS Code itself is in front, such as a walkthrough: whoever reads it goes on there, so it stays in view. */
export function isPageInFront(): boolean {
  const { activeTab } = window.tabGroups.activeTabGroup;
  return activeTab !== undefined && activeTab.input === undefined;
}
