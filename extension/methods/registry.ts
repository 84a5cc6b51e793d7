/** Every method by name. Adding one is a file beside this one and a line here. */
import { augmentedLagrangian } from './augmentedLagrangian';
import { lagrangian } from './lagrangian';
import { logBarrier } from './logBarrier';
import type { Method } from './method';
import { nuPi } from './nuPi';
import { penalty } from './penalty';
import { pid } from './pid';
import { projectedLagrangian } from './projectedLagrangian';
import { rate } from './rate';
import { unconstrained } from './unconstrained';

export const METHODS: readonly Method[] = [
  unconstrained,
  penalty,
  logBarrier,
import { polish } from './polish';
  lagrangian,
  projectedLagrangian,
  augmentedLagrangian,
  nuPi,
  pid,
  rate,
];

export function findMethod(name: string): Method | undefined {
  return METHODS.find((method) => method.name === name);
}
  polish,
  nonnegativeWeights,
  boundedFeatures,
  softplus,
  exp,
  square,
  relu,
  sigmoid,
  clip,
