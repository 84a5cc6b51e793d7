/**
 * Adam: `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `p ← p − η·m̂/(√v̂ + ε)` with bias-corrected m̂, v̂.
 *
 * The moments are kept unscaled, `M = m/(1−β₁)` and `V = v/(1−β₂)`, and all constants are folded into two numbers a
 * step: with `a = (1−β₁)/(1−β₁ᵗ)` and `b = √((1−β₂)/(1−β₂ᵗ))`, `η·m̂/(√v̂ + ε) = (η·a/b) · M/(√V + ε/b)`. The same
 * update as PyTorch's `torch.optim.Adam` in exact arithmetic, in fewer tensor operations.
 *
 * Source: Kingma & Ba, arXiv 1412.6980, algorithm 1.
 */
import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export const adam: Optimizer = {
  moments: ['first', 'second'],
  scalarNames: ['stepSize', 'epsilon', 'beta1', 'beta2'],
  scalars: (step, learningRate) => {
    const a = (1 - BETA_1) / (1 - BETA_1 ** (step + 1));
    const b = Math.sqrt((1 - BETA_2) / (1 - BETA_2 ** (step + 1)));
    return { stepSize: (learningRate * a) / b, epsilon: EPSILON / b, beta1: BETA_1, beta2: BETA_2 };
  },
  update: (parameter, gradient, moments, s) => {
    const first = add(mul(moments.first!, s.beta1!), gradient);
    const second = add(mul(moments.second!, s.beta2!), square(gradient));
    const change = div(mul(first, s.stepSize!), add(sqrt(second), s.epsilon!));
    return { parameter: sub(parameter, change), moments: { first, second } };
  },
};
