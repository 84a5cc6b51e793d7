/** Where the values lie that an activation gives: what a last layer can count on. */
import type { ActivationName, NetworkShape } from './network';

export interface FeatureRange {
  readonly min: number;
  readonly max: number;
}

const RANGES: { readonly [Name in ActivationName]: FeatureRange } = {
  relu: { min: 0, max: Number.POSITIVE_INFINITY },
  tanh: { min: -1, max: 1 },
  sigmoid: { min: 0, max: 1 },
  softplus: { min: 0, max: Number.POSITIVE_INFINITY },
  elu: { min: -1, max: Number.POSITIVE_INFINITY },
  // Rounded downwards: −0.16997120747990366 at x = −0.7517915246935645.
  gelu: { min: -0.169971208, max: Number.POSITIVE_INFINITY },
  // Rounded downwards: −0.2784645427610738 at x = −1.2784645427610738.
  silu: { min: -0.278464543, max: Number.POSITIVE_INFINITY },
};

/** `null` for a network without hidden layers, whose features are its inputs. */
export function featureRange(shape: NetworkShape): FeatureRange | null {
  return shape.layers.length > 2 ? activationRange(shape.activation) : null;
}

export function activationRange(activation: ActivationName): FeatureRange {
  return RANGES[activation];
}
