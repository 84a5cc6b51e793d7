/** Data files of the workspace that an experiment can be made for. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, QuickPickItemKind, ThemeIcon, Uri, window, workspace } from 'vscode';
import { plainLabel } from './columnChoices';

/** Endings of the files that are read; package.json names them too, for the explorer's menu. */
export const DATA_ENDINGS = ['csv', 'tsv', 'tab', 'parquet', 'pq', 'jsonl', 'ndjson'] as const;

const EXCLUDED_GLOB = '**/{node_modules,.orthant,.git}/**';
const MOST = 500;

interface FileChoice extends QuickPickItem {
  readonly uri: Uri | null;
}

/** One of the workspace, or any on the disk; `undefined` for "never mind". */
export async function askDataFile(title: string): Promise<Uri | undefined> {
  const found = await workspace.findFiles(`**/*.{${DATA_ENDINGS.join(',')}}`, EXCLUDED_GLOB, MOST);
  const onDisk = found.filter(({ scheme }) => scheme === 'file').sort((a, b) => (a.path < b.path ? -1 : 1));
  if (onDisk.length === 0) return browse();
  const choices = onDisk.map((uri): FileChoice => {
    const relative = workspace.asRelativePath(uri);
    const folder = path.posix.dirname(relative);
    return {
      label: plainLabel(path.posix.basename(relative)),
      description: folder === '.' ? '' : plainLabel(folder),
      iconPath: new ThemeIcon('table'),
      uri,
    };
  });
  const line: FileChoice = { label: '', kind: QuickPickItemKind.Separator, uri: null };
  const other: FileChoice = {
    label: l10n.t('Browse…'),
    iconPath: new ThemeIcon('folder-opened'),
    alwaysShow: true,
    uri: null,
  };
  const placeHolder = l10n.t('Which data file?');
  const options = { title, placeHolder, matchOnDescription: true };
  const choice = await window.showQuickPick([...choices, line, other], options);
  return choice === undefined ? undefined : (choice.uri ?? browse());
}

async function browse(): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Which data file?'),
    openLabel: l10n.t('Use this file'),
    filters: { [l10n.t('Data files')]: [...DATA_ENDINGS] },
  });
  return chosen?.[0];
}

/** A name beside the data that no file has yet: `weather.orthant.json`, else `weather-2.orthant.json`. */
export async function freeExperiment(data: Uri): Promise<Uri> {
  const stem = path.posix.basename(data.path, path.posix.extname(data.path));
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    const experiment = Uri.joinPath(data, '..', `${name}.orthant.json`);
    if (!(await exists(experiment))) return experiment;
  }
}

export async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
