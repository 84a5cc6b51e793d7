/** What is told of the network that a run starts from: that it does, and whether its file is still that of the run before. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { LogEvent } from '../protocol/events';
import type { RecordedStart } from '../protocol/runFiles';
import { readRunFile } from '../runs/readRuns';
import type { LoadedVariant } from './prepare';

/** As many runs are looked through for an earlier one of the same experiment. */
const MOST_RUNS = 100;

/** As `run.json` keeps it; `null` where the first weights are drawn. */
export function recordedStart({ experiment, startWeights }: LoadedVariant): RecordedStart | null {
  const { from } = experiment.network;
  return startWeights === undefined || from === undefined ? null : { from, fingerprint: startWeights.fingerprint };
}

/** `null` where there is nothing to tell. */
export async function startNews(loaded: LoadedVariant, runsFolder: string): Promise<Omit<LogEvent, 'time'> | null> {
  const start = recordedStart(loaded);
  if (start === null) return null;
  const layers = loaded.startWeights!.layers;
  const shape = [layers[0]!.inputs, ...layers.map(({ outputs }) => outputs)].join('-');
  const message = `The first weights are those of ${start.from} (${shape}, SHA-256 ${start.fingerprint.slice(0, 12)}…).`;
  const earlier = await earlierStart(loaded.experimentPath, start.from, runsFolder);
  return earlier === null || earlier.fingerprint === start.fingerprint
    ? { type: 'log', level: 'info', message }
    : {
        type: 'log',
        level: 'warning',
        message: `${message} The file has changed since the run ${earlier.run}, which started from SHA-256 ${earlier.fingerprint.slice(0, 12)}…: the two don't start alike.`,
      };
}

/** Of the latest run of the experiment that started from a file of this name. */
async function earlierStart(
  experiment: string,
  from: string,
  runsFolder: string,
): Promise<{ run: string; fingerprint: string } | null> {
  const names = await readdir(runsFolder).catch(() => []);
  // The names begin with the start.
  const latest = names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .reverse();
  for (const name of latest.slice(0, MOST_RUNS)) {
    const run = await readRunFile(path.join(runsFolder, name));
    if (run?.experiment === experiment && run.startWeights?.from === from) {
      return { run: run.id, fingerprint: run.startWeights.fingerprint };
    }
  }
  return null;
}
