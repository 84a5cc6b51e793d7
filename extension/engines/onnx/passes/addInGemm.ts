/**
 * `A·B + C` as one matrix product that starts from C: a layer's bias, and what momentum adds to a gradient. Saves a pass
 * over the product.
 */
import type { Graph, Value } from '../graph';
import { broadcast } from '../operators';
import { rewrite } from './rewrite';

export function addInGemm(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, outputs }, { builder, producer, isOnlyUseOf }) => {
    if (operator !== 'Add') return null;
    const { shape } = outputs[0]!;
    for (const [index, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const product = producer(inputs[index]!);
      const term: Value = inputs[other]!;
      if (product?.operator !== 'Gemm' || product.inputs.length !== 2 || !isOnlyUseOf(index)) continue;
      if (broadcast(term.shape, product.outputs[0]!.shape)?.join() !== product.outputs[0]!.shape.join()) continue;
      if (product.outputs[0]!.shape.join() !== shape.join()) continue;
      return builder.add('Gemm', [...product.inputs, term], product.attributes);
    }
    return null;
  });
}
