/**
 * What a run came to, for comparisons of hundreds: its state with the first and the last measure alone. All measures of so
 * many runs would take gigabytes, and parsing them half a minute.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainingEvent } from '../protocol/events';
import { RUN_FILES } from '../protocol/runFiles';
import { applyEvent, initialRunState, type RunState } from '../protocol/runState';
import { parseEvent, readRunFile } from './readRuns';

/** How lines of those events begin as `RunWriter` writes them; one that begins otherwise is read, which does no harm. */
const MEASURED = '{"type":"measured"';
const ROWS = '{"type":"rows"';

/**
 * As `readRun` reads a run that has ended, with at most two measures and no rows behind them. `null` where all of it is
 * needed: of one that has not ended, that went on from a checkpoint, which undoes measures, or that is none.
 */
export async function readOutcome(folder: string): Promise<RunState | null> {
  const run = await readRunFile(folder);
  const ends = run === null ? null : await endsOf(path.join(folder, RUN_FILES.events));
  if (run === null || ends === null) return null;
  const initial = initialRunState({ run: run.id, experiment: run.experiment, variant: run.variant, folder });
  const state = ends.reduce(applyEvent, initial);
  return state.ended === null ? null : state;
}

/** The events without all measures between the first and the last; `null` where those can't be told without the others. */
async function endsOf(file: string): Promise<TrainingEvent[] | null> {
  const events: TrainingEvent[] = [];
  let hasFirst = false;
  let last: string | null = null;
  const take = (line: string): TrainingEvent | null => {
    const event = parseEvent(line);
    if (event !== null) events.push(event);
    return event;
  };
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      if (line.startsWith(ROWS)) continue;
      if (line.startsWith(MEASURED)) {
        if (hasFirst) last = line;
        else hasFirst = take(line) !== null;
        continue;
      }
      const event = parseEvent(line);
      if (event?.type === 'resumed' && event.fromCheckpoint === true) return null;
      if (event?.type === 'ended' && last !== null && take(last) === null) return null;
      if (event?.type === 'ended') last = null;
      if (event !== null) events.push(event);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    lines.close();
  }
  return events;
}

/** Changes with every event that is written; `null` where there is none yet. */
export async function stampOf(folder: string): Promise<string | null> {
  try {
    const { mtimeMs, size } = await stat(path.join(folder, RUN_FILES.events));
    return `${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}
