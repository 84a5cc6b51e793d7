/** Files and folders as they are offered for a path: files first, and a folder goes on with what is in it. */
import type { CompletionItem } from 'vscode-languageserver';
import type { FolderEntry } from '../dataFolder';
import { COMPLETION } from '../protocolNumbers';
import { sortText } from './columns';
import { type CompletionPlace, quoted } from './replacement';

/** Other items may come between the two, with `sortText(1, …)`. */
export function fileItems(entries: readonly FolderEntry[], place: CompletionPlace): CompletionItem[] {
  const paths = (kind: FolderEntry['kind']): string[] =>
    entries.filter((entry) => entry.kind === kind).map((entry) => entry.path);
  return [
    ...paths('file').map((file, index) => ({
      ...quoted(file, place),
      kind: COMPLETION.file,
      sortText: sortText(0, index),
    })),
    ...paths('folder').map((folder, index) => ({
      ...quoted(folder, place),
      kind: COMPLETION.folder,
      sortText: sortText(2, index),
      command: { title: 'Suggest', command: 'editor.action.triggerSuggest' },
    })),
  ];
}
