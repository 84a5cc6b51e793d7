/**
 * What is wrong with a sweep, at its place: keys that name nothing, values that a field can't have, points that are the
 * same or too many. Needs no data and draws nothing. Pure.
 */
import type { JsonValue, ProblemFix } from '../../protocol/problems';
import { certainName } from '../certainNames';
import { changeTo, fix, namedFixes, preferred, removeField, renameField, setField, withFixes } from '../fixes';
import { didYouMeanOneOf, listNames, nearestNames } from '../names';
import type { ProblemAtPath } from '../problems';
import { type Experiment, placeOfTrainingField, type Training } from '../schema';
import { isWholeNumber } from '../schemaAt';
import { MOST_POINTS, type Sweep, type SweepRange } from '../sweepSchema';
import { sweepSize } from './expand';
import { fieldsOf, knownFields, SWEEP_OPTIONS, sweepKeys, sweptVariants, targetOf } from './targets';
import { randomOf, randomRange, spacedValues } from './values';

/** Of one key: of a list of thousands the first say what is wrong. */
const MOST_TOLD = 20;

/** Whether a value may stand in the experiment, by itself: what is wrong with it there. */
export type CheckValue = (
  path: readonly (string | number)[],
  value: JsonValue,
) => Pick<ProblemAtPath, 'code' | 'message'>[];

export function checkSweep(experiment: Experiment, sweep: Sweep, checkValue: CheckValue): ProblemAtPath[] {
  const fields = fieldsOf(sweep);
  if (fields.length === 0) {
    const message = `The sweep changes nothing. Name a field with its values, such as "${sweepKeys(experiment)[0]}": [1, 10, 100] or "training.seed": [0, 1, 2].`;
    return [error('sweep.empty', message, [], { fixes: [SWEEP_SEEDS, removeField(['sweep'])] })];
  }
  const problems = [...checkVariantNames(experiment, sweep), ...checkKeys(experiment, sweep)];
  // What values a field may have is known of fields that exist.
  if (problems.length > 0) return problems;
  problems.push(...checkRanges(sweep));
  if (problems.length > 0) return problems;
  problems.push(...checkValues(experiment, sweep, checkValue), ...checkSame(experiment, sweep));
  if (problems.length > 0) return problems;
  const size = sweepSize(experiment, sweep);
  if (size <= MOST_POINTS) return [];
  const message = `The sweep has ${size} runs, and ${MOST_POINTS} are the most. Take fewer values, or draw some of the points at random ("random": 100, and ranges without "count").`;
  return [error('sweep.too-many', message, [])];
}

function checkVariantNames(experiment: Experiment, { variants = [] }: Sweep): ProblemAtPath[] {
  const known = Object.keys(experiment.variants);
  return variants.flatMap((name, index) => {
    const path = ['variants', index];
    if (variants.indexOf(name) < index) {
      const message = `The variant "${name}" stands here twice. Remove one of the two.`;
      return [error('sweep.same-value', message, path, { fixes: [removeEntry(path)] })];
    }
    if (known.includes(name)) return [];
    const near = nearestNames(name, known);
    const message = `There is no variant "${name}".${didYouMeanOneOf(near)} The variants are ${listNames(known)}.`;
    const open = near.filter((each) => !variants.includes(each));
    const fixes = open.map((each) => changeTo(['sweep', ...path], each));
    return [error('sweep.unknown-variant', message, path, { fixes })];
  });
}

function checkKeys(experiment: Experiment, sweep: Sweep): ProblemAtPath[] {
  const swept = sweptVariants(experiment, sweep);
  const targets = fieldsOf(sweep).map(([key]) => ({ key, target: targetOf(experiment, key) }));
  return targets.flatMap(({ key, target }, index) => {
    if (target === null) {
      const known = [...SWEEP_OPTIONS, ...sweepKeys(experiment)];
      const near = nearestNames(key, known);
      const message = `"${key}" is no field that can be swept.${didYouMeanOneOf(near)} Name a field of "training", of "network" or of a variant (${listNames(Object.keys(experiment.variants))}), with a dot between: "training.seed".`;
      const open = near.filter((name) => name.includes('.') && !Object.hasOwn(sweep, name));
      const fixes = [...open.map((name) => renameField(['sweep', key], name)), removeKey(sweep, key)];
      return [error('sweep.unknown-field', message, [key], { at: 'key', fixes })];
    }
    const { variant, field } = target;
    const known = knownFields(experiment, target);
    if (!known.includes(field)) {
      const owner = variant === null ? `"${target.path[0]}"` : `the variant "${variant}"`;
      const near = nearestNames(field, known);
      const message = `"${field}" is no field of ${owner}.${didYouMeanOneOf(near)} Its fields are ${listNames(known, 'and', 20)}.`;
      const keyOf = (name: string): string => `${key.slice(0, key.length - field.length)}${name}`;
      const open = near.filter((name) => !Object.hasOwn(sweep, keyOf(name)));
      const renamed = namedFixes(
        open,
        () => certainName(field, known),
        (name) => renameField(['sweep', key], keyOf(name)),
      );
      return [error('sweep.unknown-field', message, [key], { at: 'key', fixes: [...renamed, removeKey(sweep, key)] })];
    }
    const same = targets.slice(0, index).find((other) => other.target?.path.join('\0') === target.path.join('\0'));
    if (same !== undefined) {
      const message = `"${same.key}" names the same field. Remove one of the two.`;
      return [error('sweep.same-field', message, [key], { at: 'key', fixes: [removeKey(sweep, key)] })];
    }
    if (variant !== null && !swept.includes(variant)) {
      const message = `The variant "${variant}" is not among the "variants" of the sweep, so this would change nothing. Add it there, or remove this.`;
      const add = fix('Add it to the "variants" of the sweep', {
        kind: 'set',
        path: ['sweep', 'variants'],
        value: [...sweep.variants!, variant],
      });
      return [error('sweep.without-effect', message, [key], { at: 'key', fixes: [add, removeKey(sweep, key)] })];
    }
    return target.path[0] === 'training' ? shadowed(experiment, sweep, key, field) : [];
  });
}

/** A variant's own value goes before what `training` says: swept there, it would be trained the same again and again. */
function shadowed(experiment: Experiment, sweep: Sweep, key: string, field: string): ProblemAtPath[] {
  for (const variant of sweptVariants(experiment, sweep)) {
    const own = placeOfTrainingField(experiment, variant, field as keyof Training);
    const rival = fieldsOf(sweep).find(([other]) => {
      const target = targetOf(experiment, other);
      return target?.variant === variant && target.field === field;
    });
    if (own[0] === 'training' && rival === undefined) continue;
    const whose = rival === undefined ? `has a "${field}" of its own` : `takes "${field}" from "${rival[0]}"`;
    const message = `The variant "${variant}" ${whose}, so this changes nothing in its runs. Sweep "${variant}.${field}", or leave the variant out with "variants".`;
    return [error('sweep.without-effect', message, [key], { at: 'key', fixes: [removeKey(sweep, key)] })];
  }
  return [];
}

function checkRanges(sweep: Sweep): ProblemAtPath[] {
  const ranges = fieldsOf(sweep).filter((entry): entry is [string, SweepRange] => !Array.isArray(entry[1]));
  const problems = ranges.flatMap(([key, range]): ProblemAtPath[] => {
    const { from, to, scale } = range;
    if (from >= to) {
      const message = `The range begins at ${from} and ends at ${to}: "from" has to be below "to". Swap them, or write a list for a single value.`;
      const [atFrom, atTo] = [
        ['sweep', key, 'from'],
        ['sweep', key, 'to'],
      ];
      const swap = fix(
        'Swap "from" and "to"',
        { kind: 'set', path: atFrom!, value: to },
        { kind: 'set', path: atTo!, value: from },
      );
      const single = fix(`Change to [${from}]`, { kind: 'set', path: ['sweep', key], value: [from] });
      return [error('sweep.bad-range', message, [key, 'from'], { fixes: [from === to ? single : swap] })];
    }
    if (scale === 'log' && from <= 0) {
      const message = `A range with equal ratios can't begin at ${from}: it never leaves 0. Take a small number, such as ${to / 1000}, or "scale": "linear".`;
      const fixes = [setField(['sweep', key, 'scale'], 'linear')];
      return [error('sweep.bad-range', message, [key, 'from'], { fixes })];
    }
    if (randomRange(range) !== null && randomOf(sweep) === null) {
      const message =
        'How many values? Give the range a "count" for evenly spaced ones, or the sweep "random": 20 to draw so many points.';
      const fixes = [setField(['sweep', key, 'count'], 5), setField(['sweep', 'random'], 20)];
      return [error('sweep.no-count', message, [key], { fixes })];
    }
    return [];
  });
  if (randomOf(sweep) !== null && ranges.every(([, range]) => randomRange(range) === null)) {
    const message =
      'Nothing is drawn at random: every field has a list or a range with a "count". Remove "random", or the "count" of a range.';
    const fixes = [preferred(removeField(['sweep', 'random']))];
    problems.push(error('sweep.without-effect', message, ['random'], { at: 'key', fixes }));
  }
  return problems;
}

function checkValues(experiment: Experiment, sweep: Sweep, checkValue: CheckValue): ProblemAtPath[] {
  return fieldsOf(sweep).flatMap(([key, values]) => {
    const { path } = targetOf(experiment, key)!;
    const places: { value: JsonValue; at: (string | number)[]; name: string }[] = Array.isArray(values)
      ? values.map((value, index) => ({ value: value as JsonValue, at: [key, index], name: `Value ${index + 1}` }))
      : // Between its ends a range is inside whatever both are inside.
        (['from', 'to'] as const).map((end) => ({
          value: isWholeNumber(path, experiment) ? Math.round(values[end]) : values[end],
          at: [key, end],
          name: `"${end}"`,
        }));
    const problems: ProblemAtPath[] = [];
    for (const { value, at, name } of places) {
      if (problems.length >= MOST_TOLD) break;
      const [first] = checkValue(path, value);
      if (first !== undefined) problems.push(error(first.code, `${name} of "${key}" can't be: ${first.message}`, at));
    }
    return problems;
  });
}

/** Points that are the same would be trained twice for nothing. */
function checkSame(experiment: Experiment, sweep: Sweep): ProblemAtPath[] {
  return fieldsOf(sweep).flatMap(([key, values]) => {
    if (randomRange(values) !== null) return [];
    const isWhole = isWholeNumber(targetOf(experiment, key)!.path, experiment);
    const seen = new Map<string, number>();
    const problems: ProblemAtPath[] = [];
    for (const [index, value] of spacedValues(values, isWhole).entries()) {
      const text = JSON.stringify(value);
      const before = seen.get(text);
      seen.set(text, before ?? index);
      if (before === undefined) continue;
      if (!Array.isArray(values)) {
        const message = `The values ${before + 1} and ${index + 1} of the range are both ${text}, since "${key}" is a whole number. Give it a smaller "count".`;
        return [error('sweep.same-value', message, [key, 'count'])];
      }
      const message = `${text} stands here twice, and would be trained twice. Remove one of the two.`;
      problems.push(error('sweep.same-value', message, [key, index], { fixes: [removeEntry([key, index])] }));
      if (problems.length >= MOST_TOLD) break;
    }
    return problems;
  });
}

const SWEEP_SEEDS = fix('Sweep three seeds', { kind: 'set', path: ['sweep', 'training.seed'], value: [0, 1, 2] });

/** A sweep of nothing is none. */
function removeKey(sweep: Sweep, key: string): ProblemFix {
  if (fieldsOf(sweep).length > 1) return removeField(['sweep', key]);
  return fix('Remove the sweep', { kind: 'remove', path: ['sweep'] });
}

/** `path` is that in the sweep. */
function removeEntry(path: readonly (string | number)[]): ProblemFix {
  return preferred(fix('Remove this one', { kind: 'remove', path: ['sweep', ...path] }));
}

/** `path` is that in the sweep. */
function error(
  code: string,
  message: string,
  path: readonly (string | number)[],
  { at, fixes = [] }: { at?: 'key'; fixes?: readonly ProblemFix[] } = {},
): ProblemAtPath {
  return { code, severity: 'error', message, path: ['sweep', ...path], ...(at && { at }), ...withFixes(fixes) };
}
