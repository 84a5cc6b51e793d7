/**
 * Dead rows: behind a ReLU head an output that lies outside is shown at its bound, and its gradient is 0: the loss does
 * not move it however far its target is. A few come back when others move the weights; where most rows of an output are
 * outside, there is hardly anything left to move them.
 *
 * Source: methods.md, section 2c; pytorch/pytorch#97452.
 */
import type { Fix } from '../protocol/diagnosis';
import { formatNumber } from '../protocol/figures';
import { defineDiagnosis, type Reading } from './diagnosis';
import { changeMethod, firstSuitable, takeAugmentedLagrangian } from './fixes';
import type { Observation, Subject } from './observation';
import { count } from './words';

/** Methods whose head cuts outputs off while training. */
const CUTTING = ['relu'];
/** A target this far inside, in training units, pulls at its output for certain. */
const INSIDE = 0.1;
/** An output at its bound may be off by rounding. */
const ROUNDING = 1e-6;
/** Where so many of an output's rows are dead, it is told. */
const SHARE_OF_ROWS = 0.5;

interface Dead extends Reading {
  readonly samples: number;
  /** The output with the most dead rows. */
  readonly output: number;
  readonly rows: number;
  /** Mean distance of the targets of its dead rows from the bound, in training units. */
  readonly distance: number;
}

export const deadRows = defineDiagnosis<Dead>({
  code: 'doctor.dead-rows',
  severity: 'warning',
  title: 'Dead rows',
  sign: 'Behind a ReLU head, outputs exactly at the bound whose targets are far inside.',
  remedy: 'A `softplus` or `sigmoid` head, or a method that keeps the last layer linear.',
  concerns: ({ variant }) => CUTTING.includes(variant.method),
  read: (subject, observation, previous) => worstOutput(subject, observation, previous),
  judge: (subject, readings) => {
    const { samples, output, rows, distance } = readings.at(-1)!;
    if (rows < SHARE_OF_ROWS * samples) return null;
    const { name } = subject.targets[output]!;
    const raw = formatNumber(distance * subject.deviations[output]!);
    const message = `${count(rows)} of ${count(samples)} training rows have "${name}" exactly at its bound while their targets lie ${raw} inside it on average. The head cuts them off, so their gradient is 0 and the loss can't bring them back.`;
    return { message, fixes: [...smoothHead(subject), takeAugmentedLagrangian(subject)] };
  },
});

/** A head that lets the gradient through: for one bound, or for both. */
function smoothHead(subject: Subject): Fix[] {
  const name = firstSuitable(subject, ['softplus', 'sigmoid']);
  return name === undefined ? [] : [changeMethod(subject, `Use a ${name} head`, name, {})];
}

/** Dead are rows exactly at the bound, now and at the measure before. */
function worstOutput(subject: Subject, observation: Observation, previous: Observation | null): Dead {
  const width = subject.targets.length;
  const rows = new Uint32Array(width);
  const distances = new Float64Array(width);
  for (const [place, { side, g }] of observation.sides.entries()) {
    const before = previous?.sides[place]?.g;
    if (before === undefined) continue;
    for (let index = 0; index < g.length; index++) {
      // Without a bound g is −1.
      if (Math.abs(g[index]!) > ROUNDING || Math.abs(before[index]!) > ROUNDING) continue;
      const target = observation.targets[index]!;
      const output = index % width;
      const inside = side.name === 'lower' ? target - side.bound[output]! : side.bound[output]! - target;
      if (inside <= INSIDE) continue;
      rows[output]! += 1;
      distances[output]! += inside;
    }
  }
  const output = rows.indexOf(Math.max(...rows));
  return {
    step: observation.measured.step,
    samples: observation.outputs.length / width,
    output,
    rows: rows[output]!,
    distance: rows[output] === 0 ? 0 : distances[output]! / rows[output]!,
  };
}
