/** Penalty and log-barrier in Python. Their formulas and sources are those of `methods/`. */
import { coefficientCode } from './coefficient';
import type { Fields, MethodPart } from './part';
import { code } from './pythonText';

/** `methods/penalty.ts` */
export function penalty({ form, alphaSchedule, alphaRestart }: Fields): MethodPart {
  const coefficient = coefficientCode({
    symbol: 'α',
    name: 'alpha',
    schedule: String(alphaSchedule),
    restart: alphaRestart === true,
    prefix: 'alpha',
    first: 'alpha',
  });
  const value = TERMS[form as keyof typeof TERMS];
  const violation = form === 'l2' ? 'length(g).expand_as(g)' : 'g';
  const term = code`
    def term(${['g', ...coefficient.parameters].join(', ')}):
        """${value.words}."""
        return ${coefficient.value} * ${value.of}
  `;
  const ascend =
    coefficient.next &&
    code`
      def ascend(g, kept):
          """${coefficient.next.words}"""
          ${coefficient.next.code(violation)}
          return {"alpha": alpha}
    `;
  return {
    fields: coefficient.fields,
    kept: coefficient.kept,
    term: coefficient.parameters,
    ascends: ascend !== undefined,
    code: [form === 'l2' ? LENGTH : '', coefficient.code, term, ascend ?? '']
      .filter((part) => part !== '')
      .join('\n\n\n'),
  };
}

const TERMS = {
  quadratic: { words: 'α·[g]₊², smooth, and never quite feasible for a finite α', of: 'torch.relu(g).square()' },
  exact: { words: 'α·[g]₊, feasible once α exceeds the largest multiplier', of: 'torch.relu(g)' },
  l2: {
    words: 'α·‖[g]₊‖₂ of each sample, spread evenly over its outputs',
    of: 'length(g).expand_as(g) / g.shape[-1]',
  },
};

const LENGTH = code`
  def length(g):
      """‖[g]₊‖₂ over the outputs of a sample; its gradient is 0 where nothing is outside."""
      return torch.linalg.vector_norm(torch.relu(g), dim=-1, keepdim=True)
`;

/** Of the pure form; as in `methods/logBarrier.ts`. */
const PURE_SLOPE = 1000;
const START_MARGIN = 0.1;

/** `methods/logBarrier.ts` */
export function logBarrier({ form, tSchedule }: Fields): MethodPart {
  const isConstant = tSchedule === 'constant';
  const slope = form === 'pure' ? String(PURE_SLOPE) : 't';
  return {
    fields: isConstant ? ['t'] : ['t', 'tEnd'],
    term: isConstant ? [] : ['epoch'],
    ...(form === 'pure' && { startInside: START_MARGIN }),
    code: code`
      def term(g${isConstant ? '' : ', epoch'}):
          """−log(−g)/t as far as g ≤ −ε, ε = 1/(t·${form === 'pure' ? PURE_SLOPE : 't'}), and its tangent of slope ${form === 'pure' ? PURE_SLOPE : 't'} from there on."""
          t = ${isConstant ? 'T' : 'T * (T_END / T) ** (epoch / max(EPOCHS - 1, 1))'}
          edge = -1 / (t * ${slope})
          return ${slope} * torch.relu(g - edge) - torch.log(-torch.clamp(g, max=edge)) / t
    `,
  };
}
