/** Plain linear last layers that can't leave their bounds, in Python. Formulas and sources are those of `methods/`. */
import { coneCode } from './cone';
import type { Fields, MethodPart, PartContext } from './part';
import { blocks, code } from './pythonText';

/** `methods/nonnegativeWeights.ts` */
export function nonnegativeWeights({ form }: Fields, context: PartContext): MethodPart {
  const turn = turning(context);
  return form === 'projection' ? projected(turn) : reparametrized(turn);
}

function projected({ definition, weight, bias, bound, weightBack, biasBack }: Turning): MethodPart {
  return {
    fields: [],
    code: blocks(
      definition,
      KEEP_MOMENTS,
      code`
        @torch.no_grad()
        def project():
            """W ← [W]₊ and b ← max(b, min); a moment of the optimizer would push an entry that was clipped out again."""
            weight, bias = network[-1].weight, network[-1].bias
            for parameter, nearest in [
                (weight, ${weightBack(`torch.relu(${weight})`)}),
                (bias, ${biasBack(`torch.maximum(${bias}, ${bound})`)}),
            ]:
                keep_moments(parameter, nearest == parameter)
                parameter.copy_(nearest)
      `,
    ),
    lastLayer: {
      start: code`
        # Magnitudes, so that every feature is heard from the start.
        weight, bias = network[-1].weight, network[-1].bias
        weight.copy_(${weightBack('weight.abs()')})
        bias.copy_(${biasBack(`torch.maximum(${bias}, ${bound})`)})
      `,
      project: 'project',
    },
  };
}

function reparametrized({ definition, bias, bound, weightBack, biasBack }: Turning): MethodPart {
  return {
    fields: [],
    code: blocks(
      definition,
      code`
        def layer_in_use():
            """The last layer, of what is trained: W = log(1 + exp(V)), b = min + log(1 + exp(v))."""
            weight, bias = network[-1].weight, network[-1].bias
            used_weight = ${weightBack('F.softplus(weight)')}
            used_bias = ${biasBack(`F.softplus(bias) + ${bound}`)}
            return used_weight, used_bias


        def inverse_softplus(y):
            """log(e^y − 1), computed so that it does not overflow."""
            y = y.double()
            return (y + torch.log(-torch.expm1(-y))).float()
      `,
    ),
    lastLayer: {
      start: code`
        # No weight starts below a hundredth of the largest that could be drawn: one of 0 would need V = −∞.
        weight, bias = network[-1].weight, network[-1].bias
        least = 0.01 / math.sqrt(network[-1].in_features)
        weight.copy_(${weightBack('inverse_softplus(torch.clamp(weight.abs(), min=least))', 'weight', false)})
        bias.copy_(${biasBack(`inverse_softplus(torch.clamp(${bias} - ${bound}, min=least))`, 'bias', false)})
      `,
      effective: 'layer_in_use()',
    },
  };
}

/** `methods/boundedFeatures.ts` and `methods/coneProjection.ts` */
export function boundedFeatures(_fields: Fields, context: PartContext): MethodPart {
  const features = context.features;
  if (features === null) throw new Error('internal: features without a known range');
  const isBetween = context.sides === 'both' && Number.isFinite(features.max);
  const turn = turning(context);
  const cone = coneCode(features, { isBetween, turn });
  return {
    fields: [],
    code: blocks(
      isBetween ? '' : turn.definition,
      KEEP_MOMENTS,
      cone.nearest,
      code`
        @torch.no_grad()
        def project():
            """The nearest last layer that keeps the bounds for all features; of weights that became 0 the moments go."""
            weight, bias = network[-1].weight, network[-1].bias
            nearest_weight, nearest_bias = nearest(weight, bias)
            keep_moments(weight, (nearest_weight == weight) | (nearest_weight != 0))
            weight.copy_(nearest_weight)
            bias.copy_(nearest_bias)
      `,
    ),
    lastLayer: { start: cone.start, project: 'project' },
  };
}

/** Python for layers whose bounds are all minima: an output with a maximum is turned, y ≤ u is −y ≥ −u. */
export interface Turning {
  readonly definition: string;
  /** The layer's numbers, turned. */
  readonly weight: string;
  readonly bias: string;
  readonly bound: string;
  /** Back, or as it was where there is no bound; `signed: false` for numbers that have no sign to turn. */
  weightBack(value: string, old?: string, signed?: boolean): string;
  biasBack(value: string, old?: string, signed?: boolean): string;
}

function turning({ sides, isEveryBounded }: PartContext): Turning {
  const same = (value: string): string => value;
  if (sides === 'lower' && isEveryBounded) {
    return { definition: '', weight: 'weight', bias: 'bias', bound: 'LOWER', weightBack: same, biasBack: same };
  }
  const definition = {
    lower: code`
      # 1 for an output with a minimum, 0 for one without a bound.
      TURN, BOUND = LOWER.isfinite().float(), torch.where(LOWER.isfinite(), LOWER, 0.0)
    `,
    upper: code`
      # An output with a maximum is turned: y ≤ max is −y ≥ −max. 0 for one without a bound.
      TURN, BOUND = -UPPER.isfinite().float(), torch.where(UPPER.isfinite(), -UPPER, 0.0)
    `,
    both: code`
      # An output with a maximum is turned: y ≤ max is −y ≥ −max. 0 for one without a bound.
      TURN = LOWER.isfinite().float() - UPPER.isfinite().float()
      BOUND = torch.where(LOWER.isfinite(), LOWER, torch.where(UPPER.isfinite(), -UPPER, 0.0))
    `,
  }[sides];
  const back =
    (turn: string) =>
    (value: string, old: string, signed = true): string =>
      `torch.where(${turn} == 0, ${old}, ${signed ? `${turn} * ` : ''}${signed && value.includes(' + ') ? `(${value})` : value})`;
  return {
    definition,
    weight: 'TURN[:, None] * weight',
    bias: 'TURN * bias',
    bound: 'BOUND',
    weightBack: (value, old = 'weight', signed = true) => back('TURN[:, None]')(value, old, signed),
    biasBack: (value, old = 'bias', signed = true) => back('TURN')(value, old, signed),
  };
}

const KEEP_MOMENTS = code`
  def keep_moments(parameter, where):
      """Clears the optimizer's moments of a parameter everywhere else."""
      for moment in optimizer.state[parameter].values():
          if torch.is_tensor(moment) and moment.shape == parameter.shape:
              moment.mul_(where)
`;
