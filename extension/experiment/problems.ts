/**
 * A problem said of a place in the experiment's structure, by path, for code that reads the experiment and not its
 * text. `locate.ts` turns paths into ranges.
 */
import type { JsonPath, ProblemFix, Severity } from '../protocol/problems';

export type { JsonPath } from '../protocol/problems';

export interface ProblemAtPath {
  /** Stable and dotted, such as `data.missing-column`. */
  code: string;
  severity: Severity;
  message: string;
  /** Such as `['data', 'inputs', 2]`. */
  path: JsonPath;
  /** Whether the property's name is meant or its value; the value unless said. */
  at?: 'key' | 'value';
  /** Offset and length inside the string at `path`, when a part of it is meant (a word of a query). */
  within?: { offset: number; length: number };
  /** Ways to mend it that need no further thought, the likeliest first. */
  fixes?: readonly ProblemFix[];
  /** What stands there does nothing and can go. */
  isUnnecessary?: boolean;
}
