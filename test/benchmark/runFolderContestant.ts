/**
 * A process that trains one experiment alternately as the trainer does, with its run folder and with every event passed
 * on over the process channel, and as a bare loop of `session.train` calls on the same batches.
 */
import { readFileSync } from 'node:fs';
import { epochBatches } from '../../extension/data/batches';
import type { Scaling } from '../../extension/data/dataset';
import { randomStream } from '../../extension/data/random';
import { overrideExperiment } from '../../extension/experiment/override';
import { boundsOf, hiddenOf } from '../../extension/experiment/schema';
import { findMethod } from '../../extension/methods/registry';
import { initializeParameters } from '../../extension/network/initialize';
import type { NetworkShape } from '../../extension/network/network';
import { createOptimizer } from '../../extension/optimizers/registry';
import type { EngineName } from '../../extension/protocol/events';
import { scheduledLearningRate } from '../../extension/step/schedule';
import { sidesOf } from '../../extension/step/sides';
import { createStep } from '../../extension/step/step';
import { TrainingControl } from '../../extension/trainer/control';
import { type PreparedVariant, prepare } from '../../extension/trainer/prepare';
import { gatherRows } from '../../extension/trainer/rowTables';
import { runVariant } from '../../extension/trainer/runVariant';
import { trainBare } from './bareLoop';
import { jsonLines } from './lines';
import type { Answer, RunFolderRequest, TrainedAnswer } from './protocol';

function answer(message: Answer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function prepareVariant(request: RunFolderRequest & { type: 'prepare' }): Promise<PreparedVariant> {
  let text = readFileSync(request.experiment, 'utf8');
  for (const [path, value] of Object.entries(request.settings)) {
    const changed = overrideExperiment(text, path, value);
    if (typeof changed !== 'string') throw new Error(changed.message);
    text = changed;
  }
  const { variants, problems } = await prepare({
    experimentPath: request.experiment,
    text,
    variants: [request.variant],
    engine: request.engine as EngineName,
  });
  if (variants === null) throw new Error(problems.map(({ message }) => message).join(' '));
  return variants[0]!;
}

async function trainRecorded(prepared: PreparedVariant, runsFolder: string): Promise<TrainedAnswer> {
  let events = 0;
  let begin = 0;
  let firstStep = 0;
  let last = { at: 0, step: 0, loss: Number.NaN };
  for await (const event of runVariant({ prepared, runsFolder, control: new TrainingControl() })) {
    process.send?.({ type: 'event', event });
    events += 1;
    const now = performance.now();
    if (event.type === 'started') begin = now;
    if (event.type === 'measured') {
      if (event.step === 0) firstStep = now;
      last = { at: now, step: event.step, loss: event.batchLoss ?? last.loss };
    }
    if (event.type === 'ended' && event.status !== 'finished') throw new Error(event.error ?? event.status);
  }
  return {
    type: 'trained',
    engine: prepared.engine.name,
    seconds: (last.at - firstStep) / 1000,
    steps: last.step,
    loss: last.loss,
    events,
    wholeSeconds: (performance.now() - begin) / 1000,
  };
}

/** As the trainer, without the trainer: what it would gather while training is gathered before the clock starts. */
async function trainUnrecorded({ experiment, variant, dataset, engine }: PreparedVariant): Promise<TrainedAnswer> {
  const { training } = variant;
  const network: NetworkShape = {
    layers: [dataset.inputSize, ...hiddenOf(experiment), dataset.targets.length],
    activation: experiment.network.activation,
  };
  const bounds = dataset.targets.map(({ name }) => boundsOf(experiment, name));
  const step = createStep({
    network,
    loss: training.loss,
    sides: sidesOf(bounds, dataset.targetScaling),
    method: findMethod(variant.method)!.bind(variant.fields),
    optimizer: createOptimizer(training.optimizer, { momentum: training.momentum }),
  });
  const stream = randomStream(training.seed, 'weights');
  const parameters = initializeParameters(network, () => stream.uniform());
  const state = Object.fromEntries(
    step.state.map(({ name, shape }) => [
      name,
      parameters[name] ?? new Float32Array(shape.reduce((product, size) => product * size, 1)),
    ]),
  );
  const inputs = scale(dataset.train.inputs, dataset.inputScaling);
  const targets = scale(dataset.train.targets, dataset.targetScaling);
  const stepsPerEpoch = Math.ceil(dataset.train.count / training.batchSize);
  const session = await engine.createSession(step, state, {
    batchSize: Math.min(training.batchSize, dataset.train.count),
  });
  let seconds = 0;
  let losses: number[] = [];
  try {
    for (let epoch = 0; epoch < training.epochs; epoch++) {
      const order = epochBatches(dataset.train.count, training.batchSize, training.seed, epoch);
      const batches = {
        counts: order.map((batch) => batch.length),
        inputs: gatherRows(inputs, order, dataset.inputSize),
        targets: gatherRows(targets, order, dataset.targets.length),
      };
      const begin = performance.now();
      losses = await trainBare(
        {
          session,
          step,
          batches,
          learningRate: (at) =>
            scheduledLearningRate(training.schedule, training.learningRate, at, stepsPerEpoch * training.epochs),
        },
        { from: 0, to: order.length, firstStep: epoch * stepsPerEpoch, epoch },
      );
      seconds += (performance.now() - begin) / 1000;
    }
  } finally {
    session.dispose();
  }
  const loss = losses.reduce((sum, each) => sum + each, 0) / losses.length;
  return {
    type: 'trained',
    engine: engine.name,
    seconds,
    steps: stepsPerEpoch * training.epochs,
    loss,
    events: 0,
    wholeSeconds: null,
  };
}

function scale(values: Float32Array, { mean, deviation }: Scaling): Float32Array {
  const width = mean.length;
  return values.map((value, index) => (value - mean[index % width]!) / deviation[index % width]!);
}

async function main(): Promise<void> {
  let runsFolder = '';
  let prepared: PreparedVariant | undefined;
  for await (const request of jsonLines<RunFolderRequest>(process.stdin)) {
    if (request.type === 'prepare') {
      runsFolder = request.runsFolder;
      prepared = await prepareVariant(request);
      // The first training of a process also compiles its code.
      answer(await trainUnrecorded(prepared));
    } else {
      answer(await (request.type === 'bare' ? trainUnrecorded(prepared!) : trainRecorded(prepared!, runsFolder)));
    }
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    answer({ type: 'failed', unavailable: false, message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  },
);
