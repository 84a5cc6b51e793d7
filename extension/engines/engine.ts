/**
 * What an engine is: something that executes a training step. An engine owns its tensors; values go in and come out as
 * typed arrays, so that nothing above `engines/` knows a backend.
 */
import type { EngineName } from '../protocol/events';
import type { TrainingStep } from '../step/step';

/** One batch: row-major float32. */
export interface Batch {
  readonly count: number;
  /** `[count · inputs]` */
  readonly inputs: Float32Array;
  /** `[count · outputs]` */
  readonly targets: Float32Array;
  /** Per row name, `[count · outputs]`. */
  readonly rows: Readonly<Record<string, Float32Array>>;
  readonly scalars: Readonly<Record<string, number>>;
}

export interface BatchResult {
  /** The batch's rows after the step. */
  readonly rows: Readonly<Record<string, Float32Array>>;
  /** Batch mean of the loss and the method's term before the update; NaN or infinite when training diverged. */
  readonly loss: number;
  readonly penalty: number;
}

export interface SplitValues {
  readonly count: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

/** One training in progress: the step's state lives here. */
export interface Session {
  /** How many steps `train` likes to be given at once; the caller may give fewer. */
  readonly stepsPerCall: number;
  /** Takes the steps one after the other. No row may be in two batches of one call. */
  train(batches: readonly Batch[]): Promise<BatchResult[]>;
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
  readState(): Promise<Record<string, Float32Array>>;
  dispose(): void;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Starts a training from `state` (all tensors of `step.state`). */
  createSession(step: TrainingStep, state: Readonly<Record<string, Float32Array>>): Promise<Session>;
}

/** The engine can't run here; the message says why and what to do. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}
