/** What a command asks when nobody told it: which experiment, which variant, which run. `undefined` is "never mind". */
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, ThemeIcon, type Uri, window, workspace } from 'vscode';
import type { VariantOutline } from '../experiment/outline';
import type { CommandParts } from './commandParts';
import { type ExperimentFiles, isExperiment } from './experimentFiles';
import type { RunPanels } from './runPanels';
import type { Run, RunStore } from './runStore';
import { runDescription, runNames, statusLook } from './runText';
import { runsFolderFor } from './settings';

interface Choice<Value> extends QuickPickItem {
  value: Value;
}

/** The one in front: in the text editor, the one whose run is shown, or the only one on screen beside something else. */
export function experimentInFront(panels: RunPanels): Uri | undefined {
  const active = window.activeTextEditor?.document.uri;
  if (active !== undefined && isExperiment(active)) return active;
  const ofRun = panels.experimentInFront();
  if (ofRun !== undefined) return ofRun;
  const onScreen = window.visibleTextEditors.map(({ document }) => document.uri).filter(isExperiment);
  return onScreen.length === 1 ? onScreen[0] : undefined;
}

/** The one in front, the only one there is, or a question. */
export async function askExperiment(files: ExperimentFiles, panels: RunPanels): Promise<Uri | undefined> {
  const inFront = experimentInFront(panels);
  if (inFront !== undefined) return inFront;
  const found = await files.all();
  if (found.length === 0) {
    void window.showInformationMessage(
      l10n.t('There is no experiment file (*.orthant.json) in this folder. Open a folder that has one, or create one.'),
    );
    return undefined;
  }
  if (found.length === 1) return found[0];
  const choices = found.map((uri): Choice<Uri> => {
    const relative = workspace.asRelativePath(uri);
    const folder = path.posix.dirname(relative);
    return { label: path.posix.basename(relative), description: folder === '.' ? '' : folder, value: uri };
  });
  return (await window.showQuickPick(choices, { title: l10n.t('Which experiment?'), matchOnDescription: true }))?.value;
}

export type VariantChoice = { kind: 'one'; variant: string } | { kind: 'all' };

/** Asks only when there is more than one. */
export async function askVariant(
  variants: readonly VariantOutline[],
  latest: (variant: string) => Run | undefined,
): Promise<VariantChoice | undefined> {
  if (variants.length === 1) return { kind: 'one', variant: variants[0]!.name };
  const choices = variants.map((variant): Choice<VariantChoice> => {
    const run = latest(variant.name);
    return {
      ...variantItem(variant),
      detail: run === undefined ? undefined : runDescription(run, Date.now()),
      value: { kind: 'one', variant: variant.name },
    };
  });
  const all: Choice<VariantChoice> = {
    label: l10n.t('All variants'),
    description: l10n.t('train {0} and compare', variants.length),
    iconPath: new ThemeIcon('run-all'),
    value: { kind: 'all' },
  };
  const options = { title: l10n.t('Which variant?'), matchOnDescription: true };
  return (await window.showQuickPick([...choices, all], options))?.value;
}

/** Asks only when there is more than one. */
export async function askOneVariant(variants: readonly VariantOutline[]): Promise<string | undefined> {
  if (variants.length === 1) return variants[0]!.name;
  const choices = variants.map((variant): Choice<string> => ({ ...variantItem(variant), value: variant.name }));
  return (await window.showQuickPick(choices, { title: l10n.t('Which variant?'), matchOnDescription: true }))?.value;
}

function variantItem({ name, method }: VariantOutline): QuickPickItem {
  return { label: name, description: method ?? '' };
}

/** Asks only when there is more than one. */
export async function askRun(runs: readonly Run[], title: string): Promise<Run | undefined> {
  if (runs.length === 1) return runs[0];
  return (await window.showQuickPick(runChoices(runs), { title, matchOnDescription: true }))?.value;
}

export async function askRuns(
  runs: readonly Run[],
  picked: ReadonlySet<Run>,
  title: string,
): Promise<Run[] | undefined> {
  const choices = runChoices(runs).map((choice) => ({ ...choice, picked: picked.has(choice.value) }));
  const options = { title, matchOnDescription: true, canPickMany: true } as const;
  return (await window.showQuickPick(choices, options))?.map(({ value }) => value);
}

/** Reads the runs of all experiments that were not asked for yet, so that the store has every run to choose from. */
export async function knowAllRuns({ files, folders }: Pick<CommandParts, 'files' | 'folders'>): Promise<void> {
  const found = await files.list();
  await Promise.all(found.map((uri) => folders.know(uri.fsPath, runsFolderFor(uri))));
}

/** The newest run of each variant of each experiment. */
export function latestOfEach(store: RunStore, runs: readonly Run[]): Run[] {
  const latest = new Map<string, Run>();
  for (const run of store.all()) {
    const variant = JSON.stringify([run.state.experiment, run.state.variant]);
    if (!latest.has(variant)) latest.set(variant, run);
  }
  const chosen = new Set(latest.values());
  return runs.filter((run) => chosen.has(run));
}

function runChoices(runs: readonly Run[]): Choice<Run>[] {
  const names = runNames(runs);
  return runs.map((run, index) => ({
    label: names[index]!,
    description: runDescription(run, Date.now()),
    detail: workspace.asRelativePath(run.state.experiment),
    iconPath: new ThemeIcon(statusLook(run.state.status).icon),
    value: run,
  }));
}
