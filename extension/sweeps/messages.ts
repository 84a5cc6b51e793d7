/** What a conductor and its trainers say to each other over the process channel. A trainer trains one point after another. */
import type { TrainingEvent, WantedEngine } from '../protocol/events';
import type { Problem } from '../protocol/problems';
import type { SweepPlace } from '../protocol/sweepFiles';

export interface PointOrder {
  type: 'train';
  /** Absolute path of the experiment file. */
  experiment: string;
  /** The experiment with the point's values. */
  text: string;
  variant: string;
  sweep: SweepPlace;
  /** Takes the place of what the experiment says. */
  engine?: WantedEngine;
  /** Where the experiment leaves it open. */
  otherwise?: WantedEngine;
  /** Absolute path. */
  runsFolder: string;
}

export type ToWorker = PointOrder | { type: 'stop' } | { type: 'pause' } | { type: 'resume' };

export type FromWorker =
  /** The process listens. */
  | { type: 'ready' }
  | { type: 'event'; event: TrainingEvent }
  /** Nothing was written: the experiment, the data or the engine is wrong, or the run folder can't be made. */
  | { type: 'rejected'; problems: Problem[] }
  /** It is through with the point, however it ended. */
  | { type: 'done' };
