/** A contestant process: one of our engines, through the same interface as the trainer uses. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EngineUnavailableError } from '../../extension/engines/engine';
import { selectEngine } from '../../extension/engines/select';
import { penalty } from '../../extension/methods/penalty';
import { parameterSpecs } from '../../extension/network/network';
import { createOptimizer } from '../../extension/optimizers/registry';
import type { EngineName } from '../../extension/protocol/events';
import { createStep, type TrainingStep } from '../../extension/step/step';
import { trainBare } from './bareLoop';
import { networkOf } from './cases';
import { jsonLines } from './lines';
import type { Answer, Case, PrepareRequest, Request } from './protocol';

function answer(message: Answer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function readFloats(folder: string, name: string): Float32Array {
  const bytes = readFileSync(path.join(folder, `${name}.f32`));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function createCaseStep(shape: Case): TrainingStep {
  const outputs = shape.layers.at(-1)!;
  return createStep({
    network: networkOf(shape),
    loss: 'mse',
    sides: [
      {
        name: 'lower',
        bound: new Float32Array(outputs).fill(shape.minimum),
        mask: new Float32Array(outputs).fill(1),
      },
    ],
    method: penalty.bind({ alpha: shape.alpha }),
    optimizer: createOptimizer('adam', { momentum: 0 }),
  });
}

function firstState(step: TrainingStep, shape: Case, parameters: Float32Array): Record<string, Float32Array> {
  let offset = 0;
  const values = new Map<string, Float32Array>();
  for (const spec of parameterSpecs(networkOf(shape))) {
    const size = spec.shape.reduce((product, width) => product * width, 1);
    values.set(spec.name, parameters.slice(offset, offset + size));
    offset += size;
  }
  return Object.fromEntries(
    step.state.map(({ name, shape }) => [
      name,
      values.get(name) ?? new Float32Array(shape.reduce((product, width) => product * width, 1)),
    ]),
  );
}

interface Training {
  /** Trains `steps` batches on from where the last call ended; the losses. */
  train(steps: number): Promise<number[]>;
  readonly stepsPerCall: number;
}

async function prepare({ case: shape, folder, mode }: PrepareRequest): Promise<Training> {
  const begin = performance.now();
  const { engine } = await selectEngine(mode as EngineName);
  const loaded = performance.now();

  const batches = {
    counts: new Array<number>(shape.poolBatches).fill(shape.batchSize),
    inputs: readFloats(folder, 'inputs'),
    targets: readFloats(folder, 'targets'),
  };
  const parameters = readFloats(folder, 'parameters');
  const beforeCreate = performance.now();
  const step = createCaseStep(shape);
  const session = await engine.createSession(step, firstState(step, shape, parameters), {
    batchSize: shape.batchSize,
  });
  const created = performance.now();

  let taken = 0;
  const train = async (steps: number): Promise<number[]> => {
    const losses: number[] = [];
    for (const end = taken + steps; taken < end; ) {
      const from = taken % shape.poolBatches;
      const to = Math.min(shape.poolBatches, from + end - taken);
      const options = { session, step, batches, learningRate: () => shape.learningRate };
      for (const loss of await trainBare(options, { from, to, firstStep: taken, epoch: 0 })) losses.push(loss);
      taken += to - from;
    }
    return losses;
  };
  const losses = await train(Math.min(session.stepsPerCall, shape.poolBatches));
  const firstCallSeconds = (performance.now() - created) / 1000;
  losses.push(...(await train(shape.poolBatches - losses.length)));
  answer({
    type: 'ready',
    versions: { [engine.name]: engine.version },
    description: `Orthant's engine ${engine.name}, ${stepsText(session.stepsPerCall)} a call`,
    threads: null,
    stepsPerCall: session.stepsPerCall,
    loadSeconds: (loaded - begin) / 1000,
    createSeconds: (created - beforeCreate) / 1000,
    firstCallSeconds,
    losses,
  });
  return {
    train,
    get stepsPerCall() {
      return session.stepsPerCall;
    },
  };
}

async function main(): Promise<void> {
  let training: Training | undefined;
  let idleSince = performance.now();
  let idleCpu = process.cpuUsage();
  for await (const request of jsonLines<Request>(process.stdin)) {
    if (request.type === 'prepare') {
      training = await prepare(request);
    } else {
      const cpu = process.cpuUsage(idleCpu);
      const idle = { seconds: (performance.now() - idleSince) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
      const begin = performance.now();
      const losses = await training!.train(request.steps);
      const seconds = (performance.now() - begin) / 1000;
      const loss = losses.at(-1)!;
      const { stepsPerCall } = training!;
      answer({ type: 'round', seconds, loss: Number.isFinite(loss) ? loss : null, stepsPerCall, idle });
    }
    idleSince = performance.now();
    idleCpu = process.cpuUsage();
  }
  answer({ type: 'ended', peakBytes: process.resourceUsage().maxRSS * 1024 });
}

function stepsText(steps: number): string {
  return steps === 1 ? 'one step' : `${steps} steps`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    answer({ type: 'failed', unavailable: error instanceof EngineUnavailableError, message });
    process.exitCode = 1;
  },
);
