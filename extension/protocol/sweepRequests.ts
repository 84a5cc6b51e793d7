/**
 * What the extension host and the process that conducts a sweep say to each other when it begins. After that both go by
 * the sweep's folder, so that either may end without the other.
 */
import type { WantedEngine } from './events';
import type { Problem } from './problems';

export type ConductorRequest =
  | {
      type: 'begin';
      /** Absolute path of the experiment file. */
      experiment: string;
      /** The text as it is in the editor. */
      text: string;
      /** Only these of the variants that the sweep trains. */
      variants?: string[];
      /** Absolute path of the folder that run folders are made in. */
      runsFolder: string;
      /** What executes the steps where the experiment doesn't say. */
      engine: WantedEngine;
      /** Trainers at a time; as many as the machine takes when absent. */
      jobs?: number;
    }
  | {
      type: 'resume';
      /** Absolute path of the sweep's folder. */
      folder: string;
      /** Absolute path of the experiment file, where it lies now. */
      experiment: string;
      engine: WantedEngine;
      jobs?: number;
      /** Points that failed are trained again. */
      retryFailed: boolean;
    };

export type ConductorMessage =
  /** The sweep's folder is there, and its points are being trained. */
  | { type: 'begun'; id: string; folder: string }
  /** Nothing was written: the experiment or the data are wrong. */
  | { type: 'rejected'; problems: Problem[] };
