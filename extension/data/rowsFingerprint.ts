/** What the data are whichever rows are held out: the seed draws the split, so runs of several seeds never share one. */
import { createHash, type Hash } from 'node:crypto';
import type { Dataset, Split } from './dataset';

/** Values that are hashed at once: some megabytes, however large the data. */
const VALUES_AT_ONCE = 1 << 20;

const known = new WeakMap<Dataset, string>();

/** SHA-256, in hexadecimal, of all rows in the order of the source, held out or not. Worked out once for a data set. */
export function rowsFingerprint(dataset: Dataset): string {
  const fingerprint = known.get(dataset) ?? hashOf(dataset);
  known.set(dataset, fingerprint);
  return fingerprint;
}

function hashOf({ train, validation, inputSize, targets }: Dataset): string {
  const rowSize = inputSize + targets.length;
  const values = new Float32Array(rowSize * Math.max(1, Math.floor(VALUES_AT_ONCE / rowSize)));
  const hash = createHash('sha256').update(JSON.stringify([inputSize, targets.length]));
  let filled = 0;
  let [nextTrain, nextHeldOut] = [0, 0];
  for (let row = 0; row < train.count + validation.count; row++) {
    // Both splits are in the order of the source, so the next row of all is the next of one of them.
    const isHeldOut =
      nextTrain === train.count ||
      (nextHeldOut < validation.count && validation.rowNumbers[nextHeldOut]! < train.rowNumbers[nextTrain]!);
    const [split, place] = isHeldOut ? [validation, nextHeldOut++] : [train, nextTrain++];
    copyRow(split, place, { inputSize, nTargets: targets.length, values, at: filled });
    filled += rowSize;
    if (filled === values.length) filled = take(hash, values, filled);
  }
  take(hash, values, filled);
  return hash.digest('hex');
}

function copyRow(
  split: Split,
  place: number,
  { inputSize, nTargets, values, at }: { inputSize: number; nTargets: number; values: Float32Array; at: number },
): void {
  values.set(split.inputs.subarray(place * inputSize, (place + 1) * inputSize), at);
  values.set(split.targets.subarray(place * nTargets, (place + 1) * nTargets), at + inputSize);
}

/** How many are filled then: none. */
function take(hash: Hash, values: Float32Array, filled: number): 0 {
  hash.update(new Uint8Array(values.buffer, 0, filled * values.BYTES_PER_ELEMENT));
  return 0;
}
