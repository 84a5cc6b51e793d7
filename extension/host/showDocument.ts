/** Shows a file where it is open already, so that it doesn't cover the panel from which it was asked for. */
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

export async function showDocument(file: TextDocument | Uri): Promise<TextEditor> {
  const uri = ('uri' in file ? file.uri : file).toString();
  const group = window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri),
  );
  const options = { viewColumn: group?.viewColumn ?? ViewColumn.One };
  return 'uri' in file ? window.showTextDocument(file, options) : window.showTextDocument(file, options);
}

/** Shows an experiment that was just made, kept open, with its variants and the lenses above them in view. */
export async function showNewExperiment(experiment: Uri): Promise<void> {
  const document = await workspace.openTextDocument(experiment);
  // In the group in front: a walkthrough makes room beside itself for it.
  const editor = await window.showTextDocument(document, { viewColumn: ViewColumn.Active, preview: false });
  const variants = outlineExperiment(document.getText()).variantsRange;
  if (variants === null) return;
  const place = new Position(variants.start.line, variants.start.character);
  editor.selection = new Selection(place, place);
  editor.revealRange(new Range(place, document.lineAt(document.lineCount - 1).range.end), TextEditorRevealType.Default);
}
