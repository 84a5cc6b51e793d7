/**
 * A run's network in the layers format of TensorFlow.js, for `tf.loadLayersModel` in a browser: a sequential model of dense
 * layers in raw units, its structure in `model.json` and its weights in a file beside it, which the first names.
 *
 * Source of the format: `ModelJSON` in tfjs-core's io/types.ts, and Keras' configuration of `Sequential` and `Dense`.
 */
import path from 'node:path';
import { type ActivationName, layerNames } from '../network/network';
import type { SnapshotName } from '../protocol/snapshots';
import { type RecordedNetwork, readNetwork } from '../runs/readNetwork';
import type { Exported } from './exported';

/** Keras' name for each; "gelu" is the exact one there too, and "swish" is x·sigmoid(x). */
const ACTIVATIONS: { readonly [Name in ActivationName]: string } = {
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  elu: 'elu',
  gelu: 'gelu',
  silu: 'swish',
};

export interface TensorflowjsOptions {
  readonly snapshot: SnapshotName;
  /** Where `model.json` is going to lie: the other file is named after it. */
  readonly output: string;
  /** Orthant's. */
  readonly version: string;
}

/** @throws Error with a message for a person when the run left no such network, or one that has more than linear layers. */
export async function exportTensorflowjs(
  folder: string,
  { snapshot, output, version }: TensorflowjsOptions,
): Promise<Exported> {
  const recorded = await readNetwork(folder, snapshot);
  const { run, head } = recorded;
  if (head !== null) {
    throw new Error(
      `The run gives ${head.formula}, for which the layers format has no layer, and without it the network predicts something else. "--format onnx" has it all inside, and onnxruntime-web runs that in a browser.`,
    );
  }
  const weightsFile = `${path.basename(output).replace(/\.json$/i, '')}.weights.bin`;
  const weights = denseWeights(recorded);
  const model = {
    format: 'layers-model',
    generatedBy: `orthant ${version}`,
    convertedBy: null,
    modelTopology: topology(recorded),
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: { run: run.id, snapshot, inputs: recorded.inputs, outputs: recorded.targets },
  };
  return {
    content: `${JSON.stringify(model, null, 2)}\n`,
    beside: { [weightsFile]: joined(weights.map(({ values }) => values)) },
    note: null,
  };
}

function topology({ network }: RecordedNetwork): object {
  const names = layerNames(network);
  const layers = names.map((_, index) => ({
    class_name: 'Dense',
    config: {
      name: layerName(index),
      units: network.layers[index + 1]!,
      activation: index === names.length - 1 ? 'linear' : ACTIVATIONS[network.activation],
      use_bias: true,
      dtype: 'float32',
      trainable: true,
      ...(index === 0 && { batch_input_shape: [null, network.layers[0]!] }),
    },
  }));
  return {
    class_name: 'Sequential',
    config: { name: 'orthant', layers },
    keras_version: 'tfjs-layers',
    backend: 'tensor_flow.js',
  };
}

function layerName(index: number): string {
  return `dense_${index + 1}`;
}

interface DenseWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A kernel is `[in, out]`, a weight of PyTorch's `[out, in]`. */
function denseWeights({ network, parameters }: RecordedNetwork): DenseWeights[] {
  return layerNames(network).flatMap((name, index) => {
    const [inputs, outputs] = [network.layers[index]!, network.layers[index + 1]!];
    const weight = parameters[`${name}.weight`]!;
    const kernel = new Float32Array(inputs * outputs);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) kernel[input * outputs + output] = weight[output * inputs + input]!;
    }
    return [
      { name: `${layerName(index)}/kernel`, shape: [inputs, outputs], values: kernel },
      { name: `${layerName(index)}/bias`, shape: [outputs], values: parameters[`${name}.bias`]! },
    ];
  });
}

/** Little-endian float32, one after the other. */
function joined(arrays: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((size, { byteLength }) => size + byteLength, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const values of arrays) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}
