/** Issues that the schema library leaves out: it looks at no value whose key is wrong, so one mistake would hide another. */
import type { z } from 'zod';
import { experimentSchema } from './schema';
import { valueAt } from './schemaAt';

type Issue = z.core.$ZodIssue;

/** `issues` of `root`, and behind each that refuses a variant's name those of the variant. */
export function allIssues(issues: readonly Issue[], root: unknown): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_key') return [issue];
    const variant = valueAt(root, issue.path as (string | number)[]);
    const { error } = experimentSchema.shape.variants.valueType.safeParse(variant);
    return [issue, ...(error?.issues ?? []).map((each): Issue => ({ ...each, path: [...issue.path, ...each.path] }))];
  });
}
