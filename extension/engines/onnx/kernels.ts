/**
 * What each tfjs kernel is in terms of the graph's operations. A kernel that is not in this table can't be traced.
 *
 * Source of each kernel's meaning: tfjs-core's `kernel_names.ts` (inputs and attributes) and its CPU backend.
 */
import { type GraphBuilder, sameShape, sizeOf, type Value } from './graph';
import { broadcast, CAST_TO_FLOAT32, GraphError, type OperatorName } from './operators';

/** Inputs by the names that tfjs gives them, attributes as tfjs gives them. */
export interface KernelCall {
  readonly builder: GraphBuilder;
  readonly inputs: Readonly<Record<string, Value>>;
  /** The inputs of kernels that take a list. */
  readonly list: readonly Value[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Adds the kernel's nodes and gives its results. */
export type Kernel = (call: KernelCall) => Value | Value[];

const unary =
  (operator: OperatorName): Kernel =>
  ({ builder, inputs }) =>
    builder.add(operator, [inputs.x!]);

const binary =
  (operator: OperatorName): Kernel =>
  ({ builder, inputs }) =>
    builder.add(operator, [inputs.a!, inputs.b!]);

const reduce =
  (operator: OperatorName, inputName: string): Kernel =>
  ({ builder, inputs, attributes }) => {
    const x = inputs[inputName]!;
    const axes = axesOf(x, attributes.axis ?? attributes.reductionIndices);
    // Over no axes it is the tensor itself; ONNX takes an empty list to mean all of them.
    if (axes.length === 0) return x;
    return builder.add(operator, [x, builder.integers(axes)], { keepdims: attributes.keepDims === true ? 1 : 0 });
  };

/** The same tensor under another name; tfjs copies for its own bookkeeping. */
const same: Kernel = ({ inputs }) => inputs.x!;

const filled =
  (number: number): Kernel =>
  ({ builder, inputs }) =>
    fill(builder, inputs.x!.shape, number);

export const KERNELS: Readonly<Record<string, Kernel>> = {
  Add: binary('Add'),
  AddN: ({ builder, list }) => list.reduce((sum, value) => builder.add('Add', [sum, value])),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Pow: binary('Pow'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  SquaredDifference: ({ builder, inputs }) => {
    const difference = builder.add('Sub', [inputs.a!, inputs.b!]);
    return builder.add('Mul', [difference, difference]);
  },
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessOrEqual'),
  Equal: binary('Equal'),
  NotEqual: ({ builder, inputs }) => builder.add('Not', [builder.add('Equal', [inputs.a!, inputs.b!])]),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  LogicalNot: unary('Not'),
  Select: ({ builder, inputs }) => builder.add('Where', [inputs.condition!, inputs.t!, inputs.e!]),

  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Sqrt: unary('Sqrt'),
  Rsqrt: ({ builder, inputs }) => builder.add('Reciprocal', [builder.add('Sqrt', [inputs.x!])]),
  Reciprocal: unary('Reciprocal'),
  Square: ({ builder, inputs }) => builder.add('Mul', [inputs.x!, inputs.x!]),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Round: unary('Round'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Relu: unary('Relu'),
  Relu6: ({ builder, inputs }) => clip(builder, inputs.x!, 0, 6),
  Elu: unary('Elu'),
  /** `dy` where the result `y` is positive, else `dy · (y + 1)`. */
  EluGrad: ({ builder, inputs }) => {
    const positive = builder.add('Greater', [inputs.y!, builder.scalar(0)]);
    const slope = builder.add('Add', [inputs.y!, builder.scalar(1)]);
    return builder.add('Where', [positive, inputs.dy!, builder.add('Mul', [inputs.dy!, slope])]);
  },
  Selu: unary('Selu'),
  LeakyRelu: ({ builder, inputs, attributes }) =>
    builder.add('LeakyRelu', [inputs.x!], { alpha: attributes.alpha as number }),
  /** onnxruntime's is within 1e-7 of the true value, which far below −9 is much of it. */
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  Softplus: unary('Softplus'),
  /** 1 above 0, else alpha: 0 unless told. */
  Step: ({ builder, inputs, attributes }) => {
    const positive = builder.add('Greater', [inputs.x!, builder.scalar(0)]);
    const otherwise = (attributes.alpha as number | undefined) ?? 0;
    return builder.add('Where', [positive, builder.scalar(1), builder.scalar(otherwise)]);
  },
  ClipByValue: ({ builder, inputs, attributes }) =>
    clip(builder, inputs.x!, attributes.clipValueMin as number, attributes.clipValueMax as number),

  Sum: reduce('ReduceSum', 'x'),
  Mean: reduce('ReduceMean', 'x'),
  Max: reduce('ReduceMax', 'x'),
  Min: reduce('ReduceMin', 'x'),

  BatchMatMul: ({ builder, inputs, attributes }) =>
    builder.add('Gemm', [inputs.a!, inputs.b!], {
      ...(attributes.transposeA === true ? { transA: 1 } : {}),
      ...(attributes.transposeB === true ? { transB: 1 } : {}),
    }),

  Identity: same,
  Cast: ({ builder, inputs, attributes }) => {
    const x = inputs.x!;
    if (attributes.dtype !== 'float32') throw new GraphError(`A cast to ${attributes.dtype} has no place in a step.`);
    return x.type === 'float32' ? x : builder.add('Cast', [x], { to: CAST_TO_FLOAT32 });
  },
  Reshape: ({ builder, inputs, attributes }) => reshape(builder, inputs.x!, attributes.shape as number[]),
  ExpandDims: ({ builder, inputs, attributes }) => {
    const shape = [...inputs.input!.shape];
    const dim = attributes.dim as number;
    shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1);
    return reshape(builder, inputs.input!, shape);
  },
  Transpose: ({ builder, inputs, attributes }) =>
    builder.add('Transpose', [inputs.x!], { perm: attributes.perm as number[] }),
  BroadcastTo: ({ builder, inputs, attributes }) => expand(builder, inputs.x!, attributes.shape as number[]),
  Tile: ({ builder, inputs, attributes }) =>
    builder.add('Tile', [inputs.x!, builder.integers(attributes.reps as number[])]),
  Concat: ({ builder, list, attributes }) => {
    const axis = attributes.axis as number;
    return list.length === 1
      ? list[0]!
      : builder.add('Concat', list, { axis: axis < 0 ? axis + list[0]!.shape.length : axis });
  },
  Slice: ({ builder, inputs, attributes }) => {
    const { shape } = inputs.x!;
    const begin = perAxis(attributes.begin, shape, 0);
    const sizes = perAxis(attributes.size, shape, -1);
    const ends = begin.map((start, axis) => (sizes[axis] === -1 ? shape[axis]! : start + sizes[axis]!));
    return builder.add('Slice', [
      inputs.x!,
      builder.integers(begin),
      builder.integers(ends),
      builder.integers(shape.map((_, axis) => axis)),
    ]);
  },
  Fill: ({ builder, attributes }) => fill(builder, attributes.shape as number[], attributes.value as number),
  ZerosLike: filled(0),
  OnesLike: filled(1),
};

function axesOf({ shape }: Value, axis: unknown): number[] {
  if (axis === undefined || axis === null) return shape.map((_, index) => index);
  return [axis].flat().map((index) => ((index as number) < 0 ? shape.length + (index as number) : (index as number)));
}

/** tfjs takes one number for the first axis, or a list that may be shorter than the axes are. */
function perAxis(given: unknown, shape: readonly number[], rest: number): number[] {
  const numbers = [given ?? []].flat() as number[];
  return shape.map((_, axis) => numbers[axis] ?? rest);
}

/** The number, broadcast: as small as it can be, so that rules see that it is one number. */
function fill(builder: GraphBuilder, shape: readonly number[], number: number): Value {
  return expand(builder, builder.scalar(number), shape);
}

function expand(builder: GraphBuilder, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  if (broadcast(value.shape, shape) === null) throw new GraphError(`Can't broadcast [${value.shape}] to [${shape}].`);
  return builder.add('Expand', [value, builder.integers(shape)]);
}

function reshape(builder: GraphBuilder, value: Value, shape: readonly number[]): Value {
  const known = shape.filter((size) => size !== -1);
  const sizes = shape.map((size) => (size === -1 ? sizeOf(value.shape) / sizeOf(known) : size));
  return sameShape(value.shape, sizes) ? value : builder.add('Reshape', [value, builder.integers(sizes)]);
}

function clip(builder: GraphBuilder, value: Value, least: number, most: number): Value {
  return builder.add('Min', [builder.add('Max', [value, builder.scalar(least)]), builder.scalar(most)]);
}
