/**
 * Computes on the small tensor and broadcasts the result, or not at all where the other operand has the shape anyway:
 * `Mul(Expand(a), b)` is `Mul(a, b)`, and a constant `[[2]]` is the number 2. tfjs broadcasts a gradient to the full shape
 * before it multiplies by it.
 */
import { type Graph, sameShape, sizeOf, type Value } from '../graph';
import { broadcast, isElementwise } from '../operators';
import { rewrite } from './rewrite';

export function dropBroadcasts(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, attributes, outputs }, { builder, producer, constantOf }) => {
    if (!isElementwise(operator)) return null;
    const small = inputs.map((input): Value => {
      const node = producer(input);
      if (node?.operator === 'Expand') return node.inputs[0]!;
      const constant = input.shape.length > 0 && sizeOf(input.shape) === 1 ? constantOf(input) : undefined;
      return constant === undefined ? input : builder.constant(constant.elements, []);
    });
    if (small.every((value, index) => value === inputs[index])) return null;
    const { shape } = outputs[0]!;
    const smallShape = small.reduce((sum: readonly number[], value) => broadcast(sum, value.shape)!, []);
    const result = builder.add(operator, small, attributes);
    return sameShape(smallShape, shape) ? result : builder.add('Expand', [result, builder.integers(shape)]);
  });
}
