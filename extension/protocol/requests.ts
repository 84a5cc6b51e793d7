/**
 * What the extension host and a trainer child process say to each other over the process channel. One process trains
 * one variant, goes on with one run, or makes the graph of a variant. Of a training the channel carries only how it begins:
 * once there is a run folder, the host follows the events there and asks through `control.ts`, as any other window does
 * that finds the run. A process outlives its window where it was told so; else it saves its checkpoint and ends.
 */
import type { WantedEngine } from './events';
import type { Problem } from './problems';

export interface StartRequest {
  type: 'start';
  /** Absolute path of the experiment file. */
  experiment: string;
  /** The text to train, as it is in the editor. */
  text: string;
  variant: string;
  /** What executes the steps where the experiment doesn't say. */
  engine: WantedEngine;
  /** Absolute path of the folder that run folders are made in. */
  runsFolder: string;
  /** `stop` when absent. */
  onWindowClose?: OnWindowClose;
  /** File that the process logs to, to be moved into the run folder. */
  log?: string;
}

/** Goes on with a run from its checkpoint. */
export interface ResumeRunRequest {
  type: 'resumeRun';
  /** Absolute path of the run folder. */
  folder: string;
  /** Absolute path of the experiment file, where it lies now. */
  experiment: string;
  onWindowClose?: OnWindowClose;
}

/** What becomes of a training when the window that started it is closed or reloaded. */
export const ON_WINDOW_CLOSE = ['keepRunning', 'stop'] as const;
export type OnWindowClose = (typeof ON_WINDOW_CLOSE)[number];

/** Asks for the compiled graph of a variant's step; nothing is trained and nothing is written. */
export interface GraphRequest {
  type: 'graph';
  /** Absolute path of the experiment file. */
  experiment: string;
  /** The text as it is in the editor. */
  text: string;
  variant: string;
}

/** `stop` is for the time before there is a run folder. */
export type TrainerRequest = StartRequest | ResumeRunRequest | GraphRequest | { type: 'stop' };

export type TrainerMessage =
  /** The process listens; the host answers with `start`, `resumeRun` or `graph`. */
  | { type: 'ready'; pid: number }
  /** The run folder exists, and events follow there. */
  | { type: 'created'; run: string; folder: string }
  /** What `graph` asked for, to read. */
  | { type: 'graph'; text: string }
  /**
   * Nothing was written: the experiment, the data or the engine is wrong, or the run can't be resumed. After `created`: not
   * even the end could be written.
   */
  | { type: 'rejected'; problems: Problem[] };
