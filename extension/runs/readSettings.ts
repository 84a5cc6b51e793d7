/** The settings that a run recorded, flat, for comparing it with others. */
import { flattenSettings, type RunSettings } from '../protocol/settings';
import { readRunFile } from './readRuns';

/** None where the folder is not a run, or was recorded by a version that kept none. */
export async function readSettings(folder: string): Promise<RunSettings> {
  const run = await readRunFile(folder);
  return run === null ? {} : flattenSettings(run.resolved);
}
