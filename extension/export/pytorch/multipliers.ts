/** The methods with multipliers in Python. Their formulas and sources are those of `methods/`. */
import { coefficientCode } from './coefficient';
import type { Fields, MethodPart, PartContext } from './part';
import { blocks, code, constantName } from './pythonText';

const ZEROS = 'torch.zeros_like(g)';

/** `methods/lagrangian.ts` */
export function lagrangian({ slackStep }: Fields): MethodPart {
  const isScaled = slackStep === 'scaled';
  return {
    fields: ['dualLearningRate', 'slackLearningRate', 'damping', 'slackNudge'],
    kept: { slack: 'torch.relu(-g).sqrt() + SLACK_NUDGE', multiplier: ZEROS },
    term: ['kept'],
    ascends: true,
    descends: true,
    code: code`
      def slack_error(g, kept):
          """y − min − s², 0 where the slack s is right."""
          return -g - kept["slack"].square()


      def term(g, kept):
          """μ·e + (c/2)·e²: the multiplier, and a damping that weights and slacks feel."""
          e = slack_error(g, kept)
          return kept["multiplier"] * e + DAMPING / 2 * e.square()


      def descend(g, kept):
          """${isScaled ? 'A gradient step of the slack, divided by max(1, 4c·s²), its curvature, and at most half of the slack' : 'A gradient step of the slack'}."""
          slack = kept["slack"]
          change = 2 * SLACK_LEARNING_RATE * (kept["multiplier"] + DAMPING * slack_error(g, kept))
          ${isScaled && 'change = torch.clamp(change / torch.clamp(4 * DAMPING * slack.square(), min=1), -0.5, 0.5)'}
          return {"slack": slack + change * slack}


      def ascend(g, kept):
          """μ ← μ + η·e"""
          return {"multiplier": kept["multiplier"] + DUAL_LEARNING_RATE * slack_error(g, kept)}
    `,
  };
}

/** `methods/projectedLagrangian.ts` */
export function projectedLagrangian(fields: Fields, context: PartContext): MethodPart {
  const { damping, dualRestart, multiplierRadius } = fields;
  const isDamped = Number(damping) > 0;
  const hasRadius = multiplierRadius !== undefined;
  const lambda = ownMultiplier(fields, context);
  const moved = 'kept["multiplier"] + DUAL_LEARNING_RATE * g';
  return {
    ...constraintPart(fields),
    fields: ['dualLearningRate', ...(isDamped ? ['damping'] : []), ...(hasRadius ? ['multiplierRadius'] : [])],
    kept: { multiplier: ZEROS },
    term: ['kept'],
    ascends: true,
    code: blocks(
      constraintCode(fields),
      hasRadius && RADIUS,
      code`
        def term(g, kept):
            """λ·g${isDamped && ' + (d/2)·[g]₊², whose force is λ + d·[g]₊'}"""
            return ${lambda} * g${isDamped && ' + DAMPING / 2 * torch.relu(g).square()'}
      `,
      isJoint(fields, context) && JOINED,
      code`
        def ascend(g, kept):
            """λ ← [λ + η·g]₊${dualRestart === true && ', and 0 where the bound is kept'}${hasRadius && ', with a sum of at most MULTIPLIER_RADIUS'}"""
            multiplier = ${hasRadius ? `within_radius(${moved})` : `torch.relu(${moved})`}
            ${dualRestart === true && 'multiplier = torch.where(g > 0, multiplier, 0.0)'}
            return {"multiplier": ${joined('multiplier', fields, context)}}
      `,
    ),
  };
}

/** `methods/augmentedLagrangian.ts` */
export function augmentedLagrangian(fields: Fields, context: PartContext): MethodPart {
  const coefficient = coefficientCode({
    symbol: 'c',
    name: 'coefficient',
    schedule: String(fields.coefficientSchedule),
    restart: fields.coefficientRestart === true,
    prefix: 'coefficient',
    first: 'penaltyCoefficient',
  });
  const lambda = ownMultiplier(fields, context);
  const { next } = coefficient;
  const joint = isJoint(fields, context);
  const coefficientAfter = joint ? 'coefficient.amax(0, keepdim=True).expand_as(g)' : 'coefficient';
  return {
    ...constraintPart(fields),
    fields: [...coefficient.fields, 'dualLearningRate'],
    kept: { multiplier: ZEROS, ...coefficient.kept },
    term: ['kept'],
    ascends: true,
    code: blocks(
      constraintCode(fields),
      code`
        def term(g, kept):
            """([λ + c·g]₊² − λ²) / 2c, whose force on an output is [λ + c·g]₊"""
            c = ${coefficient.value}
            force = torch.relu(kept["multiplier"] + c * g)
            return (force.square() - ${lambda}.square()) / (2 * c)
      `,
      joint && JOINED,
      code`
        def ascend(g, kept):
            """λ ← [λ + η·g]₊${fields.dualRestart === true && ', and 0 where the bound is kept'}${next !== undefined && '; c grows where the output is outside'}"""
            multiplier = torch.relu(kept["multiplier"] + DUAL_LEARNING_RATE * g)
            ${fields.dualRestart === true && 'multiplier = torch.where(g > 0, multiplier, 0.0)'}
            ${next?.code('g') ?? ''}
            return {"multiplier": ${joined('multiplier', fields, context)}${next !== undefined && `, "coefficient": ${coefficientAfter}`}}
      `,
    ),
  };
}

/** `methods/nuPi.ts` */
export function nuPi(fields: Fields, context: PartContext): MethodPart {
  return {
    ...constraintPart(fields),
    fields: ['dualLearningRate', 'integralGain', 'proportionalGain', 'smoothing'],
    kept: { multiplier: ZEROS, smoothed: ZEROS },
    term: ['kept'],
    ascends: true,
    code: blocks(
      constraintCode(fields),
      code`
        def term(g, kept):
            """λ·g"""
            return ${ownMultiplier(fields, context)} * g
      `,
      isJoint(fields, context) && JOINED,
      code`
        def ascend(g, kept):
            """λ ← [λ + η·(K_i·g + K_p·Δξ)]₊ with ξ ← ν·ξ + (1 − ν)·g, Δξ its change"""
            change = (1 - SMOOTHING) * (g - kept["smoothed"])
            move = INTEGRAL_GAIN * g + PROPORTIONAL_GAIN * change
            multiplier = torch.relu(kept["multiplier"] + DUAL_LEARNING_RATE * move)
            return {"multiplier": ${joined('multiplier', fields, context)}, "smoothed": kept["smoothed"] + change}
      `,
    ),
  };
}

/** `methods/pid.ts` */
export function pid(fields: Fields): MethodPart {
  const { derivativeGain } = fields;
  const hasDerivative = Number(derivativeGain) > 0;
  return {
    ...constraintPart(fields),
    fields: ['integralGain', 'proportionalGain', ...(hasDerivative ? ['derivativeGain', 'smoothing'] : [])],
    kept: { multiplier: ZEROS, integral: ZEROS, ...(hasDerivative && { smoothed: ZEROS }) },
    term: ['kept'],
    ascends: true,
    code: blocks(
      constraintCode(fields),
      code`
        def term(g, kept):
            """λ·g"""
            return kept["multiplier"] * g
      `,
      code`
        def ascend(g, kept):
            """λ = [K_p·g + K_i·I${hasDerivative && ' + K_d·[ΔC]₊'}]₊ with I ← [I + g]₊${hasDerivative && ', C ← ν·C + (1 − ν)·g'}"""
            integral = torch.relu(kept["integral"] + g)
            multiplier = PROPORTIONAL_GAIN * g + INTEGRAL_GAIN * integral
            ${
              hasDerivative &&
              code`
                change = (1 - SMOOTHING) * (g - kept["smoothed"])
                multiplier = multiplier + DERIVATIVE_GAIN * torch.relu(change)
              `
            }
            ${
              hasDerivative
                ? 'return {"multiplier": torch.relu(multiplier), "integral": integral, "smoothed": kept["smoothed"] + change}'
                : 'return {"multiplier": torch.relu(multiplier), "integral": integral}'
            }
      `,
    ),
  };
}

/** `methods/rate.ts` */
export function rate({ proxy }: Fields): MethodPart {
  const isHinge = proxy === 'hinge';
  return {
    fields: ['percent', 'width', 'dualLearningRate'],
    kept: { multiplier: ZEROS },
    term: ['kept'],
    ascends: true,
    perOutput: 'proxy',
    code: code`
      def felt(g):
          """What the weights feel in place of the share: the mean of ${isHinge ? '[1 + g/w]₊' : '1/(1 + exp(−g/w))'}, less the share allowed."""
          return ${isHinge ? 'torch.relu(1 + g / WIDTH)' : 'torch.sigmoid(g / WIDTH)'}.mean(dim=-2, keepdim=True) - PERCENT / 100


      def actual(g):
          """The share of the batch that is outside, less the share allowed."""
          return (g > 0).float().mean(dim=-2, keepdim=True) - PERCENT / 100


      def term(constraint, kept):
          """λ·constraint, one multiplier per output"""
          return kept["multiplier"] * constraint


      def ascend(constraint, kept):
          """λ ← [λ + η·constraint]₊"""
          return {"multiplier": torch.relu(kept["multiplier"] + DUAL_LEARNING_RATE * constraint)}
    `,
  };
}

function constraintPart({ per }: Fields): Pick<MethodPart, 'perOutput'> {
  return per === 'output' ? { perOutput: 'same' } : {};
}

/** One constraint per output in place of one per sample and output. */
function constraintCode({ per, aggregate }: Fields): string {
  if (per !== 'output') return '';
  return aggregate === 'mean'
    ? code`
        def constraint(g):
            """One number per output: the mean of its violations in the batch."""
            return torch.relu(g).mean(dim=-2, keepdim=True)
      `
    : code`
        def constraint(g):
            """One number per output: the largest violation in the batch."""
            return g.amax(dim=-2, keepdim=True)
      `;
}

/** Whether the two multipliers of an entry are one number: below 0 where the minimum presses, above 0 where the maximum does. */
function isJoint({ per }: Fields, { sides }: PartContext): boolean {
  return sides === 'both' && per === 'sample';
}

/** The multiplier as far as it is this side's own. */
function ownMultiplier(fields: Fields, context: PartContext): string {
  return isJoint(fields, context) ? 'torch.relu(kept["multiplier"])' : 'kept["multiplier"]';
}

function joined(name: string, fields: Fields, context: PartContext): string {
  return isJoint(fields, context) ? `joined(${name})` : name;
}

const JOINED = code`
  def joined(multiplier):
      """
      One number for both bounds of an output, the maximum's less the minimum's, which each side sees with its own sign:
      bounds that are the same are then an equality, which two multipliers would push twice.
      """
      lower, upper = multiplier
      return torch.stack([lower - upper, upper - lower])
`;

const RADIUS = code`
  def within_radius(values):
      """
      The nearest multipliers ≥ 0 whose sum over the outputs is at most the radius: [v − τ]₊.
      Source: Duchi et al., ICML 2008.
      """
      largest_first = values.sort(dim=-1, descending=True).values
      counts = torch.arange(1, values.shape[-1] + 1)
      tau = ((largest_first.cumsum(dim=-1) - ${constantName('multiplierRadius')}) / counts).amax(dim=-1, keepdim=True)
      return torch.relu(values - torch.clamp(tau, min=0))
`;
