/** `orthant train`: trains the variants one after the other, with a bar each, and compares them at the end. */
import path from 'node:path';
import type { RunSummary, WantedEngine } from '../protocol/events';
import { RUNS_FOLDER } from '../protocol/runFiles';
import { RunFolderError } from '../runs/writeRun';
import { TrainingControl } from '../trainer/control';
import { type PreparedVariant, prepare } from '../trainer/prepare';
import { runVariant } from '../trainer/runVariant';
import { EXIT } from './exit';
import { interruptible } from './interruptible';
import { createProgress } from './progress';
import { printProblems, readExperiment } from './readExperiment';
import { printReport } from './report';
import { applySettings, type Setting } from './settings';

export interface TrainCommandOptions {
  readonly variants: readonly string[];
  /** In place of what the experiment says. */
  readonly engine?: WantedEngine;
  readonly settings: readonly Setting[];
  readonly runs?: string;
  readonly json: boolean;
}

export async function trainCommand(file: string, options: TrainCommandOptions): Promise<number> {
  const read = readExperiment(file);
  if (read === null) return EXIT.wrongInput;
  const text = applySettings(read.text, options.settings);
  if (text === null) return EXIT.wrongInput;

  return interruptible(new TrainingControl(), (control) => trainVariants(file, { ...read, text }, options, control));
}

async function trainVariants(
  file: string,
  { experimentPath, text }: { experimentPath: string; text: string },
  options: TrainCommandOptions,
  control: TrainingControl,
): Promise<number> {
  const { variants, problems } = await prepare({
    experimentPath,
    text,
    ...(options.engine !== undefined && { engine: options.engine }),
    ...(options.variants.length > 0 && { variants: [...new Set(options.variants)] }),
  });
  // Of what is only good to know, a training says warnings; `orthant check` says all.
  printProblems(
    file,
    problems.filter(({ severity }) => severity === 'error' || severity === 'warning'),
    console.error,
  );
  if (variants === null) return EXIT.wrongInput;

  const runsFolder =
    options.runs === undefined ? path.join(path.dirname(experimentPath), RUNS_FOLDER) : path.resolve(options.runs);
  const nameWidth = Math.max(...variants.map(({ variant }) => variant.name.length));
  const summaries: RunSummary[] = [];
  let folderFailed = false;
  try {
    if (!options.json) {
      const { train, validation } = variants[0]!.dataset;
      console.log(`${path.basename(file)}: ${train.count} training rows, ${validation.count} held out`);
      console.log(`${engineLines(variants).join('\n')}\n`);
    }
    for (const prepared of variants) {
      if (control.stopRequested) break;
      const progress = options.json ? null : createProgress(prepared.variant.name, nameWidth);
      for await (const event of runVariant({ prepared, runsFolder, control })) {
        if (options.json) console.log(JSON.stringify(event));
        progress?.show(event);
        if (event.type !== 'ended') continue;
        summaries.push(event.summary);
        if (event.error !== null) console.error(`${prepared.variant.name}: ${event.error}`);
      }
    }
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error;
    console.error(error.message);
    // What was trained before is recorded, and is worth its table.
    if (summaries.length === 0) return EXIT.wrongInput;
    folderFailed = true;
  }

  if (!options.json && summaries.length > 0) {
    printReport(summaries, variants[0]!.dataset.targets, text, runsFolder);
  }
  if (control.stopRequested) return EXIT.interrupted;
  return folderFailed || summaries.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.done;
}

/** One line for all, or one for each variant where they have different ones. */
function engineLines(variants: readonly PreparedVariant[]): string[] {
  const lines = variants.map(({ variant, engineChoice: { name, version, reason } }) => ({
    variant: variant.name,
    line: `engine ${name} ${version} (${reason})`,
  }));
  if (new Set(lines.map(({ line }) => line)).size === 1) return [lines[0]!.line];
  return lines.map(({ variant, line }) => `${variant}: ${line}`);
}
