/** What a method is that adds nothing to the loss and keeps nothing: it does without, or its outputs are inside by other means. */
import { zerosLike } from '@tensorflow/tfjs-core';
import type { MethodFunctions } from './method';

export const NO_TERM: Omit<MethodFunctions, 'guarantee'> = {
  order: 'simultaneous',
  reduction: 'mean',
  rows: [],
  scalarNames: [],
  scalars: () => ({}),
  initialRows: () => ({}),
  term: (g) => zerosLike(g),
};
