/** What is asked about an export: the format, which network or which rows, and where to. `undefined` is "never mind". */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, Uri, window } from 'vscode';
import {
  EXPORT_FORMAT_NAMES,
  EXPORT_FORMATS,
  type ExportFormatName,
  type SnapshotChoice,
} from '../protocol/exportFormats';
import { MODEL_FILES } from '../protocol/runFiles';

interface Choice<Value> extends QuickPickItem {
  value: Value;
}

/** Of one run all formats; of several those that are of several. */
export async function askFormat(nRuns: number): Promise<ExportFormatName | undefined> {
  const names = EXPORT_FORMAT_NAMES.filter((name) => nRuns === 1 || EXPORT_FORMATS[name].of === 'runs');
  const choices = names.map((value): Choice<ExportFormatName> => ({ ...formatWords(value), value }));
  const title = nRuns === 1 ? l10n.t('Export the run as') : l10n.t('Export {0} runs as', nRuns);
  return (await window.showQuickPick(choices, { title, matchOnDescription: true, matchOnDetail: true }))?.value;
}

export function formatWords(format: ExportFormatName): { label: string; description: string; detail: string } {
  switch (format) {
    case 'safetensors':
      return {
        label: l10n.t('PyTorch weights'),
        description: 'model.safetensors',
        detail: l10n.t('Takes and gives raw units; load_state_dict reads it as it is.'),
      };
    case 'onnx':
      return {
        label: l10n.t('ONNX model'),
        description: 'model.onnx',
        detail: l10n.t('Takes and gives raw units, for onnxruntime in any language.'),
      };
    case 'tensorflowjs':
      return {
        label: l10n.t('TensorFlow.js model'),
        description: 'model.json',
        detail: l10n.t('The layers format, for tf.loadLayersModel in a browser.'),
      };
    case 'pytorch':
      return {
        label: l10n.t('PyTorch script'),
        description: 'train.py',
        detail: l10n.t('Trains the run again with nothing but PyTorch and NumPy.'),
      };
    case 'html':
      return {
        label: l10n.t('HTML report'),
        description: 'report.html',
        detail: l10n.t('One page that stands by itself: verdicts, pictures, figures, settings.'),
      };
    case 'svg':
      return {
        label: l10n.t('SVG pictures'),
        description: '*.svg',
        detail: l10n.t('Histograms, their history and curves, a file each.'),
      };
    case 'png':
      return {
        label: l10n.t('PNG pictures'),
        description: '*.png',
        detail: l10n.t('The same as images of pixels.'),
      };
    case 'csv':
      return {
        label: l10n.t('Measures as CSV'),
        description: 'measures.csv',
        detail: l10n.t('A row for each measure, split and target.'),
      };
    case 'parquet':
      return {
        label: l10n.t('Measures as Parquet'),
        description: 'measures.parquet',
        detail: l10n.t('The same with types, for data frames and databases.'),
      };
    case 'tensorboard':
      return {
        label: l10n.t('TensorBoard logs'),
        description: 'events.out.tfevents.*',
        detail: l10n.t('Event files with scalars and histograms.'),
      };
  }
}

/** Arguments of the command line beyond format and place; none where there is nothing to choose. */
export async function askOptions(format: ExportFormatName, folder: string): Promise<string[] | undefined> {
  if (EXPORT_FORMATS[format].of === 'network') {
    const snapshot = await askSnapshot(folder);
    return snapshot === undefined ? undefined : ['--snapshot', snapshot];
  }
  if (format !== 'pytorch') return [];
  const rows = await askRows();
  return rows === undefined ? undefined : ['--rows', rows];
}

/** Asks only when the run has kept another network than its last. */
async function askSnapshot(folder: string): Promise<SnapshotChoice | undefined> {
  const choices: (Choice<SnapshotChoice> & { file: string })[] = [
    { label: l10n.t('The last network'), value: 'final', file: MODEL_FILES.final },
    {
      label: l10n.t('The best network within the tolerance'),
      detail: l10n.t('The smallest training loss while every training output was within "constraint.tolerance".'),
      value: 'best',
      file: MODEL_FILES.best,
    },
    {
      label: l10n.t('The most feasible network'),
      detail: l10n.t('The smallest worst violation.'),
      value: 'most-feasible',
      file: MODEL_FILES.mostFeasible,
    },
  ];
  const kept = choices.filter(({ file }) => existsSync(path.join(folder, file)));
  if (kept.length <= 1) return kept[0]?.value ?? 'final';
  return (await window.showQuickPick(kept, { title: l10n.t('Which network?') }))?.value;
}

async function askRows(): Promise<'files' | 'copy' | undefined> {
  const choices: Choice<'files' | 'copy'>[] = [
    {
      label: l10n.t("Read the experiment's data files"),
      detail: l10n.t('The script goes on with new rows.'),
      value: 'files',
    },
    {
      label: l10n.t('Copy the rows beside the script'),
      detail: l10n.t('The script runs wherever there is PyTorch.'),
      value: 'copy',
    },
  ];
  return (await window.showQuickPick(choices, { title: l10n.t('Where does the script have its rows from?') }))?.value;
}

/** Absolute path of a file, or of a folder of its own in one that is chosen. */
export async function askPlace(format: ExportFormatName, name: string, folder: string): Promise<string | undefined> {
  const { output } = EXPORT_FORMATS[format];
  const { label } = formatWords(format);
  if (output === 'folder') {
    const [chosen] =
      (await window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        defaultUri: Uri.file(folder),
        openLabel: l10n.t('Export here'),
        title: l10n.t('Export {0} into which folder?', label),
      })) ?? [];
    return chosen && path.join(chosen.fsPath, `${name}-${format}`);
  }
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(path.join(folder, `${name}.${output.file}`)),
    filters: { [label]: [output.file] },
    saveLabel: l10n.t('Export'),
    title: l10n.t('Export {0}', label),
  });
  return target?.fsPath;
}
