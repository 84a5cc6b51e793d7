/** Runs graphs on onnxruntime, and numbers to run them on. */
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import { randomStream } from '../../../../extension/data/random';
import { type Graph, type Named, sizeOf } from '../../../../extension/engines/onnx/graph';
import { loadRuntime } from '../../../../extension/engines/onnx/runtime';

export type Arrays = Record<string, Float32Array>;

const runtime = loadRuntime();

export async function runGraph(graph: Graph, inputs: Readonly<Arrays>): Promise<Arrays> {
  const program = await runtime.compile(graph, 'test');
  const outputs = Object.fromEntries(
    graph.outputs.map(({ name, value }) => [name, new Float32Array(sizeOf(value.shape))]),
  );
  await program.run(inputs, outputs);
  await program.release();
  return outputs;
}

/** Runs a model as anyone would who has only the file. */
export async function runModel(
  model: Uint8Array,
  inputs: Readonly<Record<string, { shape: readonly number[]; values: Float32Array }>>,
): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const onnx = createRequire(import.meta.url)('onnxruntime-node');
  const session = await onnx.InferenceSession.create(model);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [name, new onnx.Tensor('float32', values, shape)]),
  );
  const results = await session.run(feeds);
  await session.release();
  return results;
}

/** `[count]` numbers in ±`size`, the same for the same seed. */
export function randomNumbers(count: number, seed: number, size = 2): Float32Array {
  const { uniform } = randomStream(seed, 'batches');
  return Float32Array.from({ length: count }, () => uniform(-size, size));
}

export function randomInputs(inputs: readonly Named[], seed: number): Arrays {
  return Object.fromEntries(
    inputs.map(({ name, value }, index) => [name, randomNumbers(sizeOf(value.shape), seed * 1000 + index)]),
  );
}

/**
 * `'bits'`: the same numbers, −0 apart from 0. A number: at most that much apart, relative to the larger of `floor` and
 * the expected number. What is not a finite number has to be the same.
 */
export type Tolerance = 'bits' | { readonly relative: number; readonly floor: number };

export const SAME_NUMBER: Tolerance = { relative: 0, floor: 0 };

export function expectSame(actual: Float32Array, expected: Float32Array, tolerance: Tolerance, what = ''): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    const found = actual[index]!;
    if (Object.is(found, value) || isClose(found, value, tolerance)) continue;
    expect.fail(`${what}[${index}] is ${text(found)}, not ${text(value)}`);
  }
}

function isClose(found: number, value: number, tolerance: Tolerance): boolean {
  if (tolerance === 'bits' || !Number.isFinite(value)) return false;
  return Math.abs(found - value) <= tolerance.relative * Math.max(tolerance.floor, Math.abs(value));
}

export function expectSameRecords(actual: Readonly<Arrays>, expected: Readonly<Arrays>, tolerance: Tolerance): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) expectSame(actual[name]!, values, tolerance, name);
}

function text(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
