/** `orthant resume`: goes on with a run that was stopped, lost or failed, from its checkpoint and in its folder. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { RunSummary } from '../protocol/events';
import { printable } from '../protocol/printable';
import { RUN_FILES, RUNS_FOLDER } from '../protocol/runFiles';
import { isLive } from '../protocol/runState';
import { CheckpointError } from '../runs/checkpoint';
import { RunTakenError } from '../runs/takeOver';
import { RunFolderError } from '../runs/writeRun';
import { TrainingControl } from '../trainer/control';
import { type PreparedRun, prepareResume, ResumeError, resumeRun } from '../trainer/resumeRun';
import { EXIT } from './exit';
import { interruptible } from './interruptible';
import { createProgress } from './progress';
import { printProblems } from './readExperiment';
import { printReport } from './report';

export interface ResumeCommandOptions {
  readonly runs?: string;
  readonly json: boolean;
}

export async function resumeCommand(run: string, options: ResumeCommandOptions): Promise<number> {
  try {
    const folder = folderOf(run, options.runs);
    return await interruptible(new TrainingControl(), (control) => resume(folder, options.json, control));
  } catch (error) {
    const isRefusal = [ResumeError, CheckpointError, RunTakenError, RunFolderError].some(
      (kind) => error instanceof kind,
    );
    if (!isRefusal) throw error;
    console.error(printable((error as Error).message));
    return EXIT.wrongInput;
  }
}

async function resume(folder: string, isJson: boolean, control: TrainingControl): Promise<number> {
  const { resumable, problems } = await prepareResume(folder);
  printProblems(
    path.join(folder, RUN_FILES.experiment),
    problems.filter(({ severity }) => severity === 'error' || severity === 'warning'),
    console.error,
  );
  if (resumable === null) return EXIT.wrongInput;
  const { run, prepared } = resumable;
  if (!isJson) console.log(`${printable(run.id)}: ${whereText(resumable)}\n`);
  const progress = isJson ? null : createProgress(run.variant, run.variant.length);
  for (const told of resumable.resumption === null ? [] : toldBefore(resumable.resumption)) progress?.show(told);
  let summary: RunSummary | null = null;
  for await (const event of resumeRun(resumable, { control })) {
    if (isJson) console.log(JSON.stringify(event));
    progress?.show(event);
    if (event.type !== 'ended') continue;
    summary = event.summary;
    if (event.error !== null) console.error(printable(`${run.variant}: ${event.error}`));
  }
  if (!isJson && summary !== null) {
    printReport([summary], prepared.dataset.targets, prepared.text, path.dirname(folder));
  }
  if (control.stopRequested) return EXIT.interrupted;
  return summary?.status === 'finished' ? EXIT.done : EXIT.failed;
}

/** Where the bar stands before anything new is told. */
function toldBefore({ started, measured }: NonNullable<PreparedRun['resumption']>) {
  const last = measured.at(-1);
  return last === undefined ? [started] : [started, last];
}

function whereText({ state, resumption }: PreparedRun): string {
  if (resumption?.checkpoint == null) return 'there is no checkpoint yet, so it begins again';
  const { epochs, stepsPerEpoch } = resumption.started;
  // Nobody wrote its end, and nobody is there to do so.
  const status = isLive(state.status) ? 'lost' : state.status;
  return `${status}, goes on after step ${resumption.checkpoint.step} of ${epochs * stepsPerEpoch}`;
}

/**
 * A folder, or the id of a run in the runs folder or as much of its beginning as no other run shares.
 * @throws ResumeError when there is no such run, or several.
 */
function folderOf(run: string, runs: string | undefined): string {
  if (existsSync(path.join(run, RUN_FILES.run))) return path.resolve(run);
  const runsFolder = path.resolve(runs ?? RUNS_FOLDER);
  const names = existsSync(runsFolder) ? readdirSync(runsFolder).filter((name) => !name.startsWith('.')) : [];
  const found = names.includes(run) ? [run] : names.filter((name) => name.startsWith(run));
  if (found.length === 1) return path.join(runsFolder, found[0]!);
  throw new ResumeError(
    found.length === 0
      ? `There is no run "${run}": neither a run folder of that path nor one in ${runsFolder}. "orthant runs" lists them; --runs names another folder.`
      : `${found.length} runs in ${runsFolder} begin with "${run}": ${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}. Give more of the one you mean.`,
  );
}
