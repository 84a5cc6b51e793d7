/** Runs as event files that TensorBoard reads: a folder for each run, in it one for each split. */
import path from 'node:path';
import type { ExportedFolder } from '../exported';
import { measuredRuns } from '../measuredRuns';
import { encodeEvents, type SplitName, summaryEvents } from './events';

const SPLITS: readonly SplitName[] = ['train', 'validation'];

/**
 * Of run folders, or of folders of runs. A run has the same files each time, so that those of an earlier export are
 * replaced: TensorBoard would show both.
 *
 * @throws Error with a message for a person when there is no run.
 */
export async function exportTensorboard(folders: readonly string[]): Promise<ExportedFolder> {
  const runs = await measuredRuns(folders);
  return {
    note: runs.note,
    async *files() {
      const names = new Set<string>();
      for await (const { folder: run, state } of runs.read()) {
        const { measured, started } = state;
        // Those of several folders may be called the same.
        const name = nameBeside(names, path.basename(run));
        const begin = measured[0]!.time / 1000;
        for (const split of SPLITS) {
          const events = summaryEvents(measured, started?.targets ?? [], split);
          if (events.length === 0) continue;
          const file = path.join(name, split, `events.out.tfevents.${Math.floor(begin)}.orthant`);
          yield { path: file, content: encodeEvents(begin, events) };
        }
      }
    },
  };
}

function nameBeside(taken: Set<string>, name: string): string {
  let own = name;
  for (let count = 2; taken.has(own); count++) own = `${name}-${count}`;
  taken.add(own);
  return own;
}
