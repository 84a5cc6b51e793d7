/**
 * From outputs and multipliers over all rows to the few that a person wants to see: furthest outside, largest
 * multipliers, and the multipliers' histogram. Pure; when this is recorded is `train.ts`.
 */
import type { Split, TargetColumn } from '../data/dataset';
import { type Bounds, chooseBinEdges, countBins } from '../protocol/histogram';
import { MOST_ROWS, type RowOutput, type SideMultipliers, type TargetRows } from '../protocol/rows';
import type { SideValues } from '../step/kkt';

/** One split; arrays `[rows · targets]`, row-major, in the targets' own units. */
export interface SplitOutputs {
  readonly split: Pick<Split, 'count' | 'targets' | 'rowNumbers'>;
  readonly outputs: Float64Array;
}

export interface RowsSource {
  readonly targets: readonly (Pick<TargetColumn, 'name'> & { readonly bounds: Bounds })[];
  readonly train: SplitOutputs;
  /** `null` without held-out rows. */
  readonly validation: SplitOutputs | null;
  /** Of the training rows, `[rows · targets]`; `null` for a method that implies no multipliers. */
  readonly sides: readonly SideValues[] | null;
}

export function rowsBehind(source: RowsSource): Record<string, TargetRows> {
  const { targets, train, validation, sides } = source;
  const width = targets.length;
  return Object.fromEntries(
    targets.map(({ name, bounds }, column): [string, TargetRows] => {
      const multiplierOf = (index: number): number | null => nearerMultiplier(sides, index);
      const place = { column, width, bounds };
      const ofTrain = (index: number): RowOutput => rowOutput(train, index, place, multiplierOf(index));
      const multipliers = (sides ?? []).flatMap((side): SideMultipliers[] =>
        side.side.mask[column] === 0 ? [] : [multipliersOf(side, place, ofTrain)],
      );
      const ofValidation =
        validation === null
          ? []
          : furthestOutside(validation, place).map((index) => rowOutput(validation, index, place, null));
      return [name, { train: furthestOutside(train, place).map(ofTrain), validation: ofValidation, multipliers }];
    }),
  );
}

/** Which target, of how many. */
interface Place {
  readonly column: number;
  readonly width: number;
  readonly bounds: Bounds;
}

function furthestOutside({ split, outputs }: SplitOutputs, { column, width, bounds }: Place): number[] {
  return largest(split.count, column, width, (index) => distanceOutside(outputs[index]!, bounds));
}

/** Entries of the largest values above 0, largest first: a full sort of all rows would cost more than the measure. */
function largest(rows: number, column: number, width: number, sizeOf: (index: number) => number): number[] {
  const kept: { index: number; value: number }[] = [];
  for (let row = 0; row < rows; row++) {
    const index = row * width + column;
    const value = sizeOf(index);
    if (!(value > 0) || (kept.length === MOST_ROWS && value <= kept.at(-1)!.value)) continue;
    const at = kept.findIndex((other) => other.value < value);
    kept.splice(at < 0 ? kept.length : at, 0, { index, value });
    if (kept.length > MOST_ROWS) kept.pop();
  }
  return kept.map(({ index }) => index);
}

function multipliersOf(
  { side, multiplier }: SideValues,
  place: Place,
  of: (index: number) => RowOutput,
): SideMultipliers {
  const { column, width } = place;
  const values = multiplier.filter((_, index) => index % width === column);
  // Most multipliers are 0: edges chosen from all would hold nothing of the others.
  const others = values.filter((value) => value !== 0);
  const edges = chooseBinEdges(others.length === 0 ? values : others, { min: null, max: null });
  const rows = largest(values.length, column, width, (index) => Math.abs(multiplier[index]!));
  return {
    side: side.name === 'lower' ? 'min' : 'max',
    edges,
    counts: countBins(values, edges),
    rows: rows.map((index) => ({ ...of(index), multiplier: multiplier[index]! })),
  };
}

/** Of the side whose violation `g` is larger: that bound is the one that matters to the row. */
function nearerMultiplier(sides: readonly SideValues[] | null, index: number): number | null {
  let nearer: SideValues | null = null;
  for (const side of sides ?? []) {
    if (side.side.mask[index % side.side.mask.length] === 0) continue;
    if (nearer === null || side.g[index]! > nearer.g[index]!) nearer = side;
  }
  return nearer === null ? null : nearer.multiplier[index]!;
}

function distanceOutside(output: number, { min, max }: Bounds): number {
  return Math.max(0, min === null ? 0 : min - output, max === null ? 0 : output - max);
}

function rowOutput(
  { split, outputs }: SplitOutputs,
  index: number,
  { width, bounds }: Place,
  multiplier: number | null,
): RowOutput {
  const output = outputs[index]!;
  return {
    row: split.rowNumbers[Math.floor(index / width)]!,
    output,
    target: split.targets[index]!,
    violation: distanceOutside(output, bounds),
    multiplier,
  };
}
