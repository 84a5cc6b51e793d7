/**
 * Weights in raw units taken into the units that a network is trained in, the exact inverse of `fold.ts`: the scaling of
 * the inputs goes out of the first layer, that of the targets out of the last. Computed in double precision, rounded once
 * at the end.
 */
import type { FoldScaling } from './fold';

/** A linear layer `y = W·x + b` as PyTorch has it. */
export interface RawLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs]`, row-major. */
  readonly weight: Float64Array;
  /** `[outputs]` */
  readonly bias: Float64Array;
}

/**
 * With z the scaled and x = σ·z + μ the raw inputs, `W·x + b = (W·σ)·z + (b + W·μ)`; with y the raw outputs, those in
 * training units are `(y − μ)/σ`. Returns parameters by `nn.Sequential`'s names with weights `[in, out]` float32, as they
 * are trained.
 */
export function unfoldScaling(
  layers: readonly RawLayer[],
  inputScaling: FoldScaling,
  targetScaling: FoldScaling,
): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  for (const [index, { inputs, outputs, weight, bias }] of layers.entries()) {
    const unfoldedWeight = new Float32Array(inputs * outputs);
    const unfoldedBias = new Float32Array(outputs);
    const isFirst = index === 0;
    const isLast = index === layers.length - 1;
    for (let output = 0; output < outputs; output++) {
      const factor = isLast ? 1 / targetScaling.deviation[output]! : 1;
      let sum = bias[output]! - (isLast ? targetScaling.mean[output]! : 0);
      for (let input = 0; input < inputs; input++) {
        const value = weight[output * inputs + input]!;
        if (isFirst) sum += value * inputScaling.mean[input]!;
        unfoldedWeight[input * outputs + output] = factor * value * (isFirst ? inputScaling.deviation[input]! : 1);
      }
      unfoldedBias[output] = factor * sum;
    }
    parameters[`${2 * index}.weight`] = unfoldedWeight;
    parameters[`${2 * index}.bias`] = unfoldedBias;
  }
  return parameters;
}
