/** A user's own network as `network.from` names it: read, and known to be a chain of linear layers with finite weights. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HEAD_KEY } from '../runs/recordedHead';
import { tensorEntries } from '../runs/safetensors';
import { linearChain, type NamedLayer } from './linearChain';
import { WeightsError } from './weightsError';

export interface StartWeights {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly fingerprint: string;
  /** First to last, in raw units. */
  readonly layers: readonly NamedLayer[];
}

/** `from` is relative to `directory`, the experiment's folder. @throws WeightsError */
export async function readWeights(from: string, directory: string): Promise<StartWeights> {
  const file = path.resolve(directory, from);
  const bytes = await bytesOf(file);
  const { entries, metadata } = entriesOf(bytes);
  if (metadata[HEAD_KEY] !== undefined) {
    throw new WeightsError(
      'has-head',
      'it holds the linear layers of a network whose outputs go through a head, so that the layers alone predict something else. Start from a run of a method without one.',
    );
  }
  return { file, fingerprint: createHash('sha256').update(bytes).digest('hex'), layers: linearChain(entries) };
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? 'there is no such file. Give its path relative to the experiment file'
        : code === 'EISDIR'
          ? 'it is a folder. Name the file in it'
          : code === 'EACCES' || code === 'EPERM'
            ? 'there is no permission to read it. Give it, or name another file'
            : `it can't be read (${(error as Error).message}). Name another file`;
    throw new WeightsError('missing-file', `${why}.`);
  }
}

const TO_SAFETENSORS = 'safetensors.torch.save_file(model.state_dict(), "model.safetensors")';

function entriesOf(bytes: Uint8Array): ReturnType<typeof tensorEntries> {
  const isPickle = bytes[0] === 0x80 || (bytes[0] === 0x50 && bytes[1] === 0x4b);
  if (isPickle) {
    throw new WeightsError(
      'not-safetensors',
      `it is of PyTorch's own kind (torch.save), which can hold any program. Write it anew: ${TO_SAFETENSORS}.`,
    );
  }
  try {
    return tensorEntries(bytes);
  } catch (error) {
    throw new WeightsError('not-safetensors', `${(error as Error).message}. Write it anew: ${TO_SAFETENSORS}.`);
  }
}
