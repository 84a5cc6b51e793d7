/** The last layers of `nonnegative-weights` and `bounded-features`: first values, projections, moments and what they refuse. */
import { type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import type { Engine } from '../../../extension/engines/engine';
import { selectEngine } from '../../../extension/engines/select';
import type { BoundTensors, ExperimentFacts, LastLayer, PlainBounds } from '../../../extension/methods/method';
import { findMethod } from '../../../extension/methods/registry';
import { activationRange } from '../../../extension/network/featureRange';
import { type ActivationName, forward } from '../../../extension/network/network';
import { createOptimizer, type OptimizerName } from '../../../extension/optimizers/registry';
import { sidesOf } from '../../../extension/step/sides';
import { createStep, type TrainingStep } from '../../../extension/step/step';

const ENGINES = ['wasm', 'onnx'] as const;
const engines = new Map<string, Engine>();
beforeAll(async () => {
  for (const name of ENGINES) engines.set(name, (await selectEngine(name)).engine);
});

const layerOf = (method: string, fields: Record<string, unknown> = {}): LastLayer =>
  findMethod(method)!.bind(fields).lastLayer!;

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 6): void => {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of Array.from(expected).entries()) expect(actual[index]).toBeCloseTo(value, digits);
};

/** Output 0 has a minimum of 1, output 1 a maximum of −2, output 2 no bound. */
const PLAIN: PlainBounds = {
  lower: Float32Array.of(1, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
  upper: Float32Array.of(Number.POSITIVE_INFINITY, -2, Number.POSITIVE_INFINITY),
};
const tensors = (): BoundTensors => ({
  lower: { bound: tensor1d([1, 0, 0]), mask: tensor1d([1, 0, 0]) },
  upper: { bound: tensor1d([0, -2, 0]), mask: tensor1d([0, 1, 0]) },
});
const RELU = activationRange('relu');

describe('Nonnegative weights by projection', () => {
  const layer = layerOf('nonnegative-weights');

  test('clip weights and biases to the side of their bound, and clear the moments of what was clipped', () => {
    // [features, outputs]: output 0 wants weights ≥ 0 and b ≥ 1, output 1 weights ≤ 0 and b ≤ −2.
    const weight = tensor2d([
      [-0.5, -0.5, -0.5],
      [0.25, 0.25, 0.25],
    ]);
    const next = layer.project!(weight, tensor1d([0.5, -3, -7]), tensors(), RELU);
    expect([...next.weight.dataSync()].map((value) => value + 0)).toEqual([0, -0.5, -0.5, 0.25, 0, 0.25]);
    expect([...next.bias.dataSync()]).toEqual([1, -3, -7]);
    expect([...next.keepMoments.weight.dataSync()]).toEqual([0, 1, 1, 1, 0, 1]);
    expect([...next.keepMoments.bias.dataSync()]).toEqual([0, 1, 1]);
  });

  test('start from the magnitudes of what PyTorch would draw', () => {
    const first = layer.initial(Float32Array.of(-0.5, 0.5, -0.5, 0.25, 0.25, 0), Float32Array.of(0, 0, 0), PLAIN, RELU);
    expect(first.weight).toEqual(Float32Array.of(0.5, -0.5, -0.5, 0.25, -0.25, 0));
    expect(first.bias).toEqual(Float32Array.of(1, -2, 0));
  });

  test('are in use what is trained', () => {
    expect(layer.effective).toBeUndefined();
    expect(layer.effectiveValues).toBeUndefined();
  });
});

describe('Nonnegative weights by softplus', () => {
  const layer = layerOf('nonnegative-weights', { form: 'softplus' });

  test('are log(1 + exp(V)) on the side of their bound, and as they are without one', () => {
    // log(1 + e⁻¹) = 0.3132617, log 2 = 0.6931472, log(1 + e) = 1.3132617, log(1 + e²) = 2.1269280
    const [weight, bias] = [Float32Array.of(-1, -1, -1, 0, 1, 2), Float32Array.of(0, 2, -5)];
    const used = layer.effectiveValues!(weight, bias, PLAIN);
    expectClose(used.weight, [0.3132617, -0.3132617, -1, Math.LN2, -1.3132617, 2]);
    expectClose(used.bias, [1.6931472, -4.126928, -5]);
    const inGraph = layer.effective!(tensor2d(weight, [2, 3]), tensor1d(bias), tensors());
    expectClose(inGraph.weight.dataSync(), used.weight);
    expectClose(inGraph.bias.dataSync(), used.bias);
  });

  test('start at the magnitudes of what PyTorch would draw, none at 0, where it could not move', () => {
    const drawn = Float32Array.of(-0.5, 0.5, -0.5, 0.25, 0, 0);
    const first = layer.initial(drawn, Float32Array.of(4, 0, 0), PLAIN, RELU);
    const used = layer.effectiveValues!(first.weight, first.bias, PLAIN);
    // A hundredth of 1/√2 is 0.0070711.
    expectClose(used.weight, [0.5, -0.5, -0.5, 0.25, -0.0070711, 0]);
    expectClose(used.bias, [4, -2.0070711, 0], 5);
  });

  test.for([-1e4, -100, -1, 0, 1, 100, 1e4])('are finite and on their side at V = %s', (value) => {
    const [weight, bias] = [new Float32Array(6).fill(value), new Float32Array(3).fill(value)];
    const used = layer.effectiveValues!(weight, bias, PLAIN);
    expect(used.weight[0]).toBeGreaterThanOrEqual(0);
    expect(used.weight[1]).toBeLessThanOrEqual(0);
    expect(used.bias[0]).toBeGreaterThanOrEqual(1);
    expect(used.bias[1]).toBeLessThanOrEqual(-2);
    expect([...used.weight, ...used.bias].every(Number.isFinite)).toBe(true);
  });

  test('start finite from a bias far inside', () => {
    const first = layer.initial(new Float32Array(6), Float32Array.of(2000, -2000, 0), PLAIN, RELU);
    const used = layer.effectiveValues!(first.weight, first.bias, PLAIN);
    expect([...used.bias]).toEqual([2000, -2000, 0]);
  });
});

describe('Bounded features', () => {
  const layer = layerOf('bounded-features');
  const TANH = activationRange('tanh');
  const BETWEEN: PlainBounds = { lower: Float32Array.of(-1), upper: Float32Array.of(1) };

  test('start from what PyTorch would draw, made smaller until it fits', () => {
    // Both bounds leave room 1 about the bias 0; ‖w‖₁ = 2, so the factor is 0.99/2.
    const first = layer.initial(Float32Array.of(1.5, -0.5), Float32Array.of(0), BETWEEN, TANH);
    expect(first.weight[0]).toBeCloseTo(1.5 * 0.495, 6);
    expect(first.weight[1]).toBeCloseTo(-0.5 * 0.495, 6);
    expect(first.bias[0]).toBe(0);
  });

  test('start with the bias inside, and with weights of one sign where features have no upper end', () => {
    const lower: PlainBounds = { lower: Float32Array.of(2), upper: Float32Array.of(Number.POSITIVE_INFINITY) };
    // elu: the bias goes to 2 + ½; ‖w‖₁ = 2 has to fit into 0.99·½.
    const first = layer.initial(Float32Array.of(1.5, -0.5), Float32Array.of(0), lower, activationRange('elu'));
    expect(first.bias[0]).toBe(2.5);
    expect(first.weight[0]).toBeCloseTo(1.5 * 0.2475, 6);
    expect(first.weight[1]).toBeCloseTo(0.5 * 0.2475, 6);
    const upper: PlainBounds = { lower: Float32Array.of(Number.NEGATIVE_INFINITY), upper: Float32Array.of(-2) };
    const turned = layer.initial(Float32Array.of(1.5, -0.5), Float32Array.of(0), upper, activationRange('elu'));
    expect(turned.bias[0]).toBe(-2.5);
    expect(turned.weight).toEqual(first.weight.map((value) => -value));
  });

  test('leave an output without a bound as it was drawn', () => {
    const free: PlainBounds = {
      lower: Float32Array.of(Number.NEGATIVE_INFINITY),
      upper: Float32Array.of(Number.POSITIVE_INFINITY),
    };
    const drawn = { weight: Float32Array.of(1.5, -0.5), bias: Float32Array.of(0.25) };
    expect(layer.initial(drawn.weight, drawn.bias, free, activationRange('elu'))).toEqual(drawn);
  });

  test('clear the moments of weights that became 0, and no others', () => {
    // B20: (3, −1) with b = 1 becomes (2, 0) with b = 2.
    const bounds: BoundTensors = { lower: { bound: tensor1d([0]), mask: tensor1d([1]) } };
    const next = layer.project!(tensor2d([[3], [-1]]), tensor1d([1]), bounds, TANH);
    expect([...next.keepMoments.weight.dataSync()]).toEqual([1, 0]);
    expect([...next.keepMoments.bias.dataSync()]).toEqual([1]);
    const inside = layer.project!(tensor2d([[0.5], [0]]), tensor1d([1]), bounds, TANH);
    expect([...inside.keepMoments.weight.dataSync()]).toEqual([1, 1]);
  });

  test('hold one upper bound as they hold a lower one, turned', () => {
    const lower: BoundTensors = { lower: { bound: tensor1d([0]), mask: tensor1d([1]) } };
    const upper: BoundTensors = { upper: { bound: tensor1d([0]), mask: tensor1d([1]) } };
    for (const activation of ['tanh', 'sigmoid', 'elu'] as const) {
      const features = activationRange(activation);
      const one = layer.project!(tensor2d([[3], [-1]]), tensor1d([1]), lower, features);
      const turned = layer.project!(tensor2d([[-3], [1]]), tensor1d([-1]), upper, features);
      expectClose(
        turned.weight.dataSync(),
        one.weight.dataSync().map((value) => -value),
      );
      expectClose(turned.bias.dataSync(), [-one.bias.dataSync()[0]!]);
    }
  });
});

describe.each(ENGINES)('On engine %s a step', (engineName) => {
  const stepOf = (method: string, optimizer: OptimizerName, momentum: number): TrainingStep =>
    createStep({
      network: { layers: [1, 1, 1], activation: 'relu' },
      loss: 'mse',
      sides: sidesOf([{ min: 0, max: null }], { mean: [0], deviation: [1] }),
      method: findMethod(method)!.bind({}),
      optimizer: createOptimizer(optimizer, { momentum }),
    });

  /** One sample x = 1, t = −4, hidden unit h = relu(2·1) = 2, last layer w = 0.1, b = 0.5, rate 0.01. */
  async function trainOnce(optimizer: OptimizerName, momentum: number, steps = 1) {
    const step = stepOf('nonnegative-weights', optimizer, momentum);
    const state = step.initialState({
      '0.weight': Float32Array.of(2),
      '0.bias': Float32Array.of(0),
      '2.weight': Float32Array.of(0.1),
      '2.bias': Float32Array.of(0.5),
    });
    const session = await engines.get(engineName)!.createSession(step, state, { batchSize: 1 });
    for (let index = 0; index < steps; index++) {
      const scalars = step.scalars({ step: index, epoch: index, steps: 9, epochs: 9, learningRate: 0.01 });
      await session.train({
        counts: [1],
        inputs: Float32Array.of(1),
        targets: Float32Array.of(-4),
        rows: {},
        scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])),
      });
    }
    const next = await session.readState();
    session.dispose();
    return Object.fromEntries(Object.entries(next).map(([name, values]) => [name, values[0]!]));
  }

  test('projects after descent and clears the velocity of what it clipped', async () => {
    // y = 0.1·2 + 0.5 = 0.7, ∂f/∂y = 2·4.7 = 9.4; ∂/∂w = 18.8, ∂/∂b = 9.4, so w = 0.1 − 0.188 → 0 and b = 0.406.
    const next = await trainOnce('sgd', 0.9);
    expect(next['2.weight']).toBe(0);
    expect(next['optimizer.velocity.2.weight']).toBe(0);
    expect(next['2.bias']).toBeCloseTo(0.406, 5);
    expect(next['optimizer.velocity.2.bias']).toBeCloseTo(9.4, 5);
    // The first layer still felt the weight 0.1: ∂/∂w₀ = 9.4·0.1.
    expect(next['0.weight']).toBeCloseTo(2 - 0.01 * 0.94, 5);
    expect(next['optimizer.velocity.0.weight']).toBeCloseTo(0.94, 5);
  });

  test('projects and clears both moments of Adam', async () => {
    // Adam's first step is its rate, 0.01, whatever the gradient: after 11 of them w is 0 and stays there.
    const next = await trainOnce('adam', 0, 15);
    expect(next['2.weight']).toBe(0);
    expect(next['optimizer.first.2.weight']).toBe(0);
    expect(next['optimizer.second.2.weight']).toBe(0);
    expect(next['optimizer.first.2.bias']).not.toBe(0);
  });
});

describe('A guarantee for every input is refused', () => {
  const facts = (activation: ActivationName, hiddenLayers: number, bound: 'min' | 'both'): ExperimentFacts => ({
    activation,
    features: hiddenLayers === 0 ? null : activationRange(activation),
    hiddenLayers,
    loss: 'mse',
    optimizer: 'adam',
    targets: [
      { name: 'rain', min: 0, max: bound === 'both' ? 60 : null },
      { name: 'free', min: null, max: null },
    ],
  });
  const problems = (method: string, ...given: Parameters<typeof facts>) =>
    findMethod(method)!
      .check({}, facts(...given))
      .map(({ code, severity, field, message }) => ({ code, severity, field, message }));

  test.for(['nonnegative-weights', 'bounded-features'])('to %s without a hidden layer', (method) => {
    expect(problems(method, 'relu', 0, 'min')).toEqual([
      {
        code: 'method.unbounded-features',
        severity: 'error',
        field: 'method',
        message: `"${method}" needs features of known range, and without a hidden layer they are the inputs themselves, which have none. Add a layer, such as "hidden": [64, 64].`,
      },
    ]);
  });

  test.for(['tanh', 'elu', 'gelu', 'silu'] as const)('to nonnegative weights on features of %s', (activation) => {
    const [problem] = problems('nonnegative-weights', activation, 2, 'min');
    expect(problem).toMatchObject({ code: 'method.negative-features', severity: 'error', field: 'method' });
    expect(problem!.message).toContain(`"${activation}" gives values down to ${activationRange(activation).min}`);
    expect(problem!.message).toContain('take "method": "bounded-features"');
    expect(problems('bounded-features', activation, 2, 'min')).toEqual([]);
  });

  test('to nonnegative weights with two bounds', () => {
    expect(problems('nonnegative-weights', 'relu', 2, 'both')).toEqual([
      {
        code: 'method.two-bounds',
        severity: 'error',
        field: 'method',
        message:
          '"nonnegative-weights" holds one bound of a target, and "rain" has "min" and "max". Take "method": "bounded-features" with the activation "tanh" or "sigmoid", which holds both.',
      },
    ]);
    expect(problems('nonnegative-weights', 'relu', 2, 'min')).toEqual([]);
  });

  test('to two bounds on features without an upper end', () => {
    expect(problems('bounded-features', 'elu', 2, 'both')).toEqual([
      {
        code: 'method.unbounded-features',
        severity: 'error',
        field: 'method',
        message:
          'Two bounds (of "rain") need features with two ends, and "elu" has no upper one. Set "activation" to "tanh" or "sigmoid", or leave one bound out.',
      },
    ]);
    for (const activation of ['tanh', 'sigmoid'] as const) {
      expect(problems('bounded-features', activation, 2, 'both')).toEqual([]);
    }
  });

  test.for([
    ['nonnegative-weights', 'relu'],
    ['nonnegative-weights', 'softplus'],
    ['bounded-features', 'elu'],
  ] as const)('to nobody, but %s on one layer of %s can bend one way only, which is said', ([method, activation]) => {
    expect(problems(method, activation, 1, 'min')).toMatchObject([
      { code: 'method.convex-outputs', severity: 'information', field: 'method' },
    ]);
    expect(problems(method, activation, 2, 'min')).toEqual([]);
  });

  test('and on one layer of sigmoid nothing is said, because its outputs can bend both ways', () => {
    expect(problems('nonnegative-weights', 'sigmoid', 1, 'min')).toEqual([]);
    expect(problems('bounded-features', 'tanh', 1, 'both')).toEqual([]);
  });

  test('One layer of relu with nonnegative weights is convex in its inputs: no value lies above the chord', () => {
    const stream = randomStream(3, 'weights');
    const draw = (count: number) => Array.from({ length: count }, () => stream.uniform(-1, 1));
    const parameters = {
      '0.weight': tensor2d(draw(8), [1, 8]),
      '0.bias': tensor1d(draw(8)),
      '2.weight': tensor2d(draw(8).map(Math.abs), [8, 1]),
      '2.bias': tensor1d([0]),
    };
    const at = (x: number): number =>
      forward({ layers: [1, 8, 1], activation: 'relu' }, parameters, tensor2d([[x]]) as Tensor2D).dataSync()[0]!;
    for (let round = 0; round < 50; round++) {
      const [from, to] = [stream.uniform(-3, 3), stream.uniform(-3, 3)];
      expect(at((from + to) / 2)).toBeLessThanOrEqual((at(from) + at(to)) / 2 + 1e-6);
    }
  });
});

test('Bounded features whose bounds meet start as the constant between them, and as numbers', () => {
  // One weight: what would lower the output has nothing to lower it with.
  const { weight, bias } = findMethod('bounded-features')!
    .bind({})
    .lastLayer!.initial(
      Float32Array.of(0.3),
      Float32Array.of(0.1),
      { lower: Float32Array.of(0.5), upper: Float32Array.of(0.5) },
      { min: 0, max: 1 },
    );
  expect([...weight, ...bias]).toEqual([0, 0.5]);
});
