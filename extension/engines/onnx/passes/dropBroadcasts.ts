/**
 * Computes on the small tensor and broadcasts the result, or not at all where the other operand has the shape anyway:
 * `Mul(Expand(a), b)` is `Mul(a, b)`. tfjs broadcasts a gradient to the full shape before it multiplies by it.
 */
import { type Graph, sameShape, type Value } from '../graph';
import { broadcast, isElementwise } from '../operators';
import { rewrite } from './rewrite';

export function dropBroadcasts(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, attributes, outputs }, { builder, producer }) => {
    if (!isElementwise(operator)) return null;
    const small = inputs.map((input): Value => {
      const node = producer(input);
      return node?.operator === 'Expand' ? node.inputs[0]! : input;
    });
    if (small.every((value, index) => value === inputs[index])) return null;
    const { shape } = outputs[0]!;
    const smallShape = small.reduce((sum: readonly number[], value) => broadcast(sum, value.shape)!, []);
    const result = builder.add(operator, small, attributes);
    return sameShape(smallShape, shape) ? result : builder.add('Expand', [result, builder.integers(shape)]);
  });
}
