/** Fixes of what an experiment says of its data: its columns, its query, its bounds. Files themselves are never changed. */
import { changeTo, fix } from '../experiment/fixes';
import type { JsonPath } from '../experiment/problems';
import { boundsOf, type Experiment } from '../experiment/schema';
import type { ExperimentEdit, ProblemFix } from '../protocol/problems';
import { type Widening, widenQuery } from './widenQuery';

/** The query, or a first one, gives what it gave with another column or fewer rows. */
export function changeQuery({ data }: Experiment, title: string, widening: Widening): ProblemFix {
  return fix(title, queryEdit(data.query, widening));
}

export function queryEdit(query: string | undefined, widening: Widening): ExperimentEdit {
  return { kind: 'set', path: ['data', 'query'], value: widenQuery(query, widening) };
}

/** Another column in a column's place; the bounds of a target go with it. */
export function takeColumn(experiment: Experiment, path: JsonPath, name: string): ProblemFix {
  return { ...changeTo(path, name), edits: columnEdits(experiment, path, name) };
}

export function columnEdits({ data, constraint }: Experiment, path: JsonPath, name: string): ExperimentEdit[] {
  const [, role, index] = path;
  const old = role === 'targets' ? data.targets[Number(index)]! : null;
  const hasOwn = old !== null && hasOwnBounds({ constraint }, old) && !Object.hasOwn(constraint, name);
  return [
    { kind: 'set', path, value: name },
    ...(hasOwn ? [{ kind: 'rename', path: ['constraint', old], name } as const] : []),
  ];
}

/** Takes a column out of inputs or targets; `null` where none would be left. */
export function dropColumn({ data, constraint }: Experiment, name: string): ProblemFix | null {
  const role = data.inputs.includes(name) ? 'inputs' : 'targets';
  if (data[role].length === 1) return null;
  const removal: ExperimentEdit = { kind: 'remove', path: ['data', role, data[role].indexOf(name)] };
  const bounds: ExperimentEdit[] =
    role === 'targets' && hasOwnBounds({ constraint }, name) ? [{ kind: 'remove', path: ['constraint', name] }] : [];
  return fix(`Remove it from "${role}"`, removal, ...bounds);
}

/** Another bound for one target; those of the others stay. */
export function moveBound(experiment: Experiment, target: string, side: 'min' | 'max', value: number): ProblemFix {
  const { data, constraint } = experiment;
  const path = ['constraint', target];
  const title = `Set "${side}": ${value}${data.targets.length === 1 ? '' : ` for "${target}"`}`;
  if (hasOwnBounds({ constraint }, target)) return fix(title, { kind: 'set', path: [...path, side], value });
  if (data.targets.length === 1) return fix(title, { kind: 'set', path: ['constraint', side], value });
  // A target's own entry counts in place of the general bounds, so it says both.
  const sides = Object.entries({ ...boundsOf(experiment, target), ...{ [side]: value } });
  const bounds = Object.fromEntries(sides.flatMap(([each, limit]) => (limit === null ? [] : [[each, limit]])));
  return fix(title, { kind: 'set', path, value: bounds });
}

export function standardizeFix({ data: { standardize } }: Experiment, role: 'inputs' | 'targets'): ProblemFix {
  const path = ['data', 'standardize'];
  if (typeof standardize !== 'object') return fix('Standardize the data', { kind: 'set', path, value: true });
  return fix(`Standardize the ${role}`, { kind: 'set', path: [...path, role], value: true });
}

export function hasOwnBounds({ constraint }: Pick<Experiment, 'constraint'>, target: string): boolean {
  return Object.hasOwn(constraint, target) && typeof constraint[target] === 'object';
}
