/** Which rows are held out for validation. */
import { randomStream, shuffledIndices } from './random';

export interface SplitIndices {
  /** Row indices from 0, ascending: the order of the source. */
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/** Holds out `share` of `count` rows, drawn by the seed. */
export function splitByShare(count: number, share: number, seed: number): SplitIndices {
  const held = heldOutByShare(count, share);
  const order = shuffledIndices(count, randomStream(seed, 'split'));
  return { validation: order.slice(0, held).sort(), train: order.slice(held).sort() };
}

/** How many rows a share holds out: above 0 at least one, and never the last, so it needs two rows. */
export function heldOutByShare(count: number, share: number): number {
  const wanted = share === 0 ? 0 : Math.max(1, Math.round(count * share));
  return Math.max(0, Math.min(wanted, count - 1));
}

/** Holds out the rows marked with 1. */
export function splitByMark(marks: Uint8Array): SplitIndices {
  const validation: number[] = [];
  const train: number[] = [];
  for (let row = 0; row < marks.length; row++) (marks[row] === 1 ? validation : train).push(row);
  return { validation: Uint32Array.from(validation), train: Uint32Array.from(train) };
}
