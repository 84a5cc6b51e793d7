/** The projections of `bounded-features` against hand-worked cases, Dykstra's method in double precision, and rounding. */
import { type Tensor1D, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../../extension/data/random';
import { trace } from '../../../extension/engines/onnx/trace';
import { loadWasmEngine } from '../../../extension/engines/wasm';
import { projectAbove, projectBetween } from '../../../extension/methods/coneProjection';
import type { FeatureRange } from '../../../extension/methods/method';
import { activationRange } from '../../../extension/network/featureRange';
import { runGraph } from '../engines/onnx/running';

beforeAll(async () => {
  await loadWasmEngine();
});

const ENGINES = ['wasm', 'onnx'] as const;
type EngineName = (typeof ENGINES)[number];

/** One output: its weights, its bias, and its bounds if it has them. */
interface Output {
  readonly w: readonly number[];
  readonly b: number;
  readonly lower?: number;
  readonly upper?: number;
}
interface Projected {
  readonly w: number[];
  readonly b: number;
}

/** The layer of these outputs, projected: below only if no output has an upper bound. */
async function project(engine: EngineName, outputs: readonly Output[], features: FeatureRange): Promise<Projected[]> {
  const count = outputs[0]!.w.length;
  const weight = Float32Array.from({ length: count * outputs.length }, (_, index) => {
    return outputs[index % outputs.length]!.w[Math.floor(index / outputs.length)]!;
  });
  const bias = Float32Array.from(outputs, ({ b }) => b);
  const isOneSided = outputs.every(({ upper }) => upper === undefined);
  const run = (weightTensor: Tensor2D, biasTensor: Tensor1D) => {
    const layer = { weight: weightTensor, bias: biasTensor };
    const side = (pick: (output: Output) => number | undefined) => ({
      bound: tensor1d(outputs.map((output) => pick(output) ?? 0)),
      mask: tensor1d(outputs.map((output) => (pick(output) === undefined ? 0 : 1))),
    });
    const lower = side((output) => output.lower);
    return isOneSided
      ? projectAbove(layer, lower.bound, features)
      : projectBetween(
          layer,
          lower,
          side((output) => output.upper),
          features,
        );
  };
  const shape: [number, number] = [count, outputs.length];
  let result: Record<string, Float32Array>;
  if (engine === 'wasm') {
    const next = run(tensor2d(weight, shape), tensor1d(bias));
    result = { weight: next.weight.dataSync<'float32'>(), bias: next.bias.dataSync<'float32'>() };
  } else {
    const graph = trace((tracer) => {
      const given = [tracer.input('givenWeight', shape), tracer.input('givenBias', [outputs.length])] as const;
      return { ...run(given[0] as Tensor2D, given[1] as Tensor1D) };
    });
    result = await runGraph(graph, { givenWeight: weight, givenBias: bias });
  }
  return outputs.map((_, output) => ({
    w: Array.from({ length: count }, (_feature, index) => result.weight![index * outputs.length + output]!),
    b: result.bias![output]!,
  }));
}

const TANH = activationRange('tanh');
const SIGMOID = activationRange('sigmoid');
const ELU = activationRange('elu');
const RELU = activationRange('relu');

const HAND_WORKED: readonly { title: string; features: FeatureRange; given: Output; expected: Projected }[] = [
  {
    // B20: 1 + τ = [3 − τ]₊ + [1 − τ]₊ at τ = 1.
    title: 'tanh, above: methods.md, case B20',
    features: TANH,
    given: { w: [3, -1], b: 1, lower: 0 },
    expected: { w: [2, 0], b: 2 },
  },
  {
    // Far outside the cone, b − min ≤ −‖w‖∞: its apex is nearest.
    title: 'tanh, above, at the apex',
    features: TANH,
    given: { w: [3, -1], b: -4, lower: -1 },
    expected: { w: [0, 0], b: -1 },
  },
  {
    // Only −3 counts: 1 + τ = 3 − τ at τ = 1.
    title: 'sigmoid, above',
    features: SIGMOID,
    given: { w: [2, -3], b: 1, lower: 0 },
    expected: { w: [2, -2], b: 2 },
  },
  {
    // −2 becomes 0; 1 + τ = 3 − τ at τ = 1.
    title: 'elu, above',
    features: ELU,
    given: { w: [3, -2], b: 1, lower: 0 },
    expected: { w: [2, 0], b: 2 },
  },
  {
    // Nothing can fall below the bias.
    title: 'relu, above',
    features: RELU,
    given: { w: [3, -2], b: -1, lower: 0.5 },
    expected: { w: [3, 0], b: 0.5 },
  },
  {
    // Both bounds: ‖w'‖₁ = 1 with σ = 2, [3 − 2] + [1 − 2]₊ = 1, and the bias stays in the middle.
    title: 'tanh, between',
    features: TANH,
    given: { w: [3, -1], b: 0, lower: -1, upper: 1 },
    expected: { w: [1, 0], b: 0 },
  },
  {
    // The upper bound alone presses: 2 + ‖w‖₁ = 3 > 2.5. With υ: 2 − υ + 1 − 2υ = 2.5 (two weights left) at υ = 1/6.
    title: 'tanh, between, at the upper bound only',
    features: TANH,
    given: { w: [0.5, -0.5], b: 2, lower: -1, upper: 2.5 },
    expected: { w: [1 / 3, -1 / 3], b: 11 / 6 },
  },
  {
    // By symmetry τ = υ: 2 − τ = ½ at τ = 1.5.
    title: 'sigmoid, between',
    features: SIGMOID,
    given: { w: [2, -2], b: 0.5, lower: 0, upper: 1 },
    expected: { w: [0.5, -0.5], b: 0.5 },
  },
  {
    title: 'sigmoid, between equal bounds',
    features: SIGMOID,
    given: { w: [2, -2], b: 0.5, lower: 0.25, upper: 0.25 },
    expected: { w: [0, 0], b: 0.25 },
  },
];

/** Slopes of the lowest output for weights above and below 0; a feature without upper end allows none below. */
const slopes = ({ min, max }: FeatureRange) => ({ p: -min, q: max });

/** The nearest (w, b) with b − bound ≥ Σ p·w⁺ + q·w⁻, by bisection on the multiplier, in double precision. */
function exactAbove(w: readonly number[], b: number, bound: number, features: FeatureRange): Projected {
  const { p, q } = slopes(features);
  const shrunk = (t: number) =>
    w.map((value) => (value > 0 ? Math.max(value - t * p, 0) : q === Infinity ? 0 : Math.min(value + t * q, 0)));
  const missing = (t: number) =>
    bound +
    shrunk(t).reduce((sum, value) => sum + (value > 0 ? p * value : q === Infinity ? 0 : -q * value), 0) -
    b -
    t;
  let [low, high] = [0, 1];
  while (missing(high) > 0) high *= 2;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (missing(middle) > 0) low = middle;
    else high = middle;
  }
  return { w: shrunk(high), b: b + high };
}

/** Onto the intersection of both bounds: Dykstra's alternating projections, in double precision. */
function exactBetween({ w, b, lower, upper }: Output, features: FeatureRange): Projected {
  const negated = (point: Projected): Projected => ({ w: point.w.map((value) => -value), b: -point.b });
  const projections = [
    (point: Projected) => (lower === undefined ? point : exactAbove(point.w, point.b, lower, features)),
    (point: Projected) =>
      upper === undefined ? point : negated(exactAbove(negated(point).w, -point.b, -upper, features)),
  ];
  const combine = (x: Projected, sign: number, y: Projected): Projected => ({
    w: x.w.map((value, index) => value + sign * y.w[index]!),
    b: x.b + sign * y.b,
  });
  let point: Projected = { w: [...w], b };
  const corrections = projections.map((): Projected => ({ w: w.map(() => 0), b: 0 }));
  // It may stand still for a while and go on, so the number of rounds is fixed.
  for (let round = 0; round < 500; round++) {
    projections.forEach((projection, index) => {
      const corrected = combine(point, 1, corrections[index]!);
      point = projection(corrected);
      corrections[index] = combine(corrected, -1, point);
    });
  }
  return point;
}

function expectClose(found: Projected, expected: Projected, tolerance: number): void {
  expect(Math.abs(found.b - expected.b)).toBeLessThanOrEqual(tolerance);
  for (const [index, value] of expected.w.entries()) {
    expect(Math.abs(found.w[index]! - value)).toBeLessThanOrEqual(tolerance);
  }
}

describe.each(ENGINES)('On engine %s the projection', (engine) => {
  // The bias is kept a little further inside than the bound, by 1e-5 of it and of the weights, for the sake of rounding.
  const KEPT_OFF = 1e-4;

  test.for(HAND_WORKED)('of one output is the nearest layer: $title', async ({ features, given, expected }) => {
    const [found] = await project(engine, [given], features);
    expectClose(found!, expected, KEPT_OFF);
  });

  test('leaves a layer that keeps its bounds as it is, to the last bit', async () => {
    const outputs: Output[] = [
      { w: [0.3, -0.1], b: 0.7, lower: 0, upper: 1.5 },
      { w: [30, -10], b: -7 },
      { w: [0.3, -0.1], b: -0.7, upper: 0.1 },
    ];
    const found = await project(engine, outputs, TANH);
    expect(found).toEqual(outputs.map(({ w, b }) => ({ w: w.map(Math.fround), b: Math.fround(b) })));
  });

  const SETTINGS = [
    { title: 'tanh, above', features: TANH, isBetween: false },
    { title: 'sigmoid, above', features: SIGMOID, isBetween: false },
    { title: 'elu, above', features: ELU, isBetween: false },
    { title: 'tanh, between', features: TANH, isBetween: true },
    { title: 'sigmoid, between', features: SIGMOID, isBetween: true },
  ];

  test.for(SETTINGS)('is the nearest of all, as a second method finds it: $title', async ({ features, isBetween }) => {
    const stream = randomStream(7, 'batches');
    for (let round = 0; round < 20; round++) {
      const count = 2 + Math.floor(stream.uniform() * 7);
      const outputs = Array.from({ length: 3 }, (): Output => {
        const lower = stream.uniform(-1, 1);
        return {
          w: Array.from({ length: count }, () => Math.fround(stream.uniform(-1, 1))),
          b: Math.fround(stream.uniform(-1.5, 1.5)),
          lower,
          ...(isBetween && { upper: lower + stream.uniform(0.1, 2) }),
        };
      });
      for (const [output, found] of (await project(engine, outputs, features)).entries()) {
        expectClose(found, exactBetween(outputs[output]!, features), KEPT_OFF);
      }
    }
  });

  test('of 64 features is the nearest also after the step of a training', async () => {
    const stream = randomStream(8, 'batches');
    const start = exactAbove(
      Array.from({ length: 64 }, () => stream.uniform(-0.1, 0.1)),
      0,
      0,
      TANH,
    );
    const given = {
      w: start.w.map((value) => Math.fround(value + stream.uniform(-0.003, 0.003))),
      b: Math.fround(start.b - 0.003),
      lower: 0,
    };
    const [found] = await project(engine, [given], TANH);
    expectClose(found!, exactAbove(given.w, given.b, 0, TANH), KEPT_OFF);
  });

  test.for([
    { title: 'tanh', features: TANH, count: 3, isBetween: false },
    { title: 'tanh', features: TANH, count: 784, isBetween: false },
    { title: 'sigmoid', features: SIGMOID, count: 784, isBetween: false },
    { title: 'elu', features: ELU, count: 64, isBetween: false },
    { title: 'tanh', features: TANH, count: 64, isBetween: true },
    { title: 'sigmoid', features: SIGMOID, count: 784, isBetween: true },
  ])(
    'keeps $count features of $title inside in float32, however they are added (two bounds: $isBetween)',
    async (setting) => {
      const { features, count, isBetween } = setting;
      const stream = randomStream(9, 'batches');
      const outputs = Array.from({ length: 40 }, (_, output): Output => {
        const size = 10 ** stream.uniform(-3, 2);
        const lower = Math.fround(output % 2 === 0 ? 0 : stream.uniform(-3, 3));
        return {
          w: Array.from({ length: count }, () => stream.uniform(-size, size)),
          b: stream.uniform(-1, 1),
          lower,
          ...(isBetween && { upper: Math.fround(lower + (output % 5 === 0 ? 1e-6 : stream.uniform(0, 3))) }),
        };
      });
      for (const [output, layer] of (await project(engine, outputs, features)).entries()) {
        const { lower, upper } = outputs[output]!;
        for (const y of extremes(layer, features, (value) => value > 0))
          expect(y).toBeLessThanOrEqual(upper ?? Infinity);
        for (const y of extremes(layer, features, (value) => value < 0)) expect(y).toBeGreaterThanOrEqual(lower!);
      }
    },
  );
});

/** Outputs in float32, added in several orders, with each feature at its upper end where `atTop`, else at its lower end. */
function extremes({ w, b }: Projected, { min, max }: FeatureRange, atTop: (weight: number) => boolean): number[] {
  // A little beyond its range, as onnxruntime's tanh is.
  const feature = (value: number): number => Math.fround((atTop(value) ? max : min) * 1.0000002);
  const products = w.map((value) => (value === 0 ? 0 : Math.fround(value * feature(value))));
  return [products, [...products].reverse(), [...products].sort((x, y) => x - y)].flatMap((order) => [
    order.reduce((sum, product) => Math.fround(sum + product), b),
    Math.fround(order.reduce((sum, product) => Math.fround(sum + product), 0) + b),
  ]);
}
