/**
 * From what the schema library says to what a person reads: a code, a place, what is wrong and what to write instead.
 * No text of the library's own passes through here.
 */
import type { z } from 'zod';
import { METHODS } from '../methods/registry';
import { didYouMean, listNames } from './names';
import type { JsonPath, ProblemAtPath } from './problems';
import { experimentSchema, TRAINING_FIELD_NAMES } from './schema';

type Issue = z.core.$ZodIssue;

/** One problem per wrong thing: an issue about several unknown keys gives several. */
export function describeIssue(issue: Issue, root: unknown, prefix: JsonPath = []): ProblemAtPath[] {
  const path: JsonPath = [...prefix, ...(issue.path as (string | number)[])];
  const value = valueAt(root, path);
  const strangeBound = strangeConstraint(path, root);
  if (strangeBound !== undefined) return [strangeBound];

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key], root));
    case 'invalid_union':
      return isMethod(path) ? [unknownMethod(path, value)] : describeUnion(issue, root, path, value);
    case 'invalid_type':
      return value === undefined ? [missingField(path, root)] : [wrongType(path, value, [issue.expected], root)];
    case 'invalid_value':
      return value === undefined ? [missingField(path, root)] : [notAmong(path, value, issue.values.map(String))];
    case 'too_small':
      return [
        outOfRange(
          path,
          value,
          issue.origin,
          issue.inclusive === false ? 'more than' : 'at least',
          issue.minimum,
          root,
        ),
      ];
    case 'too_big':
      return [
        outOfRange(path, value, issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum, root),
      ];
    case 'invalid_key':
      return [badName(path)];
    default:
      return [
        problem('experiment.wrong-value', path, `${show(value)} can't stand for ${named(path)}.${purpose(path, root)}`),
      ];
  }
}

function missingField(path: JsonPath, root: unknown): ProblemAtPath {
  const whose = path.length > 1 ? ` in ${named(path.slice(0, -1))}` : '';
  const message = `"${path.at(-1)}" is missing${whose}.${purpose(path, root)}`;
  return problem('experiment.missing-field', path, message);
}

function unknownField(path: JsonPath, root: unknown): ProblemAtPath {
  const key = String(path.at(-1));
  const owner = path.slice(0, -1);
  const inVariant = owner.length === 2 && owner[0] === 'variants';
  const method = inVariant ? METHODS.find(({ name }) => name === valueAt(root, [...owner, 'method'])) : undefined;
  if (method !== undefined) {
    const owners = METHODS.filter(({ fields }) => Object.hasOwn(fields.shape, key)).map(({ name }) => name);
    if (owners.length > 0) {
      const own = Object.keys(method.fields.shape);
      const message = `"${key}" belongs to the method ${listNames(owners, 'or')}, not to "${method.name}", ${own.length === 0 ? 'which has no fields of its own' : `whose fields are ${listNames(own)}`}. Remove it, or change the method.`;
      return { ...problem('method.foreign-field', path, message), at: 'key' };
    }
  }
  const known = method
    ? ['method', ...Object.keys(method.fields.shape), ...TRAINING_FIELD_NAMES]
    : Object.keys(shapeAt(owner) ?? {}).filter((name) => name !== '$schema');
  const where = owner.length === 0 ? 'an experiment' : named(owner);
  const message = `"${key}" is no field of ${where}.${didYouMean(key, known)} Its fields are ${listNames(known, 'and', 20)}.`;
  return { ...problem('experiment.unknown-field', path, message), at: 'key' };
}

function unknownMethod(path: JsonPath, value: unknown): ProblemAtPath {
  const names = METHODS.map(({ name }) => name);
  if (value === undefined) {
    const message = `The variant "${path.at(-2)}" has no "method". Give it one of ${listNames(names, 'or')}.`;
    return problem('experiment.missing-field', path, message);
  }
  const guess = typeof value === 'string' ? didYouMean(value, names) : '';
  return problem(
    'experiment.unknown-method',
    path,
    `${show(value)} is no method.${guess} The methods are ${listNames(names)}.`,
  );
}

function wrongType(path: JsonPath, value: unknown, expected: readonly string[], root: unknown): ProblemAtPath {
  const wanted = [...new Set(expected.map(typeInWords))].join(' or ');
  return problem(
    'experiment.wrong-type',
    path,
    `${named(path)} must be ${wanted}, not ${typeOf(value)}.${purpose(path, root)}`,
  );
}

function notAmong(path: JsonPath, value: unknown, values: readonly string[]): ProblemAtPath {
  const guess = typeof value === 'string' ? didYouMean(value, values) : '';
  return problem(
    'experiment.unknown-value',
    path,
    `${named(path)} can't be ${show(value)}.${guess} It is one of ${listNames(values, 'or')}.`,
  );
}

function outOfRange(
  path: JsonPath,
  value: unknown,
  origin: string,
  comparison: string,
  limit: number | bigint,
  root: unknown,
): ProblemAtPath {
  if (origin === 'array' || origin === 'string') {
    const empty = Array.isArray(value) || typeof value === 'string' ? value.length === 0 : false;
    const thing = origin === 'array' ? 'entries' : 'characters';
    const message = empty ? `${named(path)} is empty.` : `${named(path)} must have ${comparison} ${limit} ${thing}.`;
    return problem(empty ? 'experiment.empty-value' : 'experiment.out-of-range', path, message + purpose(path, root));
  }
  return problem(
    'experiment.out-of-range',
    path,
    `${named(path)} is ${show(value)} and must be ${comparison} ${limit}.${purpose(path, root)}`,
  );
}

/** A union's branches fail each in its own way: the one whose kind of value was meant says what is wrong. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  root: unknown,
  path: JsonPath,
  value: unknown,
): ProblemAtPath[] {
  if (value === undefined) return [missingField(path, root)];
  const isOfOtherKind = (branch: readonly Issue[]): boolean =>
    branch.some((each) => each.path.length === 0 && each.code === 'invalid_type');
  const meant = issue.errors.find((branch) => !isOfOtherKind(branch));
  if (meant !== undefined) return meant.flatMap((each) => describeIssue(each, root, path));
  const expected = issue.errors.flatMap((branch) =>
    branch.flatMap((each) => (each.code === 'invalid_type' && each.path.length === 0 ? [each.expected] : [])),
  );
  return [wrongType(path, value, expected, root)];
}

/** What stands in `constraint` and is neither a bound nor a target: a slip in either name. */
function strangeConstraint(path: JsonPath, root: unknown): ProblemAtPath | undefined {
  if (path.length !== 2 || path[0] !== 'constraint') return undefined;
  const key = String(path[1]);
  const targets = valueAt(root, ['data', 'targets']);
  const names = Array.isArray(targets) ? targets.filter((name): name is string => typeof name === 'string') : [];
  if (Object.hasOwn(experimentSchema.shape.constraint.shape, key) || names.includes(key)) return undefined;
  return unknownTarget(key, names);
}

/** Also a check of its own, for an entry that is well-formed. */
export function unknownTarget(key: string, targets: readonly string[]): ProblemAtPath {
  const known = [...Object.keys(experimentSchema.shape.constraint.shape), ...targets];
  const message = `"${key}" is neither a target nor a bound.${didYouMean(key, known)} The targets are ${listNames(targets)}.`;
  return { ...problem('experiment.unknown-target', ['constraint', key], message), at: 'key' };
}

function badName(path: JsonPath): ProblemAtPath {
  const name = String(path.at(-1));
  const message =
    name === ''
      ? 'A variant needs a name; runs and tables are known by it.'
      : `The variant's name has ${name.length} characters and may have 80.`;
  return { ...problem('experiment.bad-name', path, message), at: 'key' };
}

function problem(code: string, path: JsonPath, message: string): ProblemAtPath {
  return { code, severity: 'error', message, path };
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

/** What the field is for, as its hover says it, with a space in front. */
function purpose(path: JsonPath, root: unknown): string {
  const description = (variantFieldAt(path, root) ?? schemaAt(path))?.description;
  return description === undefined ? '' : ` ${description}`;
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

function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

/** The schema of a variant's own field, which is its method's. */
function variantFieldAt(path: JsonPath, root: unknown): z.ZodType | undefined {
  if (path.length !== 3 || path[0] !== 'variants') return undefined;
  const name = valueAt(root, [...path.slice(0, 2), 'method']);
  return ownField(METHODS.find((method) => method.name === name)?.fields.shape, path[2]!);
}

/** The schema of a field outside of the variants, where the way to it goes through plain objects. */
function schemaAt(path: JsonPath): z.ZodType | undefined {
  if (path.length === 0) return undefined;
  return ownField(shapeAt(path.slice(0, -1)), path.at(-1)!);
}

function shapeAt(path: JsonPath): Record<string, z.ZodType> | undefined {
  if (path[0] === 'variants') return undefined;
  let schema: z.ZodType = experimentSchema;
  for (const key of path) {
    const next = ownField(shapeOf(schema), key);
    if (next === undefined) return undefined;
    schema = next;
  }
  return shapeOf(schema);
}

/** The file may name a field like what every object has, such as "constructor". */
function ownField(shape: Record<string, z.ZodType> | undefined, key: string | number): z.ZodType | undefined {
  return shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const definition = schema.def as { innerType?: z.ZodType; shape?: Record<string, z.ZodType>; options?: z.ZodType[] };
  if (definition.innerType !== undefined) return shapeOf(definition.innerType);
  if (definition.shape !== undefined) return definition.shape;
  return definition.options?.map(shapeOf).find((shape) => shape !== undefined);
}
