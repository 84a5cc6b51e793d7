/**
 * Rate constraint: at most p of an output's values outside its bound, p a share of the rows. A share has no gradient, so
 * the weights feel a smooth proxy of it, while the multipliers go by the share itself (proxy primal, true dual):
 *
 *     L = f + Σ_j λ_j (mean_i φ(g_ij) − p)                      for the weights
 *     λ_j ← [λ_j + η_λ (mean_i 1[g_ij > 0] − p)]₊               one multiplier per output and side
 *
 *     hinge:    φ(g) = [1 + g/w]₊         never below 1[g > 0]; felt also inside, within w of the bound
 *     sigmoid:  φ(g) = 1/(1 + e^(−g/w))   between 0 and 1; hardly felt by rows far outside
 *
 * The share of a batch is what counts as the share. λ of an entry is `λ_j·φ′(g)`, that of the proxy, so stationarity can
 * reach 0 while primal feasibility and complementarity, which ask for all rows inside, can't.
 *
 * Source: Cotter et al., arXiv 1804.06500 and 1809.04198 (TFCO; the hinge is its proxy of a rate).
 */
import { add, div, mean, mul, relu, type Scalar, sigmoid, step, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { orderWithExtragradient, positive, reduction } from './fields';
import { defineMethod } from './method';

interface Proxy {
  value(g: Tensor2D, width: Scalar): Tensor2D;
  slope(g: Tensor2D, width: Scalar): Tensor2D;
}

const PROXIES = {
  hinge: {
    value: (g, width) => relu(add(div(g, width), 1)),
    slope: (g, width) => div(step(add(div(g, width), 1)), width),
  },
  sigmoid: {
    value: (g, width) => sigmoid(div(g, width)),
    slope: (g, width) => {
      const share = sigmoid(div(g, width));
      return div(mul(share, sub(1, share)), width);
    },
  },
} satisfies Record<string, Proxy>;

const fields = z.object({
  percent: z
    .number()
    .min(0)
    .lt(100)
    .default(1)
    .describe(
      'Largest share of each output outside each of its bounds, in per cent of the training rows. 1 is "at most one in a hundred"; 0 asks for what the other methods do, and they do it better.',
    ),
  proxy: z
    .enum(['hinge', 'sigmoid'])
    .default('hinge')
    .describe(
      'What the weights feel in place of the share: "hinge", which pulls every row that is outside or within "width" of it equally; or "sigmoid", which pulls rows near the bound and gives up those far outside: nearer the share, but a row far out is lost.',
    ),
  width: positive(
    0.1,
    'How far from the bound, in training units, the proxy is felt. The narrower, the nearer the share and the stiffer the problem; a tenth of a deviation is felt by the rows that could be moved.',
  ),
  dualLearningRate: positive(
    0.1,
    'Step size η_λ of the multipliers, once a step. Plain gradient ascent on the share, which is between 0 and 1; steps from 0.03 to 1 come to the same share on the weather example.',
  ),
  order: orderWithExtragradient,
  reduction,
});

export const rate = defineMethod({
  name: 'rate',
  title: 'Rate constraint',
  summary:
    'At most p per cent of each output outside each of its bounds: one multiplier per output and bound rises with the true share, the weights feel a smooth stand-in.',
  formula: 'min over θ:  f(θ) + Σ_j λ_j·(mean φ(g) − p);   λ_j ← [λ_j + η_λ (share of g > 0 − p)]₊,  φ(g) = [1 + g/w]₊',
  source: 'Cotter et al., arXiv 1804.06500 and 1809.04198',
  guarantee: 'G0',
  guaranteed:
    'No output by itself; at convergence about p per cent of the training rows outside, on the average of the last steps rather than at the last one.',
  when: 'Where a few outputs outside do no harm and what each costs does: the loss given up is less than for none.',
  risks: [
    'The share swings about p, as multipliers answer it a step late: read the average, or let the learning rate fall.',
    'A batch must be large enough to show the share: of 32 rows, one is 3 %.',
    'Those left outside may be far outside: nothing but the loss holds them.',
    'The verdict of a run asks for all rows inside, so it is "infeasible" for one that keeps its share.',
  ],
  symbols: {
    p: 'largest share wanted, percent/100',
    φ: 'proxy of the share, from violations',
    w: 'width of the proxy',
    η_λ: 'step size of the multipliers',
  },
  fields,
  bind: ({ percent, proxy, width, dualLearningRate, order, reduction }) => {
    const { value, slope } = PROXIES[proxy];
    return {
      guarantee: 'G0',
      order,
      reduction,
      rows: ['multiplier'],
      scalarNames: ['rate', 'width', 'dualLearningRate'],
      scalars: () => ({ rate: percent / 100, width, dualLearningRate }),
      initialRows: (g) => ({ multiplier: new Float32Array(g.length) }),
      perOutput: (g, s) => ({
        felt: sub(mean(value(g, s.width!), 0, true), s.rate!),
        actual: sub(mean(step(g), 0, true), s.rate!),
      }),
      term: (constraint, rows) => mul(rows.multiplier!, constraint),
      ascend: (constraint, rows, s) => ({
        multiplier: relu(add(rows.multiplier!, mul(constraint, s.dualLearningRate!))),
      }),
      multiplier: (g, rows, s) => mul(rows.multiplier!, slope(g, s.width!)),
    };
  },
});
