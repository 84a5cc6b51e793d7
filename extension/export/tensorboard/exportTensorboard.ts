/** Runs as event files that TensorBoard reads: a folder for each run, in it one for each split. */
import path from 'node:path';
import type { ExportedFolder } from '../exported';
import { measuredRuns } from '../measuredRuns';
import { encodeEvents, type SplitName, summaryEvents } from './events';

const SPLITS: readonly SplitName[] = ['train', 'validation'];

/**
 * Of a run folder, or of a folder of runs. A run has the same files each time, so that those of an earlier export are
 * replaced: TensorBoard would show both.
 *
 * @throws Error with a message for a person when there is no run.
 */
export async function exportTensorboard(folder: string): Promise<ExportedFolder> {
  const runs = await measuredRuns(folder);
  return {
    note: runs.note,
    async *files() {
      for await (const { folder: run, state } of runs.read()) {
        const { measured, started } = state;
        const begin = measured[0]!.time / 1000;
        for (const split of SPLITS) {
          const events = summaryEvents(measured, started?.targets ?? [], split);
          if (events.length === 0) continue;
          const file = path.join(path.basename(run), split, `events.out.tfevents.${Math.floor(begin)}.orthant`);
          yield { path: file, content: encodeEvents(begin, events) };
        }
      }
    },
  };
}
