/**
 * The failure doctor of one run: shown every measure, it says which diagnoses hold. A diagnosis is told once it was found
 * at several measures in a row and taken back once it was missed at several; at the end those are told that the last
 * measure shows.
 */
import type { Diagnosis } from '../protocol/diagnosis';
import type { BlowUp } from './blowUp';
import type { DiagnosisRule, Examination, Finding } from './diagnosis';
import { lossAndPulls, lossOfConstant } from './loss';
import type { MeasuredFigures, MeasuredValues, Observation, Subject } from './observation';
import { DIAGNOSES } from './registry';
import { divergedFinding, stepTooLarge } from './stepTooLarge';

const MEASURES_TO_TELL = 2;
const MEASURES_TO_TAKE_BACK = 3;

interface Case {
  readonly rule: DiagnosisRule;
  readonly examine: Examination;
  /** At the last measure. */
  finding: Finding | null;
  /** What was last told, as long as it holds. */
  told: Finding | null;
  /** Measures in a row that spoke against what is told now. */
  against: number;
}

export class Doctor {
  readonly #subject: Subject;
  readonly #cases: readonly Case[];
  #previous: Observation | null = null;
  #constant: Observation['constant'] | null = null;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#cases = DIAGNOSES.flatMap((rule) => {
      const examine = rule.begin(subject);
      return examine === null ? [] : [{ rule, examine, finding: null, told: null, against: 0 }];
    });
  }

  /** Looks at a measure; true when other diagnoses hold than before. */
  observe(values: MeasuredValues, measured: MeasuredFigures): boolean {
    this.#constant ??= lossOfConstant(this.#subject, values);
    const known = { measured, constant: this.#constant, ...lossAndPulls(this.#subject, values) };
    const observation: Observation = { ...values, ...known };
    let hasChanged = false;
    for (const each of this.#cases) {
      each.finding = each.examine(observation, this.#previous);
      const wasTold = each.told !== null;
      each.against = (each.finding !== null) === wasTold ? 0 : each.against + 1;
      if (each.against >= (wasTold ? MEASURES_TO_TAKE_BACK : MEASURES_TO_TELL)) {
        each.told = each.finding;
        each.against = 0;
        hasChanged = true;
      } else if (wasTold && each.finding !== null) {
        each.told = each.finding;
      }
    }
    this.#previous = keptCopy(observation);
    return hasChanged;
  }

  /** What holds while training. */
  get diagnoses(): Diagnosis[] {
    return this.#cases.flatMap(({ rule, told }) => (told === null ? [] : [diagnosis(rule, told)]));
  }

  /** What the last measure shows: nothing comes after it that could speak against it. */
  atTheEnd(): Diagnosis[] {
    return this.#cases.flatMap(({ rule, finding }) => (finding === null ? [] : [diagnosis(rule, finding)]));
  }

  /** Of a training that diverged: what held before, and that its steps were too large. */
  afterDivergence(blowUp: BlowUp | null): Diagnosis[] {
    const before = this.diagnoses.filter(({ code }) => code !== stepTooLarge.code);
    return [...before, diagnosis(stepTooLarge, divergedFinding(this.#subject, blowUp))];
  }
}

function diagnosis({ code, severity, title }: DiagnosisRule, { message, fixes }: Finding): Diagnosis {
  return { code, severity, title, message, fixes };
}

/** The tables of rows go on changing; what is made of outputs is made anew for each measure. */
function keptCopy(observation: Observation): Observation {
  return {
    ...observation,
    sides: observation.sides.map((side) => ({
      ...side,
      multiplier: side.multiplier === null ? null : side.multiplier.slice(),
      rows: Object.fromEntries(Object.entries(side.rows).map(([name, table]) => [name, table.slice()])),
    })),
  };
}
