/**
 * The trained network in raw units: the scaling of the inputs goes into the first layer, that of the targets into the
 * last, and weights become PyTorch's `[out, in]`. Computed in double precision, rounded once at the end.
 */
import { type ActivationName, layerNames, type NetworkShape } from './network';

export interface FoldScaling {
  /** One entry per column: `scaled = (raw − mean) / deviation`. */
  readonly mean: ArrayLike<number>;
  readonly deviation: ArrayLike<number>;
}

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * With x the raw and z the scaled inputs, `W·z + b = (W/σ)·x + (b − W·μ/σ)`; with y the raw outputs,
 * `y = σ·(W·h + b) + μ`. Returns `nn.Sequential` names with weights `[out, in]`.
 */
export function foldScaling(
  shape: NetworkShape,
  parameters: Readonly<Record<string, Float32Array>>,
  inputScaling: FoldScaling,
  targetScaling: FoldScaling,
): NamedArray[] {
  const names = layerNames(shape);
  return names.flatMap((name, layer) => {
    const inputs = shape.layers[layer]!;
    const outputs = shape.layers[layer + 1]!;
    const weight = parameters[`${name}.weight`]!;
    const bias = parameters[`${name}.bias`]!;
    const foldedWeight = new Float32Array(inputs * outputs);
    const foldedBias = new Float32Array(outputs);
    const isFirst = layer === 0;
    const isLast = layer === names.length - 1;
    for (let output = 0; output < outputs; output++) {
      const factor = isLast ? targetScaling.deviation[output]! : 1;
      let sum = bias[output]!;
      for (let input = 0; input < inputs; input++) {
        let value = weight[input * outputs + output]!;
        if (isFirst) {
          value /= inputScaling.deviation[input]!;
          sum -= value * inputScaling.mean[input]!;
        }
        foldedWeight[output * inputs + input] = factor * value;
      }
      foldedBias[output] = factor * sum + (isLast ? targetScaling.mean[output]! : 0);
    }
    return [
      { name: `${name}.weight`, shape: [outputs, inputs], values: foldedWeight },
      { name: `${name}.bias`, shape: [outputs], values: foldedBias },
    ];
  });
}

/** The shape of a network that `foldScaling` gave; `null` when the tensors, of whatever origin, are no such network. */
export function foldedShape(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  activation: ActivationName,
): NetworkShape | null {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const layers: number[] = [];
  for (let index = 0; shapes.has(`${index}.weight`); index += 2) {
    const [outputs, inputs] = shapes.get(`${index}.weight`)!;
    const fits = index === 0 || inputs === layers.at(-1);
    if (!fits || inputs === undefined || shapes.get(`${index}.bias`)?.join() !== String(outputs)) return null;
    if (index === 0) layers.push(inputs);
    layers.push(outputs!);
  }
  return layers.length >= 2 && tensors.length === 2 * (layers.length - 1) ? { layers, activation } : null;
}
