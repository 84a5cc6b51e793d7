/** A network that a run left, in raw units, with the names of what it takes and gives. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ACTIVATIONS } from '../experiment/schema';
import { foldedShape } from '../network/fold';
import type { NetworkShape } from '../network/network';
import { MODEL_FILES, RUN_FILES, type RunFile } from '../protocol/runFiles';
import type { SnapshotName } from '../protocol/snapshots';
import { readRunFile } from './readRuns';
import { decodeHead, HEAD_KEY, type RecordedHead } from './recordedHead';
import { decodeTensors, type TensorFile } from './safetensors';

export interface RecordedNetwork {
  readonly run: RunFile;
  readonly network: NetworkShape;
  /** By PyTorch's names, weights `[out, in]`. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** What follows the last layer; `null` where it is the output. */
  readonly head: RecordedHead | null;
  /** Columns in the order of the network's inputs and outputs; a list column among the inputs is as many as it has elements. */
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  /** The file that holds it, as recorded. */
  readonly bytes: Uint8Array;
}

/** What is needed of `resolved` in `run.json`. */
const resolvedSchema = z.object({
  network: z.object({ activation: z.enum(ACTIVATIONS) }),
  data: z.object({ inputs: z.array(z.string()), targets: z.array(z.string()) }),
});

/** @throws Error with a message for a person when the folder is no run or the run left no such network. */
export async function readNetwork(folder: string, snapshot: SnapshotName): Promise<RecordedNetwork> {
  const run = await readRunFile(folder);
  if (run === null) throw new Error(`${folder} is not a run folder: it has no readable ${RUN_FILES.run}.`);
  const resolved = resolvedSchema.safeParse(run.resolved);
  if (!resolved.success) {
    const at = resolved.error.issues[0]?.path.join('.');
    throw new Error(`${path.join(folder, RUN_FILES.run)} does not say what "${at}" is, so its network is not known.`);
  }
  const file = path.join(folder, MODEL_FILES[snapshot]);
  const bytes = await readModel(folder, snapshot);
  const { tensors, metadata } = readable(file, () => decodeTensors(bytes));
  const network = foldedShape(tensors, resolved.data.network.activation);
  if (network === null) throw new Error(`${file} holds no network of linear layers.`);
  const parameters = Object.fromEntries(tensors.map(({ name, values }) => [name, values]));
  const head = readable(file, () => headIn(metadata, network.layers.at(-1)!));
  return { run, network, parameters, head, ...resolved.data.data, bytes };
}

async function readModel(folder: string, snapshot: SnapshotName): Promise<Uint8Array> {
  try {
    return await readFile(path.join(folder, MODEL_FILES[snapshot]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${folder} has no ${MODEL_FILES[snapshot]}: ${WHY_MISSING[snapshot]}.`);
  }
}

const WHY_MISSING: Readonly<Record<SnapshotName, string>> = {
  final: 'only a run that finished or was stopped leaves its last network',
  best: 'the training outputs were within "constraint.tolerance" at no moment measured, or the run is of a version that kept only the last network',
  mostFeasible: 'nothing was measured, or the run is of a version that kept only the last network',
};

function headIn(metadata: TensorFile['metadata'], outputs: number): RecordedHead | null {
  const text = metadata[HEAD_KEY];
  return text === undefined ? null : decodeHead(text, outputs);
}

function readable<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file} can't be read: ${(error as Error).message}.`);
  }
}
