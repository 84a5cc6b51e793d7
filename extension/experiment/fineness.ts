/** Whether 32-bit numbers, which networks use, can tell a column's values apart. */

/** Steps of 32 bits that a column's range needs at least, so that rounding moves no value by a visible share of it. */
const FEWEST_STEPS = 4096;

/** Far from 0, 32-bit numbers lie so far apart that close values become one. */
export function isTooFine(min: number, max: number): boolean {
  return min !== max && max - min < FEWEST_STEPS * float32Step(Math.max(Math.abs(min), Math.abs(max)));
}

/** Distance from `value` (positive) to the next larger 32-bit number. */
export function float32Step(value: number): number {
  const float = new Float32Array([value]);
  const bits = new Uint32Array(float.buffer);
  const own = float[0]!;
  bits[0]!++;
  return float[0]! - own;
}
