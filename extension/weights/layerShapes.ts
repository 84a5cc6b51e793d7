/**
 * The layers of a file, for who asks again and again while an experiment is written: remembered until the file changes,
 * without the weights themselves.
 */
import path from 'node:path';
import { fileStamp } from '../data/fileStamp';
import { readWeights } from './readWeights';
import { WeightsError } from './weightsError';

export interface LayerShape {
  /** As in the file, such as `model.0`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** Files that are remembered, those asked for last. */
const MOST_KNOWN = 8;
const known = new Map<string, readonly LayerShape[] | WeightsError>();

/** `from` is relative to `directory`. @throws WeightsError as `readWeights` */
export async function layerShapes(from: string, directory: string): Promise<readonly LayerShape[]> {
  const stamp = await fileStamp(path.resolve(directory, from)).then(
    (found) => found.stamp,
    () => null,
  );
  const before = stamp === null ? undefined : known.get(stamp);
  const shapes = before ?? (await readShapes(from, directory));
  if (stamp !== null) {
    known.delete(stamp);
    known.set(stamp, shapes);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
  }
  if (shapes instanceof WeightsError) throw shapes;
  return shapes;
}

async function readShapes(from: string, directory: string): Promise<readonly LayerShape[] | WeightsError> {
  try {
    const { layers } = await readWeights(from, directory);
    return layers.map(({ name, inputs, outputs }) => ({ name, inputs, outputs }));
  } catch (error) {
    if (error instanceof WeightsError) return error;
    throw error;
  }
}
