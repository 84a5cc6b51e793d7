/** `A·Bᵀ` as one matrix product that reads B the other way: for weights that are kept as PyTorch keeps them. */
import type { Graph } from '../graph';
import { rewrite } from './rewrite';

export function transposeInGemm(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, attributes }, { builder, producer }) => {
    if (operator !== 'Gemm' || attributes.transB === 1) return null;
    const [a, b, ...rest] = inputs;
    const transpose = producer(b!);
    if (transpose?.operator !== 'Transpose' || String(transpose.attributes.perm) !== '1,0') return null;
    return builder.add('Gemm', [a!, transpose.inputs[0]!, ...rest], { ...attributes, transB: 1 });
  });
}
