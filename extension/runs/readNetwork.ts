/** The network that a run left, in raw units, with the names of what it takes and gives. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ACTIVATIONS } from '../experiment/schema';
import { foldedShape } from '../network/fold';
import type { NetworkShape } from '../network/network';
import { RUN_FILES, type RunFile } from '../protocol/runFiles';
import { readRunFile } from './readRuns';
import { decodeTensors } from './safetensors';

export interface RecordedNetwork {
  readonly run: RunFile;
  readonly network: NetworkShape;
  /** By PyTorch's names, weights `[out, in]`. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** Columns in the order of the network's inputs and outputs; a list column among the inputs is as many as it has elements. */
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

/** What is needed of `resolved` in `run.json`. */
const resolvedSchema = z.object({
  network: z.object({ activation: z.enum(ACTIVATIONS) }),
  data: z.object({ inputs: z.array(z.string()), targets: z.array(z.string()) }),
});

/** @throws Error with a message for a person when the folder is no run or the run left no network. */
export async function readNetwork(folder: string): Promise<RecordedNetwork> {
  const run = await readRunFile(folder);
  if (run === null) throw new Error(`${folder} is not a run folder: it has no readable ${RUN_FILES.run}.`);
  const resolved = resolvedSchema.safeParse(run.resolved);
  if (!resolved.success) {
    const at = resolved.error.issues[0]?.path.join('.');
    throw new Error(`${path.join(folder, RUN_FILES.run)} does not say what "${at}" is, so its network is not known.`);
  }
  const { tensors } = await readModel(folder);
  const network = foldedShape(tensors, resolved.data.network.activation);
  if (network === null) throw new Error(`${path.join(folder, RUN_FILES.model)} holds no network of linear layers.`);
  const parameters = Object.fromEntries(tensors.map(({ name, values }) => [name, values]));
  return { run, network, parameters, ...resolved.data.data };
}

async function readModel(folder: string): Promise<ReturnType<typeof decodeTensors>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path.join(folder, RUN_FILES.model));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${folder} has no ${RUN_FILES.model}: only a run that finished or was stopped leaves its network.`);
  }
  try {
    return decodeTensors(bytes);
  } catch (error) {
    throw new Error(`${path.join(folder, RUN_FILES.model)} can't be read: ${(error as Error).message}.`);
  }
}
