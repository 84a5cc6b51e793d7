/**
 * Multiplies by one number instead of two: `(x·2)·0.5`, `(x·a)/b` for constants a and b. Gradients of squares and means leave
 * such chains behind. Rounds once where the trace rounds twice.
 */
import { type Graph, sameShape, type Value } from '../graph';
import { numberOf, type Place, rewrite } from './rewrite';

/** Beyond these float32 has no number, or only some with fewer digits. */
const SMALLEST = 2 ** -126;
const LARGEST = 2 ** 127;

export function foldNumbers(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs, outputs }, place) => {
    if (operator !== 'Mul' && operator !== 'Div') return null;
    const outer = factorOf(operator, inputs, place);
    const node = outer === null ? undefined : place.producer(outer.of);
    if (outer === null || node === undefined || (node.operator !== 'Mul' && node.operator !== 'Div')) return null;
    const inner = factorOf(node.operator, node.inputs, place);
    // A broadcast number must not take the shape of the result with it.
    if (inner === null || !sameShape(inner.of.shape, outputs[0]!.shape)) return null;
    const factor = inner.factor * outer.factor;
    if (!(Math.abs(factor) >= SMALLEST && Math.abs(factor) <= LARGEST)) return null;
    return place.builder.add('Mul', [inner.of, place.builder.scalar(factor)]);
  });
}

function factorOf(
  operator: 'Mul' | 'Div',
  [a, b]: readonly Value[],
  place: Place,
): { of: Value; factor: number } | null {
  const [numberA, numberB] = [numberOf(a!, place), numberOf(b!, place)];
  if (numberB !== null) return { of: a!, factor: operator === 'Mul' ? numberB : 1 / numberB };
  if (operator === 'Mul' && numberA !== null) return { of: b!, factor: numberA };
  return null;
}
