/**
 * What the extension host and a trainer child process say to each other over the process channel. One process trains
 * one variant, or makes the graph of one. The host ends a trainer with `stop`, and kills it when it doesn't answer; a trainer whose channel
 * closes saves its checkpoint and ends itself.
 */
import type { TrainingEvent, WantedEngine } from './events';
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
}

/** Asks for the compiled graph of a variant's step; nothing is trained and nothing is written. */
export interface GraphRequest {
  type: 'graph';
  /** Absolute path of the experiment file. */
  experiment: string;
  /** The text as it is in the editor. */
  text: string;
  variant: string;
}

export type TrainerRequest = StartRequest | GraphRequest | { type: 'stop' } | { type: 'pause' } | { type: 'resume' };

export type TrainerMessage =
  /** The process listens; the host answers with `start` or `graph`. */
  | { type: 'ready'; pid: number }
  /** The run folder exists; events follow. */
  | { type: 'created'; run: string; folder: string }
  | { type: 'event'; event: TrainingEvent }
  /** What `graph` asked for, to read. */
  | { type: 'graph'; text: string }
  /** Nothing was written: the experiment, the data or the engine is wrong. */
  | { type: 'rejected'; problems: Problem[] };
