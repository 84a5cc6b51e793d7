/**
 * A problem said of a place in the experiment's structure, by path, for code that reads the experiment and not its
 * text. `locate.ts` turns paths into ranges.
 */
import type { Severity } from '../protocol/problems';

export type JsonPath = readonly (string | number)[];

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
}
