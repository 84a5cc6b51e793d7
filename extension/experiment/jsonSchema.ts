/**
 * The JSON Schema that gives editors completion, hovers and structure; written to `dist/orthant.schema.json`. The words
 * over methods and fields are those of docs/methods.md and stand in the schema, because what a language server of
 * Orthant's own answered would be shown beside what the editor's JSON support says, not instead of it.
 */
import { z } from 'zod';
import { escapeMarkdown, fieldMarkdown, methodMarkdown } from '../methods/describe';
import { METHODS } from '../methods/registry';
import { experimentSchema } from './schema';

type JsonSchema = z.core.JSONSchema.BaseSchema & Record<string, unknown>;

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
  const variants = (schema.properties as Record<string, JsonSchema>).variants!;
  (variants.additionalProperties as JsonSchema).properties = { method: methodSchema() };
  variants.defaultSnippets = METHODS.map((method) => ({
    label: method.name,
    description: method.summary,
    body: { [`\${1:${method.name}}`]: { method: method.name } },
  }));
  return {
    ...schema,
    title: 'Orthant experiment',
    description:
      'A constraint experiment: data, a network that ends in a plain linear layer, bounds, and ways to keep them.',
    allowComments: true,
    allowTrailingCommas: true,
  };
}

/**
 * Stands beside the branches of the methods, which say nothing of their names themselves: over a name that is none,
 * editors show the nearest branch, and that would be the words of a method that isn't meant.
 */
function methodSchema(): JsonSchema {
  const description = 'How this variant keeps its outputs inside the bounds.';
  return {
    description,
    markdownDescription: description,
    enum: METHODS.map(({ name }) => name),
    // Plain ones for editors that show no Markdown.
    enumDescriptions: METHODS.map(({ summary }) => summary),
    markdownEnumDescriptions: METHODS.map(methodMarkdown),
  };
}
