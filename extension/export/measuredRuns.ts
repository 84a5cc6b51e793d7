/** The runs that an export is of, one or several or all of a folder, with what they measured. */
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
  /** Whether a single run was named. */
  readonly isOne: boolean;
  /**
   * Read one by one, those of a folder in order of their start.
   * @throws Error with a message for a person at the end, when none has measured anything.
   */
  read(): AsyncGenerator<MeasuredRun, void>;
  /** What whoever takes them has to know, once all are read. */
  note(): string | null;
}

/**
 * Of run folders, of folders of run folders, or of experiments with their runs; one that is named twice counts once.
 * @throws Error with a message for a person when there is no run.
 */
export async function measuredRuns(folders: readonly string[]): Promise<MeasuredRuns> {
  const listings = new Map<string, Listed>();
  let isOne = folders.length === 1;
  for (const folder of folders) {
    const directory = path.resolve(folder);
    const own = await readRunFile(directory);
    isOne &&= own !== null;
    for (const listing of own === null ? await runsIn(folder, directory) : [{ ...own, folder: directory }]) {
      if (!listings.has(listing.folder)) listings.set(listing.folder, listing);
    }
  }
  const named = folders.length === 1 ? folders[0]! : `the ${folders.length} folders named`;
  const empty: string[] = [];
  return {
    isOne,
    async *read() {
      for (const { id, variant, method, folder: run } of listings.values()) {
        const state = await readRun(run);
        if (state.measured.length === 0) empty.push(id);
        else yield { id, folder: run, variant, method, state };
      }
      if (empty.length < listings.size) return;
      throw new Error(
        isOne
          ? `${named} has no measures: it ended before its first one.`
          : `No run in ${named} has measured anything.`,
      );
    },
    note: () => noteOn(empty),
  };
}

interface Listed extends Pick<MeasuredRun, 'id' | 'folder' | 'variant' | 'method'> {}

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
