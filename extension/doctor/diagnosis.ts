/**
 * What a diagnosis is: numbers read from each measure, and a judgment over those read so far. Pure functions; how often
 * a judgment must be repeated before it is told is `doctor.ts`.
 */
import type { Diagnosis } from '../protocol/diagnosis';
import { History } from './history';
import type { Observation, Subject } from './observation';

/** What a judgment adds to the diagnosis that it is of. */
export type Finding = Pick<Diagnosis, 'message' | 'fixes'>;

/** Looks at one measure after the other; `previous` is the one before, with copies of its rows. */
export type Examination = (observation: Observation, previous: Observation | null) => Finding | null;

export interface DiagnosisRule extends Pick<Diagnosis, 'code' | 'severity' | 'title'> {
  /** How the failure shows, for the table in docs/doctor.md. */
  readonly sign: string;
  /** What cures it, for the same table. */
  readonly remedy: string;
  /** `null` where this run can't have it. */
  begin(subject: Subject): Examination | null;
}

export interface Reading {
  /** Steps done. */
  readonly step: number;
}

interface Definition<Read extends Reading> extends Omit<DiagnosisRule, 'begin'> {
  /** Whether this run can have it. */
  concerns(subject: Subject): boolean;
  read(subject: Subject, observation: Observation, previous: Observation | null): Read;
  /** Over what was read so far, oldest first; the last one is of now. */
  judge(subject: Subject, readings: readonly Read[]): Finding | null;
}

/** Ties a diagnosis' reading to its judgment. */
export function defineDiagnosis<Read extends Reading>(definition: Definition<Read>): DiagnosisRule {
  const { concerns, read, judge, ...rest } = definition;
  return {
    ...rest,
    begin: (subject) => {
      if (!concerns(subject)) return null;
      const history = new History<Read>();
      return (observation, previous) => {
        history.add(read(subject, observation, previous));
        return judge(subject, history.readings);
      };
    },
  };
}
