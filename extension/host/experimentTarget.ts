/** What a command that reads an experiment's data works on: checked first for what no answer of the person could change. */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { commands, type Uri, window, workspace } from 'vscode';
import type { VariantOutline } from '../experiment/outline';
import { askExperiment } from './ask';
import { experimentIn } from './commandArguments';
import type { CommandParts } from './commandParts';

/** What is said when the command can't be carried out. */
export interface Refusals {
  restricted: string;
  notOnDisk(experiment: string): string;
}

/** The experiment meant by a command's argument, or the one the person names. */
export async function experimentFor(
  { files, panels }: CommandParts,
  argument: unknown,
  refusals: Refusals,
): Promise<Uri | undefined> {
  if (!(await isTrusted(refusals.restricted))) return undefined;
  const experiment = experimentIn(argument) ?? (await askExperiment(files, panels));
  if (experiment === undefined || experiment.scheme === 'file') return experiment;
  void window.showErrorMessage(refusals.notOnDisk(experiment.toString(true)));
  return undefined;
}

/** `undefined` when there is none, which the person was told. */
export async function variantsOf({ files }: CommandParts, experiment: Uri): Promise<VariantOutline[] | undefined> {
  const { variants } = await files.outline(experiment);
  if (variants.length > 0) return variants;
  const name = path.basename(experiment.fsPath);
  const open = l10n.t('Open experiment');
  const text = l10n.t('{0} has no variants to train. Add one, such as "variants": {1}.', name, EXAMPLE_VARIANTS);
  if ((await window.showErrorMessage(text, open)) === open) await openExperiment(experiment);
  return undefined;
}

export async function openExperiment(experiment: Uri): Promise<void> {
  await commands.executeCommand('orthant.openExperiment', experiment);
}

const EXAMPLE_VARIANTS = '{ "penalty": { "method": "penalty" } }';

/** The menus hide such commands in restricted mode; a lens, a key or another extension still gets here. */
export async function isTrusted(restricted: string): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage workspace trust');
  if ((await window.showWarningMessage(restricted, manage)) === manage)
    await commands.executeCommand('workbench.trust.manage');
  return false;
}
