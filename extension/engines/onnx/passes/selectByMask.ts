/**
 * `x·(1 where c, else 0)` as `x where c, else 0`: one node and one pass over memory less for every relu in the network,
 * whose derivative tfjs multiplies by. An infinite gradient behind a closed relu gives 0 this way, as in PyTorch, not NaN.
 */
import type { Graph, Value } from '../graph';
import { numberOf, type Place, rewrite } from './rewrite';

export function selectByMask(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, outputs }, place) => {
    if (operator !== 'Mul') return null;
    const [a, b] = inputs;
    for (const [x, mask] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const condition = conditionOf(mask, place);
      if (condition !== null && condition.shape.join() === outputs[0]!.shape.join())
        return place.builder.add('Where', [condition, x, place.builder.scalar(0)]);
    }
    return null;
  });
}

function conditionOf(mask: Value, place: Place): Value | null {
  const node = place.producer(mask);
  if (node?.operator !== 'Where') return null;
  return numberOf(node.inputs[1]!, place) === 1 && numberOf(node.inputs[2]!, place) === 0 ? node.inputs[0]! : null;
}
