/** What several methods have to say of their fields before a training starts. */
import type { z } from 'zod';
import type { MethodProblem } from './method';

/**
 * A warning for each field that was changed and has no effect. `unused` gives by field why it has none, as the end of a
 * sentence: `with "form": "exact"`.
 */
export function unusedFields<Fields extends z.ZodObject>(
  schema: Fields,
  fields: z.output<Fields>,
  unused: Readonly<Partial<Record<keyof z.output<Fields> & string, string>>>,
): MethodProblem[] {
  const defaults: Record<string, unknown> = schema.parse({});
  return Object.entries(unused)
    .filter(([field]) => (fields as Record<string, unknown>)[field] !== defaults[field])
    .map(([field, why]) => ({
      code: 'method.unused-field',
      severity: 'warning',
      message: `"${field}" has no effect ${why}. Remove it, or change that.`,
      field,
    }));
}
