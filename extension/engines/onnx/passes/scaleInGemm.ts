/**
 * `W − (A·B)·η` as one matrix product that starts from W, with the step size η multiplied into the smaller of A and B. For
 * plain gradient descent it makes the whole update of a weight matrix one node.
 */
import { type Graph, sizeOf } from '../graph';
import { rewrite } from './rewrite';

export function scaleInGemm(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs }, { builder, producer, isOnlyUseOf, isUsedOnce }) => {
    if (operator !== 'Sub' || !isOnlyUseOf(1)) return null;
    const scaled = producer(inputs[1]!);
    if (scaled?.operator !== 'Mul' || sizeOf(scaled.inputs[1]!.shape) !== 1) return null;
    if (!isUsedOnce(scaled.inputs[0]!)) return null;
    const product = producer(scaled.inputs[0]!);
    if (product?.operator !== 'Gemm' || product.inputs.length !== 2) return null;
    const [a, b] = product.inputs;
    if (inputs[0]!.shape.join() !== product.outputs[0]!.shape.join()) return null;
    const factor = builder.add('Neg', [scaled.inputs[1]!]);
    const operands =
      sizeOf(a!.shape) <= sizeOf(b!.shape)
        ? [builder.add('Mul', [a!, factor]), b!]
        : [a!, builder.add('Mul', [b!, factor])];
    return builder.add('Gemm', [...operands, inputs[0]!], product.attributes);
  });
}
