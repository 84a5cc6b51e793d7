/**
 * Log-barrier: minimise `f + Σ ψ(g)` with a logarithm inside the bounds that goes on as its tangent once its slope has
 * come to S, at the distance ε = 1/(t·S) from the bound:
 *
 *     ψ(g) = −log(−g)/t           for g ≤ −ε, slope 1/(t·(−g))
 *          = S·(g + ε) − log(ε)/t  else,       slope S
 *
 * so ψ and its slope are continuous and finite everywhere, and no logarithm meets a number it can't take. The forms:
 *
 *     extended: S = t, so ε = 1/t²: works from any start, and needs t ≥ λ*
 *     pure:     S = 1000, so ε = 0.001/t: the logarithm wherever λ < 1000, at any t; needs a start strictly inside,
 *               which the trainer sees to
 *
 * Where the logarithm holds, `λ = 1/(t·(−g))`, the outputs stay strictly inside, and the loss is within 1/t (mean) or (entries)/t (sum) of the
 * optimum. A step may still leave the inside: there is no line search here that would forbid it. The pure form then pulls
 * with S; nothing makes such an output look feasible, it shows as a violation in every figure.
 *
 * Source: Boyd & Vandenberghe, Convex Optimization, ch. 11.2 and 11.3 (t grows from one solve to the next); the extension:
 * Kervadec et al., arXiv 1904.04205, whose t·g − log(1/t²)/t + 1/t is the tangent above for S = t.
 */
import { div, log, minimum, mul, neg, relu, type Scalar, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { fallingOverEpochs, unusedFields } from './checks';
import { geometric } from './coefficient';
import { positive, reduction } from './fields';
import { defineMethod, type ExperimentFacts, type MethodProblem } from './method';

/**
 * How hard the pure form pushes at most, in loss units per training unit: hundreds of times what multipliers usually come
 * to, and not so hard that one output outside throws all weights about, as 1e5 does with gradient descent on the weather
 * example.
 */
const PURE_SLOPE = 1000;

/** Of the pure form, in training units: the barrier's first force is 1/(0.1·t), no more than the loss's own for t = 10. */
const START_MARGIN = 0.1;

const fields = z.object({
  form: z
    .enum(['extended', 'pure'])
    .default('extended')
    .describe(
      '"extended": the logarithm goes on as a line of slope t outside, so that any start will do. "pure": the logarithm all the way to where it pushes with 1000, whatever t is; training starts strictly inside (the last layer is moved there), and an output that a step has put outside is pulled back with that force.',
    ),
  t: positive(
    10,
    'Sharpness t of the barrier, the first one where it changes: the larger, the closer to the bound outputs may settle (about 1/(t·λ*)) and the stiffer the problem. 10 is soft enough to begin with. In the extended form the last one must exceed the largest multiplier.',
  ),
  tSchedule: z
    .enum(['constant', 'geometric'])
    .default('geometric')
    .describe(
      'How t changes: "constant", or "geometric", by the same factor every epoch from "t" to "tEnd". A soft barrier first leaves the weights free to move: on the weather example 10 → 1000 costs 1 % of the loss, a constant 100 costs 5 %.',
    ),
  tEnd: positive(
    1000,
    't in the last epoch of "geometric". The default leaves at most a thousandth of the loss\'s scale per output, and caps the force of the extended form far above usual multipliers.',
  ),
  reduction,
});
type Fields = z.output<typeof fields>;

export const logBarrier = defineMethod({
  name: 'log-barrier',
  title: 'Log-barrier',
  summary: 'A wall inside the bounds that steepens towards them: outputs settle strictly inside, about 1/(t·λ*) away.',
  formula:
    'min f(θ) + Σ ψ(g),  ψ(g) = −log(−g)/t if g ≤ −ε, else S·(g + ε) − log(ε)/t,  g = min − y,  ε = 1/(t·S),  S = t (form "pure": 1000)',
  source: 'Boyd & Vandenberghe, Convex Optimization, ch. 11.2; Kervadec et al., arXiv 1904.04205',
  guarantee: 'G1',
  guaranteed:
    'Outputs strictly inside the bounds on the training rows at convergence, if the last t exceeds the largest multiplier (extended form); nothing for unseen rows.',
  when: 'Where outputs should keep a distance from their bound, and a smooth problem matters more than the last bit of loss. The pure form is the one of textbooks, for comparison and for small learning rates.',
  risks: [
    'A t below the largest multiplier lets outputs settle outside (extended form).',
    'A large t makes the problem stiff near the bound: lower the learning rate with it.',
    'Outputs that belong exactly at the bound end a little inside.',
    'In the pure form a step that is too large puts outputs outside, and they are pulled back with a force of 1000: the loss jumps, and Adam takes small steps for a long time. A smaller learning rate or the extended form mends it.',
  ],
  symbols: {
    t: 'sharpness of the barrier',
    ψ: 'the barrier: a logarithm inside, a line outside',
    S: 'slope of the line, the largest force',
    ε: 'where the line begins, this far inside',
  },
  fields,
  bind: ({ form, t, tSchedule, tEnd, reduction }) => ({
    guarantee: 'G1',
    order: 'simultaneous',
    reduction,
    rows: [],
    scalarNames: ['t'],
    scalars: (position) => ({ t: geometric(t, tSchedule === 'constant' ? t : tEnd, position) }),
    initialRows: () => ({}),
    // Both branches without a comparison, which has no gradient.
    term: (g, _rows, s) => {
      const { edge, slope } = tangent(form, s.t!);
      return sub(mul(relu(sub(g, edge)), slope), div(log(neg(minimum(g, edge))), s.t!)) as Tensor2D;
    },
    multiplier: (g, _rows, s) => div(1, mul(neg(minimum(g, tangent(form, s.t!).edge)), s.t!)) as Tensor2D,
    ...(form === 'pure' && { startInside: START_MARGIN }),
  }),
  check: (given, { targets }) => [
    ...withoutInterior(targets),
    ...unusedFields(fields, given, given.tSchedule === 'constant' ? { tEnd: 'with "tSchedule": "constant"' } : {}),
    ...fallingOverEpochs(
      fields,
      given,
      { first: 't', last: 'tEnd', schedule: 'tSchedule' },
      'from epoch to epoch the barrier would push outputs further inside, and hold those outside less',
    ),
    ...tooSharp(given),
  ],
});

/** −ε, where the logarithm passes into its tangent, and the tangent's slope: there 1/(t·ε) is as steep as it gets. */
function tangent(form: Fields['form'], t: Scalar): { edge: Scalar; slope: Scalar | number } {
  const slope = form === 'extended' ? t : PURE_SLOPE;
  return { edge: div(-1, mul(t, slope)), slope };
}

function withoutInterior(targets: ExperimentFacts['targets']): MethodProblem[] {
  const closed = targets.filter(({ min, max }) => min !== null && min === max).map(({ name }) => `"${name}"`);
  if (closed.length === 0) return [];
  const message = `A barrier holds outputs strictly inside their bounds, and ${closed.join(', ')} ${closed.length === 1 ? 'has' : 'have'} no inside: "min" and "max" are the same. Move the bounds apart, or take the method "augmented-lagrangian".`;
  const fixes = [{ title: 'Change the method to "augmented-lagrangian"', fields: { method: 'augmented-lagrangian' } }];
  return [{ code: 'method.no-interior', severity: 'error', message, field: 'method', fixes }];
}

function tooSharp({ form, t, tSchedule, tEnd }: Fields): MethodProblem[] {
  const [field, sharpest] = tSchedule === 'geometric' && tEnd > t ? ['tEnd', tEnd] : ['t', t];
  if (form === 'extended' || sharpest <= PURE_SLOPE) return [];
  const message = `With "${field}" ${sharpest} the extended form would push harder than the pure one, which pushes with ${PURE_SLOPE} at most. Set "form": "extended", or "${field}" to at most ${PURE_SLOPE}.`;
  const fixes = [
    { title: 'Set "form": "extended"', fields: { form: 'extended' } },
    { title: `Set "${field}": ${PURE_SLOPE}`, fields: { [field]: PURE_SLOPE } },
  ];
  return [{ code: 'method.barrier-too-sharp', severity: 'warning', message, field, fixes }];
}
