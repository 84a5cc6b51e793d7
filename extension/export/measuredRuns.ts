/** The runs that an export is of, one or all of a folder, with what they measured. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { RUNS_FOLDER } from '../protocol/runFiles';
import type { RunState } from '../protocol/runState';
import { listRuns, readRun, readRunFile } from '../runs/readRuns';

export interface MeasuredRun {
  readonly id: string;
  /** Absolute. Its name is no other run's in the same folder, whatever `run.json` says. */
  readonly folder: string;
  readonly variant: string;
  readonly method: string;
  /** Of a run that measured something. */
  readonly state: RunState;
}

export interface MeasuredRuns {
  /** Whether the folder is that of a single run. */
  readonly isOne: boolean;
  /**
   * Read one by one, in order of their start.
   * @throws Error with a message for a person at the end, when none has measured anything.
   */
  read(): AsyncGenerator<MeasuredRun, void>;
  /** What whoever takes them has to know, once all are read. */
  note(): string | null;
}

/**
 * Of a run folder; or of a folder of run folders, or of experiments with their runs.
 * @throws Error with a message for a person when there is no run.
 */
export async function measuredRuns(folder: string): Promise<MeasuredRuns> {
  const directory = path.resolve(folder);
  const own = await readRunFile(directory);
  const listings = own === null ? await runsIn(folder, directory) : [{ ...own, folder: directory }];
  const empty: string[] = [];
  return {
    isOne: own !== null,
    async *read() {
      for (const { id, variant, method, folder: run } of listings) {
        const state = await readRun(run);
        if (state.measured.length === 0) empty.push(id);
        else yield { id, folder: run, variant, method, state };
      }
      if (empty.length < listings.length) return;
      throw new Error(
        own === null
          ? `No run in ${folder} has measured anything.`
          : `${folder} has no measures: it ended before its first one.`,
      );
    },
    note: () => noteOn(empty),
  };
}

async function runsIn(folder: string, directory: string) {
  const beside = path.join(directory, RUNS_FOLDER);
  const listings = await listRuns(existsSync(beside) ? beside : directory);
  if (listings.length > 0) return listings.reverse();
  throw new Error(
    `${folder} is not a run folder, and there is none in it. Runs lie in ${RUNS_FOLDER} beside their experiment.`,
  );
}

function noteOn(empty: readonly string[]): string | null {
  if (empty.length === 0) return null;
  const [first] = empty;
  return empty.length === 1
    ? `Without the run ${first}, which measured nothing.`
    : `Without ${empty.length} runs that measured nothing, such as ${first}.`;
}
