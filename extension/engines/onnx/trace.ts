/**
 * Records what tfjs-core computes as a graph: a backend whose kernels add nodes and whose tensors hold no numbers.
 * Gradients and optimizer are traced like everything else, because they are tfjs operations too.
 */
import {
  type DataId,
  type DataType,
  dispose,
  engine,
  KernelBackend,
  registerBackend,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { type Graph, GraphBuilder, sizeOf, type Value } from './graph';
import { KERNELS } from './kernels';
import { GraphError } from './operators';

const BACKEND = 'orthant-trace';

/** The step does something a graph can't hold; the message names what. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

interface Recording {
  readonly builder: GraphBuilder;
  /** What stands for each tensor, by tfjs's key of its data. */
  readonly values: WeakMap<DataId, Value>;
  /** Every tensor made, so that those which a failed step left kept can go. */
  readonly made: TensorInfo[];
}

/** A recording starts and ends in one go, so there is never a second one. */
let recording: Recording | null = null;

class TraceBackend extends KernelBackend {
  override write(values: unknown, shape: number[], type: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, type);
    return dataId;
  }
  override move(dataId: DataId, values: unknown, shape: number[], type: DataType): void {
    const { builder, values: known, made } = current();
    if (type !== 'float32') throw new TraceError(`A tensor of ${type} has no place in a step.`);
    const elements = Float32Array.from(values as ArrayLike<number>);
    known.set(dataId, smallConstant(builder, elements, shape));
    made.push({ dataId, shape, dtype: type });
  }
  override readSync(): never {
    throw new TraceError('A step read a value while it was traced; a step may only compute.');
  }
  override async read(): Promise<never> {
    return this.readSync();
  }
  override numDataIds(): number {
    return 0;
  }
  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  override refCount(): number {
    return 1;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}
}

export interface Tracer {
  /** A tensor that will be given when the graph runs. */
  input(name: string, shape: readonly number[]): Tensor;
  /** A tensor whose elements are known now. */
  constant(elements: Float32Array, shape: readonly number[]): Tensor;
}

/**
 * Calls `compute` once and gives what it computed as a graph, with `compute`'s results as outputs.
 * @throws TraceError when it reads a value or uses an operation that the table in `kernels.ts` lacks.
 */
export function trace(compute: (tracer: Tracer) => Readonly<Record<string, Tensor>>): Graph {
  if (recording !== null) throw new Error('internal: one trace inside another');
  registerOnce();
  const tfjs = engine();
  // Before its first tensor tfjs has no backend, and then there is none to go back to.
  const before: string | undefined = tfjs.backendName;
  const builder = new GraphBuilder();
  const made: TensorInfo[] = [];
  recording = { builder, values: new WeakMap(), made };
  // Takes effect at once, because the backend is made by no promise.
  void tfjs.setBackend(BACKEND);
  tfjs.startScope('trace');
  try {
    const results = compute({
      input: (name, shape) => tensorOf(builder.input(name, shape)),
      constant: (elements, shape) => tensorOf(smallConstant(builder, elements.slice(), shape)),
    });
    const outputs = Object.entries(results).map(([name, tensor]) => ({ name, value: recordedValue(tensor) }));
    // Those that were kept on the way.
    dispose(results as never);
    return builder.build(outputs);
  } catch (error) {
    for (const info of made) tfjs.disposeTensor({ ...info, size: sizeOf(info.shape) } as Tensor);
    throw named(error);
  } finally {
    tfjs.endScope();
    recording = null;
    if (before !== undefined && before !== BACKEND) void tfjs.setBackend(before);
  }
}

let registered = false;
function registerOnce(): void {
  if (registered) return;
  registered = true;
  registerBackend(BACKEND, () => new TraceBackend(), 0);
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        const list = Array.isArray(inputs)
          ? (inputs as TensorInfo[])
          : Object.values(inputs as Record<string, TensorInfo>);
        const named = Object.entries(inputs as Record<string, TensorInfo>).map(([name, tensor]) => [
          name,
          recordedValue(tensor),
        ]);
        const results = kernel({
          builder: current().builder,
          inputs: Object.fromEntries(named),
          list: list.map(recordedValue),
          attributes: attrs ?? {},
        });
        return Array.isArray(results) ? results.map(tensorInfo) : tensorInfo(results);
      },
    });
  }
}

/** One number broadcast is written as that, so that rules see it. */
function smallConstant(builder: GraphBuilder, elements: Float32Array, shape: readonly number[]): Value {
  const [first] = elements;
  if (first === undefined || shape.length === 0 || elements.some((element) => !Object.is(element, first)))
    return builder.constant(elements, shape);
  return builder.add('Expand', [builder.scalar(first), builder.integers(shape)]);
}

function tensorInfo(value: Value): TensorInfo {
  const info: TensorInfo = { dataId: {}, shape: [...value.shape], dtype: value.type === 'bool' ? 'bool' : 'float32' };
  current().values.set(info.dataId, value);
  current().made.push(info);
  return info;
}

function tensorOf(value: Value): Tensor {
  const { dataId, shape, dtype } = tensorInfo(value);
  return engine().makeTensorFromDataId(dataId, shape, dtype);
}

function recordedValue({ dataId }: { readonly dataId: DataId }): Value {
  const value = current().values.get(dataId);
  if (value === undefined) throw new TraceError('A step used a tensor that was made before it was traced.');
  return value;
}

function current(): Recording {
  if (recording === null) throw new Error('internal: a tensor of a trace was used after it');
  return recording;
}

/** tfjs's own error names the operation that is missing; ours says where it is missing. */
function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const kernel = /kernel '(\w+)'/i.exec(error.message)?.[1];
  if (kernel !== undefined) return new TraceError(`The operation "${kernel}" can't be compiled.`);
  return error instanceof GraphError ? new TraceError(error.message) : error;
}
