/** What a variant's method puts behind the last linear layer, with the numbers it takes in raw units. */
import { boundsOf } from '../experiment/schema';
import { findMethod } from '../methods/registry';
import type { RecordedHead } from '../runs/recordedHead';
import { type PlanOptions, trainedBounds } from './plan';

/** `null` for a method whose last layer is plain linear. */
export function headOf({ experiment, variant, dataset }: PlanOptions): RecordedHead | null {
  const method = findMethod(variant.method)!;
  const { head } = method.bind(variant.fields);
  if (head === undefined) return null;
  const bounds = dataset.targets.map(({ name, standardDeviation }) =>
    trainedBounds(boundsOf(experiment, name), variant.training.boundMargin * standardDeviation),
  );
  return {
    method: method.name,
    fields: method.fields.parse(variant.fields),
    formula: head.formula,
    min: bounds.map(({ min }) => min),
    max: bounds.map(({ max }) => max),
    mean: [...dataset.targetScaling.mean],
    deviation: [...dataset.targetScaling.deviation],
  };
}
