/**
 * ReLU head: `y = max(a, min)`, with two bounds `y = min(max(a, min), max)`, a the linear layer's output.
 *
 * For bounds of each output by itself the projections of HardNet and DC3 are this. A row outside has gradient 0: if all
 * rows of an output lie outside, nothing brings them back. At the bound itself the gradient passes.
 *
 * Source: HardNet-Aff, arXiv 2410.10807 (for A = I); for dead rows: pytorch/pytorch#97452.
 */
import { z } from 'zod';
import { defineMethod } from '../method';
import { NO_TERM } from '../noTerm';
import { CLAMPED, clamp } from './head';

export const relu = defineMethod({
  name: 'relu',
  title: 'ReLU head',
  summary:
    'Cuts outputs off at their bounds while training, too, for comparison: always inside, but rows outside get no gradient, and no longer a plain linear output.',
  formula: 'y = max(a, min),  with two bounds y = min(max(a, min), max)',
  symbols: { a: "the linear layer's output" },
  source: 'HardNet-Aff, arXiv 2410.10807, which for bounds comes to this; dead rows: pytorch/pytorch#97452',
  guarantee: 'G3',
  guaranteed: 'Every output inside its bounds or exactly at one, for every input.',
  when: 'Where many outputs belong exactly at the bound, and as what projection layers come to for bounds.',
  risks: [
    'Dead rows: a row outside has gradient 0 and stays where it is; where all rows of an output start outside, it never trains.',
    'It is no longer the network that was asked for: whoever loads its weights has to put the head behind them.',
  ],
  linearOutput: false,
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G3', head: { formula: CLAMPED, train: clamp, predict: clamp } }),
});
