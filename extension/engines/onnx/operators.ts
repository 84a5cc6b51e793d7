/**
 * The operations a graph may hold: ONNX's own, opset 18, as far as training steps need them, each with what it takes and
 * gives. The one table that building, verifying and unrolling share.
 *
 * Source: ONNX operator specification, https://onnx.ai/onnx/operators/
 */
import type { Attributes, Constant, ElementType, TensorType, Value } from './graph';

export const OPSET = 18;

/** A graph that can't be: names the operation, what it expected and what it found. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
}

interface Context {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  constantOf(value: Value): Constant | undefined;
}

type Infer = (context: Context) => TensorType[];

/** Same type in and out; shapes broadcast as in NumPy. */
const arithmetic: Infer = (context) => {
  takes(context, 2);
  const type = sameType(context, context.inputs);
  return [{ type, shape: broadcastAll(context, context.inputs) }];
};
const comparison: Infer = (context) => {
  takes(context, 2);
  sameType(context, context.inputs);
  return [{ type: 'bool', shape: broadcastAll(context, context.inputs) }];
};
const logical: Infer = (context) => {
  for (const input of context.inputs) isOf(context, input, 'bool');
  return [{ type: 'bool', shape: broadcastAll(context, context.inputs) }];
};
const elementwise: Infer = (context) => {
  takes(context, 1);
  const input = isOf(context, context.inputs[0]!, 'float32');
  return [{ type: 'float32', shape: input.shape }];
};
/** Input, axes; all axes when absent. */
const reduction: Infer = (context) => {
  takes(context, 1, 2);
  const input = isOf(context, context.inputs[0]!, 'float32');
  const axes =
    context.inputs.length === 2 ? integersOf(context, context.inputs[1]!) : input.shape.map((_, axis) => axis);
  if (axes.some((axis) => axis < 0 || axis >= input.shape.length)) fail(context, `has no axis ${axes}`);
  const keep = context.attributes.keepdims !== 0;
  return [
    {
      type: 'float32',
      shape: input.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size])),
    },
  ];
};

const OPERATORS = {
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Pow: arithmetic,
  Max: arithmetic,
  Min: arithmetic,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Equal: comparison,
  And: logical,
  Or: logical,
  Not: logical,
  Neg: elementwise,
  Abs: elementwise,
  Sign: elementwise,
  Sqrt: elementwise,
  Reciprocal: elementwise,
  Exp: elementwise,
  Log: elementwise,
  Relu: elementwise,
  Elu: elementwise,
  Selu: elementwise,
  LeakyRelu: elementwise,
  Sigmoid: elementwise,
  Tanh: elementwise,
  Softplus: elementwise,
  /** `alpha · x + beta`, kept within 0 and 1. */
  HardSigmoid: elementwise,
  Erf: elementwise,
  Floor: elementwise,
  Ceil: elementwise,
  Round: elementwise,
  Sin: elementwise,
  Cos: elementwise,
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  /** Condition, then, else. */
  Where: (context) => {
    takes(context, 3);
    isOf(context, context.inputs[0]!, 'bool');
    const type = sameType(context, context.inputs.slice(1));
    return [{ type, shape: broadcastAll(context, context.inputs) }];
  },
  /** To float32; the only cast a step needs. */
  Cast: (context) => {
    takes(context, 1);
    if (context.attributes.to !== CAST_TO_FLOAT32) fail(context, 'casts to float32 only');
    return [{ type: 'float32', shape: context.inputs[0]!.shape }];
  },
  /** `alpha · A·B + beta · C`, A and B transposed as told, C of any shape that broadcasts to the product's. */
  Gemm: (context) => {
    takes(context, 2, 3);
    const [a, b] = context.inputs.slice(0, 2).map((input) => isOf(context, input, 'float32'));
    if (a!.shape.length !== 2 || b!.shape.length !== 2) fail(context, 'multiplies matrices only');
    const [rows, inner] = context.attributes.transA === 1 ? [...a!.shape].reverse() : a!.shape;
    const [innerOfB, columns] = context.attributes.transB === 1 ? [...b!.shape].reverse() : b!.shape;
    if (inner !== innerOfB) fail(context, `can't multiply ${describe(a!)} by ${describe(b!)}`);
    const shape = [rows!, columns!];
    const c = context.inputs[2];
    if (c !== undefined && broadcast(c.shape, shape)?.join() !== shape.join())
      fail(context, `can't add ${describe(c)} to a product of shape [${shape}]`);
    return [{ type: 'float32', shape }];
  },
  Transpose: (context) => {
    takes(context, 1);
    const { perm } = context.attributes;
    const { type, shape } = context.inputs[0]!;
    if (!Array.isArray(perm) || [...perm].sort().join() !== shape.map((_, axis) => axis).join())
      return fail(context, `can't permute ${describe(context.inputs[0]!)} by ${perm}`);
    return [{ type, shape: perm.map((axis: number) => shape[axis]!) }];
  },
  /** Input, new shape. */
  Reshape: (context) => {
    takes(context, 2);
    const shape = integersOf(context, context.inputs[1]!);
    const input = context.inputs[0]!;
    if (product(shape) !== product(input.shape)) fail(context, `can't make ${describe(input)} into [${shape}]`);
    return [{ type: input.type, shape }];
  },
  /** Input, shape to broadcast to. */
  Expand: (context) => {
    takes(context, 2);
    const input = context.inputs[0]!;
    const shape = broadcast(input.shape, integersOf(context, context.inputs[1]!));
    if (shape === null) return fail(context, `can't broadcast ${describe(input)}`);
    return [{ type: input.type, shape }];
  },
  Concat: (context) => {
    const type = sameType(context, context.inputs);
    const axis = context.attributes.axis as number;
    const [first] = context.inputs;
    const sum = context.inputs.reduce((size, input) => size + input.shape[axis]!, 0);
    const rest = (shape: readonly number[]): string => shape.filter((_, at) => at !== axis).join();
    if (!(sum >= 0) || context.inputs.some((input) => rest(input.shape) !== rest(first!.shape)))
      fail(context, `can't join ${context.inputs.map(describe).join(', ')} along axis ${axis}`);
    return [{ type, shape: first!.shape.map((size, at) => (at === axis ? sum : size)) }];
  },
  /** Input, sizes of the parts; one output a part. */
  Split: (context) => {
    takes(context, 2);
    const sizes = integersOf(context, context.inputs[1]!);
    const axis = context.attributes.axis as number;
    const { type, shape } = context.inputs[0]!;
    if (sizes.reduce((sum, size) => sum + size, 0) !== shape[axis])
      fail(context, `can't split ${describe(context.inputs[0]!)} into ${sizes} along axis ${axis}`);
    return sizes.map((part) => ({ type, shape: shape.map((size, at) => (at === axis ? part : size)) }));
  },
  /** Input, starts, ends, axes. */
  Slice: (context) => {
    takes(context, 4);
    const [starts, ends, axes] = context.inputs.slice(1).map((input) => integersOf(context, input));
    const shape = [...context.inputs[0]!.shape];
    axes!.forEach((axis, index) => {
      const [start, end] = [starts![index]!, ends![index]!];
      if (!(0 <= start && start <= end && end <= shape[axis]!)) fail(context, `has no part ${start} to ${end}`);
      shape[axis] = end - start;
    });
    return [{ type: context.inputs[0]!.type, shape }];
  },
  /** Input, repeats per axis. */
  Tile: (context) => {
    takes(context, 2);
    const repeats = integersOf(context, context.inputs[1]!);
    const { type, shape } = context.inputs[0]!;
    return [{ type, shape: shape.map((size, axis) => size * repeats[axis]!) }];
  },
} satisfies Record<string, Infer>;

export type OperatorName = keyof typeof OPERATORS;

/** ONNX's number for float32 in `Cast`. */
export const CAST_TO_FLOAT32 = 1;

const ELEMENTWISE = new Set<Infer>([arithmetic, comparison, logical, elementwise]);

/** Whether each element of the result comes from the same element (or the broadcast one) of each input. */
export function isElementwise(operator: OperatorName): boolean {
  return ELEMENTWISE.has(OPERATORS[operator]) || operator === 'Where' || operator === 'Cast';
}

/** What an operation gives for these inputs. @throws GraphError when it can't take them. */
export function infer(
  operator: OperatorName,
  inputs: readonly Value[],
  attributes: Attributes,
  constantOf: (value: Value) => Constant | undefined,
): TensorType[] {
  const rule: Infer | undefined = OPERATORS[operator];
  if (rule === undefined) throw new GraphError(`There is no operation ${operator}.`);
  return rule({ operator, inputs, attributes, constantOf });
}

/** NumPy's broadcasting; `null` where two sizes differ and neither is 1. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const [x, y] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1) return null;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

export function describe({ type, shape }: TensorType): string {
  return `${type}[${shape.join(', ')}]`;
}

function broadcastAll(context: Context, inputs: readonly TensorType[]): number[] {
  let shape: number[] | null = [];
  for (const input of inputs) {
    shape = broadcast(shape, input.shape);
    if (shape === null) return fail(context, `can't broadcast ${inputs.map(describe).join(' with ')}`);
  }
  return shape;
}

function takes(context: Context, least: number, most: number = least): void {
  const { length } = context.inputs;
  if (length < least || length > most)
    fail(context, `takes ${least === most ? least : `${least} to ${most}`} inputs, not ${length}`);
}

function isOf(context: Context, input: Value, type: ElementType): Value {
  if (input.type !== type) fail(context, `takes ${type}, not ${describe(input)}`);
  return input;
}

function sameType(context: Context, inputs: readonly Value[]): ElementType {
  const [first] = inputs;
  if (first === undefined) return fail(context, 'takes inputs');
  if (inputs.some((input) => input.type !== first.type))
    fail(context, `takes inputs of one type, not ${inputs.map(describe).join(' and ')}`);
  return first.type;
}

function integersOf(context: Context, input: Value): number[] {
  const constant = context.constantOf(input);
  if (constant?.type !== 'int64') return fail(context, 'takes its sizes and axes as integer constants');
  return Array.from(constant.elements as BigInt64Array, Number);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, part) => size * part, 1);
}

function fail(context: Context, reason: string): never {
  throw new GraphError(`${context.operator} ${reason}.`);
}
