/** The JSON Schema that gives editors completion, hovers and structure; written to `dist/orthant.schema.json`. */
import { z } from 'zod';
import { METHODS } from '../methods/registry';
import { experimentSchema } from './schema';

type JsonSchema = z.core.JSONSchema.BaseSchema & Record<string, unknown>;

export function experimentJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(experimentSchema, {
    io: 'input', // Fields with a default may be left out.
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.description !== undefined) {
        (jsonSchema as JsonSchema).markdownDescription = withDefault(
          escapeMarkdown(jsonSchema.description),
          jsonSchema,
        );
      }
    },
  }) as JsonSchema;
  const variants = (schema.properties as Record<string, JsonSchema>).variants!;
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

function withDefault(text: string, { default: fallback }: { default?: unknown }): string {
  return fallback === undefined ? text : `${text}\n\nDefault: \`${JSON.stringify(fallback)}\``;
}

/** Formulas hold `*` and `_`, which Markdown would take for emphasis. */
function escapeMarkdown(text: string): string {
  return text.replace(/[*_<>[\]]/g, '\\$&');
}
