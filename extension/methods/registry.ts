/** Every method by name. Adding one is a file beside this one and a line here. */
import { augmentedLagrangian } from './augmentedLagrangian';
import { boundedFeatures } from './boundedFeatures';
import { clip } from './heads/clip';
import { exp } from './heads/exp';
import { relu } from './heads/relu';
import { sigmoid } from './heads/sigmoid';
import { softplus } from './heads/softplus';
import { square } from './heads/square';
import { lagrangian } from './lagrangian';
import { logBarrier } from './logBarrier';
import type { Method } from './method';
import { nonnegativeWeights } from './nonnegativeWeights';
import { nuPi } from './nuPi';
import { penalty } from './penalty';
import { pid } from './pid';
import { polish } from './polish';
import { projectedLagrangian } from './projectedLagrangian';
import { rate } from './rate';
import { unconstrained } from './unconstrained';

export const METHODS: readonly Method[] = [
  unconstrained,
  penalty,
  logBarrier,
  lagrangian,
  projectedLagrangian,
  augmentedLagrangian,
  nuPi,
  pid,
  rate,
  polish,
  nonnegativeWeights,
  boundedFeatures,
  softplus,
  exp,
  square,
  relu,
  sigmoid,
  clip,
];

export function findMethod(name: string): Method | undefined {
  return METHODS.find((method) => method.name === name);
}
