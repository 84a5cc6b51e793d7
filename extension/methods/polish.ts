/**
 * Polish: train without a constraint, then solve the last layer exactly. With the features `h` frozen,
 * `min over W, b of mean((W·h + b − t)²) subject to min ≤ W·h + b ≤ max on every training row` is a convex quadratic
 * program, feasible for any features (raise b), and its outputs don't depend on each other.
 *
 * The method only asks for it; `trainer/lastLayer.ts` does it, after any other method too ("polish": true).
 *
 * Source: methods.md, section 2d; the solver: Goldfarb & Idnani, Mathematical Programming 27, 1983.
 */
import { z } from 'zod';
import { defineMethod } from './method';
import { NO_TERM } from './noTerm';

export const polish = defineMethod({
  name: 'polish',
  title: 'Polish',
  summary:
    'Plain training, then the last layer solved exactly for its features: feasible on the training rows with proof, the best such layer there is.',
  formula:
    'min f(θ);  then  min over W, b:  mean((W·h + b − t)²)  subject to  min ≤ W·h + b ≤ max on every training row',
  symbols: {
    h: 'features: what the last layer is given',
    W: 'weights of the last layer',
    b: 'its biases',
    t: 'targets',
  },
  source: 'a convex quadratic program; Goldfarb & Idnani, Mathematical Programming 27, 1983',
  guarantee: 'G1',
  guaranteed:
    'Outputs inside the bounds on every training row (exported, in the units of the data, up to float32 rounding: some 1e-6), and the lowest squared error that a last layer can have there with these features, shown by a duality gap of zero; nothing for unseen rows.',
  when: 'As the quickest way to feasible training rows, and as the floor that every other method is measured against; "polish": true puts it after any other method.',
  risks: [
    'The features were learned without the constraint: a method that trains with it may find better ones.',
    'Few rows for many features: the exact layer fits noise, which held-out figures show.',
    'Needs the loss "mse", and memory and time that grow with rows × features².',
  ],
  fields: z.object({}),
  bind: () => ({ ...NO_TERM, guarantee: 'G1', polishes: true }),
});
