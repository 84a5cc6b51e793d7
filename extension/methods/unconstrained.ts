/**
 * No constraint: minimise `f(θ)`. The baseline that every other method is compared with; what it loses in feasibility
 * is the reason to use another, what another loses in `f` is the price of positivity.
 */
import { zerosLike } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineMethod } from './method';

export const unconstrained = defineMethod({
  name: 'unconstrained',
  title: 'Unconstrained',
  summary: 'Plain training, nothing keeps the outputs inside the bounds. The baseline.',
  formula: 'min f(θ)',
  source: 'the baseline',
  guarantee: 'G0',
  fields: z.object({}),
  bind: () => ({
    guarantee: 'G0',
    order: 'simultaneous',
    reduction: 'mean',
    rows: [],
    scalarNames: [],
    scalars: () => ({}),
    initialRows: () => ({}),
    term: (g) => zerosLike(g),
  }),
});
