/**
 * What the failure doctor is shown: of a run what doesn't change, and of each measure the values behind its figures.
 * Plain numbers, in training units unless said otherwise; arrays are row-major `[samples · outputs]` over all training
 * rows, belong to the trainer and change after the call.
 */
import type { ResolvedVariant } from '../experiment/schema';
import type { ExperimentFacts, Reduction } from '../methods/method';
import type { MeasuredEvent, StartedEvent } from '../protocol/events';
import type { Guarantee } from '../protocol/figures';
import type { Side } from '../step/sides';

/** The run. */
export interface Subject {
  /** Its fields are complete. */
  readonly variant: ResolvedVariant;
  readonly facts: ExperimentFacts;
  readonly guarantee: Guarantee;
  readonly reduction: Reduction;
  /** In their own units; in the order of the outputs. */
  readonly targets: StartedEvent['targets'];
  /** What turns a distance in training units into the target's own, `[outputs]`. */
  readonly deviations: ArrayLike<number>;
  /** How much further inside than the bounds is trained, so that much of a violation `g` is none; training units, `[outputs]`. */
  readonly margins: ArrayLike<number>;
  /** Samples of a full batch. */
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Steps of the whole training. */
  readonly steps: number;
}

/** One side of the bounds. */
export interface SideValues {
  readonly side: Side;
  /** Violations of what is trained on; −1 where the target has no bound on this side. */
  readonly g: Float32Array;
  /** λ ≥ 0 wanted, kept or implied, on the scale of `reduction`; `null` for a method that implies none. */
  readonly multiplier: Float32Array | null;
  /** What the method keeps per sample and output, by name: `slack`, `multiplier`, `coefficient`. */
  readonly rows: Readonly<Record<string, Float32Array>>;
}

/** The values behind one measure. */
export interface MeasuredValues {
  readonly outputs: Float32Array;
  readonly targets: Float32Array;
  readonly sides: readonly SideValues[];
}

/** Of a measure its figures, in the targets' own units. */
export type MeasuredFigures = Omit<MeasuredEvent, 'type' | 'histograms'>;

/** One measure: its figures, the values behind them, and what several diagnoses want to know of these. */
export interface Observation extends MeasuredValues {
  readonly measured: MeasuredFigures;
  /** Over all training rows, with the outputs as they are. */
  readonly loss: number;
  /** Loss and pulls of a network that always gives each target's mean, as far as the bounds allow; see `loss.ts`. */
  readonly constant: { readonly loss: number; readonly pulls: Float64Array };
  /** How hard the loss pulls: mean |∂ℓ/∂y| over the training rows, `[outputs]`. */
  readonly pulls: Float64Array;
}
