/**
 * A training on compiled graphs. The state lies in two sets of arrays: a call reads one and writes the other, so that weights and
 * moments are neither copied nor made anew while training.
 */
import type { TrainingStep } from '../../step/step';
import type { Batches, Session, SplitValues, TrainResult } from '../engine';
import { Pace, stepsPerCall } from './cost';
import { type Graph, sizeOf } from './graph';
import {
  compileFeatures,
  compileMultipliers,
  compilePrediction,
  compileResiduals,
  compileStep,
  compileSteps,
  NAMES,
  traceRest,
} from './programs';
import type { Program, Runtime } from './runtime';

type Arrays = Record<string, Float32Array>;

/** Samples per forward pass when a whole split is measured: bounds memory, costs nothing in speed. */
const CHUNK = 4096;
/** Compiled graphs kept per kind: the full call, the last one of an epoch, and those for other numbers of samples. */
const MOST_PROGRAMS = 8;

export async function createOnnxSession(
  step: TrainingStep,
  initial: Readonly<Arrays>,
  batchSize: number,
  runtime: Runtime,
): Promise<Session> {
  const { layers } = step.spec.network;
  const [inputSize, outputs] = [layers[0]!, layers.at(-1)!];
  let state: Arrays = {};
  let spare: Arrays = {};
  for (const { name, shape } of step.state) {
    const values = initial[name];
    if (values?.length !== sizeOf(shape)) throw new Error(`internal: no first value for ${name}`);
    state[name] = values.slice();
    spare[name] = new Float32Array(values.length);
  }

  const steps = new Map<number, Graph>();
  const stepGraph = (count: number): Graph => {
    const graph = steps.get(count) ?? compileStep(step, count);
    steps.set(count, graph);
    return graph;
  };
  const training = new Programs(runtime, 'training', (counts) => compileSteps(step, counts.map(stepGraph)));
  const prediction = new Programs(runtime, 'prediction', ([count]) => compilePrediction(step, count!));
  const feature = new Programs(runtime, 'features', ([count]) => compileFeatures(step, count!));
  const multiplier = new Programs(runtime, 'multipliers', ([count]) => compileMultipliers(step, count!));
  const residual = new Programs(runtime, 'residuals', ([count]) => compileResiduals(step, count!));

  const pace = new Pace(stepsPerCall(stepGraph(batchSize)));
  // What these need is only known when they are first used; what they can't have is said before any training.
  traceRest(step);
  let running: Promise<unknown> | null = null;

  async function trainAlone(batches: Batches): Promise<TrainResult> {
    if (running !== null) throw new Error('internal: a call of train while another one runs would lose its update');
    const call = train(batches);
    running = call;
    try {
      return await call;
    } finally {
      running = null;
    }
  }

  async function train({ counts, inputs, targets, rows, scalars }: Batches): Promise<TrainResult> {
    const first = !training.has(counts);
    const program = (await training.get(counts))!;
    const result = {
      rows: mapRecord(rows, (values) => new Float32Array(values.length)),
      loss: new Float32Array(counts.length),
      penalty: new Float32Array(counts.length),
    };
    const before = performance.now();
    await program.run(
      {
        ...state,
        [NAMES.inputs]: inputs,
        [NAMES.targets]: targets,
        ...renamed(rows, NAMES.row),
        ...renamed(scalars, NAMES.scalar),
      },
      {
        ...renamed(spare, (name) => NAMES.next(NAMES.state(name))),
        ...renamed(result.rows, (name) => NAMES.next(NAMES.row(name))),
        [NAMES.loss]: result.loss,
        [NAMES.penalty]: result.penalty,
      },
    );
    // The first call of a graph also makes room for its tensors.
    if (!first) pace.took(counts.length, performance.now() - before);
    [state, spare] = [spare, state];
    return result;
  }

  return {
    get stepsPerCall() {
      return pace.stepsPerCall;
    },
    train: trainAlone,
    predict: async (inputs, count) => {
      const result = new Float32Array(count * outputs);
      for (const { from, size } of chunks(count)) {
        const program = (await prediction.get([size]))!;
        await program.run(
          { ...state, [NAMES.inputs]: part(inputs, from, size, inputSize) },
          { [NAMES.outputs]: part(result, from, size, outputs) },
        );
      }
      return result;
    },
    multipliers: async (values, rows, scalars) => {
      const count = values.length / outputs;
      const result = Object.fromEntries(step.spec.sides.map(({ name }) => [name, new Float32Array(values.length)]));
      // A multiplier per output may press on one row of all: they are looked at together.
      const parts = step.sharedNames.length > 0 ? [{ from: 0, size: count }] : chunks(count);
      for (const { from, size } of parts) {
        const program = await multiplier.get([size]);
        if (program === null) return null;
        const partOf = (array: Float32Array): Float32Array => part(array, from, size, outputs);
        await program.run(
          {
            ...Object.fromEntries(step.sharedNames.map((name) => [NAMES.state(name), state[name]!])),
            [NAMES.outputs]: partOf(values),
            ...renamed(mapRecord(rows, partOf), NAMES.row),
            ...renamed(
              mapRecord(scalars, (value) => Float32Array.of(value)),
              NAMES.scalar,
            ),
          },
          renamed(mapRecord(result, partOf), NAMES.multiplier),
        );
      }
      return result;
    },
    residuals: async (values: SplitValues, multipliers) => {
      const objective: Record<string, Float64Array> = {};
      const constraint: Record<string, Float64Array> = {};
      for (const { from, size } of chunks(values.count)) {
        const program = (await residual.get([size]))!;
        const gradients = Object.fromEntries(
          program.outputs.map(({ name, value }) => [name, new Float32Array(sizeOf(value.shape))]),
        );
        await program.run(
          {
            ...state,
            [NAMES.inputs]: part(values.inputs, from, size, inputSize),
            [NAMES.targets]: part(values.targets, from, size, outputs),
            ...renamed(
              mapRecord(multipliers, (lambda) => part(lambda, from, size, outputs)),
              NAMES.multiplier,
            ),
          },
          gradients,
        );
        for (const name of Object.keys(state)) {
          accumulate(objective, name, gradients[NAMES.objective(name)]);
          accumulate(constraint, name, gradients[NAMES.constraint(name)]);
        }
      }
      return { objective, constraint };
    },
    features: async (inputs, count) => {
      const width = layers.at(-2)!;
      // Without hidden layers the features are the inputs, and there is nothing to run.
      if (layers.length === 2) return inputs.slice(0, count * width);
      const result = new Float32Array(count * width);
      for (const { from, size } of chunks(count)) {
        const program = (await feature.get([size]))!;
        await program.run(
          { ...state, [NAMES.inputs]: part(inputs, from, size, inputSize) },
          { [NAMES.features]: part(result, from, size, width) },
        );
      }
      return result;
    },
    readState: async () => mapRecord(state, (values) => values.slice()),
    writeState: async (values) => {
      for (const [name, written] of Object.entries(values)) state[name]!.set(written);
    },
    dispose: () => {
      const release = (): void => {
        for (const programs of [training, prediction, feature, multiplier, residual]) programs.release();
      };
      if (running === null) release();
      else running.then(release, release);
    },
  };
}

/** Compiled graphs of one kind, by the numbers of samples they are for; the ones used last are kept. */
class Programs {
  readonly #runtime: Runtime;
  readonly #name: string;
  readonly #graph: (counts: readonly number[]) => Graph | null;
  readonly #programs = new Map<string, Promise<Program | null>>();

  constructor(runtime: Runtime, name: string, graph: (counts: readonly number[]) => Graph | null) {
    this.#runtime = runtime;
    this.#name = name;
    this.#graph = graph;
  }

  has(counts: readonly number[]): boolean {
    return this.#programs.has(counts.join());
  }

  /** `null` where there is no such graph. */
  get(counts: readonly number[]): Promise<Program | null> {
    const key = counts.join();
    const program = this.#programs.get(key) ?? this.#compile(counts);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    // One that failed, perhaps for want of memory, may be tried again.
    program.catch(() => this.#programs.delete(key));
    if (this.#programs.size > MOST_PROGRAMS) {
      const [oldest] = this.#programs.keys();
      this.#release(oldest!);
    }
    return program;
  }

  release(): void {
    for (const key of [...this.#programs.keys()]) this.#release(key);
  }

  async #compile(counts: readonly number[]): Promise<Program | null> {
    const graph = this.#graph(counts);
    return graph === null ? null : this.#runtime.compile(graph, this.#name);
  }

  #release(key: string): void {
    const program = this.#programs.get(key);
    this.#programs.delete(key);
    // One that could not be made has nothing to release; whoever asked for it was told.
    program?.then((made) => made?.release()).catch(() => {});
  }
}

function* chunks(count: number): Generator<{ from: number; size: number }> {
  for (let from = 0; from < count; from += CHUNK) yield { from, size: Math.min(CHUNK, count - from) };
}

function part(values: Float32Array, from: number, count: number, width: number): Float32Array {
  return values.subarray(from * width, (from + count) * width);
}

function accumulate(sums: Record<string, Float64Array>, name: string, values: Float32Array | undefined): void {
  if (values === undefined) return;
  sums[name] ??= new Float64Array(values.length);
  const total = sums[name];
  for (let index = 0; index < values.length; index++) total[index]! += values[index]!;
}

function renamed(values: Readonly<Arrays>, name: (name: string) => string): Arrays {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}

function mapRecord<From, To>(values: Readonly<Record<string, From>>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}
