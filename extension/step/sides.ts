/**
 * The bounds as a step sees them: one side for the minima, one for the maxima, each only where some target has one.
 * Turns outputs into the violation `g` that methods work on.
 */
import { add, mul, sub, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { PlainBounds } from '../methods/method';
import type { Bounds } from '../protocol/histogram';

export type SideName = 'lower' | 'upper';

export interface Side {
  readonly name: SideName;
  /** `[outputs]`, in training units; 0 where the target has no such bound. */
  readonly bound: Float32Array;
  /** `[outputs]`, 1 where the target has this bound, else 0. */
  readonly mask: Float32Array;
}

/**
 * `bounds` in raw units, `scaling` as in `data/`: `scaled = (raw − mean) / deviation`. A bound is rounded inwards, so that
 * an output exactly at it in float32 is not outside in raw units by a rounding error.
 */
export function sidesOf(
  bounds: readonly Bounds[],
  scaling: { readonly mean: ArrayLike<number>; readonly deviation: ArrayLike<number> },
): Side[] {
  const side = (name: SideName, pick: (bound: Bounds) => number | null): Side => ({
    name,
    bound: Float32Array.from(bounds, (bound, target) => {
      const value = pick(bound);
      return value === null ? 0 : scaledInwards(name, value, scaling.mean[target]!, scaling.deviation[target]!);
    }),
    mask: Float32Array.from(bounds, (bound) => (pick(bound) === null ? 0 : 1)),
  });
  return [side('lower', (bound) => bound.min), side('upper', (bound) => bound.max)].filter((candidate) =>
    candidate.mask.includes(1),
  );
}

/** The float32 nearest to the scaled bound whose own raw value is not outside of it. */
function scaledInwards(side: SideName, raw: number, mean: number, deviation: number): number {
  const exact = (raw - mean) / deviation;
  const inwards = side === 'lower' ? 1 : -1;
  // One unit in the last place of float32, or of the subnormal ones about 0.
  const unit = Math.max(Math.abs(exact) * 2 ** -24, 2 ** -149);
  for (let units = 0; units < 8; units++) {
    const rounded = Math.fround(exact + inwards * units * unit);
    if (inwards * (rounded * deviation + mean - raw) >= 0) return rounded;
  }
  return Math.fround(exact);
}

/** `[outputs]` each, infinite where there is no bound. */
export function plainBounds(sides: readonly Side[], outputs: number): PlainBounds {
  const of = (name: SideName, none: number): Float32Array => {
    const side = sides.find((each) => each.name === name);
    return Float32Array.from({ length: outputs }, (_, output) =>
      side === undefined || side.mask[output] === 0 ? none : side.bound[output]!,
    );
  };
  return { lower: of('lower', Number.NEGATIVE_INFINITY), upper: of('upper', Number.POSITIVE_INFINITY) };
}

/** `outputs` `[batch, outputs]` → `g` of the same shape: `bound − y` or `y − bound`, and −1 where there is no bound. */
export function violation(side: SideName, outputs: Tensor2D, bound: Tensor, mask: Tensor): Tensor2D {
  const distance = side === 'lower' ? sub(bound, outputs) : sub(outputs, bound);
  return add(mul(distance, mask), sub(mask, 1)) as Tensor2D;
}

/** The same on plain numbers: `outputs` row-major `[samples · targets]`, in training units. */
export function violationOf(side: Side, outputs: Float32Array): Float32Array {
  const targets = side.bound.length;
  return outputs.map((output, index) => {
    const target = index % targets;
    if (side.mask[target] === 0) return -1;
    return side.name === 'lower' ? side.bound[target]! - output : output - side.bound[target]!;
  });
}
