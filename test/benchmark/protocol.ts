/**
 * What the runner and a contestant say to each other: one JSON object a line, requests on standard input, answers on
 * standard output. `peers/contestant.py` is the Python side. Closing the input ends a contestant.
 */

/** One training as every contestant does it: penalty method, mean squared error, Adam, constant learning rate. */
export interface Case {
  readonly name: string;
  /** How a table names it. */
  readonly title: string;
  /** `[inputs, hidden…, outputs]`, relu between them. */
  readonly layers: readonly number[];
  readonly batchSize: number;
  /** Batches in memory; they are trained in order, over and over. */
  readonly poolBatches: number;
  readonly learningRate: number;
  readonly alpha: number;
  /** Lower bound of every output, in the units trained in. */
  readonly minimum: number;
}

/** The first line. The folder holds `parameters`, `inputs` and `targets`, each raw little-endian float32 (`.f32`). */
export interface PrepareRequest {
  readonly type: 'prepare';
  readonly case: Case;
  readonly folder: string;
  /** Name of the engine, or what a peer calls the mode. */
  readonly mode: string;
  readonly threads: number;
}

export interface RoundRequest {
  readonly type: 'round';
  readonly steps: number;
}

export type Request = PrepareRequest | RoundRequest;

/** To the process that trains an experiment with and without a run folder. */
export type RunFolderRequest =
  | {
      readonly type: 'prepare';
      /** Absolute path of an experiment file, and fields of it to change. */
      readonly experiment: string;
      readonly settings: Readonly<Record<string, string>>;
      readonly variant: string;
      readonly engine: string;
      /** Takes the run folders. */
      readonly runsFolder: string;
    }
  | { readonly type: 'bare' | 'recorded' };

/** The case is prepared and the pool was trained once. */
export interface ReadyAnswer {
  readonly type: 'ready';
  /** Of what is timed, such as `{ torch: '2.13.0' }`. */
  readonly versions: Record<string, string>;
  readonly description: string;
  /** `null` when the contestant doesn't say. */
  readonly threads: number | null;
  /** Rounds are multiples of this. */
  readonly stepsPerCall: number;
  /** Importing the library. */
  readonly loadSeconds: number;
  /** From the case in memory to a session, tracing included. */
  readonly createSeconds: number;
  /** The first call, `stepsPerCall` steps; where compilation is lazy it is in here. */
  readonly firstCallSeconds: number;
  /** Of each step of the first pass over the pool, before its update. */
  readonly losses: number[];
}

export interface RoundAnswer {
  readonly type: 'round';
  readonly seconds: number;
  /** Of the last step; `null` when not finite. */
  readonly loss: number | null;
  /** As it is now: a session may change its mind. */
  readonly stepsPerCall: number;
  /** Since the last answer: time, and what this process computed in it. */
  readonly idle: { readonly seconds: number; readonly cpuSeconds: number };
}

export interface FailedAnswer {
  readonly type: 'failed';
  /** It isn't installed here; anything else is a fault. */
  readonly unavailable: boolean;
  readonly message: string;
}

/** After the input was closed. */
export interface EndedAnswer {
  readonly type: 'ended';
  /** `null` where the system doesn't say. */
  readonly peakBytes: number | null;
}

/** Of one training of an experiment, bare or recorded. */
export interface TrainedAnswer {
  readonly type: 'trained';
  /** Which engine it was, when the choice was left open. */
  readonly engine: string;
  /** From the first step to the last; of a recorded one with every measure, event and checkpoint in between. */
  readonly seconds: number;
  readonly steps: number;
  /** Mean of the last epoch's batches. */
  readonly loss: number;
  /** Of a recorded one: events passed on, and from `started` to `ended`, KKT residuals and model file included. */
  readonly events: number;
  readonly wholeSeconds: number | null;
}

export type Answer = ReadyAnswer | RoundAnswer | FailedAnswer | EndedAnswer | TrainedAnswer;
