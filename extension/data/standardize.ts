/** Mean and deviation of the training rows' columns. */
import type { Scaling } from './dataset';

/**
 * Mean and population standard deviation (divided by n) of each column group: `widths` says how many neighbouring
 * columns of the row-major `values` share one mean and deviation (784 for a list column of pixels).
 */
export function moments(values: Float32Array, widths: readonly number[]): { mean: number; deviation: number }[] {
  const width = widths.reduce((sum, each) => sum + each, 0);
  const count = width === 0 ? 0 : values.length / width;
  let first = 0;
  return widths.map((group) => {
    const start = first;
    first += group;
    // Two passes: the squares of a column far from 0 would lose the variance to rounding.
    let sum = 0;
    for (let row = 0; row < count; row++) {
      for (let column = start; column < start + group; column++) sum += values[row * width + column]!;
    }
    const mean = sum / (count * group);
    let squares = 0;
    let isConstant = true;
    for (let row = 0; row < count; row++) {
      for (let column = start; column < start + group; column++) {
        const value = values[row * width + column]!;
        squares += (value - mean) ** 2;
        if (value !== values[start]) isConstant = false;
      }
    }
    // The mean of equal values may miss them by a rounding, which must not pass for a spread.
    if (isConstant && count > 0) return { mean: values[start]!, deviation: 0 };
    return { mean, deviation: Math.sqrt(squares / (count * group)) };
  });
}

/** One entry per column of the split. A constant column is only centered: its deviation counts as 1. */
export function scalingOf(
  groups: readonly { mean: number; deviation: number }[],
  widths: readonly number[],
  standardize: boolean,
): Scaling {
  const mean: number[] = [];
  const deviation: number[] = [];
  groups.forEach((group, index) => {
    for (let column = 0; column < widths[index]!; column++) {
      mean.push(standardize ? group.mean : 0);
      deviation.push(standardize && group.deviation > 0 ? group.deviation : 1);
    }
  });
  return { mean: Float64Array.from(mean), deviation: Float64Array.from(deviation) };
}
