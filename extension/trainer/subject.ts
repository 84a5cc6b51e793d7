/** What the failure doctor is told of a run before it starts. */
import type { Subject } from '../doctor/observation';
import { factsOf } from '../experiment/variantChecks';
import type { StartedEvent } from '../protocol/events';
import { type Plan, type PlanOptions, roomWithin } from './plan';

export function subjectOf(
  { experiment, variant, dataset }: PlanOptions,
  plan: Plan,
  { targets }: Pick<StartedEvent, 'targets'>,
): Subject {
  const deviations = dataset.targetScaling.deviation;
  return {
    variant,
    facts: factsOf(experiment, variant),
    guarantee: plan.method.guarantee,
    reduction: plan.method.reduction,
    targets,
    deviations,
    margins: targets.map(
      ({ bounds, standardDeviation }, output) =>
        roomWithin(bounds, variant.training.boundMargin * standardDeviation) / deviations[output]!,
    ),
    batchSize: plan.batchSize,
    stepsPerEpoch: plan.stepsPerEpoch,
    steps: plan.steps,
  };
}
