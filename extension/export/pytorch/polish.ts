/**
 * The exact last layer in Python: what `trainer/polish.ts` and `exact/` do, in the plainest form that gives the same layer.
 * It is slower than theirs, some seconds for thousands of rows and hundreds of features.
 */
import { code } from './pythonText';
import type { Plan } from './subject';

/** Defines `polish()`, which puts the exact layer in place of the last one. */
export function polish(plan: Plan): string {
  const sides = plan.context?.sides;
  const lower = sides === 'lower' || sides === 'both' ? 'LOWER.double().numpy()' : 'np.full(t.shape[1], -math.inf)';
  const upper = sides === 'upper' || sides === 'both' ? 'UPPER.double().numpy()' : 'np.full(t.shape[1], math.inf)';
  return [
    BASIS,
    NEAREST_INSIDE,
    code`
      @torch.no_grad()
      def polish():
          """
          With the features frozen, the last layer of the lowest squared error whose outputs keep the bounds on every training
          row. As float32 has them, weights that cancel are off: the layer that is best as rounded is taken.
          """
          features = network[:-1](x).double().numpy()
          features = np.column_stack([features, np.ones(len(features))])
          lower, upper = ${lower}, ${upper}
          best, kept = (math.inf, math.inf), None
          # Rows × features² above which a second basis would take long.
          tolerances = [1e-7, 1e-6, 1e-5, 1e-4] if features.size * features.shape[1] <= 2e8 else [1e-7]
          for tolerance in tolerances:
              basis, columns = orthonormal_basis(features, tolerance)
              # Where rounding leaves outputs outside, the bounds move inwards by twice as much.
              inset = 0.0
              for _ in range(5):
                  for output, (least, most) in enumerate(zip(lower, upper)):
                      middle, room = (least + most) / 2, max(0.0, (most - least) / 2)
                      if math.isfinite(room):
                          least, most = middle - max(0.0, room - inset), middle + max(0.0, room - inset)
                      else:
                          least, most = least + inset, most - inset
                      free = basis.T @ t[:, output].double().numpy()
                      fitted = nearest_inside(free, basis, least, most)
                      weights = np.zeros(features.shape[1])
                      weights[columns] = np.linalg.solve(basis.T @ features[:, columns], fitted)
                      network[-1].weight[output] = torch.tensor(weights[:-1])
                      network[-1].bias[output] = weights[-1]
                  outputs = network(x).double().numpy()
                  violation = max(0.0, (lower - outputs).max(), (outputs - upper).max())
                  if violation == 0:
                      break
                  inset += 2 * violation
              quality = (violation, ((outputs - t.double().numpy()) ** 2).mean())
              if quality < best:
                  best, kept = quality, copy.deepcopy(network[-1].state_dict())
          network[-1].load_state_dict(kept)
    `,
  ].join('\n\n\n');
}

const BASIS = code`
  def orthonormal_basis(features, tolerance):
      """Perpendicular columns of length 1 that span those of the features, and which of these they are made of."""
      lengths = np.linalg.norm(features, axis=0)
      rest, basis, columns = features.copy(), [], []
      while len(columns) < min(features.shape):
          shares = np.divide(np.linalg.norm(rest, axis=0), lengths, out=np.zeros_like(lengths), where=lengths > 0)
          shares[columns] = 0
          # The constant column first, then what is farthest outside the span so far.
          column = int(shares.argmax()) if columns else features.shape[1] - 1
          if shares[column] <= tolerance:
              break
          columns.append(column)
          direction = rest[:, column].copy()
          for other in basis:  # once more, against roundings
              direction -= other * (other @ direction)
          basis.append(direction / np.linalg.norm(direction))
          rest -= np.outer(basis[-1], basis[-1] @ rest)
      return np.column_stack(basis), columns
`;

const NEAREST_INSIDE = code`
  def nearest_inside(point, rows, lower, upper):
      """
      The nearest point with lower ≤ rows·z ≤ upper: violated rows are held at their bound one by one, and one is let go
      when its multiplier would turn negative. Source: Goldfarb & Idnani, Mathematical Programming 27, 1983.
      """
      if lower == upper:  # only a constant is left
          return rows.T @ np.full(len(rows), lower)
      z, held, multipliers = point.copy(), [], []
      normals = np.zeros((len(point), 0))
      while True:
          values = rows @ z
          distances = np.maximum(lower - values, values - upper)
          distances[held] = -math.inf
          row = int(distances.argmax())
          if distances[row] <= 1e-12 * (1 + np.abs(values).max()):
              return z
          sign = 1 if values[row] < lower else -1
          normal, bound = sign * rows[row], lower if sign > 0 else -upper
          multiplier = 0.0
          while True:
              slopes = np.linalg.lstsq(normals, normal, rcond=None)[0]
              outside = normal - normals @ slopes
              length = outside @ outside
              isolated = length > 1e-24 * (normal @ normal) and len(held) < len(point)
              full = (bound - normal @ z) / length if isolated else math.inf
              steps = [m / s if s > 1e-14 else math.inf for m, s in zip(multipliers, slopes)]
              step = min([full, *steps])
              multipliers = [m - step * s for m, s in zip(multipliers, slopes)]
              multiplier += step
              if isolated:
                  z = z + step * outside
              if step == full:
                  held.append(row)
                  multipliers.append(multiplier)
                  normals = np.column_stack([normals, normal])
                  break
              leaving = steps.index(step)
              del held[leaving], multipliers[leaving]
              normals = np.delete(normals, leaving, axis=1)
`;
