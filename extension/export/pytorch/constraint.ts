/** The bounds in Python: in the units that are trained in, and how far outputs are outside. */
import { code } from './pythonText';
import type { Plan } from './subject';

/** Defines LOWER and UPPER, `[outputs]` float32, as far as there are such bounds; infinite for a target without. */
export function boundsInTrainingUnits(plan: Plan): string {
  const { context, variant, bounds } = plan;
  if (context === null || !usesBounds(plan)) return '';
  const { sides } = context;
  const hasMargin = variant.training.boundMargin > 0;
  const hasRange = bounds.some(({ min, max }) => min !== null && max !== null);
  return code`
    def bounds_inside(bounds, inwards):
        """Bounds in training units, float32, rounded inwards: an output at its bound is not outside by a rounding."""
        values = []
        for bound, mean, deviation in zip(bounds, target_mean, target_deviation):
            value = np.float32((bound - mean) / deviation)
            while inwards * (float(value) * deviation + mean) < inwards * bound:
                value = np.nextafter(value, np.float32(inwards * math.inf))
            values.append(value)
        return torch.tensor(np.array(values))


    ${hasMargin && marginLines(hasRange)}
    ${sides !== 'upper' && `LOWER = bounds_inside(MINIMUM${hasMargin ? ' + margin' : ''}, 1)`}
    ${sides !== 'lower' && `UPPER = bounds_inside(MAXIMUM${hasMargin ? ' - margin' : ''}, -1)`}
  `;
}

/** Whether anything but the figures goes by the bounds. */
export function usesBounds({ part, polishes }: Plan): boolean {
  return [part.term, part.head, part.lastLayer].some((use) => use !== undefined) || polishes;
}

function marginLines(hasRange: boolean): string {
  return code`
    margin = BOUND_MARGIN * train_targets.astype(np.float64).std(axis=0)
    ${hasRange && '# Two bounds meet in their middle.'}
    ${hasRange && 'margin = np.minimum(margin, (np.array(MAXIMUM) - np.array(MINIMUM)) / 2)'}
  `;
}

/** Defines `violation(outputs)`, `[batch, outputs]`; with minima and maxima `[2, batch, outputs]`. */
export function violation({ context, part }: Plan): string {
  if (context === null || part.term === undefined) return '';
  const { sides, isEveryBounded } = context;
  const one = sides === 'lower' ? 'LOWER - outputs' : 'outputs - UPPER';
  const bound = sides === 'lower' ? 'LOWER' : 'UPPER';
  const none = isEveryBounded ? '' : ', and −1 where there is no bound';
  if (sides !== 'both') {
    return code`
      def violation(outputs):
          """g = ${sides === 'lower' ? 'min − y' : 'y − max'}, per sample and output${none}."""
          return ${isEveryBounded ? one : `torch.where(${bound}.isfinite(), ${one}, -1.0)`}
    `;
  }
  return code`
    def violation(outputs):
        """g = min − y and, in a second layer, y − max, per sample and output${none}."""
        ${
          isEveryBounded
            ? 'return torch.stack([LOWER - outputs, outputs - UPPER])'
            : code`
                g = torch.stack([LOWER - outputs, outputs - UPPER])
                return torch.where(torch.stack([LOWER, UPPER])[:, None].isfinite(), g, -1.0)
              `
        }
  `;
}
