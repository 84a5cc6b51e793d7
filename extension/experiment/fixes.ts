/** Fixes as people read them, each with its edits: one way to say "change", "remove" and "set" for all problems. */
import type { ExperimentEdit, JsonPath, JsonValue, ProblemFix } from '../protocol/problems';
import { writeValue } from './layout';

/** Another value in the place of the one that is wrong. */
export function changeTo(path: JsonPath, value: JsonValue): ProblemFix {
  return { title: `Change to ${writeValue(value, null)}`, edits: [{ kind: 'set', path, value }] };
}

/** A value for a field that stands elsewhere than the problem, or isn't there yet. */
export function setField(path: JsonPath, value: JsonValue): ProblemFix {
  return { title: `Set "${path.at(-1)}": ${writeValue(value, null)}`, edits: [{ kind: 'set', path, value }] };
}

export function removeField(path: JsonPath): ProblemFix {
  return { title: `Remove "${path.at(-1)}"`, edits: [{ kind: 'remove', path }] };
}

export function renameField(path: JsonPath, name: string): ProblemFix {
  return { title: `Change to "${name}"`, edits: [{ kind: 'rename', path, name }] };
}

/** A fix with other words and further edits. */
export function fix(title: string, ...edits: ExperimentEdit[]): ProblemFix {
  return { title, edits };
}

export function preferred(one: ProblemFix): ProblemFix {
  return { ...one, isPreferred: true };
}

/** A single guess is as good as certain; of several a person has to choose. */
export function preferredIfOnly(fixes: readonly ProblemFix[]): ProblemFix[] {
  return fixes.length === 1 ? [preferred(fixes[0]!)] : [...fixes];
}

/** Fixes for the names that may be meant. One that is alone and `certain`, if asked, is made without asking a person. */
export function namedFixes(
  names: readonly string[],
  certain: () => string | null,
  toFix: (name: string) => ProblemFix,
): ProblemFix[] {
  const [name] = names;
  if (name !== undefined && names.length === 1 && certain() === name) return [preferred(toFix(name))];
  return names.map(toFix);
}

/** What a problem is given: no field at all where there is no fix. */
export function withFixes(fixes: readonly ProblemFix[]): { fixes?: readonly ProblemFix[] } {
  return fixes.length === 0 ? {} : { fixes };
}
