/**
 * What a window asks of a detached process, one that has no channel to it: one file in the folder that the process writes
 * (of a run, of a sweep). The latest request takes the place of those before. Writing and watching it is `runs/control.ts`.
 */

/** In the folder of the process; absent until something is asked. */
export const CONTROL_FILE = 'control.json';

export const CONTROL_ACTIONS = ['stop', 'pause', 'resume'] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** One process of one machine: pids are reused, this triple is not. */
export interface ProcessIdentity {
  pid: number;
  /** Start of the process, milliseconds since the epoch. */
  processStarted: number;
  host: string;
  /** Where the system tells it (Linux): the same start without a clock that somebody may set. */
  sinceBoot?: StartSinceBoot;
}

export interface StartSinceBoot {
  /** Which boot of the machine. */
  boot: string;
  /** Start of the process, in the system's clock ticks since then. */
  ticks: number;
}

export interface ControlRequest {
  /** Another one for each request, so that none is obeyed twice. */
  id: string;
  action: ControlAction;
  /** Whom it is meant for: the process that comes after it in the same folder does not obey it. */
  to: ProcessIdentity;
  /** When it was asked, milliseconds since the epoch: for people, nothing is decided by it. */
  time: number;
}
