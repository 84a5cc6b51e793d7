/**
 * The JSON Schema that gives editors completion, hovers and structure; written to `dist/orthant.schema.json`. The words
 * over methods and fields are those of docs/methods.md and stand in the schema, because what a language server of
 * Orthant's own answered would be shown beside what the editor's JSON support says, not instead of it.
 */
import { z } from 'zod';
import { escapeMarkdown, fieldMarkdown, methodMarkdown } from '../methods/describe';
import { METHODS } from '../methods/registry';
import { experimentSchema, TRAINING_FIELD_NAMES, trainingSchema } from './schema';
import {
  BOUNDS_SNIPPETS,
  COLUMNS_SNIPPET,
  DATA_SNIPPET,
  HIDDEN_SNIPPET,
  QUERY_SNIPPET,
  type Snippet,
  SOURCE_SNIPPETS,
  TARGET_BOUND_SNIPPETS,
  VALIDATION_SNIPPETS,
  VARIANTS_SNIPPETS,
  variantSnippet,
} from './schemaSnippets';
import { VARIANT_TEMPLATES } from './variantTemplates';

type JsonSchema = z.core.JSONSchema.BaseSchema & Record<string, unknown>;
type Properties = Record<string, JsonSchema>;

export function experimentJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema, {
    io: 'input', // Fields with a default may be left out.
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.description !== undefined) {
        const { description, default: fallback } = jsonSchema;
        (jsonSchema as JsonSchema).markdownDescription = fieldMarkdown({
          text: escapeMarkdown(description),
          fallback: fallback === undefined ? null : JSON.stringify(fallback),
        });
      }
    },
  }) as JsonSchema;
  const { $schema, ...sections } = schema.properties as Properties;
  addSnippets(sections);
  addSweepKeys(sections);
  const branches = (sections.variants!.additionalProperties as JsonSchema).oneOf as JsonSchema[];
  sections.variants = { ...sections.variants, ...variantsSchema() };
  for (const section of ['data', 'network', 'constraint', 'training', 'sweep'])
    inOrder(sections[section]!.properties as Properties);
  return {
    ...schema,
    title: 'Orthant experiment',
    description:
      'A constraint experiment: data, a network that ends in a plain linear layer, bounds, and ways to keep them.',
    properties: inOrder({ ...sections, $schema: $schema! }),
    definitions: { variant: variantSchema(branches) },
    allowComments: true,
    allowTrailingCommas: true,
  };
}

function addSnippets({ data, network, constraint }: Properties): void {
  const add = (schema: JsonSchema, snippets: readonly Snippet[]): void => {
    schema.defaultSnippets = snippets;
  };
  const columns = data!.properties as Properties;
  add(data!, [DATA_SNIPPET]);
  add(columns.source!, SOURCE_SNIPPETS);
  add(columns.query!, [QUERY_SNIPPET]);
  add(columns.inputs!, [COLUMNS_SNIPPET]);
  add(columns.targets!, [COLUMNS_SNIPPET]);
  add(columns.validation!, VALIDATION_SNIPPETS);
  const { hidden } = network!.properties as Properties;
  add(hidden!, [HIDDEN_SNIPPET]);
  // An editor would write it with a line for each width, and offer it beside the snippet.
  delete hidden!.default;
  add(constraint!, BOUNDS_SNIPPETS);
  add(constraint!.additionalProperties as JsonSchema, TARGET_BOUND_SNIPPETS);
}

/** Fields that all variants share are offered as keys of a sweep; those of a variant depend on its name and method. */
function addSweepKeys({ sweep, training, network }: Properties): void {
  const [list, range] = (sweep!.additionalProperties as JsonSchema).anyOf as [JsonSchema, JsonSchema];
  for (const [section, { properties }] of Object.entries({ training: training!, network: network! })) {
    for (const [field, { default: _default, ...schema }] of Object.entries(properties as Properties)) {
      const isNumber = schema.type === 'number' || schema.type === 'integer';
      const values = { ...list, items: schema };
      const { description, markdownDescription } = schema;
      (sweep!.properties as Properties)[`${section}.${field}`] = {
        description,
        markdownDescription,
        ...(isNumber ? { anyOf: [values, range] } : values),
      } as JsonSchema;
    }
  }
}

/**
 * Names that the templates go by are offered as keys, each with its whole variant; whatever the name, the value may be
 * any variant.
 */
function variantsSchema(): Record<string, unknown> {
  const variant = { $ref: '#/definitions/variant' };
  const named = VARIANT_TEMPLATES.map((template) => [
    template.name,
    { allOf: [variant], completionDetail: template.summary, defaultSnippets: [variantSnippet(template)] },
  ]);
  return {
    properties: inOrder(Object.fromEntries(named)),
    additionalProperties: variant,
    defaultSnippets: VARIANTS_SNIPPETS,
  };
}

/**
 * A variant has its method's fields and no other's. Each method's come under an `if` of its own, so that no field is
 * offered, and none explained, before the method is known; with `oneOf`, editors take what fits best, and show the words
 * of a method that isn't meant.
 */
function variantSchema(branches: readonly JsonSchema[]): Record<string, unknown> {
  const methods = branches.map((branch): JsonSchema => {
    const { method: _method, ...fields } = branch.properties as Properties;
    for (const name of TRAINING_FIELD_NAMES) suggestDefault(fields[name]!, name);
    return { ...branch, properties: { method: {}, ...inOrder(fields, 1) } };
  });
  const fields = methods[0]!.properties as Properties;
  const training = Object.fromEntries(TRAINING_FIELD_NAMES.map((name) => [name, fields[name]!]));
  return {
    type: 'object',
    properties: { method: { ...methodSchema(), suggestSortText: '0' }, ...training },
    required: ['method'],
    allOf: methods.map((branch, index) => ({
      // A `const` would be listed before what `methodSchema` lists, without its place.
      if: { properties: { method: { ...nameOnly(index), doNotSuggest: true } }, required: ['method'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
      then: branch,
    })),
    defaultSnippets: VARIANT_TEMPLATES.map(variantSnippet),
  };
}

/** A variant's override has no default; what is changed from is the best guess. */
function suggestDefault(schema: JsonSchema, name: keyof typeof trainingSchema.shape): void {
  const isChosen = schema.enum !== undefined || schema.type === 'boolean';
  if (!isChosen) schema.examples = [trainingSchema.parse({})[name]];
}

/** Editors sort by name unless told otherwise; the order here is that in which fields are thought of. */
function inOrder(properties: Properties, first = 0): Properties {
  Object.values(properties).forEach((schema, index) => {
    schema.suggestSortText = `${first}${sortText(index)}`;
  });
  return properties;
}

function sortText(index: number): string {
  return String(index).padStart(2, '0');
}

/** The branches are those of the methods, in their order. */
function nameOnly(index: number): Record<string, unknown> {
  return { enum: [METHODS[index]!.name], enumSortTexts: [sortText(index)] };
}

function methodSchema(): JsonSchema {
  const description = 'How this variant keeps its outputs inside the bounds.';
  return {
    description,
    markdownDescription: description,
    enum: METHODS.map(({ name }) => name),
    enumSortTexts: METHODS.map((_, index) => sortText(index)),
    enumDetails: METHODS.map(({ title, guarantee }) => `${title}, guarantee ${guarantee}`),
    // Plain ones for editors that show no Markdown.
    enumDescriptions: METHODS.map(({ summary }) => summary),
    markdownEnumDescriptions: METHODS.map(methodMarkdown),
  };
}
