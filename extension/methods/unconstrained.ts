/**
 * No constraint: minimise `f(θ)`. The baseline that every other method is compared with; what it loses in feasibility
 * is the reason to use another, what another loses in `f` is the price of positivity.
 */
import { z } from 'zod';
import { defineMethod } from './method';
import { NO_TERM } from './noTerm';

export const unconstrained = defineMethod({
  name: 'unconstrained',
  title: 'Unconstrained',
  summary: 'Plain training, nothing keeps the outputs inside the bounds. The baseline.',
  formula: 'min f(θ)',
  source: 'the baseline',
  guarantee: 'G0',
  guaranteed: 'Nothing: outputs go where the loss takes them.',
  when: 'Always, once: at its optimum its loss is the lowest there is, and what every other method gives up of it is the price of positivity. A trained network may be a little off its optimum, so a lucky run can beat it.',
  risks: ['Outputs outside the bounds wherever the data pull that way, most of all where targets lie at a bound.'],
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G0' }),
});
