/**
 * What the extension host and a run panel say to each other. The panel shows one run, or several side by side. It gets
 * a snapshot when it is ready and whenever it becomes visible again, then small batches of events, about 10 a second.
 */
import type { TrainingEvent } from './events';
import type { RunState, RunStatus } from './runState';
import type { RunSettings } from './settings';

/** So many runs have histograms and curves of their own: as many as there are colors, and as one can tell apart. */
export const MOST_IN_DETAIL = 8;

/** Kept by VS Code with the panel, so that a reload can bring it back. */
export interface PanelIdentity {
  version: 1;
  /** Absolute paths of the run folders shown, in order. */
  folders: string[];
}

export type ToPanel =
  /** Everything there is to show; replaces what the panel held. */
  | {
      type: 'snapshot';
      identity: PanelIdentity;
      /** Beyond the first eight, and those asked for with `detail`, only with their first and last measure. */
      runs: RunState[];
      /** Of a comparison, by run id. */
      settings: Record<string, RunSettings>;
    }
  /** Events of one run since the last message, in order. */
  | { type: 'events'; run: string; events: TrainingEvent[] }
  /** A status that no event carries: stopping, lost, a process that died. */
  | { type: 'status'; run: string; status: RunStatus; error: string | null };

export type FromPanel =
  | { type: 'ready' }
  | { type: 'stop'; run: string }
  | { type: 'pause'; run: string }
  | { type: 'resume'; run: string }
  /** Go on from the checkpoint of a run that was stopped, lost or failed. */
  | { type: 'resumeRun'; run: string }
  /** Show it in a panel of its own. */
  | { type: 'openRun'; run: string }
  /** Send these runs with all their measures, in a snapshot; at most `MOST_IN_DETAIL`. */
  | { type: 'detail'; runs: string[] }
  /** Show a row of the data (`protocol/rows.ts`) in its file; `value` is that of the target there. */
  | { type: 'openRow'; run: string; target: string; row: number; value: number }
  | { type: 'openExperiment'; run: string }
  | { type: 'openFolder'; run: string }
  /** Make that fix, by its place among those of a diagnosis, in the experiment file. */
  | { type: 'applyFix'; run: string; code: string; fix: number }
  /** Save a picture or table shown in the panel; the host asks where. */
  | { type: 'save'; name: string; content: string };
