/** Shows a row of the data in its file: at its line where that is certain, else says why it is not. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { Range, RelativePattern, Selection, TextEditorRevealType, Uri, window, workspace } from 'vscode';
import { readSettings } from '../runs/readSettings';
import { findRow, isTextData, keepsRows, type WantedRow } from './rowPlace';
import type { Run } from './runStore';
import { showDocument } from './showDocument';

/** A pattern that names thousands of files is searched no further. */
const MOST_FILES = 1000;

export async function openRow(run: Run, wanted: WantedRow): Promise<void> {
  const { folder, experiment } = run.state;
  const settings = folder === null ? {} : await readSettings(folder);
  const sources = sourcesOf(settings['data.source']);
  const query = settings['data.query'];
  if (sources.length === 0) {
    void window.showInformationMessage(l10n.t('The run doesn’t tell which data file it read.'));
    return;
  }
  const names = sources.join(', ');
  if (!keepsRows(typeof query === 'string' ? query : null)) {
    void window.showInformationMessage(
      l10n.t(
        'The query of this experiment picks or arranges rows: row {0} of its result has no certain place in {1}.',
        wanted.row,
        names,
      ),
    );
    return;
  }
  const files = await filesOf(sources, path.dirname(experiment));
  const binary = files.find((file) => !isTextData(file));
  if (binary !== undefined) {
    void window.showInformationMessage(
      l10n.t(
        '{0} is not a text file and can’t be shown by rows; this is row {1} of the data.',
        path.basename(binary),
        wanted.row,
      ),
    );
    return;
  }
  const place = await findRow(files, wanted).catch(() => null);
  if (place === null) {
    void window.showWarningMessage(
      l10n.t(
        'Row {0} of {1} doesn’t hold the value {2} any more: the data may have changed since the run.',
        wanted.row,
        names,
        wanted.value,
      ),
    );
    return;
  }
  const editor = await showDocument(Uri.file(place.file));
  const range = new Range(place.firstLine, 0, place.lastLine, editor.document.lineAt(place.lastLine).text.length);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenter);
}

/** One path or pattern, or a list of them as JSON. */
function sourcesOf(source: unknown): string[] {
  if (typeof source !== 'string') return [];
  if (!source.startsWith('[')) return [source];
  const list: unknown = JSON.parse(source);
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** In the order in which they were read: a pattern's by name. */
async function filesOf(sources: readonly string[], folder: string): Promise<string[]> {
  const found = await Promise.all(
    sources.map(async (source) => {
      if (!/[*?[]/.test(source)) return [path.resolve(folder, source)];
      const pattern = new RelativePattern(Uri.file(folder), source.replaceAll('\\', '/'));
      const uris = await workspace.findFiles(pattern, null, MOST_FILES);
      return uris.map(({ fsPath }) => fsPath).sort();
    }),
  );
  return found.flat();
}
