/** The figures of a split, from raw targets and outputs. Plain numbers in double precision; no tensor in it. */
import { type Figures, type SplitFigures, VIOLATION_TOLERANCES, type ViolationRates } from '../protocol/figures';
import type { Bounds } from '../protocol/histogram';

export interface MeasuredTarget {
  readonly name: string;
  readonly bounds: Bounds;
  /** What the tolerances of the violation rates are multiples of; 0 for a constant target, which counts as 1. */
  readonly standardDeviation: number;
}

/** `targets` and `outputs` are row-major `[count · columns.length]` in raw units; `count` is at least 1. */
export function splitFigures(
  columns: readonly MeasuredTarget[],
  count: number,
  targets: ArrayLike<number>,
  outputs: ArrayLike<number>,
): SplitFigures {
  const isOutside = new Uint8Array(count);
  const sums = columns.map((column, index) => {
    const values: ColumnValues = { count, width: columns.length, column: index, targets, outputs };
    return sumColumn(column, values, isOutside);
  });
  return {
    samples: count,
    rowsOutside: isOutside.reduce((rows, flag) => rows + flag, 0),
    overall: figuresOf(sums.reduce(mergeSums), count * columns.length, totalSumOfSquares(sums)),
    targets: Object.fromEntries(
      columns.map((column, index) => [column.name, figuresOf(sums[index]!, count, sums[index]!.targetSquares)]),
    ),
  };
}

interface ColumnValues {
  readonly count: number;
  readonly width: number;
  readonly column: number;
  readonly targets: ArrayLike<number>;
  readonly outputs: ArrayLike<number>;
}

type RateName = keyof ViolationRates;
const RATES = Object.entries(VIOLATION_TOLERANCES) as [RateName, number][];

interface Sums {
  squared: number;
  absolute: number;
  /** Sum of squared distances of the targets from their own mean. */
  targetSquares: number;
  outside: number;
  /** Outputs further outside than each tolerance, in the order of `RATES`. */
  beyond: number[];
  minOutput: number;
  maxViolation: number;
  violation: number;
}

/** `isOutside` `[count]` gets a 1 for every row whose output here is outside. */
function sumColumn({ bounds, standardDeviation }: MeasuredTarget, values: ColumnValues, isOutside: Uint8Array): Sums {
  const { count, width, column, targets, outputs } = values;
  const min = bounds.min ?? Number.NEGATIVE_INFINITY;
  const max = bounds.max ?? Number.POSITIVE_INFINITY;
  const tolerances = RATES.map(([, tolerance]) => tolerance * (standardDeviation || 1));
  let mean = 0;
  for (let row = 0; row < count; row++) mean += targets[row * width + column]! / count;
  const sums: Sums = {
    squared: 0,
    absolute: 0,
    targetSquares: 0,
    outside: 0,
    beyond: RATES.map(() => 0),
    minOutput: Number.POSITIVE_INFINITY,
    maxViolation: 0,
    violation: 0,
  };
  for (let row = 0; row < count; row++) {
    const target = targets[row * width + column]!;
    const output = outputs[row * width + column]!;
    const error = output - target;
    const violation = Math.max(min - output, output - max, 0);
    sums.squared += error * error;
    sums.absolute += Math.abs(error);
    sums.targetSquares += (target - mean) ** 2;
    sums.minOutput = Math.min(sums.minOutput, output);
    if (!(violation > 0)) continue;
    isOutside[row] = 1;
    sums.outside += 1;
    for (let index = 0; index < tolerances.length; index++) {
      if (violation > tolerances[index]!) sums.beyond[index]! += 1;
    }
    sums.maxViolation = Math.max(sums.maxViolation, violation);
    sums.violation += violation;
  }
  return sums;
}

function mergeSums(a: Sums, b: Sums): Sums {
  return {
    squared: a.squared + b.squared,
    absolute: a.absolute + b.absolute,
    targetSquares: a.targetSquares + b.targetSquares,
    outside: a.outside + b.outside,
    beyond: a.beyond.map((count, index) => count + b.beyond[index]!),
    minOutput: Math.min(a.minOutput, b.minOutput),
    maxViolation: Math.max(a.maxViolation, b.maxViolation),
    violation: a.violation + b.violation,
  };
}

/** For all targets together, each around its own mean: predicting every target's mean has R² = 0. */
function totalSumOfSquares(sums: readonly Sums[]): number {
  return sums.reduce((total, one) => total + one.targetSquares, 0);
}

function figuresOf(sums: Sums, entries: number, targetSquares: number): Figures {
  return {
    loss: sums.squared / entries,
    rmse: Math.sqrt(sums.squared / entries),
    mae: sums.absolute / entries,
    r2: targetSquares > 0 ? 1 - sums.squared / targetSquares : null,
    negativeShare: sums.outside / entries,
    ...(Object.fromEntries(RATES.map(([name], index) => [name, sums.beyond[index]! / entries])) as ViolationRates),
    minOutput: sums.minOutput,
    maxViolation: sums.maxViolation,
    meanViolation: sums.violation / entries,
  };
}
