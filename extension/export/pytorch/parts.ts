/** Every method's part of a script by name: a method without one can't be exported. */
import { clip, exp, relu, sigmoid, softplus, square } from './heads';
import { boundedFeatures, nonnegativeWeights } from './lastLayers';
import { augmentedLagrangian, lagrangian, nuPi, pid, projectedLagrangian, rate } from './multipliers';
import type { Fields, MethodPart, PartContext } from './part';
import { logBarrier, penalty } from './penalties';

export const PARTS: Readonly<Record<string, (fields: Fields, context: PartContext) => MethodPart>> = {
  unconstrained: () => ({ fields: [], code: '' }),
  // Plain training; what comes after it is in polish.ts.
  polish: () => ({ fields: [], code: '' }),
  penalty,
  'log-barrier': logBarrier,
  lagrangian,
  'projected-lagrangian': projectedLagrangian,
  'augmented-lagrangian': augmentedLagrangian,
  'nu-pi': nuPi,
  pid,
  rate,
  'nonnegative-weights': nonnegativeWeights,
  'bounded-features': boundedFeatures,
  softplus,
  exp,
  square,
  relu,
  sigmoid,
  clip,
};
