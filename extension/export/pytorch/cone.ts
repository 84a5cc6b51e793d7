/**
 * The nearest last layer that keeps its bounds for all features of a known range, in Python: `methods/coneProjection.ts`
 * with the arithmetic of one case, of features from p below 0 to q.
 */
import type { FeatureRange } from '../../methods/method';
import type { Turning } from './lastLayers';
import { blocks, code } from './pythonText';

export interface ConeCode {
  /** Defines `nearest(weight, bias)`. */
  readonly nearest: string;
  /** Makes the first weights fit. */
  readonly start: string;
}

export function coneCode(features: FeatureRange, { isBetween, turn }: { isBetween: boolean; turn: Turning }): ConeCode {
  if (!isBetween) return { nearest: blocks(ROUNDING, above(features, turn)), start: startAbove(features, turn) };
  const { min, max } = features;
  if (max !== 1 || (min !== 0 && min !== -1)) throw new Error(`internal: two bounds on features in ${min} to ${max}`);
  const weights = min === 0 ? FROM_ZERO : SYMMETRIC;
  return { nearest: blocks(ROUNDING, weights, between(features)), start: startBetween(features) };
}

const ROUNDING = code`
  # A share that no order of adding up the layer's products can exceed, twice.
  # Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., ch. 3.1.
  ROUNDING = 2 * (network[-1].in_features + 64) * 2**-24
`;

/** By how much weights can lower the output, per unit of their size. */
function lowering({ min, max }: FeatureRange, weight: string): string {
  if (max === Number.POSITIVE_INFINITY || -min === max) return String(0 - min);
  return `(${weight} < 0).float()`;
}

/** The same of features with two ends for how they can raise it. */
function raising({ min, max }: FeatureRange, weight: string): string {
  return -min === max ? String(max) : `(${weight} > 0).float()`;
}

/** A sum over the features. */
function total(sizes: string, factor: string): string {
  return factor === '1' ? `${sizes}.sum(dim=1)` : `(${sizes} * ${factor}).sum(dim=1)`;
}

function above(features: FeatureRange, turn: Turning): string {
  const { min, max } = features;
  const isOpen = max === Number.POSITIVE_INFINITY;
  const range = isOpen ? `from ${min} on` : `in ${min} to ${max}`;
  const weight = turn.weight === 'weight' ? '' : `weight, bias = ${turn.weight}, ${turn.bias}`;
  return code`
    def nearest(weight, bias):
        """
        The nearest layer with b − c(w) ≥ min, where c(w) = Σ a·|w| is what features ${range} can take away:
        weights move towards 0 by a·τ, and Newton's method from 0 finds τ in a few steps.
        """
        ${turn.weight === 'weight' ? '' : 'own_weight, own_bias = weight, bias'}
        ${weight}
        sizes = ${isOpen ? 'torch.relu(weight)' : 'weight.abs()'}
        a = ${lowering(features, 'weight')}
        tau = torch.zeros_like(bias)
        for _ in range(6):
            left = (sizes > a * tau[:, None]).float()
            missing = ${turn.bound} - bias + (left * sizes * a).sum(dim=1)
            tau = torch.relu(missing / ((left * a * a).sum(dim=1) + 1))
        weight = ${isOpen ? '' : 'torch.sign(weight) * '}torch.relu(sizes - a * tau[:, None])
        # Last, the bias makes it hold in float32.
        least = ${turn.bound} + (weight.abs() * a).sum(dim=1) * (1 + ROUNDING)
        bias = torch.maximum(bias, least + 2 * ROUNDING * least.abs())
        ${turn.weight === 'weight' ? '' : `weight = ${turn.weightBack('weight', 'own_weight')}`}
        ${turn.weight === 'weight' ? '' : `bias = ${turn.biasBack('bias', 'own_bias')}`}
        return weight, bias
  `;
}

/** All weights are drawn towards 0 by σ; see `nearestSymmetric`. */
const SYMMETRIC = code`
  def nearest_weight(weight, bias):
      """Features in −1 to 1: all weights move towards 0, until the bias fits between the bounds."""
      below, above = LOWER - bias, bias - UPPER
      sizes = weight.abs()
      sigma = torch.zeros_like(bias)
      for _ in range(6):
          left = (sizes > sigma[:, None]).float()
          total, slope = (left * sizes).sum(dim=1), left.sum(dim=1)
          fits = ((below + above) / 2 + total) / torch.clamp(slope, min=1)
          sigma = torch.maximum(torch.relu((torch.maximum(below, above) + total) / (slope + 1)), fits)
      return torch.sign(weight) * torch.relu(sizes - sigma[:, None])
`;

/** Each bound draws the weights of one sign towards 0; see `nearestFromZero`. */
const FROM_ZERO = code`
  def nearest_weight(weight, bias):
      """Features in 0 to 1: the minimum draws weights below 0 towards it, the maximum those above."""
      below, above = LOWER - bias, bias - UPPER
      falling, rising = torch.relu(-weight), torch.relu(weight)
      tau, upsilon = torch.zeros_like(bias), torch.zeros_like(bias)
      for _ in range(6):
          left_below = (falling > tau[:, None]).float()
          left_above = (rising > upsilon[:, None]).float()
          x = below + (left_below * falling).sum(dim=1)
          y = above + (left_above * rising).sum(dim=1)
          s, t = left_below.sum(dim=1) + 1, left_above.sum(dim=1) + 1
          together = (x * t + y) / torch.clamp(s * t - 1, min=1e-20)
          tau = torch.relu(torch.maximum(x / s, together))
          upsilon = torch.relu((y + tau) / t)
      return torch.relu(rising - upsilon[:, None]) - torch.relu(falling - tau[:, None])
`;

function between(features: FeatureRange): string {
  const { min, max } = features;
  return code`
    def nearest(weight, bias):
        """The nearest layer with b − c(w) ≥ min and b + d(w) ≤ max for all features in ${min} to ${max}."""
        weight = nearest_weight(weight, bias)
        sizes = weight.abs()
        c = ${total('sizes', lowering(features, 'weight'))}
        d = ${total('sizes', raising(features, 'weight'))}
        # Last, a factor for the weights and the bias make it hold in float32.
        room = UPPER - LOWER - 2 * ROUNDING * (LOWER.abs() + UPPER.abs())
        share = room / ((c + d) * (1 + 8 * ROUNDING) + 1e-20)
        factor = torch.where(LOWER.isfinite() & UPPER.isfinite(), torch.clamp(share, 0, 1), 1.0)
        lowest = LOWER + c * factor * (1 + ROUNDING)
        highest = UPPER - d * factor * (1 + ROUNDING)
        lowest = torch.where(LOWER.isfinite(), lowest + 2 * ROUNDING * lowest.abs(), LOWER)
        highest = torch.where(UPPER.isfinite(), highest - 2 * ROUNDING * highest.abs(), UPPER)
        bias = torch.minimum(torch.maximum(bias, lowest), highest)
        return weight * factor[:, None], torch.maximum(bias, LOWER)
  `;
}

/** As `firstLayer` in `methods/boundedFeatures.ts`, with bounds on one side of each output. */
function startAbove({ min, max }: FeatureRange, turn: Turning): string {
  const isOpen = max === Number.POSITIVE_INFINITY;
  const weight = isOpen ? 'weight.abs()' : turn.weight;
  return code`
    # What PyTorch would draw, with all weights of an output made smaller by one factor until they fit.
    weight, bias = network[-1].weight, network[-1].bias
    first_bias = torch.maximum(${turn.bias}, ${turn.bound} + 0.5)
    first_weight = ${weight}
    fall = ${total('first_weight.abs()', lowering({ min, max }, 'first_weight'))}
    factor = torch.clamp(0.99 * (first_bias - ${turn.bound}) / torch.clamp(fall, min=1e-20), max=1)
    first_weight = first_weight * factor[:, None]
    weight.copy_(${turn.weightBack('first_weight')})
    bias.copy_(${turn.biasBack('first_bias')})
  `;
}

function startBetween(features: FeatureRange): string {
  return code`
    # What PyTorch would draw, with all weights of an output made smaller by one factor until they fit.
    weight, bias = network[-1].weight, network[-1].bias
    room = torch.clamp((UPPER - LOWER) / 4, 0, 0.5)
    bias.copy_(torch.minimum(torch.maximum(bias, LOWER + room), UPPER - room))
    fall = ${total('weight.abs()', lowering(features, 'weight'))}
    rise = ${total('weight.abs()', raising(features, 'weight'))}
    above, below = 0.99 * (bias - LOWER), 0.99 * (UPPER - bias)
    factor = torch.minimum(above / torch.clamp(fall, min=1e-20), below / torch.clamp(rise, min=1e-20))
    weight.mul_(torch.clamp(factor, max=1)[:, None])
  `;
}
