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
  method: ReferenceMethod | ReferenceOutputMethod;
  /** What follows the last layer, per output. */
  head?: Curve;
  /** Weights and biases of the last layer in use, from those that are trained. */
  lastLayer?: { weight: Curve; bias: Curve };
  /** Changes weights and biases of the last layer, and their moments, in place after each update. */
  project?(last: { weight: LastValues; bias: LastValues }): void;
}

export interface Curve {
  value(x: number): number;
  slope(x: number): number;
}

export interface LastValues {
  values: Float64Array;
  moments: Float64Array[];
}

type Rows = Record<string, number>;

/** Per entry: the force ∂term/∂y given y, and how the rows move. */
export interface ReferenceMethod {
  perOutput?: undefined;
  /** First rows of an entry from its first output. */
  start(y: number): Record<string, number>;
  /** Rows the weights feel at this step, from the rows kept and the output before the step. */
  felt(rows: Record<string, number>, y: number): Record<string, number>;
  /** `sample` are all outputs of the entry's sample. */
  force(rows: Record<string, number>, y: number, sample: readonly number[]): number;
  /** Rows after the step, from the rows felt, the output before and the output after the weights moved. */
  after(rows: Record<string, number>, before: number, after: number): Record<string, number>;
  /** For extragradient steps, in place of `felt` and `after`: rows after an ascent from the rows kept. */
  ascend?(rows: Record<string, number>, y: number): Record<string, number>;
}

/** The same for a method with one constraint per output: `ys` are the output's values for all samples. */
export interface ReferenceOutputMethod {
  perOutput: true;
  start(): Rows;
  felt(rows: Rows, ys: readonly number[]): Rows;
  /** ∂term/∂y of a sample's `y`, times the number of samples. */
  force(rows: Rows, y: number, ys: readonly number[]): number;
  after(rows: Rows, before: readonly number[], after: readonly number[]): Rows;
  ascend?(rows: Rows, ys: readonly number[]): Rows;
}

/** Both kinds as one, over the outputs `[samples][outputs]`. */
interface Whole {
  start(y: number[][]): Rows[][];
  felt(rows: Rows[][], y: number[][]): Rows[][];
  force(rows: Rows[][], y: number[][], sample: number, output: number): number;
  after(rows: Rows[][], before: number[][], after: number[][]): Rows[][];
  ascend?(rows: Rows[][], y: number[][]): Rows[][];
}

function wholeOf(method: ReferenceMethod | ReferenceOutputMethod): Whole {
  if (method.perOutput) {
    const { ascend } = method;
    const column = (y: number[][], j: number): number[] => y.map((sample) => sample[j]!);
    const each = (rows: Rows[][], move: (row: Rows, j: number) => Rows): Rows[][] => [rows[0]!.map(move)];
    return {
      start: (y) => [y[0]!.map(() => method.start())],
      felt: (rows, y) => each(rows, (row, j) => method.felt(row, column(y, j))),
      force: (rows, y, i, j) => method.force(rows[0]![j]!, y[i]![j]!, column(y, j)),
      after: (rows, y, z) => each(rows, (row, j) => method.after(row, column(y, j), column(z, j))),
      ascend: ascend && ((rows, y) => each(rows, (row, j) => ascend(row, column(y, j)))),
    };
  }
  const { ascend } = method;
  const each = (rows: Rows[][], move: (row: Rows, i: number, j: number) => Rows): Rows[][] =>
    rows.map((entries, i) => entries.map((row, j) => move(row, i, j)));
  return {
    start: (y) => y.map((sample) => sample.map((value) => method.start(value))),
    felt: (rows, y) => each(rows, (row, i, j) => method.felt(row, y[i]![j]!)),
    force: (rows, y, i, j) => method.force(rows[i]![j]!, y[i]![j]!, y[i]!),
    after: (rows, y, z) => each(rows, (row, i, j) => method.after(row, y[i]![j]!, z[i]![j]!)),
    ascend: ascend && ((rows, y) => each(rows, (row, i, j) => ascend(row, y[i]![j]!))),
  };
}

/** Trains full-batch with relu and MSE; returns parameters after `steps` steps and the loss before each. */
export function trainReference(
  options: ReferenceOptions,
  steps: number,
): { parameters: Float64Array[]; losses: number[] } {
  const { layers, inputs, targets, head = IDENTITY } = options;
  const method = wholeOf(options.method);
  let parameters: Float64Array[] = options.parameters.map((values) => values.slice());
  let moments = zeroMoments(parameters);
  const losses: number[] = [];
  const outputsOf = (values: Float64Array[]): number[][] =>
    inputs.map((input) => forward(layers, inUse(options, values), input).at(-1)!.map(head.value));
  let rows = method.start(outputsOf(parameters));

  /** Loss and its gradients at `values`, with the pull of `felt`. */
  function gradientsAt(values: Float64Array[], felt: Rows[][]): { loss: number; gradients: Float64Array[] } {
    const gradients = values.map((each) => new Float64Array(each.length));
    const used = inUse(options, values);
    const passes = inputs.map((input) => forward(layers, used, input));
    const outputs = passes.map((activations) => activations.at(-1)!.map(head.value));
    const entries = inputs.length * layers.at(-1)!;
    let loss = 0;
    for (const [sample, activations] of passes.entries()) {
      let delta = outputs[sample]!.map((value, j) => {
        const error = value - targets[sample]![j]!;
        loss += error ** 2 / entries;
        const slope = head.slope(activations.at(-1)![j]!);
        return ((2 * error + method.force(felt, outputs, sample, j)) * slope) / entries;
      });
      for (let layer = layers.length - 2; layer >= 0; layer--) {
        const from = activations[layer]!;
        const width = layers[layer + 1]!;
        const weight = used[2 * layer]!;
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
    const { lastLayer } = options;
    if (lastLayer !== undefined) {
      for (const [index, curve] of [lastLayer.weight, lastLayer.bias].entries()) {
        const trained = values.at(index - 2)!;
        gradients.at(index - 2)!.forEach((gradient, k, all) => {
          all[k] = gradient * curve.slope(trained[k]!);
        });
      }
    }
    return { loss, gradients };
  }

  for (let step = 1; step <= steps; step++) {
    const before = outputsOf(parameters);
    const felt = method.ascend === undefined ? method.felt(rows, before) : rows;
    const here = gradientsAt(parameters, felt);
    losses.push(here.loss);
    let next = descended(options, parameters, moments, here.gradients, step);
    if (method.ascend === undefined) {
      rows = method.after(felt, before, outputsOf(next.parameters));
    } else {
      // What is felt at the trial point moves everything from where it was, moments included.
      const there = gradientsAt(next.parameters, method.ascend(rows, before));
      const trial = outputsOf(next.parameters);
      next = descended(options, parameters, moments, there.gradients, step);
      rows = method.ascend(rows, trial);
    }
    ({ parameters, moments } = next);
  }
  return { parameters, losses };
}

const IDENTITY: Curve = { value: (x) => x, slope: () => 1 };

function inUse({ lastLayer }: ReferenceOptions, parameters: Float64Array[]): Float64Array[] {
  if (lastLayer === undefined) return parameters;
  const [weight, bias] = parameters.slice(-2);
  return [...parameters.slice(0, -2), weight!.map(lastLayer.weight.value), bias!.map(lastLayer.bias.value)];
}

/** Activations of each layer, the input first. */
function forward(layers: readonly number[], parameters: Float64Array[], input: number[]): number[][] {
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

interface Moments {
  first: Float64Array[];
  second: Float64Array[];
}

function zeroMoments(parameters: Float64Array[]): Moments {
  const zeros = (): Float64Array[] => parameters.map((values) => new Float64Array(values.length));
  return { first: zeros(), second: zeros() };
}

function descended(
  { optimizer, learningRate, project }: ReferenceOptions,
  before: Float64Array[],
  { first: firstBefore, second: secondBefore }: Moments,
  gradients: Float64Array[],
  step: number,
): { parameters: Float64Array[]; moments: Moments } {
  const copy = (tensors: Float64Array[]): Float64Array[] => tensors.map((values) => values.slice());
  const [parameters, first, second] = [copy(before), copy(firstBefore), copy(secondBefore)];
  parameters.forEach((values, p) => {
    for (let k = 0; k < values.length; k++) {
      const g = gradients[p]![k]!;
      if (optimizer.name === 'sgd') {
        first[p]![k] = optimizer.momentum * first[p]![k]! + g;
        values[k]! -= learningRate * first[p]![k]!;
      } else {
        // Textbook Adam, unlike the folded form in the product.
        first[p]![k] = 0.9 * first[p]![k]! + 0.1 * g;
        second[p]![k] = 0.999 * second[p]![k]! + 0.001 * g * g;
        const m = first[p]![k]! / (1 - 0.9 ** step);
        const v = second[p]![k]! / (1 - 0.999 ** step);
        values[k]! -= (learningRate * m) / (Math.sqrt(v) + 1e-8);
      }
    }
  });
  const lastOf = (index: number): LastValues => ({
    values: parameters.at(index)!,
    moments: [first.at(index)!, second.at(index)!],
  });
  project?.({ weight: lastOf(-2), bias: lastOf(-1) });
  return { parameters, moments: { first, second } };
}
