/** Which experiment files are records and nothing to mend or train. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { RUN_FILES } from '../protocol/runFiles';

/**
 * The text a run was trained with, kept in its folder beside `run.json`. A person's own file of that name, with no run
 * beside it, is an experiment like any other.
 */
export function isRecordedCopy(file: string): boolean {
  return path.basename(file) === RUN_FILES.experiment && existsSync(path.join(path.dirname(file), RUN_FILES.run));
}
