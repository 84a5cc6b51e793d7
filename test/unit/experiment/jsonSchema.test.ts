import { expect, test } from 'vitest';
import { experimentJsonSchema } from '../../../extension/experiment/jsonSchema';
import { TRAINING_FIELD_NAMES } from '../../../extension/experiment/schema';
import { VARIANT_TEMPLATES } from '../../../extension/experiment/variantTemplates';
import { METHODS } from '../../../extension/methods/registry';
import { OPTIMIZER_NAMES } from '../../../extension/optimizers/registry';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is walked freely here
const schema = experimentJsonSchema() as any;
const trainingFields: string[] = TRAINING_FIELD_NAMES;

test('Only fields without a default are required', () => {
  expect(schema.required).toEqual(['data', 'constraint', 'variants']);
  expect(schema.properties.data.required).toEqual(['source', 'inputs', 'targets']);
  expect(schema.properties.training.properties.epochs.default).toBe(50);
});

test('Each method has its fields and those of training under its own name, and no others', () => {
  const { allOf, properties } = schema.definitions.variant;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect(allOf.map((each: any) => each.if.properties.method.enum)).toEqual(METHODS.map(({ name }) => [name]));
  METHODS.forEach((method, index) => {
    const { then } = allOf[index];
    expect(then.additionalProperties).toBe(false);
    expect(then.required).toEqual(['method']);
    expect(Object.keys(then.properties)).toEqual(['method', ...Object.keys(method.fields.shape), ...trainingFields]);
    expect(then.properties.epochs).not.toHaveProperty('default');
  });
  expect(Object.keys(properties)).toEqual(['method', ...trainingFields]);
});

test('A variant of any name may be any variant', () => {
  const { properties, additionalProperties } = schema.properties.variants;
  expect(additionalProperties).toEqual({ $ref: '#/definitions/variant' });
  for (const { name } of VARIANT_TEMPLATES) expect(properties[name].allOf).toEqual([additionalProperties]);
});

test('Everything a person can write is described', () => {
  const undescribed: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const walk = (node: any, path: string): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      if ((child as any).markdownDescription === undefined) undescribed.push(`${path}${name}`);
      walk(child, `${path}${name}.`);
    }
    for (const branch of node.anyOf ?? []) walk(branch, path);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}*.`);
  };
  const { variants, ...sections } = schema.properties;
  walk({ properties: sections }, '');
  expect(variants.markdownDescription).toContain('ways to train');
  const { properties, allOf } = schema.definitions.variant;
  walk({ properties }, 'variants.*.');
  for (const { then } of allOf) {
    const { method: _said, ...fields } = then.properties;
    walk({ properties: fields }, 'variants.*.');
    expect(then.markdownDescription).not.toBe('');
  }
  expect(undescribed).toEqual([]);
});

test('Keys of a sweep are the fields that all variants share: lists of what the field takes, of numbers also ranges', () => {
  const { properties } = schema.properties.sweep;
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining([
      'random',
      'variants',
      'training.seed',
      'network.hidden',
      ...trainingFields.map((f) => `training.${f}`),
    ]),
  );
  const [list, range] = properties['training.learningRate'].anyOf;
  expect(list).toMatchObject({ type: 'array', items: { type: 'number', maximum: 100 } });
  expect(Object.keys(range.properties)).toEqual(['from', 'to', 'count', 'scale']);
  expect(properties['training.optimizer']).toMatchObject({ type: 'array', items: { enum: OPTIMIZER_NAMES } });
  // The default of a field is no default of the list.
  expect(list.items).not.toHaveProperty('default');
});

test('Comments and trailing commas are allowed', () => {
  expect(schema).toMatchObject({ allowComments: true, allowTrailingCommas: true });
});
