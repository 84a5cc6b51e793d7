/**
 * Nonnegative weights: a plain linear last layer that can't give a value below its bound, because its features are h ≥ 0
 * (relu, sigmoid, softplus), its weights W ≥ 0 and its bias b ≥ min, so that `W·h + b ≥ min` for every input. Outputs with
 * an upper bound have W ≤ 0 and b ≤ max. Sums of such terms round in no order below b: the guarantee holds in float32,
 * exactly.
 *
 * Form `projection`: after each step `W ← [W]₊`, `b ← max(b, min)`, and the optimizer's moments of entries that were
 * clipped are cleared; those of momentum and Adam would push them out again for many steps after the gradient has turned.
 * Form `softplus`: the optimizer moves V and v, the layer in use is `W = log(1 + e^V)`, `b = min + log(1 + e^v)`. What is
 * exported is W and b.
 *
 * Source: Keras, constraints.NonNeg; optax, keep_params_nonnegative; pytorch/pytorch#97452; the reparametrization:
 * torch.nn.utils.parametrize.
 */
import { add, cast, equal, maximum, mul, relu, softplus, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod, type LastLayer } from './method';
import { NO_TERM } from './noTerm';
import { checkConvex, checkHiddenLayer, mapLayer, turnBack, turnedBounds, twoBounds } from './weightSpace';

export const nonnegativeWeights = defineMethod({
  name: 'nonnegative-weights',
  title: 'Nonnegative weights',
  summary:
    'A plain linear last layer with weights that are never negative on features that never are: no input, seen or not, gives an output outside its bound.',
  formula: 'min f(θ)  with  W ≥ 0,  b ≥ min  on features h ≥ 0,  so y = W·h + b ≥ min',
  symbols: {
    W: 'weights of the last layer',
    b: 'its biases',
    h: 'features: what the last layer is given',
  },
  source:
    'Keras, constraints.NonNeg; optax, keep_params_nonnegative; pytorch/pytorch#97452; form "softplus": torch.nn.utils.parametrize',
  guarantee: 'G3',
  guaranteed:
    'Every output inside its bound or at it for every input, from the first step on, in float32 arithmetic, with a plain linear last layer.',
  when: 'When no input may ever give an output outside and the network has to end in a linear layer; best with two or more hidden layers of relu.',
  risks: [
    'Exported, the bias is rounded once more in the units of the data: a bound such as 0.7 may be missed by one part in 10 million; 0 never is.',
    'With one hidden layer of relu, softplus or elu the output is a convex function of the inputs (concave under an upper bound): it can bend one way only.',
    'Features must not be negative, so tanh, elu, gelu and silu are out, and a target can have one bound only: "bounded-features" takes those.',
    'With "form": "projection" and momentum or Adam, entries at 0 tremble there until the learning rate falls.',
    'With "form": "softplus" a weight near 0 hardly moves any more, and none is ever exactly 0.',
  ],
  fields: z.object({
    form: z
      .enum(['projection', 'softplus'])
      .default('projection')
      .describe(
        '"projection": after each step negative weights become 0; reaches 0 exactly and leaves it freely. "softplus": the weights are log(1 + exp(V)) of what is trained; smooth, but slow near 0.',
      ),
  }),
  bind: ({ form }) => ({
    ...NO_TERM,
    guarantee: 'G3',
    lastLayer: form === 'projection' ? PROJECTED : REPARAMETRIZED,
  }),
  check: (_fields, facts) => {
    const problems = checkHiddenLayer('nonnegative-weights', facts);
    const { activation, features } = facts;
    if (features !== null && features.min < 0) {
      const message = `"nonnegative-weights" needs features that are never negative, and "${activation}" gives values down to ${features.min}. Set "activation" to "relu", "sigmoid" or "softplus", or take "method": "bounded-features".`;
      const fixes = [
        { title: 'Set "activation": "relu"', network: { activation: 'relu' } },
        { title: 'Change the method to "bounded-features"', fields: { method: 'bounded-features' } },
      ];
      problems.push({ code: 'method.negative-features', severity: 'error', message, field: 'method', fixes });
    }
    const two = twoBounds(facts);
    if (two.length > 0) {
      const message = `"nonnegative-weights" holds one bound of a target, and ${two.join(', ')} ${two.length === 1 ? 'has' : 'have'} "min" and "max". Take "method": "bounded-features" with the activation "tanh" or "sigmoid", which holds both.`;
      const hasTwoEnds = features === null || Number.isFinite(features.max);
      const fixes = [
        {
          title: `Change the method to "bounded-features"${hasTwoEnds ? '' : ' and the activation to "sigmoid"'}`,
          fields: { method: 'bounded-features' },
          ...(hasTwoEnds ? {} : { network: { activation: 'sigmoid' } }),
        },
      ];
      problems.push({ code: 'method.two-bounds', severity: 'error', message, field: 'method', fixes });
    }
    return problems.length > 0 ? problems : checkConvex(facts);
  },
});

const PROJECTED: LastLayer = {
  initial: (weight, bias, bounds) =>
    // Magnitudes, so that every feature is heard from the start: [W]₊ would silence half of them.
    mapLayer({ weight, bias }, bounds, {
      weight: (value, { sign }) => sign * Math.abs(value),
      bias: (value, { sign, bound }) => sign * Math.max(sign * value, bound),
    }),
  project: (weight, bias, bounds) => {
    const turned = turnedBounds(bounds);
    const next = {
      weight: turnBack(relu(mul(weight, turned.sign)), turned, weight) as Tensor2D,
      bias: turnBack(maximum(mul(bias, turned.sign), turned.bound), turned, bias) as Tensor1D,
    };
    return {
      ...next,
      keepMoments: {
        weight: cast(equal(next.weight, weight), 'float32'),
        bias: cast(equal(next.bias, bias), 'float32'),
      },
    };
  },
};

const REPARAMETRIZED: LastLayer = {
  initial: (weight, bias, bounds) => {
    // A weight of 0 would need V = −∞: none starts below a hundredth of the largest that could be drawn.
    const least = 0.01 / Math.sqrt(weight.length / bias.length);
    const inverse = (value: number): number => softplusInverse(Math.max(value, least));
    return mapLayer({ weight, bias }, bounds, {
      weight: (value) => inverse(Math.abs(value)),
      bias: (value, { sign, bound }) => inverse(sign * value - bound),
    });
  },
  effective: (weight, bias, bounds) => {
    const turned = turnedBounds(bounds);
    return {
      weight: turnBack(softplus(weight), turned, weight),
      bias: turnBack(add(softplus(bias), turned.bound) as Tensor1D, turned, bias),
    };
  },
  effectiveValues: (weight, bias, bounds) =>
    mapLayer({ weight, bias }, bounds, {
      weight: (value, { sign }) => sign * softplusOf(value),
      bias: (value, { sign, bound }) => sign * (softplusOf(value) + bound),
    }),
};

/** log(1 + e^x) without overflow. */
const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** log(e^y − 1) without overflow, for y > 0. */
const softplusInverse = (y: number): number => y + Math.log(-Math.expm1(-y));
