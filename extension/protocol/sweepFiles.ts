/**
 * Names and contents of the files in a sweep folder, and what a run records of the sweep it belongs to. The runs of a
 * sweep are usual run folders beside all others: how far a sweep is, is read from them.
 */
import type { WantedEngine } from './events';
import type { JsonValue } from './problems';

export const SWEEP_FORMAT_VERSION = 1;

export const SWEEP_FILES = {
  /** What is swept; written once. */
  sweep: 'sweep.json',
  /** Who trains it, and in which state; replaced, and its modification time is the heartbeat. */
  conductor: 'conductor.json',
  /** A line for each point that failed before it had a run folder. */
  failures: 'failures.jsonl',
  /** What the conductor's process wrote as it failed. */
  log: 'conductor.log',
} as const;

/** What a run belongs to; in `run.json` and in its first event. */
export interface SweepPlace {
  /** Of the sweep, and the name of its folder. */
  id: string;
  /** From 0, in the order of the sweep's points. */
  point: number;
  /** What this point sets, by the keys of the experiment's `sweep`. */
  assignments: Assignments;
}

/** Values by the keys of a sweep, such as `{ "penalty.alpha": 10, "training.seed": 1 }`. */
export type Assignments = Readonly<Record<string, JsonValue>>;

export interface SweepPoint {
  variant: string;
  assignments: Assignments;
}

/** `sweep.json`. */
export interface SweepFile {
  formatVersion: number;
  id: string;
  /** Absolute path of the experiment file, where it was. */
  experiment: string;
  /** The experiment's text as it was, with what the command line set. */
  text: string;
  /** Absolute path of the folder that its runs are in; of a sweep that was read, where it lies now. */
  runsFolder: string;
  /** In place of what the experiment says; `null` leaves it to that. */
  engine: WantedEngine | null;
  points: SweepPoint[];
  /** SHA-256 of the values that the first point trains on: a resumed sweep trains on no other data. */
  dataFingerprint: string;
  started: string;
}

export type ConductorStatus =
  | 'running'
  | 'paused'
  /** No more points are begun, and those in training end. */
  | 'stopping'
  /** Every point has its run. */
  | 'finished'
  /** Points are left. */
  | 'stopped'
  /** It can't go on, whatever the points are. */
  | 'failed';

/** `conductor.json`. */
export interface ConductorFile {
  status: ConductorStatus;
  pid: number;
  /** As in `run.json`. */
  processStarted: number;
  host: string;
  /** Trainers at a time, and threads of each. */
  jobs: number;
  threads: number;
  /** When this process took the sweep up, and how many points were left then; milliseconds since the epoch. */
  since: number;
  left: number;
  /** When it wrote this last. */
  time: number;
  /** Why it `failed`; one message for a person. */
  error: string | null;
}

/** A line of `failures.jsonl`. */
export interface PointFailure {
  point: number;
  time: number;
  error: string;
}

/** Seeds alone make no difference that anybody chose: points that differ only in them are one configuration. */
export function isSeedKey(key: string): boolean {
  return key.endsWith('.seed');
}

/** `alpha 10, learningRate 0.01`: what a point sets beside its seed; fields that two keys share keep their whole keys. */
export function assignmentWords(assignments: Assignments, options: { withSeed?: boolean } = {}): string {
  const keys = Object.keys(assignments).filter((key) => options.withSeed === true || !isSeedKey(key));
  const fieldOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1);
  return keys
    .map((key) => {
      const isShared = keys.some((other) => other !== key && fieldOf(other) === fieldOf(key));
      const value = assignments[key]!;
      return `${isShared ? key : fieldOf(key)} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(', ');
}
