/** What stands at a place of an experiment that may be wrong in any way, and what the schema has to say of that place. */
import { z } from 'zod';
import { METHODS } from '../methods/registry';
import type { JsonPath } from './problems';
import { experimentSchema, TRAINING_FIELD_NAMES, trainingSchema } from './schema';

export function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

/** The schema of a field, which in a variant depends on the method that `root` gives it. */
export function schemaAt(path: JsonPath, root: unknown): z.ZodType | undefined {
  if (path.length === 0) return undefined;
  if (path[0] === 'variants') return path.length === 3 ? variantField(path, root) : undefined;
  const key = path.at(-1)!;
  if (typeof key === 'string') return ownField(shapeAt(path.slice(0, -1)), key);
  const list = schemaAt(path.slice(0, -1), root);
  return list && elementOf(list);
}

function variantField(path: JsonPath, root: unknown): z.ZodType | undefined {
  const name = valueAt(root, [...path.slice(0, 2), 'method']);
  const own = ownField(METHODS.find((method) => method.name === name)?.fields.shape, path[2]!);
  const isTraining = (TRAINING_FIELD_NAMES as (string | number)[]).includes(path[2]!);
  return own ?? (isTraining ? ownField(trainingSchema.shape, path[2]!) : undefined);
}

/** In the words of a hover. */
export function descriptionAt(path: JsonPath, root: unknown): string | undefined {
  for (let schema = schemaAt(path, root); schema !== undefined; schema = definitionOf(schema).innerType) {
    if (schema.description !== undefined) return schema.description;
  }
  return undefined;
}

/** Whether a field may be left out because something stands in for it. */
export function hasDefault(path: JsonPath, root: unknown): boolean {
  const schema = schemaAt(path, root);
  return schema !== undefined && ['default', 'prefault'].includes(schema.def.type);
}

export function isWholeNumber(path: JsonPath, root: unknown): boolean {
  const schema = schemaAt(path, root);
  return schema !== undefined && z.toJSONSchema(schema, { unrepresentable: 'any' }).type === 'integer';
}

/** The fields of an object outside of the variants, where the way to it goes through plain objects. */
export function shapeAt(path: JsonPath): Record<string, z.ZodType> | undefined {
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

interface Definition {
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  element?: z.ZodType;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as Definition;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const { innerType, shape, options } = definitionOf(schema);
  if (innerType !== undefined) return shapeOf(innerType);
  return shape ?? options?.map(shapeOf).find((each) => each !== undefined);
}

function elementOf(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, options, element } = definitionOf(schema);
  if (innerType !== undefined) return elementOf(innerType);
  return element ?? options?.map(elementOf).find((each) => each !== undefined);
}
