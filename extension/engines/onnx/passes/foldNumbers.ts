/**
 * Multiplies by one number instead of two: `(x·2)·0.5`, `(x·a)/b` for constants a and b. Gradients of squares and means leave
 * such chains behind. Rounds once where the trace rounds twice.
 */
import type { Graph, Value } from '../graph';
import { numberOf, type Place, rewrite } from './rewrite';

export function foldNumbers(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs }, place) => {
    if (operator !== 'Mul' && operator !== 'Div') return null;
    const outer = factorOf(operator, inputs, place);
    const node = outer === null ? undefined : place.producer(outer.of);
    if (outer === null || node === undefined || (node.operator !== 'Mul' && node.operator !== 'Div')) return null;
    const inner = factorOf(node.operator, node.inputs, place);
    if (inner === null) return null;
    return place.builder.add('Mul', [inner.of, place.builder.scalar(inner.factor * outer.factor)]);
  });
}

function factorOf(
  operator: 'Mul' | 'Div',
  [a, b]: readonly Value[],
  place: Place,
): { of: Value; factor: number } | null {
  const [numberA, numberB] = [numberOf(a!, place), numberOf(b!, place)];
  // A broadcast number must not take the shape of the result with it.
  if (numberB !== null && b!.shape.length <= a!.shape.length)
    return { of: a!, factor: operator === 'Mul' ? numberB : 1 / numberB };
  if (operator === 'Mul' && numberA !== null && a!.shape.length <= b!.shape.length) return { of: b!, factor: numberA };
  return null;
}
