/** The figures of a split, from raw targets and outputs. Plain numbers in double precision; no tensor in it. */
import type { Figures, SplitFigures } from '../protocol/figures';
import type { Bounds } from '../protocol/histogram';

export interface MeasuredTarget {
  readonly name: string;
  readonly bounds: Bounds;
}

/** `targets` and `outputs` are row-major `[count · columns.length]` in raw units; `count` is at least 1. */
export function splitFigures(
  columns: readonly MeasuredTarget[],
  count: number,
  targets: ArrayLike<number>,
  outputs: ArrayLike<number>,
): SplitFigures {
  const sums = columns.map((column, index) => sumColumn(column.bounds, count, columns.length, index, targets, outputs));
  return {
    samples: count,
    overall: figuresOf(sums.reduce(mergeSums), count * columns.length, totalSumOfSquares(sums)),
    targets: Object.fromEntries(
      columns.map((column, index) => [column.name, figuresOf(sums[index]!, count, sums[index]!.targetSquares)]),
    ),
  };
}

interface Sums {
  squared: number;
  absolute: number;
  /** Sum of squared distances of the targets from their own mean. */
  targetSquares: number;
  outside: number;
  minOutput: number;
  maxViolation: number;
  violation: number;
}

function sumColumn(
  bounds: Bounds,
  count: number,
  width: number,
  column: number,
  targets: ArrayLike<number>,
  outputs: ArrayLike<number>,
): Sums {
  let mean = 0;
  for (let row = 0; row < count; row++) mean += targets[row * width + column]! / count;
  const sums: Sums = {
    squared: 0,
    absolute: 0,
    targetSquares: 0,
    outside: 0,
    minOutput: Number.POSITIVE_INFINITY,
    maxViolation: 0,
    violation: 0,
  };
  for (let row = 0; row < count; row++) {
    const target = targets[row * width + column]!;
    const output = outputs[row * width + column]!;
    const error = output - target;
    const violation = Math.max((bounds.min ?? -Infinity) - output, output - (bounds.max ?? Infinity), 0);
    sums.squared += error * error;
    sums.absolute += Math.abs(error);
    sums.targetSquares += (target - mean) ** 2;
    if (violation > 0) sums.outside += 1;
    sums.minOutput = Math.min(sums.minOutput, output);
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
    minOutput: sums.minOutput,
    maxViolation: sums.maxViolation,
    meanViolation: sums.violation / entries,
  };
}
