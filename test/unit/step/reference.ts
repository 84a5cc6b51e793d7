/**
 * A second implementation of training, as plain as can be: loops over numbers in double precision, gradients by hand,
 * nothing shared with the product. What the step computes is held against it.
 */
export interface ReferenceOptions {
  layers: readonly number[];
  /** Weights `[in][out]` flattened row-major, then biases, per layer. */
  parameters: Float64Array[];
  inputs: number[][];
  targets: number[][];
  min: number;
  optimizer: { name: 'sgd'; momentum: number } | { name: 'adam' };
  learningRate: number;
  /** Per entry: the force ∂term/∂y given y, and how the rows move afterwards. */
  method: ReferenceMethod;
}

export interface ReferenceMethod {
  /** First rows of an entry from its first output. */
  start(y: number): Record<string, number>;
  /** Rows the weights feel at this step, from the rows kept and the output before the step. */
  felt(rows: Record<string, number>, y: number): Record<string, number>;
  /** `sample` are all outputs of the entry's sample. */
  force(rows: Record<string, number>, y: number, sample: readonly number[]): number;
  /** Rows after the step, from the rows felt, the output before and the output after the weights moved. */
  after(rows: Record<string, number>, before: number, after: number): Record<string, number>;
}

/** Trains full-batch with relu and MSE; returns parameters after `steps` steps and the loss before each. */
export function trainReference(
  options: ReferenceOptions,
  steps: number,
): { parameters: Float64Array[]; losses: number[] } {
  const { layers, inputs, targets, method } = options;
  const parameters = options.parameters.map((values) => values.slice());
  const first = parameters.map((values) => new Float64Array(values.length));
  const second = parameters.map((values) => new Float64Array(values.length));
  const outputs = layers.at(-1)!;
  const entries = inputs.length * outputs;
  const losses: number[] = [];
  let rows = inputs.map((input) =>
    forward(input)
      .at(-1)!
      .map((y) => method.start(y)),
  );

  function forward(input: number[]): number[][] {
    const activations = [input];
    for (let layer = 0; layer + 1 < layers.length; layer++) {
      const from = activations.at(-1)!;
      const weight = parameters[2 * layer]!;
      const width = layers[layer + 1]!;
      const isLast = layer + 2 === layers.length;
      activations.push(
        Array.from({ length: width }, (_, out) => {
          let sum = parameters[2 * layer + 1]![out]!;
          for (let k = 0; k < from.length; k++) sum += from[k]! * weight[k * width + out]!;
          return isLast ? sum : Math.max(sum, 0);
        }),
      );
    }
    return activations;
  }

  for (let step = 1; step <= steps; step++) {
    const gradients = parameters.map((values) => new Float64Array(values.length));
    const before = inputs.map((input) => forward(input));
    const felt = rows.map((row, sample) => row.map((entry, j) => method.felt(entry, before[sample]!.at(-1)![j]!)));
    let loss = 0;
    for (const [sample, activations] of before.entries()) {
      const y = activations.at(-1)!;
      let delta = y.map((value, j) => {
        loss += (value - targets[sample]![j]!) ** 2 / entries;
        return (2 * (value - targets[sample]![j]!) + method.force(felt[sample]![j]!, value, y)) / entries;
      });
      for (let layer = layers.length - 2; layer >= 0; layer--) {
        const from = activations[layer]!;
        const width = layers[layer + 1]!;
        const weight = parameters[2 * layer]!;
        for (let out = 0; out < width; out++) {
          gradients[2 * layer + 1]![out]! += delta[out]!;
          for (let k = 0; k < from.length; k++) gradients[2 * layer]![k * width + out]! += from[k]! * delta[out]!;
        }
        delta = from.map((value, k) => {
          if (layer > 0 && value <= 0) return 0;
          let sum = 0;
          for (let out = 0; out < width; out++) sum += weight[k * width + out]! * delta[out]!;
          return sum;
        });
      }
    }
    losses.push(loss);
    parameters.forEach((values, p) => {
      for (let k = 0; k < values.length; k++) {
        const g = gradients[p]![k]!;
        if (options.optimizer.name === 'sgd') {
          first[p]![k] = options.optimizer.momentum * first[p]![k]! + g;
          values[k]! -= options.learningRate * first[p]![k]!;
        } else {
          // Textbook Adam, unlike the folded form in the product.
          first[p]![k] = 0.9 * first[p]![k]! + 0.1 * g;
          second[p]![k] = 0.999 * second[p]![k]! + 0.001 * g * g;
          const m = first[p]![k]! / (1 - 0.9 ** step);
          const v = second[p]![k]! / (1 - 0.999 ** step);
          values[k]! -= (options.learningRate * m) / (Math.sqrt(v) + 1e-8);
        }
      }
    });
    rows = felt.map((row, sample) => {
      const after = forward(inputs[sample]!).at(-1)!;
      return row.map((entry, j) => method.after(entry, before[sample]!.at(-1)![j]!, after[j]!));
    });
  }
  return { parameters, losses };
}
