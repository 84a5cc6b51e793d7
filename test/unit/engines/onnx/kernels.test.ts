import {
  abs,
  add,
  addN,
  broadcastTo,
  cast,
  ceil,
  clipByValue,
  clone,
  concat,
  cos,
  div,
  elu,
  engine,
  equal,
  erf,
  exp,
  expandDims,
  fill,
  floor,
  greater,
  greaterEqual,
  leakyRelu,
  less,
  lessEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  matMul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  notEqual,
  onesLike,
  pow,
  reciprocal,
  relu,
  relu6,
  reshape,
  round,
  rsqrt,
  selu,
  setBackend,
  sigmoid,
  sign,
  sin,
  slice,
  softplus,
  sqrt,
  square,
  squaredDifference,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tanh,
  tensor,
  tidy,
  tile,
  transpose,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { KERNELS, type Kernel } from '../../../../extension/engines/onnx/kernels';
import { trace } from '../../../../extension/engines/onnx/trace';
import { verify } from '../../../../extension/engines/onnx/verify';
import { expectSame, runGraph, SAME_NUMBER, type Tolerance } from './running';

/** Kernels called by what is being traced. */
const called = new Set<string>();

beforeAll(async () => {
  // Before the first trace, which hands the table to tfjs.
  for (const [name, kernel] of Object.entries(KERNELS)) {
    (KERNELS as Record<string, Kernel>)[name] = (call) => {
      called.add(name);
      return kernel(call);
    };
  }
  await setBackend('cpu');
});

interface Given {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Case {
  readonly given: readonly Given[];
  readonly compute: (...tensors: Tensor[]) => Tensor;
  /** What tfjs computes for the same, where its kernel can't be called on its own backend. */
  readonly reference?: (...tensors: Tensor[]) => Tensor;
  /** The same number unless told. */
  readonly tolerance?: Tolerance;
  /** Elements where we differ, by index, and what we give there. */
  readonly instead?: Readonly<Record<number, number>>;
}

/** Rounded another time or two than by tfjs's CPU backend, which computes in double precision. */
const ROUNDED: Tolerance = { relative: 2e-7, floor: 0 };
/** onnxruntime's polynomials: a few units in the last place of float32, relative to their range. */
const APPROXIMATE: Tolerance = { relative: 1e-6, floor: 0.1 };

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const AWKWARD = [
  -1e20,
  -100,
  -3.5,
  -2.5,
  -1,
  -0.5,
  -1e-10,
  -0,
  0,
  1e-10,
  0.5,
  1,
  1.5,
  2.5,
  6,
  7,
  100,
  1e20,
  -inf,
  inf,
  nan,
];
const AT_NAN = AWKWARD.indexOf(inf) + 1;
const vector = (...values: number[]): Given => ({ shape: [values.length], values });
const of = (shape: readonly number[], values: readonly number[]): Given => ({ shape, values });
/** Uneven numbers. */
const uneven = (...shape: number[]): Given =>
  of(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 37) % 23) / 4 - 2.5),
  );
const scalar = (value: number): Given => of([], [value]);

/** On awkward numbers, and on a matrix and a scalar for the shape. */
const unary = (op: (x: Tensor) => Tensor, options: Partial<Case> = {}): Case[] => [
  { given: [vector(...AWKWARD)], compute: op, ...options },
  { given: [uneven(2, 3, 4)], compute: op, tolerance: options.tolerance },
  { given: [scalar(0.75)], compute: op, tolerance: options.tolerance },
];

/** Each awkward number with each, and the ways of broadcasting. */
const PAIRS: readonly (readonly [Given, Given])[] = [
  [of([AWKWARD.length, 1], AWKWARD), vector(...AWKWARD)],
  [uneven(2, 3), uneven(3)],
  [uneven(3), uneven(2, 3)],
  [uneven(2, 1), uneven(1, 3)],
  [uneven(2, 3), scalar(1.5)],
  [scalar(-0.5), uneven(2, 3)],
  [scalar(3), scalar(2)],
  [uneven(4, 1, 2), uneven(3, 1)],
];
const binary = (op: (a: Tensor, b: Tensor) => Tensor, options: Partial<Case> = {}): Case[] =>
  PAIRS.map(
    (given, index): Case => ({ given, compute: op, ...(index === 0 ? options : { tolerance: options.tolerance }) }),
  );
/** A truth can't leave a graph, so it leaves as a number. */
const asNumber =
  (op: (a: Tensor, b: Tensor) => Tensor) =>
  (a: Tensor, b: Tensor): Tensor =>
    cast(op(a, b), 'float32');
const truth = (x: Tensor): Tensor => greater(x, 0);
const TRUTHS: readonly Given[] = [vector(1, 1, -1, -1), vector(1, -1, 1, -1)];

const reduced = (
  op: (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor,
  tolerance = SAME_NUMBER,
): Case[] =>
  (
    [
      [],
      [undefined, true],
      [0],
      [1],
      [-1],
      [2, true],
      [[0, 2]],
      [[-1, 0], true],
      [[0, 1, 2]],
      [[]],
      [[], true],
    ] as const
  )
    .map(
      ([axis, keepDims]): Case => ({
        given: [uneven(2, 3, 4)],
        compute: (x) => op(x, axis as number[] | undefined, keepDims),
        tolerance,
      }),
    )
    .concat([
      { given: [scalar(-2)], compute: (x) => op(x), tolerance },
      { given: [uneven(5)], compute: (x) => op(x), tolerance },
      { given: [uneven(1, 1)], compute: (x) => op(x, 0, true), tolerance },
    ]);

const CASES: Readonly<Record<string, readonly Case[]>> = {
  Add: binary(add),
  AddN: [
    { given: [uneven(2, 3), uneven(2, 3), uneven(2, 3)], compute: (...list) => addN(list) },
    { given: [vector(...AWKWARD), vector(...AWKWARD)], compute: (...list) => addN(list) },
    { given: [scalar(1)], compute: (...list) => addN(list) },
  ],
  Sub: binary(sub),
  Multiply: binary(mul),
  RealDiv: binary(div),
  Pow: [
    ...binary(pow, { tolerance: APPROXIMATE }).slice(1),
    ...AWKWARD.filter((base) => Math.abs(base) !== 1).map(
      (base): Case => ({ given: [scalar(base), vector(...AWKWARD)], compute: pow, tolerance: APPROXIMATE }),
    ),
    // As C and IEEE 754 have it, where JavaScript gives NaN.
    { given: [vector(1, 1, -1), vector(nan, inf, -inf)], compute: pow, instead: { 0: 1, 1: 1, 2: 1 } },
  ],
  Maximum: binary(maximum),
  Minimum: binary(minimum),
  SquaredDifference: binary(squaredDifference),
  Greater: binary(asNumber(greater)),
  GreaterEqual: binary(asNumber(greaterEqual)),
  Less: binary(asNumber(less)),
  LessEqual: binary(asNumber(lessEqual)),
  Equal: binary(asNumber(equal)),
  NotEqual: binary(asNumber(notEqual)),
  LogicalAnd: [{ given: TRUTHS, compute: asNumber((a, b) => logicalAnd(truth(a), truth(b))) }],
  LogicalOr: [{ given: TRUTHS, compute: asNumber((a, b) => logicalOr(truth(a), truth(b))) }],
  LogicalNot: [{ given: [vector(1, -1, nan)], compute: (x) => cast(logicalNot(truth(x)), 'float32') }],
  Select: [
    {
      given: [vector(1, -1, nan, 0), vector(1, 2, nan, 4), vector(-0, nan, 7, inf)],
      compute: (c, a, b) => where(truth(c), a, b),
    },
    { given: [uneven(2, 3), scalar(1), uneven(3)], compute: (c, a, b) => where(truth(c), a, b) },
    { given: [uneven(3), uneven(2, 3), scalar(0)], compute: (c, a, b) => where(truth(c), a, b) },
  ],

  Neg: unary(neg),
  Abs: unary(abs),
  // tfjs gives 0 for NaN; a diverged number should stay one.
  Sign: unary(sign, { instead: { [AT_NAN]: nan } }),
  Sqrt: unary(sqrt),
  Rsqrt: unary(rsqrt, { tolerance: ROUNDED }),
  Reciprocal: unary(reciprocal),
  Square: unary(square),
  Exp: unary(exp, { tolerance: APPROXIMATE }),
  Log: unary(log, { tolerance: APPROXIMATE }),
  Floor: unary(floor),
  Ceil: unary(ceil),
  Round: unary(round),
  Sin: unary(sin, { tolerance: APPROXIMATE }),
  Cos: unary(cos, { tolerance: APPROXIMATE }),
  Erf: unary(erf, { tolerance: APPROXIMATE }),
  Relu: unary(relu),
  Relu6: unary(relu6),
  Elu: unary(elu, { tolerance: APPROXIMATE }),
  EluGrad: [
    {
      given: [vector(1, -2, 3, -4, nan, 5), vector(2, -0.5, 0, -1, 1, nan)],
      compute: (dy, y) => engine().runKernel('EluGrad', { dy, y }) as Tensor,
    },
  ],
  Selu: unary(selu, { tolerance: APPROXIMATE }),
  LeakyRelu: [
    ...unary((x) => leakyRelu(x), { tolerance: ROUNDED }),
    ...unary((x) => leakyRelu(x, 0)),
    ...unary((x) => leakyRelu(x, 0.5)),
  ],
  Sigmoid: unary(sigmoid, { tolerance: APPROXIMATE }),
  Tanh: unary(tanh, { tolerance: APPROXIMATE }),
  Softplus: unary(softplus, { tolerance: APPROXIMATE }),
  // NaN is not above 0; tfjs gives NaN. What made the NaN shows elsewhere, and this is two nodes less.
  Step: [
    ...[0, 0.5, -2].flatMap((alpha) => unary((x) => step(x, alpha), { instead: { [AT_NAN]: alpha } })),
    {
      given: [uneven(5)],
      compute: (x) => engine().runKernel('Step', { x }, {}) as Tensor,
      reference: (x) => step(x),
    },
  ],
  ClipByValue: [...unary((x) => clipByValue(x, -0.5, 0.5)), ...unary((x) => clipByValue(x, 0, 6))],

  Sum: reduced(sum),
  Mean: reduced(mean, ROUNDED),
  Max: reduced(max),
  Min: reduced(min),

  BatchMatMul: [
    { given: [uneven(2, 3), uneven(3, 4)], compute: (a, b) => matMul(a as Tensor2D, b as Tensor2D) },
    { given: [uneven(3, 2), uneven(3, 4)], compute: (a, b) => matMul(a as Tensor2D, b as Tensor2D, true) },
    { given: [uneven(2, 3), uneven(4, 3)], compute: (a, b) => matMul(a as Tensor2D, b as Tensor2D, false, true) },
    { given: [uneven(3, 2), uneven(4, 3)], compute: (a, b) => matMul(a as Tensor2D, b as Tensor2D, true, true) },
    { given: [uneven(1, 1), uneven(1, 1)], compute: (a, b) => matMul(a as Tensor2D, b as Tensor2D, true, true) },
  ],

  Identity: unary((x) => clone(x)),
  Cast: [
    { given: [vector(1, -1, 0, nan)], compute: (x) => cast(truth(x), 'float32') },
    { given: [vector(1.5, -0)], compute: (x) => engine().runKernel('Cast', { x }, { dtype: 'float32' }) as Tensor },
  ],
  Reshape: [
    { given: [uneven(2, 6)], compute: (x) => reshape(x, [3, 4]) },
    { given: [uneven(2, 6)], compute: (x) => reshape(x, [3, -1, 2]) },
    { given: [uneven(2, 6)], compute: (x) => reshape(x, [2, 6]) },
    { given: [uneven(1, 1)], compute: (x) => reshape(x, []) },
    { given: [scalar(3)], compute: (x) => reshape(x, [1, 1]) },
  ],
  ExpandDims: [0, 1, 2, -1, -2].map((axis) => ({ given: [uneven(2, 3)], compute: (x) => expandDims(x, axis) })),
  Transpose: [
    { given: [uneven(2, 3)], compute: (x) => transpose(x) },
    { given: [uneven(2, 3, 4)], compute: (x) => transpose(x, [2, 0, 1]) },
    { given: [uneven(2, 3, 4)], compute: (x) => transpose(x, [0, 2, 1]) },
  ],
  BroadcastTo: (
    [
      [
        [2, 3],
        [4, 2, 3],
      ],
      [[3], [2, 3]],
      [
        [2, 1],
        [2, 3],
      ],
      [[], [2, 2]],
      [
        [2, 3],
        [2, 3],
      ],
    ] as const
  ).map(([from, to]) => ({
    given: [uneven(...from)],
    compute: (x) => engine().runKernel('BroadcastTo', { x }, { shape: [...to] }) as Tensor,
    reference: (x) => broadcastTo(x, [...to]),
  })),
  Tile: [
    { given: [uneven(2, 3)], compute: (x) => tile(x, [2, 3]) },
    { given: [uneven(2, 3)], compute: (x) => tile(x, [1, 1]) },
    { given: [uneven(4)], compute: (x) => tile(x, [3]) },
  ],
  Concat: [
    { given: [uneven(2, 3), uneven(1, 3)], compute: (...list) => concat(list, 0) },
    { given: [uneven(2, 3), uneven(2, 1), uneven(2, 2)], compute: (...list) => concat(list, 1) },
    { given: [uneven(2, 3), uneven(2, 1)], compute: (...list) => concat(list, -1) },
    { given: [vector(...AWKWARD), vector(1)], compute: (...list) => concat(list) },
    {
      given: [uneven(2, 3)],
      compute: (x) => engine().runKernel('Concat', [x] as never, { axis: 0 }) as Tensor,
    },
  ],
  Slice: [
    { given: [uneven(4, 5)], compute: (x) => slice(x, [1, 2], [2, 3]) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, [1, 2], [-1, 2]) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, [0, 0], [4, 5]) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, [1]) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, 2) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, 1, 2) },
    { given: [uneven(4, 5)], compute: (x) => slice(x, [1, 1]) },
  ],
  Fill: [
    { given: [uneven(2, 2)], compute: (x) => add(x, fill([2, 2], 2.5)) },
    { given: [uneven(2, 2)], compute: (x) => add(x, fill([], -0)) },
    { given: [uneven(2, 2)], compute: (x) => mul(x, fill([3, 1, 2], nan)) },
  ],
  ZerosLike: [{ given: [vector(...AWKWARD)], compute: (x) => zerosLike(x) }],
  OnesLike: [{ given: [uneven(2, 3)], compute: (x) => onesLike(x) }],
};

test('Every kernel in the table has a case', () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(KERNELS));
});

describe.each(Object.keys(CASES))('Kernel %s', (kernel) => {
  test('computes on onnxruntime what tfjs computes', async () => {
    for (const { given, compute, reference = compute, tolerance = SAME_NUMBER, instead = {} } of CASES[kernel]!) {
      called.clear();
      const graph = trace((tracer) => ({
        result: compute(...given.map(({ shape }, index) => tracer.input(`x${index}`, shape))),
      }));
      expect(called).toContain(kernel);
      verify(graph, 'tracing');
      const expected = tidy(() => {
        const result = reference(...given.map(({ shape, values }) => tensor([...values], [...shape], 'float32')));
        return { shape: result.shape, values: Float32Array.from(result.dataSync()) };
      });
      for (const [index, value] of Object.entries(instead)) expected.values[Number(index)] = value;
      expect(graph.outputs[0]!.value.shape).toEqual(expected.shape);
      const { result } = await runGraph(
        graph,
        Object.fromEntries(given.map(({ values }, index) => [`x${index}`, Float32Array.from(values)])),
      );
      expectSame(result!, expected.values, tolerance, `${kernel}(${given.map(({ shape }) => `[${shape}]`)})`);
    }
  });
});
