/**
 * `x·h(y)` in place of `x where y > 0, else 0`, with h a hard sigmoid so steep that it is 0 up to 0 and 1 from the smallest
 * normal number on: onnxruntime multiplies several times faster than it selects. It differs in two cases that training
 * doesn't meet: a y below 1.2e-38 (the engine flushes those to 0), and an infinite x behind a closed relu (it becomes NaN, as in
 * tfjs, and the run is told to have diverged).
 */
import type { Graph } from '../graph';
import { numberOf, rewrite } from './rewrite';

/** The smallest normal float32, 2⁻¹²⁶, times this is above 1. */
const SLOPE = 2 ** 127;

export function maskBySlope(graph: Graph): Graph {
  return rewrite(graph, ({ operator, inputs: [condition, then, otherwise], outputs }, place) => {
    if (operator !== 'Where' || numberOf(otherwise!, place) !== 0) return null;
    const comparison = place.producer(condition!);
    if (comparison?.operator !== 'Greater' || numberOf(comparison.inputs[1]!, place) !== 0) return null;
    const [compared] = comparison.inputs;
    const { shape } = outputs[0]!;
    if (then!.shape.join() !== shape.join() || compared!.shape.join() !== shape.join()) return null;
    return place.builder.add('Mul', [then!, place.builder.add('HardSigmoid', [compared!], { alpha: SLOPE, beta: 0 })]);
  });
}
