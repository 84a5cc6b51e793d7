/**
 * `c·relu(x)` in place of `c·relu(x) where relu(x) > 0, else 0`: where the relu is 0 so is the product. The gradient of the
 * squared violation is masked by the violation it already holds.
 */
import type { Graph, Value } from '../graph';
import { numberOf, type Place, rewrite } from './rewrite';

export function dropOwnMask(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs: [condition, then, otherwise], outputs }, place) => {
    if (operator !== 'Where' || numberOf(otherwise!, place) !== 0) return null;
    const comparison = place.producer(condition!);
    if (comparison?.operator !== 'Greater' || numberOf(comparison.inputs[1]!, place) !== 0) return null;
    const [relu] = comparison.inputs;
    if (place.producer(relu!)?.operator !== 'Relu') return null;
    const same = then!.shape.join() === outputs[0]!.shape.join();
    return same && hasFactor(then!, relu!, place) ? then! : null;
  });
}

function hasFactor(product: Value, factor: Value, place: Place): boolean {
  if (product === factor) return true;
  const node = place.producer(product);
  return node?.operator === 'Mul' && node.inputs.some((input) => hasFactor(input, factor, place));
}
