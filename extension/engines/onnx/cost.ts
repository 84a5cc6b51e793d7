/**
 * How many steps go into one call. Estimated from the graph, so that the same experiment starts with the same graphs on every
 * machine; what calls really take can only lower it (`Pace`).
 */
import { type Graph, type Node, sizeOf } from './graph';

/** What a call should take at most, so that a stop or a pause is never kept waiting. */
export const LONGEST_CALL_MS = 50;
/** Below it: machines differ. */
const AIMED_CALL_MS = 40;
/** So many calls in a row have to be too long before calls get shorter: a busy moment of the machine is no reason. */
const LONG_CALLS = 6;
/** Twice the steps would just fit. */
const SHORT_CALL_MS = LONGEST_CALL_MS * 0.45;
/** So many of those in a row before calls get longer. */
const SHORT_CALLS = 10;
/** A call costs about a tenth of a millisecond; carried by this many steps it no longer shows. */
const MOST_STEPS = 32;
/** Starting a session takes about 0.1 ms a node. */
const MOST_NODES = 2_500;

/** For a shorter node a second thread costs more in waking and waiting than it computes. */
const WORTH_THREADS_MS = 0.03;

/** Orders of magnitude of a small machine of 2025: two cores, AVX2. */
const FLOPS_PER_MS = 2e8;
const ELEMENTS_PER_MS = 1e7;
const NODE_MS = 0.001;

/** Of one step of this graph. */
export function stepsPerCall(step: Graph): number {
  const byTime = Math.floor(AIMED_CALL_MS / estimatedMs(step));
  const byNodes = Math.floor(MOST_NODES / Math.max(1, step.nodes.length));
  return Math.max(1, Math.min(byTime, byNodes, MOST_STEPS));
}

/**
 * Keeps calls short where the machine is slower than estimated, and lets them grow again when it was only busy. Steps a call
 * go by halves of the estimate, up and down the same way, so that few graphs do for all.
 */
export class Pace {
  readonly #most: number;
  #halvings = 0;
  #longCalls = 0;
  #shortCalls = 0;
  /** Short calls in a row before calls grow; doubled whenever calls that grew were too long after all. */
  #patience = SHORT_CALLS;
  #hasGrown = false;

  /** `most` steps a call, as estimated; the pace never rises above. */
  constructor(most: number) {
    this.#most = most;
  }

  get stepsPerCall(): number {
    return Math.ceil(this.#most / 2 ** this.#halvings);
  }

  took(steps: number, ms: number): void {
    // The last call of an epoch may have fewer steps: it says something only when it is too long all the same.
    const isFull = steps >= this.stepsPerCall;
    if (ms > LONGEST_CALL_MS) {
      this.#longCalls += 1;
      this.#shortCalls = 0;
    } else if (isFull) {
      this.#longCalls = 0;
      this.#shortCalls = ms < SHORT_CALL_MS ? this.#shortCalls + 1 : 0;
    }
    if (this.#longCalls >= LONG_CALLS && this.stepsPerCall > 1) this.#shrink();
    else if (this.#shortCalls >= this.#patience && this.#halvings > 0) this.#grow();
  }

  #shrink(): void {
    if (this.#hasGrown) this.#patience *= 2;
    this.#hasGrown = false;
    this.#change(this.#halvings + 1);
  }

  #grow(): void {
    this.#hasGrown = true;
    this.#change(this.#halvings - 1);
  }

  #change(halvings: number): void {
    this.#halvings = halvings;
    this.#longCalls = 0;
    this.#shortCalls = 0;
  }
}

export function estimatedMs({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => sum + nodeMs(node), 0);
}

function nodeMs({ operator, inputs, attributes, outputs }: Node): number {
  const elements = sizeOf(outputs[0]!.shape);
  if (operator !== 'Gemm') return NODE_MS + elements / ELEMENTS_PER_MS;
  const inner = inputs[0]!.shape[attributes.transA === 1 ? 0 : 1]!;
  return NODE_MS + (2 * elements * inner) / FLOPS_PER_MS;
}

/** How many threads of `most` a graph is worth: all, or one where its nodes are small. */
export function threadsFor(graph: Graph, most: number): number {
  const { nodes } = graph;
  const largest = nodes.reduce((ms, node) => Math.max(ms, nodeMs(node)), 0);
  return largest < WORTH_THREADS_MS ? 1 : most;
}
