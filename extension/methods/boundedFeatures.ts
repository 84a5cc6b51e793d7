/**
 * Bounded features: a plain linear last layer that can't leave its bounds, because the features h lie in a known range
 * and the bias outweighs what the weights can do in it: `b + Σ w⁺·h_min + w⁻·h_max ≥ min` (w⁺ = max(w, 0),
 * w⁻ = min(w, 0)), and likewise at or below max. For tanh that is `b ≥ min + ‖w‖₁`, for sigmoid
 * `b ≥ min + Σ [−w]₊`: weights of both signs, and both bounds at once. For elu, gelu and silu, which have no upper
 * end, it needs w ≥ 0 and holds one bound; for relu and softplus it is what `nonnegative-weights` does.
 *
 * After each step the layer is projected back, to the nearest one that keeps the inequalities, and so that they hold in
 * float32 arithmetic: see `coneProjection.ts`. Of weights that became 0 the optimizer's moments are cleared; where the
 * cone merely draws weights towards 0 they stay.
 *
 * Source: methods.md, section 2d (derived there); interval bounds of a layer: Gowal et al., arXiv 1810.12715.
 */
import { cast, equal, logicalOr, mul, notEqual, onesLike, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { type LinearLayer, projectAbove, projectBetween } from './coneProjection';
import { type BoundTensors, defineMethod, type FeatureRange, type LastLayer, type PlainBounds } from './method';
import { NO_TERM } from './noTerm';
import { checkConvex, checkHiddenLayer, turnBack, turnedBounds, twoBounds } from './weightSpace';

export const boundedFeatures = defineMethod({
  name: 'bounded-features',
  title: 'Bounded features',
  summary:
    'A plain linear last layer whose bias outweighs all that its weights can do on features of known range: no input, seen or not, gives an output outside its bounds.',
  formula: 'min f(θ)  with  b + Σ [w]₊·h_min − [−w]₊·h_max ≥ min   (tanh: b ≥ min + ‖w‖₁)',
  symbols: {
    w: 'weights of one output in the last layer',
    b: 'its bias',
    'h_min, h_max':
      'ends of the range of the features: tanh −1, 1; sigmoid 0, 1; elu −1, gelu −0.17, silu −0.28, all three without an upper end',
  },
  source: 'the bounds of a layer on an interval, Gowal et al., arXiv 1810.12715, kept by projection',
  guarantee: 'G3',
  guaranteed:
    'Every output inside its bounds for every input, from the first step on, in float32 arithmetic, with a plain linear last layer.',
  when: 'When no input may ever give an output outside, the network has to end in a linear layer, and its activation is tanh or sigmoid; the only such way for two bounds.',
  risks: [
    'The guarantee counts with all features at their worst at once, which no data show: outputs near a bound need small weights, and the fit suffers.',
    'With elu, gelu or silu no weight can be negative, and with one hidden layer of elu the output bends one way only.',
    'The exported layer holds the bounds in float32, too, but rounding its own numbers can cost the last bit of a bound other than 0.',
  ],
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G3', lastLayer: CONE }),
  check: (_fields, facts) => {
    const { activation, features } = facts;
    const problems = checkHiddenLayer('bounded-features', facts);
    const two = twoBounds(facts);
    if (features !== null && features.max === Number.POSITIVE_INFINITY && two.length > 0) {
      const message = `Two bounds (of ${two.join(', ')}) need features with two ends, and "${activation}" has no upper one. Set "activation" to "tanh" or "sigmoid", or leave one bound out.`;
      const fixes = ['tanh', 'sigmoid'].map((name) => ({
        title: `Set "activation": "${name}"`,
        network: { activation: name },
      }));
      problems.push({ code: 'method.unbounded-features', severity: 'error', message, field: 'method', fixes });
    }
    return problems.length > 0 ? problems : checkConvex(facts);
  },
});

const CONE: LastLayer = {
  initial: (weight, bias, bounds, features) => firstLayer({ weight, bias }, bounds, features),
  project: (weight, bias, bounds, features) => {
    const next = projected({ weight, bias }, bounds, features);
    // 1 where a weight is as it was or at least not 0.
    const kept: Tensor2D = logicalOr(equal(next.weight, weight), notEqual(next.weight, 0));
    return { ...next, keepMoments: { weight: cast(kept, 'float32'), bias: onesLike(bias) } };
  },
};

function projected(layer: LinearLayer, bounds: BoundTensors, features: FeatureRange): LinearLayer {
  const { lower, upper } = bounds;
  if (lower && upper && features.max !== Number.POSITIVE_INFINITY) {
    return projectBetween(layer, lower, upper, features);
  }
  const turned = turnedBounds(bounds);
  const next = projectAbove(
    { weight: mul(layer.weight, turned.sign), bias: mul(layer.bias, turned.sign) },
    turned.bound,
    features,
  );
  return {
    weight: turnBack(next.weight, turned, layer.weight),
    bias: turnBack(next.bias, turned, layer.bias),
  };
}

/** The first bias is at least this far inside its bounds, where there is room, in training units. */
const FIRST_ROOM = 0.5;
/** Of the room that the bias leaves, so that rounding does not matter. */
const SHARE_OF_ROOM = 0.99;

/** What PyTorch would draw, with all weights of an output made smaller by one factor until they fit. */
function firstLayer(
  drawn: { readonly weight: Float32Array; readonly bias: Float32Array },
  { lower, upper }: PlainBounds,
  features: FeatureRange,
): { weight: Float32Array; bias: Float32Array } {
  const weight = drawn.weight.slice();
  const bias = drawn.bias.slice();
  const outputs = bias.length;
  for (let output = 0; output < outputs; output++) {
    const [least, most] = [lower[output]!, upper[output]!];
    const isBounded = [least > Number.NEGATIVE_INFINITY, most < Number.POSITIVE_INFINITY];
    if (!isBounded.includes(true)) continue;
    const room = Math.max(0, Math.min(FIRST_ROOM, (most - least) / 4));
    bias[output] = Math.min(Math.max(bias[output]!, least + room), most - room);
    let [fall, rise] = [0, 0];
    for (let index = output; index < weight.length; index += outputs) {
      // Features without an upper end allow weights of one sign only.
      if (features.max === Number.POSITIVE_INFINITY) weight[index] = Math.abs(weight[index]!) * (isBounded[0] ? 1 : -1);
      const ends = weight[index] === 0 ? [0, 0] : [weight[index]! * features.min, weight[index]! * features.max];
      fall -= Math.min(...ends);
      rise += Math.max(...ends);
    }
    const factor = Math.min(
      1,
      isBounded[0] && fall > 0 ? (SHARE_OF_ROOM * (bias[output]! - least)) / fall : 1,
      isBounded[1] && rise > 0 ? (SHARE_OF_ROOM * (most - bias[output]!)) / rise : 1,
    );
    for (let index = output; index < weight.length; index += outputs) weight[index]! *= factor;
  }
  return { weight, bias };
}
