/** The latest run of a variant, as a file to open: what it came to, or while it has no end what it is. */
import path from 'node:path';
import { RUN_FILES } from '../protocol/runFiles';
import { listRuns } from '../runs/readRuns';

/** Absolute path; `null` for a variant that was never trained from this file. */
export async function latestRunFile(runsFolder: string, experiment: string, variant: string): Promise<string | null> {
  const runs = await listRuns(runsFolder);
  const latest = runs.find(
    (run) => run.variant === variant && path.resolve(run.experiment) === path.resolve(experiment),
  );
  if (latest === undefined) return null;
  return path.join(latest.folder, latest.summary === null ? RUN_FILES.run : RUN_FILES.summary);
}
