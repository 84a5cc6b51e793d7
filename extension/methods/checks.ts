/** What several methods have to say of their fields before a training starts. */
import type { z } from 'zod';
import { LARGEST_COEFFICIENT } from './fields';
import type { MethodFix, MethodProblem } from './method';

/**
 * A warning for each field that was changed and has no effect. `unused` gives by field why it has none, as the end of a
 * sentence: `with "form": "exact"`.
 */
export function unusedFields<Fields extends z.ZodObject>(
  schema: Fields,
  given: z.output<Fields>,
  unused: Readonly<Partial<Record<keyof z.output<Fields> & string, string>>>,
): MethodProblem[] {
  return Object.entries(unused)
    .filter(([field]) => isChanged(schema, given, field))
    .map(([field, why]) => ({
      code: 'method.unused-field',
      severity: 'warning',
      message: `"${field}" has no effect ${why}. Remove it, or change that.`,
      field,
      fixes: [{ title: `Remove "${field}"`, fields: { [field]: null }, isPreferred: true }],
      isUnnecessary: true,
    }));
}

/**
 * A warning where a number that rises by the epoch would fall from `first` to `last`; `consequence` ends the sentence
 * that says so.
 */
export function fallingOverEpochs<Fields extends z.ZodObject>(
  schema: Fields,
  given: z.output<Fields>,
  fields: Readonly<Record<'first' | 'last' | 'schedule', keyof z.output<Fields> & string>>,
  consequence: string,
): MethodProblem[] {
  const { first, last, schedule } = fields;
  const values: Record<string, unknown> = given;
  if (values[schedule] !== 'geometric' || Number(values[last]) >= Number(values[first])) return [];
  const message = `"${last}" ${values[last]} is below "${first}" ${values[first]}: ${consequence}. Raise "${last}", or set "${schedule}": "constant".`;
  const field = changedOf(schema, given, last, first);
  const fixes: MethodFix[] = [
    {
      title: `Swap "${first}" and "${last}"`,
      fields: { [first]: Number(values[last]), [last]: Number(values[first]) },
    },
    { title: `Set "${schedule}": "constant"`, fields: { [schedule]: 'constant', [last]: null } },
  ];
  return [{ code: 'method.falling-coefficient', severity: 'warning', message, field, fixes }];
}

/** Room for a coefficient that grows until it has helped. */
const GROWTH = 100;

/** An error for a coefficient that grows from `first` and may not: its largest value `most` is below. */
export function maximumBelowStart(
  [first, start]: readonly [field: string, value: number],
  [most, maximum]: readonly [field: string, value: number],
  { symbol, field }: { symbol: string; field: string },
): MethodProblem[] {
  if (maximum >= start) return [];
  const message = `"${most}" ${maximum} is below "${first}" ${start}, where ${symbol} starts: the first violation would lower it. Raise "${most}", or lower "${first}".`;
  const raised = Math.min(GROWTH * start, LARGEST_COEFFICIENT);
  const fixes: MethodFix[] = [
    { title: `Set "${most}": ${raised}`, fields: { [most]: raised } },
    { title: `Set "${first}": ${maximum}`, fields: { [first]: maximum } },
  ];
  return [{ code: 'method.coefficient-above-maximum', severity: 'error', message, field, fixes }];
}

/** Of two fields that don't go together the one to point at: `one`, unless that has its default. */
export function changedOf<Fields extends z.ZodObject>(
  schema: Fields,
  given: z.output<Fields>,
  one: keyof z.output<Fields> & string,
  other: keyof z.output<Fields> & string,
): string {
  return isChanged(schema, given, one) ? one : other;
}

function isChanged(schema: z.ZodObject, given: Readonly<Record<string, unknown>>, field: string): boolean {
  const defaults: Record<string, unknown> = schema.parse({});
  return given[field] !== defaults[field];
}
