/** Shows a file where it is open already, so that it doesn't cover the panel from which it was asked for. */
import { TabInputText, type TextDocument, type TextEditor, type Uri, ViewColumn, window } from 'vscode';

export async function showDocument(file: TextDocument | Uri): Promise<TextEditor> {
  const uri = ('uri' in file ? file.uri : file).toString();
  const group = window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri),
  );
  const options = { viewColumn: group?.viewColumn ?? ViewColumn.One };
  return 'uri' in file ? window.showTextDocument(file, options) : window.showTextDocument(file, options);
}
