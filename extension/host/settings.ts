/** The person's settings, read when they are needed. Names and defaults stand in package.json. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Uri, workspace } from 'vscode';
import type { WantedEngine } from '../protocol/events';
import type { OnWindowClose } from '../protocol/requests';
import { RUNS_FOLDER } from '../protocol/runFiles';
import { parallelRuns } from './trainings';

export const SECTION = 'orthant';
export const ENGINE = 'engine';

export function engineFor(experiment: Uri): WantedEngine {
  return workspace.getConfiguration(SECTION, experiment).get<WantedEngine>(ENGINE, 'auto');
}

/** Absolute path of the folder that holds an experiment's run folders. */
export function runsFolderFor(experiment: Uri): string {
  const folder = workspace.getConfiguration(SECTION, experiment).get<string>('runsFolder', '').trim() || RUNS_FOLDER;
  return path.resolve(path.dirname(experiment.fsPath), folder);
}

export function maximumParallelRuns(): number {
  const setting = workspace.getConfiguration(SECTION).get<number>('maximumParallelRuns', 0);
  return parallelRuns(setting, availableParallelism());
}

/** Trainers of a sweep at a time; `null` leaves it to the machine. */
export function sweepJobs(): number | null {
  const setting = workspace.getConfiguration(SECTION).get<number>('maximumParallelRuns', 0);
  return setting >= 1 ? Math.floor(setting) : null;
}

export function areLensesShown(experiment: Uri): boolean {
  return workspace.getConfiguration(SECTION, experiment).get<boolean>('codeLens.enabled', true);
}

export function opensPanelOnTrain(experiment: Uri): boolean {
  return workspace.getConfiguration(SECTION, experiment).get<boolean>('openPanelOnTrain', true);
}

/** What becomes of trainings when the window is closed or reloaded. */
export function onWindowClose(): OnWindowClose {
  return workspace.getConfiguration(SECTION).get<OnWindowClose>('onWindowClose', 'keepRunning');
}

export const NOTIFY_WHEN_UNFOCUSED = 'notifyWhenUnfocused';
