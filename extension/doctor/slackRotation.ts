/**
 * Rotation of inactive slacks: where an output is inside its bound by p, slack and multiplier circle about (√p, 0) with
 * the linearized steps `(s, μ) ← (s + 2η_s√p·μ, μ − 2η_λ√p·(s − √p))`. Simultaneous steps widen the circle by
 * `√(1 + 4p·η_s·η_λ)` each, undamped alternating ones keep it. `√((s − √p)² + (η_s/η_λ)·μ²)` is its radius, whatever the
 * moment at which it is looked at.
 *
 * Source: methods.md, section 2b and case A7.
 */
import { formatNumber } from '../protocol/figures';
import { defineDiagnosis, type Reading } from './diagnosis';
import { type FieldValues, numberField, setFields, takeAugmentedLagrangian } from './fixes';
import type { Observation, Subject } from './observation';
import { slackStrength } from './slackTrap';
import { count, counted, rounded } from './words';

/** Outputs nearer to their bound press on it or are about to; in training units. */
const INSIDE = 0.01;
/** A circle counts from this share of the slacks on. */
const WIDE = 0.1;
/** A multiplier that changes its sign below this share of the slack's circle is noise. */
const NOISE = 0.01;
/** Changes of sign per output that make a rotation of a movement. */
const SWINGS = 2;
/** A circle that settles has become smaller than the widest one by this factor. */
const SETTLING = 0.7;
/** Slacks that lag behind swing at first in any training. */
const SHARE_OF_TRAINING = 0.2;
const FEWEST_READINGS = 6;

interface Circle extends Reading {
  /** Outputs inside now and at the measure before. */
  readonly outputs: number;
  /** Root mean square of the radius, as a share of that of √p. */
  readonly radius: number;
  /** Mean of p. */
  readonly distance: number;
  /** Share of these outputs whose multiplier changed its sign since the measure before. */
  readonly swings: number;
}

export const slackRotation = defineDiagnosis<Circle>({
  code: 'doctor.slack-rotation',
  severity: 'warning',
  title: 'Rotation of slacks',
  sign: 'Slacks and multipliers of outputs inside their bounds swing, ever wider or without settling.',
  remedy: '`damping` of at least 1, `"order": "dual-first"`, or the augmented Lagrangian.',
  concerns: (subject) => numberField(subject, 'slackLearningRate') !== null,
  read: circle,
  judge: (subject, all) => {
    const readings = all.filter(({ outputs }) => outputs > 0);
    const now = all.at(-1)!;
    if (readings.length < FEWEST_READINGS || now.step < SHARE_OF_TRAINING * subject.steps) return null;
    const late = meanRadius(readings.slice(readings.length >> 1));
    const swings = readings.reduce((sum, reading) => sum + reading.swings, 0);
    if (late < WIDE || swings < SWINGS) return null;
    const widest = Math.max(...readings.map(({ radius }) => radius));
    if (late < SETTLING * widest) return null;
    const first = readings[0]!;
    const message = `On the ${counted(now.outputs, 'training output')} inside their bounds, slack and multiplier circle each other without settling, with a radius of ${formatNumber(late)} times the slack (${formatNumber(first.radius)} at step ${count(first.step)}), and ${swings >= 3 ? `the multipliers changed sign ${Math.floor(swings)} times from measure to measure` : 'the multipliers keep changing sign'}. Multipliers that should be 0 push these outputs about.`;
    return { message, fixes: fixes(subject, now.distance) };
  },
});

function fixes(subject: Subject, distance: number) {
  const dual = numberField(subject, 'dualLearningRate')!;
  const { order, slackStep } = subject.variant.fields;
  const damping = rounded(Math.max(1, dual));
  const found = [takeAugmentedLagrangian(subject, slackStrength(subject), dual)];
  if (order === 'simultaneous') {
    found.unshift(setFields(subject, 'Move the multipliers first', { order: 'dual-first' }));
  }
  if (numberField(subject, 'damping')! < damping) {
    // The plain step bears a damping of 1/(2η_s·s²) at most; some slacks are larger than the mean.
    const isStiff = 8 * damping * numberField(subject, 'slackLearningRate')! * distance > 1;
    const step: FieldValues = slackStep === 'gradient' && isStiff ? { slackStep: 'scaled' } : {};
    found.unshift(setFields(subject, `Damp the slacks with ${damping}`, { damping, ...step }));
  }
  return found;
}

function circle(subject: Subject, { measured, sides }: Observation, previous: Observation | null): Circle {
  const ratio = numberField(subject, 'slackLearningRate')! / numberField(subject, 'dualLearningRate')!;
  const width = subject.targets.length;
  let outputs = 0;
  let squares = 0;
  let distances = 0;
  let swings = 0;
  for (const [place, { side, g, rows }] of sides.entries()) {
    const before = previous?.sides[place];
    if (before === undefined) continue;
    const [slacks, multipliers, multipliersBefore] = [rows.slack!, rows.multiplier!, before.rows.multiplier!];
    for (let index = 0; index < g.length; index++) {
      if (side.mask[index % width] === 0 || g[index]! > -INSIDE || before.g[index]! > -INSIDE) continue;
      const p = -g[index]!;
      const multiplier = multipliers[index]!;
      const earlier = multipliersBefore[index]!;
      outputs += 1;
      distances += p;
      squares += (Math.abs(slacks[index]!) - Math.sqrt(p)) ** 2 + ratio * multiplier ** 2;
      const floor = NOISE * Math.sqrt(p / ratio);
      if (multiplier * earlier < 0 && Math.min(Math.abs(multiplier), Math.abs(earlier)) > floor) swings += 1;
    }
  }
  if (outputs === 0) return { step: measured.step, outputs, radius: 0, distance: 0, swings: 0 };
  return {
    step: measured.step,
    outputs,
    radius: Math.sqrt(squares / distances),
    distance: distances / outputs,
    swings: swings / outputs,
  };
}

function meanRadius(readings: readonly Circle[]): number {
  return readings.reduce((sum, { radius }) => sum + radius, 0) / readings.length;
}
