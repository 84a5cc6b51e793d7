/**
 * What an engine is: something that executes a training step. An engine owns its tensors; values go in and come out as
 * typed arrays, so that nothing above `engines/` knows a backend.
 */
import type { EngineName } from '../protocol/events';
import type { TrainingStep } from '../step/step';

/** Batches to train on one after the other, each array with all of them joined: row-major float32. */
export interface Batches {
  /** Samples of each batch; one step a batch. */
  readonly counts: readonly number[];
  /** `[samples · inputs]` */
  readonly inputs: Float32Array;
  /** `[samples · outputs]` */
  readonly targets: Float32Array;
  /** Per row name, `[samples · outputs]`. No sample's rows may be in two batches. */
  readonly rows: Readonly<Record<string, Float32Array>>;
  /** Per scalar name, `[steps]`. */
  readonly scalars: Readonly<Record<string, Float32Array>>;
}

export interface TrainResult {
  /** The batches' rows, each after its step. */
  readonly rows: Readonly<Record<string, Float32Array>>;
  /**
   * Batch mean of the loss and the method's term before each update, `[steps]`; NaN or infinite when training diverged.
   */
  readonly loss: Float32Array;
  readonly penalty: Float32Array;
}

export interface SplitValues {
  readonly count: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

/** One training in progress: the step's state lives here. */
export interface Session {
  /**
   * How many steps `train` likes to be given at once, so that a call takes less than about 50 ms; the caller may give
   * fewer. It may change as the session learns how long steps take; what is computed doesn't depend on it, to the last bit.
   */
  readonly stepsPerCall: number;
  /** Takes one step a batch, one after the other. Only one call at a time. */
  train(batches: Batches): Promise<TrainResult>;
  /** `[count · inputs]` → `[count · outputs]`, in training units. */
  predict(inputs: Float32Array, count: number): Promise<Float32Array>;
  /** λ per side, `[count · outputs]`, at these outputs and rows; `null` for a method that implies none. */
  multipliers(
    outputs: Float32Array,
    rows: Readonly<Record<string, Float32Array>>,
    scalars: Readonly<Record<string, number>>,
  ): Promise<Record<string, Float32Array> | null>;
  /** Gradients, per parameter, of the summed loss and of Σ λ·g over all of `values`; λ as `multipliers` gave it. */
  residuals(
    values: SplitValues,
    multipliers: Readonly<Record<string, Float32Array>>,
  ): Promise<{ objective: Record<string, Float64Array>; constraint: Record<string, Float64Array> }>;
  /** What the last layer is given: `[count · inputs]` → `[count · features]`. */
  features(inputs: Float32Array, count: number): Promise<Float32Array>;
  readState(): Promise<Record<string, Float32Array>>;
  /** Puts other values into tensors of the state, by name; the rest stays. Not while `train` runs. */
  writeState(values: Readonly<Record<string, Float32Array>>): Promise<void>;
  /** After the call in flight, if there is one. */
  dispose(): void;
}

export interface SessionOptions {
  /** Samples of a full batch; smaller ones may come too. */
  readonly batchSize: number;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Starts a training from `state` (all tensors of `step.state`). */
  createSession(
    step: TrainingStep,
    state: Readonly<Record<string, Float32Array>>,
    options: SessionOptions,
  ): Promise<Session>;
}

/** The engine can't run here; the message says why and what to do, `reason` why in a few words. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';

  constructor(
    message: string,
    readonly reason: string = message,
  ) {
    super(message);
  }
}

/** The engine can't run this step; the message names the operation and says what to do. */
export class UnsupportedStepError extends Error {
  override readonly name = 'UnsupportedStepError';
}
