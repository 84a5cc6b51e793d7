/** Heads after the last layer: values and slopes worked by hand, kinks, far ends, masks, raw units, and what they refuse. */
import { grad, sum, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../extension/engines/engine';
import { trace } from '../../../extension/engines/onnx/trace';
import { selectEngine } from '../../../extension/engines/select';
import type { BoundTensors, Head, Units } from '../../../extension/methods/method';
import { findMethod } from '../../../extension/methods/registry';
import { createOptimizer } from '../../../extension/optimizers/registry';
import { sidesOf } from '../../../extension/step/sides';
import { createStep } from '../../../extension/step/step';
import { runGraph } from '../engines/onnx/running';

const ENGINES = ['wasm', 'onnx'] as const;
const engines = new Map<string, Engine>();
beforeAll(async () => {
  for (const name of ENGINES) engines.set(name, (await selectEngine(name)).engine);
});

interface Bound {
  readonly min?: number;
  readonly max?: number;
}

/** One number per output. */
type Values = readonly number[];

const headOf = (method: string, fields: Record<string, unknown> = {}): Head => findMethod(method)!.bind(fields).head!;

function boundTensors(bounds: readonly Bound[]): BoundTensors {
  const scaling = { mean: bounds.map(() => 0), deviation: bounds.map(() => 1) };
  const sides = sidesOf(
    bounds.map(({ min = null, max = null }) => ({ min, max })),
    scaling,
  );
  return Object.fromEntries(
    sides.map(({ name, bound, mask }) => [name, { bound: tensor1d(bound), mask: tensor1d(mask) }]),
  );
}

/** The head's outputs and their slopes, of one sample; every output depends on its own value only. */
async function apply(
  engine: string,
  use: 'train' | 'predict',
  head: Head,
  given: {
    readonly a: Values;
    readonly bounds: readonly Bound[];
    readonly units?: { mean: Values; deviation: Values };
  },
): Promise<{ y: number[]; slopes: number[] }> {
  const { a, bounds, units } = given;
  const compute = (linear: Tensor2D): { y: Tensor2D; slopes: Tensor2D } => {
    const unitTensors: Units | undefined = units && {
      mean: tensor1d([...units.mean]),
      deviation: tensor1d([...units.deviation]),
    };
    const outputs = (x: Tensor2D): Tensor2D =>
      use === 'train' ? head.train(x, boundTensors(bounds)) : head.predict(x, boundTensors(bounds), unitTensors);
    return { y: outputs(linear), slopes: grad((x) => sum(outputs(x as Tensor2D)))(linear) as Tensor2D };
  };
  if (engine === 'wasm') {
    const { y, slopes } = compute(tensor2d([[...a]]));
    return { y: [...y.dataSync()], slopes: [...slopes.dataSync()] };
  }
  const graph = trace((tracer) => ({ ...compute(tracer.input('a', [1, a.length]) as Tensor2D) }));
  const { y, slopes } = await runGraph(graph, { a: Float32Array.from(a) });
  return { y: [...y!], slopes: [...slopes!] };
}

const LOWER: Bound = { min: 0.5 };
const UPPER: Bound = { max: -0.25 };
const BOTH: Bound = { min: -1, max: 3 };

interface Known {
  readonly title: string;
  readonly method: string;
  readonly fields?: Record<string, unknown>;
  readonly bound: Bound;
  readonly a: Values;
  readonly y: Values;
  readonly slopes: Values;
}

const KNOWN: readonly Known[] = [
  {
    // ½ + log(1 + e^a): log(1 + e⁻²) = 0.1269280, log 2, log(1 + e) = 1.3132617; slopes σ(a).
    title: 'softplus above a minimum',
    method: 'softplus',
    bound: LOWER,
    a: [-2, 0, 1],
    y: [0.626928, 1.1931472, 1.8132617],
    slopes: [0.1192029, 0.5, 0.7310586],
  },
  {
    // −¼ − log(1 + e^{−a}): at −1 it is −¼ − 1.3132617; slopes σ(−a).
    title: 'softplus below a maximum',
    method: 'softplus',
    bound: UPPER,
    a: [-1, 0, 2],
    y: [-1.5632617, -0.9431472, -0.376928],
    slopes: [0.7310586, 0.5, 0.1192029],
  },
  {
    // ½ + log(1 + e^{4a})/4: at −½ log(1 + e⁻²)/4 = 0.0317320, at ¼ log(1 + e)/4 = 0.3283154; slopes σ(4a).
    title: 'softplus of sharpness 4',
    method: 'softplus',
    fields: { sharpness: 4 },
    bound: LOWER,
    a: [-0.5, 0.25],
    y: [0.531732, 0.8283154],
    slopes: [0.1192029, 0.7310586],
  },
  {
    // ½ + e^a; its slope is e^a. Beyond 20 it is the tangent: e²⁰·(1 + 2) with the slope e²⁰ = 485165195.4.
    title: 'exp above a minimum',
    method: 'exp',
    bound: LOWER,
    a: [-2, 0, 1, 22],
    y: [0.6353353, 1.5, 3.2182818, 1455495586.7],
    slopes: [0.1353353, 1, Math.E, 485165195.4],
  },
  {
    // −¼ − e^{−a}, slope e^{−a}.
    title: 'exp below a maximum',
    method: 'exp',
    bound: UPPER,
    a: [-1, 2],
    y: [-2.9682818, -0.3853353],
    slopes: [Math.E, 0.1353353],
  },
  {
    // ½ + a², slope 2a: 0 at a = 0.
    title: 'square above a minimum',
    method: 'square',
    bound: LOWER,
    a: [-2, 0, 1.5],
    y: [4.5, 0.5, 2.75],
    slopes: [-4, 0, 3],
  },
  {
    // −¼ − a², slope −2a.
    title: 'square below a maximum',
    method: 'square',
    bound: UPPER,
    a: [-2, 0.5],
    y: [-4.25, -0.5],
    slopes: [4, -1],
  },
  {
    // The kink is at ½, where the slope still is 1: a row at its bound is not dead.
    title: 'relu above a minimum',
    method: 'relu',
    bound: LOWER,
    a: [-2, 0.25, 0.5, 0.75],
    y: [0.5, 0.5, 0.5, 0.75],
    slopes: [0, 0, 1, 1],
  },
  {
    title: 'relu between two bounds',
    method: 'relu',
    bound: BOTH,
    a: [-2, -1, 0, 3, 4],
    y: [-1, -1, 0, 3, 3],
    slopes: [0, 1, 1, 1, 0],
  },
  {
    // −1 + 4σ(a), σ(1) = 0.7310586; slopes 4σ(a)(1 − σ(a)), σ(1)σ(−1) = 0.1966119.
    title: 'sigmoid between two bounds',
    method: 'sigmoid',
    bound: BOTH,
    a: [-1, 0, 1],
    y: [0.0757657, 1, 1.9242343],
    slopes: [0.7864477, 1, 0.7864477],
  },
];

const METHODS_WITH_BOUNDS = [
  ...['softplus', 'exp', 'square', 'relu', 'clip'].flatMap((method) => [
    { method, bound: LOWER },
    { method, bound: UPPER },
  ]),
  ...['sigmoid', 'relu', 'clip'].map((method) => ({ method, bound: BOTH })),
];

const insideOf = ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Bound, y: number): boolean =>
  y >= min && y <= max;

describe.each(ENGINES)('On engine %s a head', (engine) => {
  test.for(KNOWN)(
    'has the values and slopes of its formula: $title',
    async ({ method, fields, bound, a, y, slopes }) => {
      const found = await apply(engine, 'train', headOf(method, fields), { a, bounds: a.map(() => bound) });
      for (const [index, value] of y.entries()) {
        expect(Math.abs(found.y[index]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
        const slope = slopes[index]!;
        expect(Math.abs(found.slopes[index]! - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
      }
      expect((await apply(engine, 'predict', headOf(method, fields), { a, bounds: a.map(() => bound) })).y).toEqual(
        found.y,
      );
    },
  );

  test.for(METHODS_WITH_BOUNDS)(
    '$method is inside $bound, finite and with a finite slope, for outputs from −1e15 to 1e15',
    async ({ method, bound }) => {
      const sizes = [1e-6, 1e-3, 0.3, 1, 5, 20, 88, 89, 100, 1e4, 1e8, 1e15];
      const a = [0, ...sizes.flatMap((size) => [-size, size])];
      const found = await apply(engine, 'predict', headOf(method), { a, bounds: a.map(() => bound) });
      for (const [index, y] of found.y.entries()) {
        expect(insideOf(bound, y), `${y} at ${a[index]}`).toBe(true);
        expect(Number.isFinite(y)).toBe(true);
        expect(Number.isFinite(found.slopes[index]!)).toBe(true);
      }
    },
  );

  test.for(METHODS_WITH_BOUNDS)(
    '$method has the slope that differences of its values have, for $bound',
    async ({ method, bound }) => {
      const points = [-3.3, -1.7, -0.6, 0.1, 0.9, 2.2, 3.7];
      // float32: differences of numbers up to 40 over 2⁻⁶ are good to 1e-3.
      const h = 2 ** -6;
      const at = (shift: number) =>
        apply(engine, 'predict', headOf(method), { a: points.map((a) => a + shift), bounds: points.map(() => bound) });
      const [before, here, after] = [await at(-h), await at(0), await at(h)];
      for (const [index, slope] of here.slopes.entries()) {
        const difference = (after.y[index]! - before.y[index]!) / (2 * h);
        expect(Math.abs(slope - difference)).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)));
      }
    },
  );

  test.for(['softplus', 'exp', 'square', 'relu', 'clip'])(
    '%s leaves outputs without a bound as they are, with slope 1, however large',
    async (method) => {
      const a = [-7, 1e30, -1e30, 0.3, 2];
      const bounds = [{}, {}, {}, LOWER, UPPER];
      const { y, slopes } = await apply(engine, 'predict', headOf(method), { a, bounds });
      expect(y.slice(0, 3)).toEqual([-7, 1e30, -1e30].map(Math.fround));
      expect(slopes.slice(0, 3)).toEqual([1, 1, 1]);
      const alone = await apply(engine, 'predict', headOf(method), { a: a.slice(3), bounds: [LOWER, UPPER] });
      for (const [index, value] of alone.y.entries()) expect(y[3 + index]).toBeCloseTo(value, 6);
    },
  );

  test('sigmoid leaves outputs without bounds as they are', async () => {
    const { y, slopes } = await apply(engine, 'predict', headOf('sigmoid'), { a: [-7, 0], bounds: [{}, BOTH] });
    expect(y).toEqual([-7, 1]);
    expect(slopes).toEqual([1, 1]);
  });

  test.for(METHODS_WITH_BOUNDS)(
    '$method gives the same in raw units, and never a raw output outside $bound',
    async (setting) => {
      const { method, bound } = setting;
      const [mean, deviation] = [40, 8];
      const a = [-30, -3, -0.5, 0, 0.7, 2, 30];
      const raw = (value: number): number => value * deviation + mean;
      const rawBound = {
        ...(bound.min !== undefined && { min: raw(bound.min) }),
        ...(bound.max !== undefined && { max: raw(bound.max) }),
      };
      const scaled = await apply(engine, 'predict', headOf(method), { a, bounds: a.map(() => bound) });
      const found = await apply(engine, 'predict', headOf(method), {
        a: a.map(raw),
        bounds: a.map(() => rawBound),
        units: { mean: a.map(() => mean), deviation: a.map(() => deviation) },
      });
      for (const [index, y] of found.y.entries()) {
        expect(insideOf(rawBound, y)).toBe(true);
        const expected = raw(scaled.y[index]!);
        expect(Math.abs(y - expected)).toBeLessThan(1e-5 * Math.max(mean, Math.abs(expected)));
      }
    },
  );

  test('clip lets training see the outputs as they are', async () => {
    const given = { a: [-5, 1], bounds: [LOWER, LOWER] };
    expect(await apply(engine, 'train', headOf('clip'), given)).toEqual({ y: [-5, 1], slopes: [1, 1] });
    expect((await apply(engine, 'predict', headOf('clip'), given)).y).toEqual([0.5, 1]);
  });

  describe('is trained through', () => {
    // y = head(w·x + b), one sample x = 2, t = 3, w = b = 0.25 so a = 0.75, min = 0, loss (y − 3)², rate 0.1.
    const CASES = [
      // y = log(1 + e^0.75) = 1.1368710, σ(0.75) = 0.6791787: ∂/∂b = 2·(−1.8631290)·0.6791787 = −2.5307952
      { method: 'softplus', slope: -2.5307952 },
      // y = e^0.75 = 2.1170000: ∂/∂b = 2·(−0.8830000)·2.1170000 = −3.7386220
      { method: 'exp', slope: -3.738622 },
      // y = 0.5625: ∂/∂b = 2·(−2.4375)·1.5 = −7.3125
      { method: 'square', slope: -7.3125 },
      // y = 0.75: ∂/∂b = 2·(−2.25) = −4.5
      { method: 'relu', slope: -4.5 },
      { method: 'clip', slope: -4.5 },
      // y = 10·σ(0.75) = 6.7917870: ∂/∂b = 2·3.7917870·10·0.2178950 = 16.5242287
      { method: 'sigmoid', slope: 16.5242287, max: 10 },
    ];

    test.for(CASES)('in a step of $method', async ({ method, slope, max }) => {
      const next = await oneStep(engines.get(engine)!, method, { w: 0.25, b: 0.25, max: max ?? null });
      expect(next.b).toBeCloseTo(0.25 - 0.1 * slope, 5);
      expect(next.w).toBeCloseTo(0.25 - 0.1 * 2 * slope, 5);
    });

    test('where the relu of a row below its bound stops it, and clip does not', async () => {
      // a = −0.75 is below 0: relu gives 0 with slope 0; clip trains on −0.75: 2·(−3.75) = −7.5.
      expect(await oneStep(engines.get(engine)!, 'relu', { w: -0.25, b: -0.25, max: null })).toEqual({
        w: -0.25,
        b: -0.25,
      });
      const next = await oneStep(engines.get(engine)!, 'clip', { w: -0.25, b: -0.25, max: null });
      expect(next.b).toBeCloseTo(-0.25 + 0.75, 5);
      expect(next.w).toBeCloseTo(-0.25 + 1.5, 5);
    });
  });
});

describe.each(ENGINES)('On engine %s a head that is trained on one value', (engine) => {
  // One bias and no input: y = head(b) is 2 at b = log(e² − 1), log 2, √2, log(0.2/0.8) and 2.
  const OPTIMA = [
    { method: 'softplus', b: 1.8545866 },
    { method: 'exp', b: Math.LN2 },
    { method: 'square', b: Math.SQRT2 },
    { method: 'relu', b: 2 },
    { method: 'clip', b: 2 },
    { method: 'sigmoid', b: -1.3862944, max: 10 },
  ];

  test.for(OPTIMA)('finds it: $method', async ({ method, b, max }) => {
    const start = { w: 0, b: 0.5, max: max ?? null };
    const sample = { x: 0, t: 2, steps: 400, learningRate: max === undefined ? 0.05 : 0.01 };
    expect((await descend(engines.get(engine)!, method, start, sample)).b).toBeCloseTo(b, 4);
  });
});

const oneStep = (engine: Engine, method: string, start: Start): Promise<{ w: number; b: number }> =>
  descend(engine, method, start, { x: 2, t: 3, steps: 1, learningRate: 0.1 });

interface Start {
  readonly w: number;
  readonly b: number;
  readonly max: number | null;
}

/** Plain descent of y = head(w·x + b), min = 0, on one sample. */
async function descend(
  engine: Engine,
  method: string,
  { w, b, max }: Start,
  { x, t, steps, learningRate }: { x: number; t: number; steps: number; learningRate: number },
): Promise<{ w: number; b: number }> {
  const step = createStep({
    network: { layers: [1, 1], activation: 'relu' },
    loss: 'mse',
    sides: sidesOf([{ min: 0, max }], { mean: [0], deviation: [1] }),
    method: findMethod(method)!.bind({}),
    optimizer: createOptimizer('sgd', { momentum: 0 }),
  });
  const state = step.initialState({ '0.weight': Float32Array.of(w), '0.bias': Float32Array.of(b) });
  const session = await engine.createSession(step, state, { batchSize: 1 });
  for (let index = 0; index < steps; index++) {
    await session.train({
      counts: [1],
      inputs: Float32Array.of(x),
      targets: Float32Array.of(t),
      rows: {},
      scalars: { learningRate: Float32Array.of(learningRate) },
    });
  }
  const next = await session.readState();
  session.dispose();
  return { w: next['0.weight']![0]!, b: next['0.bias']![0]! };
}

describe('A head', () => {
  const facts = (targets: readonly { name: string; min: number | null; max: number | null }[]) => ({
    activation: 'relu',
    features: { min: 0, max: Number.POSITIVE_INFINITY },
    hiddenLayers: 2,
    loss: 'mse',
    optimizer: 'adam',
    targets,
  });
  const rain = { name: 'rain', min: 0, max: null };
  const share = { name: 'share', min: 0, max: 1 };
  const free = { name: 'free', min: null, max: null };
  const problemsOf = (method: string, targets: Parameters<typeof facts>[0]) =>
    findMethod(method)!.check({}, facts(targets));
  const takeMethod = (method: string): object => ({ title: `Change the method to "${method}"`, fields: { method } });

  test.for(['softplus', 'exp', 'square'])(
    '%s refuses a target with two bounds, and names heads that hold both',
    (method) => {
      expect(problemsOf(method, [share, free])).toEqual([
        {
          code: 'method.head-two-bounds',
          severity: 'error',
          field: 'method',
          message: `The head "${method}" holds one bound of a target, and "share" has "min" and "max". "method": "sigmoid" goes from one bound to the other, "relu" and "clip" cut off at both.`,
          fixes: ['sigmoid', 'relu', 'clip'].map(takeMethod),
        },
      ]);
      expect(problemsOf(method, [share, rain])[0]!.message).toMatch(
        /"share" has .* The heads "relu" and "clip" take targets with one bound and with two\.$/,
      );
      expect(problemsOf(method, [rain, free])).toEqual([]);
    },
  );

  test('sigmoid refuses a target with one bound, and names a head that holds it', () => {
    expect(problemsOf('sigmoid', [rain, { name: 'loss', min: null, max: 3 }])).toEqual([
      {
        code: 'method.head-one-bound',
        severity: 'error',
        field: 'method',
        message:
          'The head "sigmoid" goes from one bound to the other, and "rain" has only a "min", "loss" has only a "max". Give the other bound, or take "method": "softplus", which needs one.',
        fixes: ['softplus', 'relu', 'clip'].map(takeMethod),
      },
    ]);
    expect(problemsOf('sigmoid', [share, rain])[0]!.message).toMatch(/or take "relu" or "clip"/);
    expect(problemsOf('sigmoid', [share, free])).toEqual([]);
  });

  test.for(['relu', 'clip'])('%s takes any bounds', (method) => {
    expect(problemsOf(method, [rain, share, free])).toEqual([]);
  });

  test.for(['softplus', 'exp', 'square', 'relu', 'sigmoid', 'clip'])(
    '%s says that the output is no longer linear',
    (name) => {
      const method = findMethod(name)!;
      expect(method.linearOutput).toBe(false);
      expect(method.summary).toMatch(/no longer a plain linear output/);
      expect(method.guarantee).toBe('G3');
      expect(method.bind({}).guarantee).toBe('G3');
      expect(method.bind({}).multiplier).toBeUndefined();
    },
  );
});
