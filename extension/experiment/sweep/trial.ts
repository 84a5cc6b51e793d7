/** Tries a value in the experiment: what a sweep's value would make wrong there, in the words of any wrong value. Pure. */
import type { JsonValue } from '../../protocol/problems';
import { describeIssues } from '../issues';
import type { JsonPath, ProblemAtPath } from '../problems';
import { type Experiment, experimentSchema } from '../schema';
import { schemaAt } from '../schemaAt';
import type { CheckValue } from './check';

/** Reading an experiment whole takes some tenths of a millisecond: of more values only the field itself is looked at. */
const MOST_WHOLE = 200;

type CheckExperiment = (experiment: Experiment, root: unknown) => readonly ProblemAtPath[];

/** `root` is the experiment as its file has it, `check` what its sections say about each other. */
export function trialOf(root: unknown, check: CheckExperiment): CheckValue {
  const { sweep: _sweep, ...base } = root as Record<string, unknown>;
  const known = new Set(errorsOf(base, check).map(({ message }) => message));
  let left = MOST_WHOLE;
  return (path, value) => {
    const isFit = schemaAt(path, base)?.safeParse(value).success === true;
    if (isFit && --left < 0) return [];
    // A value that comes out wrong at another place can't be among those that the file has anyway.
    return errorsOf(withValue(base, path, value), check).filter(({ message }) => !known.has(message));
  };
}

/** What stops an experiment from being trained; `root` has no sweep. */
export function errorsOf(root: unknown, check: CheckExperiment): readonly ProblemAtPath[] {
  const { success, data, error } = experimentSchema.safeParse(root);
  const problems = success ? check(data, root) : describeIssues(error.issues, root);
  return problems.filter(({ severity }) => severity === 'error');
}

/** A copy with the value at a path of objects, which are made where the file has none. */
export function withValue(root: unknown, [key, ...rest]: JsonPath, value: JsonValue): unknown {
  if (key === undefined) return value;
  const object = (root ?? {}) as Record<string, unknown>;
  return { ...object, [key]: withValue(object[key], rest, value) };
}
