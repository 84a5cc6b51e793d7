/**
 * Clip at prediction only: train the plain linear network without a constraint, and take `min(max(a, min), max)` of its
 * outputs a when it is used. The weights are those of `unconstrained` with the same seed, whose figures are the raw ones.
 *
 * Source: the baseline of HardNet (arXiv 2410.10807) and DC3 (arXiv 2104.12225), projection at test time.
 */
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { CLAMPED, clamp } from './head';

export const clip = defineMethod({
  name: 'clip',
  title: 'Clip at prediction',
  summary:
    'Plain training, and outputs cut off at their bounds when the network is used, for comparison: always inside, but training knows nothing of it, and no longer a plain linear output.',
  formula: 'min f(θ) with y = a;  in use y = min(max(a, min), max)',
  symbols: { a: "the linear layer's output" },
  source: 'projection at test time, the baseline of HardNet (arXiv 2410.10807) and DC3 (arXiv 2104.12225)',
  guarantee: 'G3',
  guaranteed:
    'Every output in use inside its bounds or exactly at one, for every input; the linear outputs behind it are not, and the loss while training is theirs.',
  when: 'As what everyone does first, and what any other way has to beat: on rows whose targets are inside, cutting off brings every output nearer to its target. The figures before the cut are those of "unconstrained" with the same seed.',
  risks: [
    'What is trained is not what is used: outputs that balanced each other out in the mean no longer do, and with a lower bound their mean is too large.',
    'Where the linear output is outside, the output is flat: it says nothing of how its inputs matter.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the clip behind them.',
  ],
  linearOutput: false,
  fields: z.object({}),
  bind: () => ({
    ...NO_TERM,
    guarantee: 'G3',
    head: { formula: CLAMPED, atPredictionOnly: true, train: (linear) => linear, predict: clamp },
  }),
});
