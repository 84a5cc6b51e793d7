/**
 * `b − a` in place of `b + (−a)`, and `a + b` in place of `a − (−b)`: the same number to the last bit, one node less. The
 * gradient of `min − y` reaches the outputs with its sign turned.
 */
import type { Graph } from '../graph';
import { rewrite } from './rewrite';

export function foldSigns(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs: [a, b] }, { builder, producer }) => {
    const negated = (value: typeof a) => {
      const node = value === undefined ? undefined : producer(value);
      return node?.operator === 'Neg' ? node.inputs[0]! : undefined;
    };
    if (operator === 'Add') {
      const [minusA, minusB] = [negated(a), negated(b)];
      if (minusB !== undefined) return builder.add('Sub', [a!, minusB]);
      if (minusA !== undefined) return builder.add('Sub', [b!, minusA]);
    }
    const minusB = operator === 'Sub' ? negated(b) : undefined;
    return minusB === undefined ? null : builder.add('Add', [a!, minusB]);
  });
}
