/**
 * First weights as PyTorch's `nn.Linear` draws them: weights and biases uniform in ±1/√(inputs of the layer).
 * Source: torch.nn.Linear.reset_parameters (Kaiming uniform with a = √5 comes to the same bound).
 */
import { type NetworkShape, parameterSpecs } from './network';

/** `uniform()` gives numbers in [0, 1). Returns each parameter row-major, weights as `[in, out]`. */
export function initializeParameters(shape: NetworkShape, uniform: () => number): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  for (const [index, spec] of parameterSpecs(shape).entries()) {
    const inputs = shape.layers[Math.floor(index / 2)]!;
    const bound = 1 / Math.sqrt(inputs);
    const values = new Float32Array(spec.shape.reduce((a, b) => a * b, 1));
    for (let position = 0; position < values.length; position++) values[position] = (2 * uniform() - 1) * bound;
    parameters[spec.name] = values;
  }
  return parameters;
}
