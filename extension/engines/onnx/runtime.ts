/** onnxruntime-node: the only file that names it. */
import { createRequire } from 'node:module';
import { availableThreads } from '../../data/threads';
import { threadsFor } from './cost';
import { emit } from './emit';
import { type Graph, type Named, sizeOf } from './graph';

/** What we use of the package; it has more. */
interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<InferenceSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
  readonly env: { readonly versions: { readonly common: string; readonly node?: string } };
}
interface OnnxTensor {
  readonly data: unknown;
}
interface InferenceSession {
  run(feeds: Record<string, OnnxTensor>, fetches: Record<string, OnnxTensor>): Promise<unknown>;
  release(): Promise<void>;
}

export interface Runtime {
  readonly version: string;
  compile(graph: Graph, name: string): Promise<Program>;
}

/** A graph that can run. */
export interface Program {
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  /** Reads every named input, writes every named output; no array may be among both. */
  run(inputs: Readonly<Record<string, Float32Array>>, outputs: Readonly<Record<string, Float32Array>>): Promise<void>;
  release(): Promise<void>;
}

/** @throws Error when the package or its binary for this platform isn't there. */
export function loadRuntime(): Runtime {
  const onnx = createRequire(__filename)('onnxruntime-node') as OnnxRuntime;
  const { versions } = onnx.env;
  const version = versions.node ?? versions.common;
  return { version, compile: (graph, name) => compile(onnx, graph, { name, version }) };
}

async function compile(onnx: OnnxRuntime, graph: Graph, names: { name: string; version: string }): Promise<Program> {
  const session = await onnx.InferenceSession.create(emit(graph, names), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threadsFor(graph, availableThreads()),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    extra: {
      session: {
        // Moments of weights that get no gradient fade into numbers below 1.2e-38, with which processors are a hundred times
        // slower. It holds for the whole thread that makes the first session: JavaScript there takes such numbers for 0, too.
        set_denormal_as_zero: '1',
        // Threads that wait spin for 20 µs, about from one node to the next, and then sleep. Without spinning a step of the
        // 784-784-784-2 network took 10 % longer on an idle machine of two cores; with the default, which spins on, 50 % longer
        // with one other process busy.
        intra_op: { allow_spinning: '1', spin_duration_us: '20' },
      },
    },
  });
  const tensors = (
    named: readonly Named[],
    values: Readonly<Record<string, Float32Array>>,
  ): Record<string, OnnxTensor> => {
    const wrapped: Record<string, OnnxTensor> = {};
    for (const { name, value } of named) {
      const elements = values[name];
      if (elements?.length !== sizeOf(value.shape))
        throw new Error(`internal: ${name} needs ${sizeOf(value.shape)} elements, not ${elements?.length}`);
      wrapped[name] = new onnx.Tensor('float32', elements, value.shape);
    }
    return wrapped;
  };
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    run: async (inputs, outputs) => {
      await session.run(tensors(graph.inputs, inputs), tensors(graph.outputs, outputs));
    },
    release: () => session.release(),
  };
}
