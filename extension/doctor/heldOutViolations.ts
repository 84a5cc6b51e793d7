/**
 * Held-out violations of a G1 method: its guarantee is for the training rows, which it keeps, while rows it never saw
 * fall outside more often than chance explains: by the exact (Clopper–Pearson) confidence bounds, the rate of new rows
 * outside is above what the training rows allow.
 */
import { trainingSchema } from '../experiment/schema';
import { rateUpperBound } from '../protocol/confidence';
import type { Fix } from '../protocol/diagnosis';
import { formatShare } from '../protocol/figures';
import { isWithinTolerance } from '../protocol/runState';
import { defineDiagnosis, type Reading } from './diagnosis';
import { changeMethod, firstSuitable, setFields } from './fixes';
import type { Observation, Subject } from './observation';
import { count, counted, distance } from './words';

interface Rows {
  readonly samples: number;
  readonly outside: number;
}

interface Splits extends Reading {
  readonly train: Rows;
  readonly heldOut: Rows | null;
  readonly isKept: boolean;
  /** On the held-out rows: the target furthest outside in its standard deviations. */
  readonly worst: { readonly output: number; readonly violation: number };
}

export const heldOutViolations = defineDiagnosis<Splits>({
  code: 'doctor.held-out-violations',
  severity: 'information',
  title: 'Violations on held-out rows',
  sign: 'Training rows inside, held-out rows outside, more often than chance explains.',
  remedy: 'A `boundMargin` while training, more data, or a method that guarantees more than G1.',
  concerns: ({ guarantee }) => guarantee === 'G1',
  read: ({ targets }, { measured }) => ({
    step: measured.step,
    train: rowsOf(measured.train),
    heldOut: measured.validation === null ? null : rowsOf(measured.validation),
    isKept: isWithinTolerance(targets, measured),
    worst: targets.reduce(
      (worst, { name, standardDeviation }, output) => {
        const violation = measured.validation?.targets[name]?.maxViolation ?? 0;
        const relative = violation / (standardDeviation || 1);
        return relative > worst.relative ? { output, violation, relative } : worst;
      },
      { output: 0, violation: 0, relative: 0 },
    ),
  }),
  judge: (subject, readings) => {
    const { train, heldOut, isKept, worst } = readings.at(-1)!;
    if (!isKept || heldOut === null || !isMoreOften(heldOut, train)) return null;
    const { name, standardDeviation, tolerance } = subject.targets[worst.output]!;
    if (worst.violation <= tolerance) return null;
    const message = `${counted(heldOut.outside, 'row')} of ${count(heldOut.samples)} held out (${formatShare(heldOut.outside / heldOut.samples)}) have an output outside, "${name}" by up to ${distance(worst.violation, standardDeviation)}, against ${count(train.outside)} of ${count(train.samples)} training rows, all within the tolerance. The guarantee of this method is for the rows it trains on; new rows need room.`;
    return {
      message,
      fixes: [...withRoom(subject, worst.violation / (standardDeviation || 1)), ...everyInput(subject)],
    };
  },
});

function rowsOf({ samples, rowsOutside }: Observation['measured']['train']): Rows {
  return { samples, outside: rowsOutside ?? 0 };
}

/** Whether the lower confidence bound of the one rate lies above the upper one of the other. */
function isMoreOften(heldOut: Rows, train: Rows): boolean {
  const lower = 1 - rateUpperBound(heldOut.samples - heldOut.outside, heldOut.samples);
  return lower > rateUpperBound(train.outside, train.samples);
}

/** Methods that keep a plain linear layer and hold its bounds for every input, the one that costs less first. */
const FOR_EVERY_INPUT = ['bounded-features', 'nonnegative-weights'];

/** The first of them that this experiment's network can take. */
function everyInput(subject: Subject): Fix[] {
  const name = firstSuitable(subject, FOR_EVERY_INPUT);
  return name === undefined ? [] : [changeMethod(subject, `Keep the bounds for every input ("${name}")`, name, {})];
}

/**
 * Beside the margin there is, what the worst held-out row needs in standard deviations, to two digits upwards. Rows so far
 * outside that no margin does for them ask for another method.
 */
function withRoom(subject: Subject, violation: number): Fix[] {
  const boundMargin = Math.ceil((subject.variant.training.boundMargin + violation) * 100) / 100;
  if (!trainingSchema.shape.boundMargin.safeParse(boundMargin).success) return [];
  return [setFields(subject, `Train with a margin of ${boundMargin} standard deviations`, { boundMargin })];
}
