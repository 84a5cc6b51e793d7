/** The heads in Python: what follows the last linear layer. Their formulas and sources are those of `methods/heads/`. */
import type { Fields, MethodPart, PartContext } from './part';
import { code } from './pythonText';

/** `methods/heads/softplus.ts` */
export const softplus = (_fields: Fields, context: PartContext): MethodPart =>
  link(context, {
    fields: ['sharpness'],
    words: 'log(1 + exp(β·a))/β',
    of: 'F.softplus(a, beta=SHARPNESS)',
  });

/** `methods/heads/exp.ts` */
export const exp = (_fields: Fields, context: PartContext): MethodPart =>
  link(context, {
    words: 'exp(a), for a > 20 its tangent',
    of: 'torch.exp(torch.clamp(a, max=20)) * (1 + torch.relu(a - 20))',
  });

/** `methods/heads/square.ts` */
export const square = (_fields: Fields, context: PartContext): MethodPart =>
  link(context, { words: 'a²', of: 'a.square()' });

/** `methods/heads/relu.ts` */
export const relu = (_fields: Fields, context: PartContext): MethodPart => cut(context, true);

/** `methods/heads/clip.ts`: the network that is trained knows nothing of it. */
export const clip = (_fields: Fields, context: PartContext): MethodPart => cut(context, false);

/** `methods/heads/sigmoid.ts` */
export function sigmoid(_fields: Fields, { isEveryBounded }: PartContext): MethodPart {
  return {
    fields: [],
    head: { name: 'head', trains: true },
    code: isEveryBounded
      ? code`
          def head(a):
              """min + (max − min)·σ(a); rounding alone could carry it over the maximum."""
              return torch.clamp(LOWER + (UPPER - LOWER) * torch.sigmoid(a), max=UPPER)
        `
      : code`
          def head(a):
              """min + (max − min)·σ(a) where there are bounds; rounding alone could carry it over the maximum."""
              bounded = LOWER.isfinite()
              lower, upper = torch.where(bounded, LOWER, 0.0), torch.where(bounded, UPPER, 0.0)
              return torch.where(bounded, torch.clamp(lower + (upper - lower) * torch.sigmoid(a), max=upper), a)
        `,
  };
}

function cut({ sides }: PartContext, trains: boolean): MethodPart {
  const limits = { lower: 'min=LOWER', upper: 'max=UPPER', both: 'min=LOWER, max=UPPER' }[sides];
  return {
    fields: [],
    head: { name: 'head', trains },
    code: code`
      def head(a):
          """The output itself, cut off at its bounds${trains ? '' : ', when the network is used; training knows nothing of it'}."""
          return torch.clamp(a, ${limits})
    `,
  };
}

/** φ(a) ≥ 0 over a minimum, and mirrored under a maximum; each output has one bound at most. */
function link(
  { sides, isEveryBounded }: PartContext,
  { fields = [], words, of }: { fields?: readonly string[]; words: string; of: string },
): MethodPart {
  const lower = isEveryBounded ? 'LOWER + phi(a)' : 'torch.where(LOWER.isfinite(), LOWER + phi(a), a)';
  const upper = isEveryBounded ? 'UPPER - phi(-a)' : 'torch.where(UPPER.isfinite(), UPPER - phi(-a), a)';
  const both = 'torch.where(LOWER.isfinite(), LOWER + phi(a), torch.where(UPPER.isfinite(), UPPER - phi(-a), a))';
  return {
    fields,
    head: { name: 'head', trains: true },
    code: code`
      def phi(a):
          """${words}"""
          return ${of}


      def head(a):
          """min + φ(a) above a minimum, max − φ(−a) below a maximum; a is the linear output, in training units."""
          return ${{ lower, upper, both }[sides]}
    `,
  };
}
