/**
 * Computes now what is known now: arithmetic on constants, and constants in another shape. The gradient of a mean is full of
 * it. Only operations that IEEE 754 rounds correctly are folded, so the result is what any engine would compute.
 */
import { type Graph, sizeOf, type Value } from '../graph';
import { broadcast, type OperatorName } from '../operators';
import { type Place, rewrite } from './rewrite';

/** A constant larger than this costs more to carry than to compute. */
const LARGEST = 4096;

const BINARY: Partial<Record<OperatorName, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};
const UNARY: Partial<Record<OperatorName, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  // NaN stays NaN.
  Relu: (x) => (x < 0 ? 0 : x),
};

export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs }, place) => {
    if (operator === 'Reshape') {
      const elements = place.constantOf(inputs[0]!)?.elements;
      const shape = place.constantOf(inputs[1]!)?.elements as BigInt64Array;
      return elements === undefined ? null : place.builder.constant(elements, Array.from(shape, Number));
    }
    const compute = BINARY[operator] ?? UNARY[operator];
    return compute === undefined ? null : fold(compute, inputs, place);
  });
}

function fold(compute: (...numbers: number[]) => number, inputs: readonly Value[], place: Place): Value | null {
  const constants = inputs.map((input) => place.constantOf(input));
  const shape = inputs.reduce((sum: readonly number[], { shape: of }) => broadcast(sum, of)!, []);
  if (constants.some((constant) => constant?.type !== 'float32') || sizeOf(shape) > LARGEST) return null;
  const result = new Float32Array(sizeOf(shape));
  for (let index = 0; index < result.length; index++) {
    // Float64 arithmetic on two float32 numbers, rounded once more, is float32 arithmetic for + − × ÷ √.
    result[index] = compute(...constants.map((constant) => elementAt(constant!, shape, index)));
  }
  return place.builder.constant(result, shape);
}

/** The element of a constant that meets element `index` of the shape it is broadcast to. */
function elementAt(
  constant: { readonly shape: readonly number[]; readonly elements: Float32Array | BigInt64Array },
  shape: readonly number[],
  index: number,
): number {
  let [rest, at, stride] = [index, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const position = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    const size = constant.shape[axis - shape.length + constant.shape.length] ?? 1;
    if (size > 1) at += position * stride;
    stride *= size;
  }
  return constant.elements[at] as number;
}
