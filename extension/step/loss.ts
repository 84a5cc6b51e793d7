/** Losses per entry; the step takes their mean over samples and outputs, as PyTorch's `reduction="mean"`. */
import { abs, minimum, mul, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';

export type LossName = 'mse' | 'mae' | 'huber';

/** `error` is outputs − targets, `[batch, outputs]` float32. */
export const LOSSES: { readonly [Name in LossName]: (error: Tensor2D) => Tensor2D } = {
  mse: (error) => square(error),
  mae: (error) => abs(error),
  // With a = |e| and q = min(a, 1): ½q² + (a − q) is ½e² inside δ = 1 and a − ½ outside.
  huber: (error) => {
    const magnitude = abs(error);
    const quadratic = minimum(magnitude, 1) as Tensor2D;
    return sub(mul(square(quadratic), 0.5), sub(quadratic, magnitude)) as Tensor2D;
  },
};
