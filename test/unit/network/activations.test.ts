/** Where activations lie, on both engines: what guarantees for every input rest on. */
import { type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { trace } from '../../../extension/engines/onnx/trace';
import { loadWasmEngine } from '../../../extension/engines/wasm';
import { ACTIVATIONS, type Activation } from '../../../extension/experiment/schema';
import { activationRange } from '../../../extension/network/featureRange';
import { forwardFeatures } from '../../../extension/network/network';
import { gelu, silu } from '../../../extension/network/smoothRelus';
import { runGraph } from '../engines/onnx/running';

beforeAll(async () => {
  await loadWasmEngine();
});

const ENGINES = ['wasm', 'onnx'] as const;
type EngineName = (typeof ENGINES)[number];

async function apply(engine: EngineName, op: (x: Tensor2D) => Tensor2D, values: Float32Array): Promise<Float32Array> {
  const shape: [number, number] = [values.length, 1];
  if (engine === 'wasm') return op(tensor2d(values, shape)).dataSync<'float32'>();
  const graph = trace((tracer) => ({ y: op(tracer.input('x', shape) as Tensor2D) }));
  return (await runGraph(graph, { x: values })).y!;
}

/** ½(1 + erf(x/√2)) by the series of erf, and its continued fraction far out. */
function normalDistribution(x: number): number {
  const a = Math.abs(x) / Math.SQRT2;
  let upper: number;
  if (a < 2.5) {
    let [term, sum] = [a, a];
    for (let n = 1; n < 100; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    upper = 0.5 - sum / Math.sqrt(Math.PI);
  } else {
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / 2 / (a + fraction);
    upper = Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction) / 2;
  }
  return x > 0 ? 1 - upper : upper;
}

const KNOWN = [
  { name: 'gelu', op: gelu, exact: (x: number) => x * normalDistribution(x), at: -0.7517915247, least: -0.1699712075 },
  { name: 'silu', op: silu, exact: (x: number) => x / (1 + Math.exp(-x)), at: -1.2784645428, least: -0.2784645428 },
] as const;

describe.each(ENGINES)('On engine %s', (engine) => {
  // onnxruntime's sigmoid is off by up to 1e-7, and that is multiplied by up to 20, SiLU's floor.
  test.for(KNOWN)('$name is within 2e-6 of its formula, or of its size', async ({ op, exact }) => {
    const values = Float32Array.from({ length: 8001 }, (_, index) => (index - 4000) / 100);
    for (const [index, y] of (await apply(engine, op, values)).entries()) {
      const expected = exact(values[index]!);
      const allowed = 2e-6 * Math.max(1, Math.abs(expected));
      expect(Math.abs(y - expected), `at ${values[index]}`).toBeLessThanOrEqual(allowed);
    }
  });

  test.for(KNOWN)('$name has its minimum $least at $at', async ({ name, op, at, least }) => {
    const [y] = await apply(engine, op, Float32Array.of(at));
    expect(y).toBeCloseTo(least, 6);
    expect(activationRange(name).min).toBeLessThanOrEqual(least);
    expect(activationRange(name).min).toBeCloseTo(least, 8);
  });

  test.for(ACTIVATIONS)('%s stays in its range, to 1e-6, however far from 0 its input is', async (activation) => {
    const { min, max } = activationRange(activation);
    const far = [20, 60, 100, 1e3, 1e6, 1e9, 1e20].flatMap((x) => [-x, x]);
    const values = Float32Array.from([...Array.from({ length: 4001 }, (_, index) => (index - 2000) / 100), ...far]);
    for (const [index, y] of (await apply(engine, applied(activation), values)).entries()) {
      expect(y, `at ${values[index]}`).toBeGreaterThanOrEqual(min === 0 ? 0 : min * (1 + 1e-6));
      expect(y, `at ${values[index]}`).toBeLessThanOrEqual(max * (1 + 1e-6));
    }
  });
});

/** The activation as a network applies it: one hidden unit with weight 1. */
const applied =
  (activation: Activation) =>
  (x: Tensor2D): Tensor2D =>
    forwardFeatures({ layers: [1, 1, 1], activation }, { '0.weight': tensor2d([[1]]), '0.bias': tensor1d([0]) }, x);
