/**
 * The only randomness in Orthant: seeded streams of numbers, the same on every platform and engine. Each purpose has a
 * stream of its own, so that drawing more from one (a larger network) changes nothing in another (the split).
 */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What numbers are drawn for. The numbers are part of what a seed means: never change them, only add. */
const PURPOSES = { split: 1, weights: 2, batches: 3, sweep: 4 } as const;
export type Purpose = keyof typeof PURPOSES;

export interface RandomStream {
  /** In `[from, to)`, with 24 random bits; `[0, 1)` when called without bounds. */
  uniform(from?: number, to?: number): number;
  /** A whole number in `[0, count)`, each equally likely. */
  integer(count: number): number;
}

/** `seed` and `index` (such as the epoch) are whole numbers from 0 below 2³². */
export function randomStream(seed: number, purpose: Purpose, index = 0): RandomStream {
  const generator = xoroshiro128plusFromState(hashState(seed, PURPOSES[purpose], index));
  return {
    // (to − from)·u can round up to `to` in float64 only when the range is some 2²⁹ times smaller than its ends.
    uniform: (from = 0, to = 1) => from + (to - from) * uniformFloat32(generator),
    integer: (count) => uniformInt(generator, 0, count - 1),
  };
}

/** `[count]` the numbers 0 to count − 1 in random order (Fisher–Yates, from the end). */
export function shuffledIndices(count: number, stream: RandomStream): Uint32Array {
  const indices = new Uint32Array(count);
  for (let index = 0; index < count; index++) indices[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    const kept = indices[last]!;
    indices[last] = indices[other]!;
    indices[other] = kept;
  }
  return indices;
}

/**
 * Four 32-bit words from three numbers, so that neighbouring seeds give unrelated streams: xoroshiro's own first
 * numbers are nearly linear in its state. The mixing is the finalizer of MurmurHash3, which maps no two words to one.
 */
function hashState(seed: number, purpose: number, index: number): [number, number, number, number] {
  let hash = 0x9e3779b9;
  for (const word of [seed, purpose, index]) hash = mix((hash ^ word) + 0x6d2b79f5);
  return [mix(hash + 1), mix(hash + 2), mix(hash + 3), mix(hash + 4)];
}

function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
