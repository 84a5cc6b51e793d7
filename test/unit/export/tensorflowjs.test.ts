/** The layers format of TensorFlow.js, loaded by TensorFlow.js itself: it predicts what the run's network does. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setBackend, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../../extension/experiment/schema';
import { exportOnnx } from '../../../extension/export/onnx';
import { exportTensorflowjs } from '../../../extension/export/tensorflowjs';
import { encodeTensors } from '../../../extension/runs/safetensors';
import { runModel } from '../engines/onnx/running';
import { predictSmall, SMALL } from '../weights/weightsFile';

const folder = mkdtempSync(path.join(tmpdir(), 'orthant-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await setBackend('cpu');
});

const ROWS: readonly (readonly [number, number])[] = [
  [1, 2],
  [-3, 0.5],
  [20, -7],
];

/** A run folder that holds the small network of 2-3-1. */
function writeRun(activation: string, metadata?: Record<string, string>): string {
  const run = path.join(folder, activation);
  mkdirSync(run, { recursive: true });
  const resolved = { network: { activation }, data: { inputs: ['a', 'b'], targets: ['y'] } };
  const file = { id: `2026-${activation}`, variant: 'v', method: 'penalty', experiment: '/x.orthant.json', resolved };
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(file));
  const tensors = SMALL.map(({ name, shape, bytes }) => ({ name, shape, values: new Float32Array(bytes.buffer) }));
  writeFileSync(path.join(run, 'model.safetensors'), encodeTensors({ tensors, ...(metadata && { metadata }) }));
  return run;
}

const OPTIONS = { snapshot: 'final', output: '/web/net.json', version: '1.2.3' } as const;

/** As a browser would load the two files. */
async function predictions(run: string): Promise<number[]> {
  const { content, beside } = await exportTensorflowjs(run, OPTIONS);
  const { modelTopology, weightsManifest } = JSON.parse(String(content)) as {
    modelTopology: object;
    weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: 'float32' }[] }[];
  };
  const [group] = weightsManifest;
  const bytes = beside![group!.paths[0]!] as Uint8Array;
  const model = await loadLayersModel({
    load: async () => ({
      modelTopology,
      weightSpecs: group!.weights,
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    }),
  });
  const inputs = tensor2d(ROWS.map((row) => [...row]));
  const outputs = model.predict(inputs) as Tensor;
  expect(outputs.shape).toEqual([ROWS.length, 1]);
  return [...(await outputs.data())];
}

describe('A run as a model of TensorFlow.js', () => {
  test('predicts what the network does', async () => {
    const found = await predictions(writeRun('relu'));
    // 1·1 − 2·2 + 0.5 is below 0, 0.5·1 + 0.25·2 − 1 is 0, and −1 + 3·2 + 2 is 7: 0.5·7 + 10 = 13.5.
    expect(found[0]).toBe(13.5);
    ROWS.forEach((row, index) => {
      expect(found[index]).toBeCloseTo(predictSmall(row), 4);
    });
  });

  test.for(ACTIVATIONS)('has the activation %s as the exported ONNX model has it', async (activation) => {
    const run = writeRun(activation);
    const { content } = await exportOnnx(run, 'final', '0.0.0');
    const inputs = { shape: [ROWS.length, 2], values: Float32Array.from(ROWS.flat()) };
    const { outputs } = await runModel(content as Uint8Array, { inputs });
    const found = await predictions(run);
    found.forEach((value, index) => {
      const wanted = Number(outputs!.data[index]);
      expect(Math.abs(value - wanted) / Math.abs(wanted)).toBeLessThan(1e-5);
    });
  });

  test('names its weights after the file, and says what it is of', async () => {
    const { content, beside } = await exportTensorflowjs(writeRun('relu'), OPTIONS);
    expect(Object.keys(beside!)).toEqual(['net.weights.bin']);
    // (2·3 + 3) + (3·1 + 1) numbers of 4 bytes
    expect(beside!['net.weights.bin']).toHaveLength(13 * 4);
    expect(JSON.parse(String(content))).toMatchObject({
      format: 'layers-model',
      generatedBy: 'orthant 1.2.3',
      weightsManifest: [{ paths: ['net.weights.bin'] }],
      userDefinedMetadata: { run: '2026-relu', snapshot: 'final', inputs: ['a', 'b'], outputs: ['y'] },
    });
  });

  test('is refused for a head, which it could not hold', async () => {
    const head = {
      method: 'relu',
      fields: {},
      formula: 'max(output, min)',
      min: [0],
      max: [null],
      mean: [0],
      deviation: [1],
    };
    const run = writeRun('relu', { head: JSON.stringify(head) });
    await expect(exportTensorflowjs(run, OPTIONS)).rejects.toThrow(
      /^The run gives max\(output, min\), for which the layers format has no layer.*"--format onnx" has it all inside/,
    );
  });
});
