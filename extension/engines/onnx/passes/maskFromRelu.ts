/**
 * `relu(x) > 0` in place of `x > 0`: the same truth, and x itself is then needed by the relu alone, so that onnxruntime
 * fuses matrix product, bias and relu into one kernel and the tensor before the relu is never written.
 */
import type { Graph, Value } from '../graph';
import { numberOf, rewrite } from './rewrite';

export function maskFromRelu(graph: Graph): Graph {
  const relus = new Map<Value, Value>();
  return rewrite(graph, ({ operator, inputs }, place) => {
    const { builder } = place;
    if (operator === 'Relu') {
      const relu = relus.get(inputs[0]!) ?? builder.add('Relu', inputs);
      relus.set(inputs[0]!, relu);
      return relu;
    }
    const relu = operator === 'Greater' && numberOf(inputs[1]!, place) === 0 ? relus.get(inputs[0]!) : undefined;
    return relu === undefined ? null : builder.add('Greater', [relu, inputs[1]!]);
  });
}
