/**
 * From what the schema library says to what a person reads: a code, a place, what is wrong and what to write instead.
 * No text of the library's own passes through here.
 */
import type { z } from 'zod';
import { METHODS } from '../methods/registry';
import type { ProblemFix } from '../protocol/problems';
import { withFixes } from './fixes';
import { IssueFixes } from './issueFixes';
import { didYouMeanOneOf, listNames } from './names';
import type { JsonPath, ProblemAtPath } from './problems';
import { experimentSchema, TRAINING_FIELD_NAMES } from './schema';
import { descriptionAt, shapeAt, valueAt } from './schemaAt';

type Issue = z.core.$ZodIssue;

/** `root` is what the issues are about, as JSON has it. */
export function describeIssues(issues: readonly Issue[], root: unknown): ProblemAtPath[] {
  const fixes = new IssueFixes(root);
  return issues.flatMap((issue) => describeIssue(issue, root, fixes));
}

/** One problem per wrong thing: an issue about several unknown keys gives several. */
function describeIssue(issue: Issue, root: unknown, fixes: IssueFixes, prefix: JsonPath = []): ProblemAtPath[] {
  const path: JsonPath = [...prefix, ...(issue.path as (string | number)[])];
  const value = valueAt(root, path);
  const strangeBound = strangeConstraint(path, root, fixes);
  if (strangeBound !== undefined) return [strangeBound];

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key], root, fixes));
    case 'invalid_union':
      return isMethod(path) ? [unknownMethod(path, value, fixes)] : describeUnion(issue, root, path, fixes);
    case 'invalid_type':
      return [
        value === undefined ? missingField(path, root, fixes) : wrongType(path, value, [issue.expected], root, fixes),
      ];
    case 'invalid_value':
      return [
        value === undefined ? missingField(path, root, fixes) : notAmong(path, value, issue.values.map(String), fixes),
      ];
    case 'too_small':
    case 'too_big':
      return [outOfRange(path, value, limitOf(issue), root, fixes)];
    case 'invalid_key':
      return [badName(path, fixes)];
    default:
      return [
        problem('experiment.wrong-value', path, `${show(value)} can't stand for ${named(path)}.${purpose(path, root)}`),
      ];
  }
}

function missingField(path: JsonPath, root: unknown, fixes: IssueFixes): ProblemAtPath {
  const whose = path.length > 1 ? ` in ${named(path.slice(0, -1))}` : '';
  const message = `"${path.at(-1)}" is missing${whose}.${purpose(path, root)}`;
  return problem('experiment.missing-field', path, message, fixes.missingField(path));
}

function unknownField(path: JsonPath, root: unknown, fixes: IssueFixes): ProblemAtPath {
  const key = String(path.at(-1));
  const owner = path.slice(0, -1);
  const inVariant = owner.length === 2 && owner[0] === 'variants';
  const method = inVariant ? METHODS.find(({ name }) => name === valueAt(root, [...owner, 'method'])) : undefined;
  if (method !== undefined) {
    const owners = METHODS.filter(({ fields }) => Object.hasOwn(fields.shape, key)).map(({ name }) => name);
    if (owners.length > 0) {
      const own = Object.keys(method.fields.shape);
      const message = `"${key}" belongs to the method ${listNames(owners, 'or')}, not to "${method.name}", ${own.length === 0 ? 'which has no fields of its own' : `whose fields are ${listNames(own)}`}. Remove it, or change the method.`;
      return { ...problem('method.foreign-field', path, message, fixes.foreignField(path, owners)), at: 'key' };
    }
  }
  const known = method
    ? ['method', ...Object.keys(method.fields.shape), ...TRAINING_FIELD_NAMES]
    : Object.keys(shapeAt(owner) ?? {}).filter((name) => name !== '$schema');
  const where = owner.length === 0 ? 'an experiment' : named(owner);
  const message = `"${key}" is no field of ${where}.${didYouMeanOneOf(fixes.namesNear(key, known))} Its fields are ${listNames(known, 'and', 20)}.`;
  return { ...problem('experiment.unknown-field', path, message, fixes.unknownField(path, known)), at: 'key' };
}

function unknownMethod(path: JsonPath, value: unknown, fixes: IssueFixes): ProblemAtPath {
  const names = METHODS.map(({ name }) => name);
  if (value === undefined) {
    const message = `The variant "${path.at(-2)}" has no "method". Give it one of ${listNames(names, 'or')}.`;
    return problem('experiment.missing-field', path, message, fixes.missingMethod(path));
  }
  const guess = typeof value === 'string' ? didYouMeanOneOf(fixes.namesNear(value, names)) : '';
  return problem(
    'experiment.unknown-method',
    path,
    `${show(value)} is no method.${guess} The methods are ${listNames(names)}.`,
    fixes.unknownMethod(path, value),
  );
}

function wrongType(
  path: JsonPath,
  value: unknown,
  expected: readonly string[],
  root: unknown,
  fixes: IssueFixes,
): ProblemAtPath {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    const message = `${named(path)} is too large a number: the largest is about 1.8e308.${purpose(path, root)}`;
    return problem('experiment.out-of-range', path, message, fixes.tooLarge(path));
  }
  const wanted = [...new Set(expected.map(typeInWords))].join(' or ');
  return problem(
    'experiment.wrong-type',
    path,
    `${named(path)} must be ${wanted}, not ${typeOf(value)}.${purpose(path, root)}`,
    fixes.wrongType(path, value),
  );
}

function notAmong(path: JsonPath, value: unknown, values: readonly string[], fixes: IssueFixes): ProblemAtPath {
  const guess = typeof value === 'string' ? didYouMeanOneOf(fixes.namesNear(value, values)) : '';
  return problem(
    'experiment.unknown-value',
    path,
    `${named(path)} can't be ${show(value)}.${guess} It is one of ${listNames(values, 'or')}.`,
    fixes.unknownValue(path, value, values),
  );
}

interface Limit {
  /** Whose size it is: `number`, or `array` and `string`, whose length is meant. */
  readonly origin: string;
  readonly value: number;
  readonly isLowest: boolean;
  /** Whether the limit itself is allowed. */
  readonly inclusive: boolean;
}

function limitOf(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): Limit {
  const isLowest = issue.code === 'too_small';
  const value = Number(isLowest ? issue.minimum : issue.maximum);
  return { origin: issue.origin, value, isLowest, inclusive: issue.inclusive !== false };
}

function outOfRange(path: JsonPath, value: unknown, limit: Limit, root: unknown, fixes: IssueFixes): ProblemAtPath {
  const { origin, isLowest, inclusive } = limit;
  const comparison = isLowest ? (inclusive ? 'at least' : 'more than') : inclusive ? 'at most' : 'less than';
  if (origin === 'array' || origin === 'string') {
    const empty = Array.isArray(value) || typeof value === 'string' ? value.length === 0 : false;
    const thing = origin === 'array' ? 'entries' : 'characters';
    const message = empty
      ? `${named(path)} is empty.`
      : `${named(path)} must have ${comparison} ${limit.value} ${thing}.`;
    const code = empty ? 'experiment.empty-value' : 'experiment.out-of-range';
    return problem(code, path, message + purpose(path, root), fixes.empty(path));
  }
  return problem(
    'experiment.out-of-range',
    path,
    `${named(path)} is ${show(value)} and must be ${comparison} ${limit.value}.${purpose(path, root)}`,
    fixes.outOfRange(path, value, inclusive ? limit.value : null, isLowest),
  );
}

/** A union's branches fail each in its own way: the one whose kind of value was meant says what is wrong. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  root: unknown,
  path: JsonPath,
  fixes: IssueFixes,
): ProblemAtPath[] {
  const value = valueAt(root, path);
  if (value === undefined) return [missingField(path, root, fixes)];
  const isOfOtherKind = (branch: readonly Issue[]): boolean =>
    branch.some((each) => each.path.length === 0 && each.code === 'invalid_type');
  const meant = issue.errors.find((branch) => !isOfOtherKind(branch));
  if (meant !== undefined) return meant.flatMap((each) => describeIssue(each, root, fixes, path));
  const expected = issue.errors.flatMap((branch) =>
    branch.flatMap((each) => (each.code === 'invalid_type' && each.path.length === 0 ? [each.expected] : [])),
  );
  return [wrongType(path, value, expected, root, fixes)];
}

/** What stands in `constraint` and is neither a bound nor a target: a slip in either name. */
function strangeConstraint(path: JsonPath, root: unknown, fixes: IssueFixes): ProblemAtPath | undefined {
  if (path.length !== 2 || path[0] !== 'constraint') return undefined;
  const key = String(path[1]);
  const targets = valueAt(root, ['data', 'targets']);
  const names = Array.isArray(targets) ? targets.filter((name): name is string => typeof name === 'string') : [];
  if (Object.hasOwn(experimentSchema.shape.constraint.shape, key) || names.includes(key)) return undefined;
  return unknownTarget(key, names, fixes);
}

/** Also a check of its own, for an entry that is well-formed. */
export function unknownTarget(key: string, targets: readonly string[], fixes: IssueFixes): ProblemAtPath {
  const known = [...Object.keys(experimentSchema.shape.constraint.shape), ...targets];
  const guess = didYouMeanOneOf(fixes.namesNear(key, known));
  const are = targets.length === 1 ? 'target is' : 'targets are';
  const named = targets.length === 0 ? 'No targets are named yet.' : `The ${are} ${listNames(targets)}.`;
  const message = `"${key}" is neither a target nor a bound.${guess} ${named}`;
  const path = ['constraint', key];
  return { ...problem('experiment.unknown-target', path, message, fixes.unknownTarget(path, known)), at: 'key' };
}

function badName(path: JsonPath, fixes: IssueFixes): ProblemAtPath {
  const name = String(path.at(-1));
  const message =
    name === ''
      ? 'A variant needs a name; runs and tables are known by it.'
      : `The variant's name has ${name.length} characters and may have 80.`;
  return { ...problem('experiment.bad-name', path, message, fixes.badName(path)), at: 'key' };
}

function problem(code: string, path: JsonPath, message: string, fixes: readonly ProblemFix[] = []): ProblemAtPath {
  return { code, severity: 'error', message, path, ...withFixes(fixes) };
}

function isMethod(path: JsonPath): boolean {
  return path.length === 3 && path[0] === 'variants' && path[2] === 'method';
}

/** `"training.epochs"`, `entry 2 of "data.inputs"`. */
function named(path: JsonPath): string {
  if (path.length === 0) return 'The experiment';
  const last = path.at(-1);
  if (typeof last === 'number') return `entry ${last + 1} of ${named(path.slice(0, -1))}`;
  return `"${path.join('.')}"`;
}

/** What the field is for, with a space in front: the first sentence of its hover. */
function purpose(path: JsonPath, root: unknown): string {
  const description = descriptionAt(path, root);
  return description === undefined ? '' : ` ${description.replace(/(?<=\.) (?=[A-Z0-9"]).*/s, '')}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? `the number ${value}` : `the fraction ${value}`;
  if (typeof value === 'string') return `the text ${show(value)}`;
  return typeof value === 'boolean' ? String(value) : 'an object { … }';
}

function typeInWords(expected: string): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'string':
      return 'a text in double quotes';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list [ … ]';
    default:
      return 'an object { … }';
  }
}
