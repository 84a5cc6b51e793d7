import { expect, test } from 'vitest';
import { experimentJsonSchema } from '../../../extension/experiment/jsonSchema';
import { METHODS } from '../../../extension/methods/registry';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is walked freely here
const schema = experimentJsonSchema() as any;

test('Only fields without a default are required', () => {
  expect(schema.required).toEqual(['data', 'constraint', 'variants']);
  expect(schema.properties.data.required).toEqual(['source', 'inputs', 'targets']);
  expect(schema.properties.training.properties.epochs.default).toBe(50);
});

test('Each method has a branch of its own with its fields and those of training', () => {
  const { additionalProperties } = schema.properties.variants;
  const branches = additionalProperties.oneOf ?? additionalProperties.anyOf;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect(branches.map((branch: any) => branch.properties.method.const)).toEqual(METHODS.map(({ name }) => name));
  for (const branch of branches) {
    expect(branch.required).toEqual(['method']);
    expect(branch.properties).toHaveProperty('epochs');
    expect(branch.properties.epochs).not.toHaveProperty('default');
  }
});

test('Everything a person can write is described', () => {
  const undescribed: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const walk = (node: any, path: string, beside: object = {}): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      if ((child as any).markdownDescription === undefined && !(name in beside)) undescribed.push(`${path}${name}`);
      walk(child, `${path}${name}.`);
    }
    for (const key of ['anyOf', 'oneOf']) for (const branch of node[key] ?? []) walk(branch, path, node.properties);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}*.`);
  };
  walk(schema, '');
  expect(undescribed).toEqual([]);
});

test('Comments and trailing commas are allowed', () => {
  expect(schema).toMatchObject({ allowComments: true, allowTrailingCommas: true });
});
