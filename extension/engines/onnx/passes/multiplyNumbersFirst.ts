/**
 * `x·(a·b)` in place of `(x·a)·b` for two single numbers: a product of numbers that change from step to step is then computed
 * for all steps of a call at once (`unroll.ts`), and x is walked through once. Rounds in another order than the trace,
 * and leaves float32's range where a·b does.
 */

import type { Node } from '../graph';
import { type Graph, sizeOf, type Value } from '../graph';
import { rewrite } from './rewrite';

export function multiplyNumbersFirst(graph: Graph): Graph {
  return rewrite(graph, (node, { builder, producer, isOnlyUseOf }) => {
    const outer = factorOf(node);
    if (outer === null || !isOnlyUseOf(outer.at)) return null;
    const inner = factorOf(producer(outer.of));
    if (inner === null) return null;
    return builder.add('Mul', [inner.of, builder.add('Mul', [inner.factor, outer.factor])]);
  });
}

/** A tensor times a number without axes; `at` is the tensor's place among the inputs. */
function factorOf(node: Node | undefined): { of: Value; factor: Value; at: number } | null {
  if (node?.operator !== 'Mul') return null;
  const at = node.inputs.findIndex(({ shape }) => sizeOf(shape) > 1);
  const factor = node.inputs[1 - at];
  return at === -1 || factor?.shape.length !== 0 ? null : { of: node.inputs[at]!, factor, at };
}
