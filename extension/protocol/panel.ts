/**
 * What the extension host and a run panel say to each other. The panel shows one run, or several side by side. It gets
 * a snapshot when it is ready and whenever it becomes visible again, then small batches of events, about 10 a second.
 */
import type { TrainingEvent } from './events';
import type { RunState, RunStatus } from './runState';

/** Kept by VS Code with the panel, so that a reload can bring it back. */
export interface PanelIdentity {
  version: 1;
  /** Absolute paths of the run folders shown, in order. */
  folders: string[];
}

export type ToPanel =
  /** Everything there is to show; replaces what the panel held. */
  | { type: 'snapshot'; identity: PanelIdentity; runs: RunState[] }
  /** Events of one run since the last message, in order. */
  | { type: 'events'; run: string; events: TrainingEvent[] }
  /** A status that no event carries: stopping, lost, a process that died. */
  | { type: 'status'; run: string; status: RunStatus; error: string | null };

export type FromPanel =
  | { type: 'ready' }
  | { type: 'stop'; run: string }
  | { type: 'pause'; run: string }
  | { type: 'resume'; run: string }
  | { type: 'openExperiment'; run: string }
  | { type: 'openFolder'; run: string }
  /** Make that fix, by its place among those of a diagnosis, in the experiment file. */
  | { type: 'applyFix'; run: string; code: string; fix: number }
  /** Save a picture or table shown in the panel; the host asks where. */
  | { type: 'save'; name: string; content: string };
