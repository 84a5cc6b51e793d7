/**
 * Computes the same thing once: nodes of one operation on the same values with the same attributes. A step takes the
 * violation both for the term's gradient and for the multipliers, and the trace records it twice.
 */
import type { Graph, Value } from '../graph';
import { rewrite } from './rewrite';

export function shareEqual(graph: Graph): Graph {
  const known = new Map<string, Value>();
  const ids = new Map<Value, number>();
  const id = (value: Value): number => {
    if (!ids.has(value)) ids.set(value, ids.size);
    return ids.get(value)!;
  };
  return rewrite(graph, ({ operator, inputs, attributes }, { builder }) => {
    const key = JSON.stringify([operator, inputs.map(id), Object.entries(attributes).sort()]);
    const value = known.get(key) ?? builder.add(operator, inputs, attributes);
    known.set(key, value);
    return value;
  });
}
