/** What an experiment can start from where a part of it is missing: the least that trains and shows something. */
import type { JsonValue } from '../protocol/problems';

/** The two that every comparison begins with. */
export const STARTING_VARIANTS: JsonValue = {
  baseline: { method: 'unconstrained' },
  penalty: { method: 'penalty', alpha: 10 },
};

/** Never negative: what Orthant is named for. */
export const STARTING_CONSTRAINT: JsonValue = { min: 0 };

export const STARTING_HIDDEN: JsonValue = [64, 64];
