/**
 * Stochastic gradient descent: `v ← m·v + g`, `p ← p − η·v`, with momentum m. For m = 0 no velocity is kept.
 * Source: PyTorch `torch.optim.SGD` (dampening 0), whose first velocity is the gradient itself.
 */
import { add, mul, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer';

export function sgd(momentum: number): Optimizer {
  if (momentum === 0) {
    return {
      moments: [],
      scalarNames: ['learningRate'],
      scalars: (_step, learningRate) => ({ learningRate }),
      update: (parameter, gradient, _moments, s) => ({
        parameter: sub(parameter, mul(gradient, s.learningRate!)),
        moments: {},
      }),
    };
  }
  return {
    moments: ['velocity'],
    scalarNames: ['learningRate', 'momentum'],
    scalars: (_step, learningRate) => ({ learningRate, momentum }),
    update: (parameter, gradient, moments, s) => {
      const velocity = add(mul(moments.velocity!, s.momentum!), gradient);
      return { parameter: sub(parameter, mul(velocity, s.learningRate!)), moments: { velocity } };
    },
  };
}
