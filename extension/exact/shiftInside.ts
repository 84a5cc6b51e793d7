/**
 * From exact weights to the float32 ones of a network: rounding moves outputs by some 1e-7 of their size, also those
 * that were held exactly at a bound, and a small shift of the bias brings them back.
 *
 * Shift, compute the outputs again as the network does and ask once more: the sum with the new bias is rounded, too.
 */
import type { OutputBounds } from './boundedFit';

/**
 * The smallest number to add to all outputs that brings them inside their bounds, 0 when they are, and `null` when none
 * does: they spread wider than the bounds are apart. Then fit again inside narrower bounds.
 */
export function shiftInside(outputs: ArrayLike<number>, { lower, upper }: OutputBounds): number | null {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < outputs.length; row++) {
    least = Math.min(least, outputs[row]!);
    largest = Math.max(largest, outputs[row]!);
  }
  const up = lower === null ? 0 : Math.max(0, lower - least);
  const down = upper === null ? 0 : Math.max(0, largest - upper);
  if (up === 0) return lower !== null && least - down < lower ? null : 0 - down;
  return down > 0 || (upper !== null && largest + up > upper) ? null : up;
}

/** The smallest float32 at or above a number. */
export function float32AtOrAbove(value: number): number {
  const rounded = Math.fround(value);
  return rounded >= value ? rounded : nextFloat32Above(rounded);
}

/** The largest float32 at or below a number. */
export function float32AtOrBelow(value: number): number {
  return -float32AtOrAbove(-value);
}

/** Float32 of one sign are ordered as their bits are; −0 and 0 come first of the negative and the positive ones. */
function nextFloat32Above(value: number): number {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = value;
  if (value === 0) bits[0] = 1;
  else bits[0]! += value > 0 ? 1 : -1;
  return float[0];
}
