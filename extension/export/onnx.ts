/** A run's network as an ONNX model, with whatever follows its last layer inside. */
import { networkModel } from '../engines/onnx/networkModel';
import { headInRawUnits } from '../engines/onnx/recordedHead';
import type { SnapshotName } from '../protocol/snapshots';
import { readNetwork } from '../runs/readNetwork';
import { encodeHead, HEAD_KEY } from '../runs/recordedHead';
import type { Exported } from './exported';

const KINDS: Readonly<Record<SnapshotName, string>> = {
  final: 'after its last step',
  best: 'the best within the tolerance',
  mostFeasible: 'the most feasible',
};

/** `version` is Orthant's. @throws Error with a message for a person when the run left no such network. */
export async function exportOnnx(folder: string, snapshot: SnapshotName, version: string): Promise<Exported> {
  const { run, network, parameters, head, inputs, targets } = await readNetwork(folder, snapshot);
  const content = networkModel(network, parameters, {
    name: run.variant,
    version,
    description: [
      `Network of the run ${run.id} (method ${run.method}, ${KINDS[snapshot]}), in the units of its data.`,
      `inputs: ${inputs.join(', ')}`,
      `outputs: ${targets.join(', ')}`,
      ...(head === null
        ? []
        : [`after the last layer: ${head.formula}; the numbers are in the metadata "${HEAD_KEY}"`]),
    ].join('\n'),
    metadata: {
      run: run.id,
      snapshot,
      inputs: JSON.stringify(inputs),
      outputs: JSON.stringify(targets),
      ...(head && { [HEAD_KEY]: encodeHead(head) }),
    },
    ...(head && { head: headInRawUnits(head) }),
  });
  return { content, note: null };
}
