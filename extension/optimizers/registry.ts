/** Every optimizer by name. */
import { adam } from './adam';
import type { Optimizer } from './optimizer';
import { sgd } from './sgd';

export const OPTIMIZER_NAMES = ['sgd', 'adam'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

export function createOptimizer(name: OptimizerName, options: { momentum: number }): Optimizer {
  return name === 'sgd' ? sgd(options.momentum) : adam;
}
