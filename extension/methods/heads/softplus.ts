/**
 * Softplus head: `y = min + log(1 + e^{βa})/β`, mirrored `y = max − log(1 + e^{−βa})/β`, with a the linear layer's output.
 *
 * For large a it is a itself, for small a it fades into the bound like e^{βa}/β; β tells how sharp the bend between is.
 * tfjs and ONNX Runtime compute it as max(a, 0) + log(1 + e^{−|a|}), which no a makes overflow.
 *
 * Source: Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, NIPS 2000.
 */
import { div, mul, softplus as softplusOf, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { checkOneBound, linkHead } from './head';

export const softplus = defineMethod({
  name: 'softplus',
  title: 'Softplus head',
  summary:
    'Softplus after the last layer, for comparison: always inside, smooth, gradients everywhere, but no longer a plain linear output.',
  formula: 'y = min + log(1 + exp(β·a))/β,  mirrored y = max − log(1 + exp(−β·a))/β',
  symbols: { a: "the linear layer's output, in training units", β: 'sharpness' },
  source: 'Dugas et al., NIPS 2000',
  guarantee: 'G3',
  guaranteed:
    'Every output inside its bound for every input, by the formula strictly; in float32 an a far below the bound, βa < −17 or so, can give the bound itself.',
  when: 'As the usual way out of the linear layer, to see what the linear one costs; the steadiest of the heads.',
  risks: [
    'Outputs near the bound take a far below it, where steps change little: rows at the bound stay a little above.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the head behind them.',
  ],
  linearOutput: false,
  fields: z.object({
    sharpness: z
      .number()
      .min(0.01)
      .max(100)
      .default(1)
      .describe(
        'β: the bend about the bound is 1/β standard deviations wide. The default is that of PyTorch\'s nn.Softplus; a large one comes close to "relu", dead rows included.',
      ),
  }),
  bind: ({ sharpness }) => ({
    ...NO_TERM,
    guarantee: 'G3',
    head: linkHead(
      (a) => div(softplusOf(mul(a, sharpness)), sharpness) as Tensor2D,
      sharpness === 1 ? 'log(1 + exp(a))' : `log(1 + exp(${sharpness}·a))/${sharpness}`,
    ),
  }),
  check: (_fields, facts) => checkOneBound('softplus', facts),
});
