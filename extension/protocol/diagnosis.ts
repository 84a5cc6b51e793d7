/**
 * What the failure doctor says of a run: a known failure that it saw the signs of, in numbers, and edits of the experiment
 * file that cure it. Finding them is the business of `doctor/`, making the edits that of `experiment/editFields.ts`.
 */
import type { Severity } from './problems';

/** One field of the experiment file given a value, or removed where `value` is `null`: no field is ever null. */
export interface FieldEdit {
  path: (string | number)[];
  value: string | number | boolean | null;
}

export interface Fix {
  /** What it does, such as `Start the slacks above 0`. */
  label: string;
  /** Made together, in this order. Removing a field that isn't there changes nothing. */
  edits: FieldEdit[];
}

export interface Diagnosis {
  /** Stable and dotted, such as `doctor.slack-trap`. */
  code: string;
  severity: Exclude<Severity, 'hint'>;
  /** The failure by its name, in a few words. */
  title: string;
  /** What was seen, in numbers, and why it matters. */
  message: string;
  /** The one to try first comes first; empty where no edit helps. */
  fixes: Fix[];
}

/** What a fix writes, such as `"slackNudge": 0.1`; fields that only go aren't told. */
export function fixWords({ edits }: Fix): string {
  return edits
    .filter(({ value }) => value !== null)
    .map(({ path, value }) => `${JSON.stringify(path.at(-1))}: ${JSON.stringify(value)}`)
    .join(', ');
}
