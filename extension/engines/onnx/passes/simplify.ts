/**
 * Leaves out arithmetic that changes nothing: `x·1`, `x/1`, `x+0`, `x−0`, reshaping twice or to the same shape, joining
 * what was just split. Masks of targets that all have a bound are ones, and a stopped gradient is `0`.
 *
 * `x·0` becomes 0 also for an x that is not finite: such zeros come from stopped gradients, which are 0 whatever x is.
 */
import { type Attributes, type Graph, type Node, sameShape, sizeOf, type Value } from '../graph';
import { numberOf, type Place, rewrite } from './rewrite';

export function simplify(graph: Graph): Graph {
  return rewrite(graph, (node, place) => {
    const { shape } = node.outputs[0]!;
    const kept = unchanged(node, place);
    if (kept !== null && sameShape(kept.shape, shape)) return kept;
    if (node.operator === 'Mul' && node.inputs.some((input) => numberOf(input, place) === 0)) {
      const zero = place.builder.scalar(0);
      return shape.length === 0 ? zero : place.builder.add('Expand', [zero, place.builder.integers(shape)]);
    }
    if (node.operator === 'Reshape') {
      const before = place.producer(node.inputs[0]!);
      if (before?.operator === 'Reshape') return place.builder.add('Reshape', [before.inputs[0]!, node.inputs[1]!]);
    }
    return null;
  });
}

/** The input that the node gives back as it is. */
function unchanged({ operator, inputs, attributes, outputs }: Node, place: Place): Value | null {
  const [a, b] = inputs;
  const is = (value: Value, number: number): boolean => numberOf(value, place) === number;
  switch (operator) {
    case 'Mul':
      return is(b!, 1) ? a! : is(a!, 1) ? b! : null;
    case 'Div':
      return is(b!, 1) ? a! : null;
    case 'Add':
      return is(b!, 0) ? a! : is(a!, 0) ? b! : null;
    case 'Sub':
      return is(b!, 0) ? a! : null;
    case 'Reshape':
    case 'Expand':
      return sameShape(a!.shape, outputs[0]!.shape) ? a! : null;
    case 'Concat':
      return splitOf(inputs, attributes.axis, place);
    default:
      return null;
  }
}

/** What the joined parts were split from, when they are all of its parts in order (and flat, if joined flat). */
function splitOf(parts: readonly Value[], axis: Attributes[string] | undefined, place: Place): Value | null {
  const sources = parts.map((part) => {
    const node = place.producer(part);
    return node?.operator === 'Reshape' && part.shape.length === 1 ? node.inputs[0]! : part;
  });
  const split = place.producer(sources[0]!);
  if (split?.operator !== 'Split' || split.attributes.axis !== axis) return null;
  if (split.outputs.length !== sources.length) return null;
  if (!split.outputs.every((output, index) => output === sources[index])) return null;
  const [whole] = split.inputs;
  return sizeOf(whole!.shape) === whole!.shape[0] || sources.every((source, index) => source === parts[index])
    ? whole!
    : null;
}
