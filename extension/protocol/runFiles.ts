/** Names and contents of the files in a run folder. Reading and writing them is `runs/`. */
import type { ProcessIdentity } from './control';
import type { EngineChoice } from './events';
import type { SnapshotName } from './snapshots';
import type { SweepPlace } from './sweepFiles';

export const RUN_FORMAT_VERSION = 1;

export const RUN_FILES = {
  run: 'run.json',
  experiment: 'experiment.orthant.json',
  events: 'events.jsonl',
  checkpoint: 'checkpoint/state.safetensors',
  model: 'model.safetensors',
  summary: 'summary.json',
  /** What the trainer process said beside its events, such as its last words; absent of runs of a terminal. */
  log: 'trainer.log',
  /** A person's title, note and star (`protocol/runNotes.ts`); absent until there is one. */
  notes: 'notes.json',
} as const;

/** The networks a run keeps, each `*.safetensors` in raw units with PyTorch's names. */
export const MODEL_FILES: Readonly<Record<SnapshotName, string>> = {
  final: RUN_FILES.model,
  best: 'model.best.safetensors',
  mostFeasible: 'model.most-feasible.safetensors',
};

/** Default folder of run folders, beside the experiment file. */
export const RUNS_FOLDER = '.orthant/runs';

/**
 * `run.json`: what the run is, written when it starts. Who resumes it from its checkpoint puts itself in the place of the
 * process that wrote it before, and changes nothing else.
 */
export interface RunFile extends ProcessIdentity {
  formatVersion: number;
  id: string;
  /** Absolute path of the experiment file. */
  experiment: string;
  variant: string;
  method: string;
  /** The experiment as resolved: defaults filled in, the variant's overrides applied. */
  resolved: unknown;
  engine: EngineChoice;
  versions: { orthant: string; node: string };
  /** SHA-256 of the values the network trains on, in order. */
  dataFingerprint: string;
  /** Of a run that started from a user's own weights. */
  startWeights?: RecordedStart;
  seed: number;
  /** As in `StartedEvent`. */
  configuration?: string;
  /** Of a run of a sweep. */
  sweep?: SweepPlace;
  /** ISO 8601. */
  started: string;
  /**
   * Of a run that was resumed after its end: the time of that end, milliseconds since the epoch. Until an event tells that
   * the run goes on, its last event is that end, which the process named here did not tell.
   */
  resumedAfterEnd?: number;
  /** Where the process that writes it logs, when that is not `trainer.log` beside it. */
  log?: string;
}

export interface RecordedStart {
  /** As `network.from` has it. */
  from: string;
  /** SHA-256 of the file, in hexadecimal. */
  fingerprint: string;
}
