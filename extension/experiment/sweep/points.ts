/** Looks at every point of a sweep as a whole, before anything is trained: values may be right alone and wrong together. */
import type { Assignments, SweepPoint } from '../../protocol/sweepFiles';
import { checkExperiment } from '../checks';
import type { ProblemAtPath } from '../problems';
import type { Experiment } from '../schema';
import { targetOf } from './targets';
import { errorsOf, withValue } from './trial';

/** `root` is the experiment as its file has it. The first point that can't be trained is told; the others are alike. */
export function checkPoints(experiment: Experiment, root: unknown, points: readonly SweepPoint[]): ProblemAtPath[] {
  const { sweep: _sweep, ...base } = root as Record<string, unknown>;
  for (const [index, point] of points.entries()) {
    const [error] = errorsOf(withAssignments(experiment, base, point.assignments), checkExperiment);
    if (error === undefined) continue;
    const values = Object.entries(point.assignments).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    const message = `Point ${index + 1} of ${points.length} (${values.join(', ')}) can't be trained: ${error.message}`;
    const path = ['sweep', ...Object.keys(point.assignments).slice(0, 1)];
    return [{ code: 'sweep.wrong-point', severity: 'error', message, path, at: 'key' }];
  }
  return [];
}

function withAssignments(experiment: Experiment, root: unknown, assignments: Assignments): unknown {
  return Object.entries(assignments).reduce(
    (changed, [key, value]) => withValue(changed, targetOf(experiment, key)!.path, value),
    root,
  );
}
