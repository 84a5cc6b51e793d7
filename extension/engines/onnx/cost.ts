/**
 * How many steps go into one call. Estimated from the graph and not from a clock, so that the same experiment makes the
 * same graphs on every machine; what a call really takes can only lower it (`session.ts`).
 */
import { type Graph, sizeOf } from './graph';

/** What a call should take at most, so that a stop or a pause is never kept waiting. */
export const LONGEST_CALL_MS = 50;
/** Aim below it: machines differ. */
const AIMED_CALL_MS = 20;
/** A call costs about a tenth of a millisecond; carried by this many steps it no longer shows. */
const MOST_STEPS = 32;
/** Starting a session takes about 0.1 ms a node. */
const MOST_NODES = 2_500;

/** Orders of magnitude of a small machine of 2025: two cores, AVX2. */
const FLOPS_PER_MS = 1e8;
const ELEMENTS_PER_MS = 5e6;
const NODE_MS = 0.001;

/** Of one step of this graph. */
export function stepsPerCall(step: Graph): number {
  const byTime = Math.floor(AIMED_CALL_MS / estimatedMs(step));
  const byNodes = Math.floor(MOST_NODES / Math.max(1, step.nodes.length));
  return Math.max(1, Math.min(byTime, byNodes, MOST_STEPS));
}

export function estimatedMs({ nodes }: Graph): number {
  return nodes.reduce((sum, { operator, inputs, attributes, outputs }) => {
    const elements = sizeOf(outputs[0]!.shape);
    if (operator !== 'Gemm') return sum + NODE_MS + elements / ELEMENTS_PER_MS;
    const inner = inputs[0]!.shape[attributes.transA === 1 ? 0 : 1]!;
    return sum + NODE_MS + (2 * elements * inner) / FLOPS_PER_MS;
  }, 0);
}
