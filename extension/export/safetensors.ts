/** A run's network as PyTorch loads it: the file that the run left, as it is. */
import type { SnapshotName } from '../protocol/snapshots';
import { readNetwork } from '../runs/readNetwork';
import { HEAD_KEY } from '../runs/recordedHead';
import type { Exported } from './exported';

/** @throws Error with a message for a person when the run left no such network. */
export async function exportSafetensors(folder: string, snapshot: SnapshotName): Promise<Exported> {
  const { bytes, head } = await readNetwork(folder, snapshot);
  const note =
    head &&
    `It holds the linear layers alone. The run gives ${head.formula}; the numbers are in the file's metadata "${HEAD_KEY}". "--format onnx" has it all inside.`;
  return { content: bytes, note };
}
