/**
 * From an experiment with a sweep to its points: every combination of values, for each variant those of the keys that are
 * about it. Pure: the same experiment gives the same points in the same order.
 */
import type { ExperimentEdit, JsonValue } from '../../protocol/problems';
import type { Assignments, SweepPoint } from '../../protocol/sweepFiles';
import { editExperiment } from '../editFields';
import type { Experiment } from '../schema';
import { isWholeNumber } from '../schemaAt';
import type { Sweep } from '../sweepSchema';
import { fieldsOf, sweptVariants, targetOf } from './targets';
import { type Draw, drawnValues, randomOf, randomRange, spacedValues } from './values';

/** What is combined with everything else: one key with its values, or all that is drawn together. */
type Dimension = readonly Assignments[];

/** How many points `expandSweep` gives, without making them. */
export function sweepSize(experiment: Experiment, sweep: Sweep): number {
  return sweptVariants(experiment, sweep).reduce((sum, variant) => {
    const about = fieldsOf(sweep).filter(([key]) => isAbout(experiment, key, variant));
    const sizes = about.flatMap(([, values]) =>
      randomRange(values) !== null ? [] : [Array.isArray(values) ? values.length : values.count!],
    );
    const isDrawn = about.some(([, values]) => randomRange(values) !== null);
    return sum + sizes.reduce((product, size) => product * size, isDrawn ? (randomOf(sweep)?.count ?? 0) : 1);
  }, 0);
}

/** In the order of the variants; within one the last key of the file changes first, as in nested loops. */
export function expandSweep(experiment: Experiment, sweep: Sweep, draw: Draw): SweepPoint[] {
  const fields = fieldsOf(sweep);
  const isWhole = (key: string): boolean => isWholeNumber(targetOf(experiment, key)!.path, experiment);
  const random = randomOf(sweep);
  // Drawn once for all variants: they then differ in nothing but themselves.
  const drawn = new Map<string, number[]>();
  for (const [key, values] of fields) {
    const range = randomRange(values);
    if (random === null || range === null) continue;
    drawn.set(key, drawnValues(range, draw(random.seed, drawn.size, random.count), isWhole(key)));
  }

  return sweptVariants(experiment, sweep).flatMap((variant) => {
    const about = fields.filter(([key]) => isAbout(experiment, key, variant));
    const drawnKeys = about.map(([key]) => key).filter((key) => drawn.has(key));
    const dimensions = about.flatMap(([key, values]): Dimension[] => {
      if (!drawn.has(key)) return [spacedValues(values, isWhole(key)).map((value) => ({ [key]: value }))];
      // All that is drawn stands in the place of the first of it.
      if (key !== drawnKeys[0]) return [];
      return [drawn.get(key)!.map((_, index) => pick(drawnKeys, (each) => drawn.get(each)![index]!))];
    });
    return product(dimensions).map((assignments) => ({
      variant,
      assignments: pick(
        about.map(([key]) => key),
        (key) => assignments[key]!,
      ),
    }));
  });
}

/**
 * The experiment's text with what a point sets, and without the sweep: what one of its runs trains, and could be trained
 * again by itself. Comments and all else stay.
 */
export function pointText(text: string, experiment: Pick<Experiment, 'variants'>, { assignments }: SweepPoint): string {
  const edits = Object.entries(assignments).map(([key, value]): ExperimentEdit => {
    return { kind: 'set', path: targetOf(experiment, key)!.path, value };
  });
  return editExperiment(text, [...edits, { kind: 'remove', path: ['sweep'] }]);
}

function isAbout(experiment: Experiment, key: string, variant: string): boolean {
  const target = targetOf(experiment, key);
  return target !== null && (target.variant === null || target.variant === variant);
}

function pick(keys: readonly string[], value: (key: string) => JsonValue): Assignments {
  return Object.fromEntries(keys.map((key) => [key, value(key)]));
}

function product(dimensions: readonly Dimension[]): Assignments[] {
  return dimensions.reduce<Assignments[]>(
    (points, dimension) => points.flatMap((point) => dimension.map((each) => ({ ...point, ...each }))),
    [{}],
  );
}
