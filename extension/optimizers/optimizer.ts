/**
 * What an optimizer is: tensors it keeps per parameter, numbers it wants per step, and one pure update. The numbers are
 * computed in double precision outside the step, so that a step holds only the arithmetic that needs the tensors.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** The optimizer's tensors for one parameter, each of the parameter's shape, by name. */
export type Moments = Readonly<Record<string, Tensor>>;

export interface Optimizer {
  /** Names of the tensors kept per parameter, all starting at 0. */
  readonly moments: readonly string[];
  readonly scalarNames: readonly string[];
  /** The numbers of step `step`, counted from 0, at this step's learning rate. */
  scalars(step: number, learningRate: number): Record<string, number>;
  update(
    parameter: Tensor,
    gradient: Tensor,
    moments: Moments,
    scalars: Readonly<Record<string, Scalar>>,
  ): { parameter: Tensor; moments: Moments };
}
