/**
 * Training one variant: an async generator from a resolved experiment to events. It owns no process and no file; what
 * is kept of it is handed to `keep`, and what a person asks comes through `control`.
 */
import { epochBatches } from '../data/batches';
import { Doctor } from '../doctor/doctor';
import type { MeasuredValues } from '../doctor/observation';
import { boundsOf } from '../experiment/schema';
import type { NamedArray } from '../network/fold';
import { parameterCount } from '../network/network';
import {
  type EndStatus,
  type EngineChoice,
  EVENTS_FORMAT_VERSION,
  type MeasuredEvent,
  type StartedEvent,
  type TrainingEvent,
} from '../protocol/events';
import { formatNumber } from '../protocol/figures';
import type { RowsEvent } from '../protocol/rows';
import type { SnapshotName } from '../protocol/snapshots';
import type { SweepPlace } from '../protocol/sweepFiles';
import type { RecordedCheckpoint } from '../runs/checkpoint';
import { findBlowUp } from './blowUp';
import { Clock } from './clock';
import { configurationOf } from './configuration';
import type { TrainingControl } from './control';
import { divergenceMessage } from './divergence';
import { TrainingFailure } from './failure';
import { Losses } from './losses';
import { Model, type ModelOptions } from './model';
import { type Plan, planOf } from './plan';
import type { Resumption } from './resumption';
import { SnapshotKeeper } from './snapshots';
import { subjectOf } from './subject';
import { summarize } from './summary';

/** A network in raw units with PyTorch's names, after `step` steps. */
export interface KeptModel {
  readonly snapshot: SnapshotName;
  readonly epoch: number;
  readonly step: number;
  readonly tensors: readonly NamedArray[];
}

export interface TrainOptions extends ModelOptions {
  readonly run: string;
  /** Absolute path of the experiment file. */
  readonly experimentPath: string;
  readonly engineChoice: EngineChoice;
  /** Of a run of a sweep. */
  readonly sweep?: SweepPlace;
  readonly control: TrainingControl;
  /** Where a training that was interrupted goes on; the weights it ends with are those of one that was not. */
  readonly resumption?: Resumption;
  /** Measures after every so many epochs instead of by the clock, for what has to come out the same each time. */
  readonly measureEveryEpochs?: number;
  /** Keeps the last complete state; called every few seconds and at the end, never with values that aren't finite. */
  keepCheckpoint?(checkpoint: RecordedCheckpoint): void;
  /** Keeps a network: `final` once when training finished or was stopped, the others whenever there is a better one. */
  keepModel?(model: KeptModel): void;
}

/** Between measures, a sign of life this often. */
const PROGRESS_INTERVAL_MS = 250;
const CHECKPOINT_INTERVAL_MS = 5_000;
/** Of a wide network rarer than checkpoints: training goes on from these, and what a kill loses of snapshots is an improvement. */
const WIDE_SNAPSHOT_INTERVAL_MS = 30_000;
/** The state is copied with a measure at most this often: of a wide network it is many megabytes. */
const COPY_INTERVAL_MS = 2_000;
/**
 * A state of a megabyte or so is copied in less time than a measure takes, so a better moment need never be missed, and it
 * is written as often as the checkpoint, so that a run that is resumed has kept what was better before.
 */
const SMALL_PARAMETER_COUNT = 100_000;
/** The rows behind a measure are looked at after this long, then each time when twice as long has passed, and at the end. */
const FIRST_ROWS_MS = 5_000;
/** Looking at rows takes about as long as two measures: over many rows later, so that it stays at some 1 % of the time. */
const ROWS_PER_MEASURE = 200;
/** How long steps may run before a stop, a pause or a message is looked at. */
const YIELD_INTERVAL_MS = 20;

export async function* train(options: TrainOptions): AsyncGenerator<TrainingEvent, void> {
  const { control, variant, resumption } = options;
  const { batchSize, epochs, seed } = variant.training;
  const plan = planOf(options);
  /** The last copied state whose numbers were all finite. */
  let lastGood: RecordedCheckpoint | null = resumption?.checkpoint ?? null;
  let step = lastGood?.step ?? 0;
  let epoch = Math.floor(step / plan.stepsPerEpoch);
  /** Of the epoch under way. */
  let losses = new Losses(lastGood?.epochLosses);
  const entered = Date.now();
  const begin = entered - (lastGood?.elapsedMs ?? 0);
  const started = resumption?.started ?? startedEvent(options, plan, begin);
  if (resumption === undefined) yield started;
  else yield { type: 'resumed', time: entered, step, fromCheckpoint: true };
  for (const message of resumption?.warnings ?? []) yield { type: 'log', time: entered, level: 'warning', message };
  const doctor = new Doctor(subjectOf(options, plan, started));
  const model = await Model.create(options, plan).catch((error: unknown) => {
    throw new TrainingFailure(step, epoch, error);
  });
  const isSmall = started.parameters <= SMALL_PARAMETER_COUNT;
  const snapshots = new SnapshotKeeper({
    targets: started.targets,
    ...(resumption && { found: resumption.snapshots }),
    copyIntervalMs: isSmall ? 0 : COPY_INTERVAL_MS,
    copy: () => model.parameters(),
  });
  const keepSnapshots = (): void =>
    snapshots.write((snapshot, at, parameters) =>
      options.keepModel?.({ snapshot, epoch: at.epoch, step: at.step, tensors: model.export(parameters) }),
    );
  /** Whatever went wrong, training can go on from here, and what was found before is not lost. */
  const keepGood = (): void => {
    if (lastGood !== null) options.keepCheckpoint?.(lastGood);
    keepSnapshots();
  };
  try {
    const clock = new Clock(begin);
    const measured: MeasuredEvent[] = [...(resumption?.measured ?? [])];
    let lastCheckpoint = entered;
    let lastSnapshots = entered;
    let lastCopy = lastGood === null ? 0 : entered;
    let lastEvent = entered;
    let lastYield = entered;
    let samples = samplesOf(step, batchSize, options.dataset.train.count);
    /** What the doctor makes of the last measure, where that is new. */
    let news: TrainingEvent | null = null;
    let hasDoctorGivenUp = false;
    /** The rows behind the last measure, where it was time to look at them. */
    let rows: RowsEvent | null = null;
    let rowsStep: number | null = null;
    let nextRowsMs = Math.max(FIRST_ROWS_MS, 2 * clock.elapsedMs());

    const copyState = async (): Promise<RecordedCheckpoint> => {
      const position = { epoch, step, seed, elapsedMs: clock.elapsedMs(), epochLosses: losses.sums };
      lastCopy = Date.now();
      return { ...position, tensors: await model.state() };
    };
    const copyGood = async (): Promise<RecordedCheckpoint> => {
      lastGood = await copyState();
      return lastGood;
    };
    const keepCheckpoint = (checkpoint: RecordedCheckpoint): void => {
      options.keepCheckpoint?.(checkpoint);
      lastCheckpoint = Date.now();
    };
    /** A fault of the doctor's own is no reason to end a training. */
    const consult = (values: MeasuredValues, event: MeasuredEvent): TrainingEvent | null => {
      if (hasDoctorGivenUp) return null;
      const { time } = event;
      try {
        if (!doctor.observe(values, event)) return null;
        return { type: 'diagnosed', time, epoch, step, diagnoses: doctor.diagnoses };
      } catch (error) {
        hasDoctorGivenUp = true;
        const message = `The failure doctor gave up (${error instanceof Error ? error.message : String(error)}); the training goes on without it. Please report this.`;
        return { type: 'log', time, level: 'warning', message };
      }
    };
    const lookAtRows = async ({ time }: MeasuredEvent): Promise<RowsEvent> => {
      nextRowsMs = Math.max(FIRST_ROWS_MS, 2 * clock.elapsedMs());
      rowsStep = step;
      return { type: 'rows', time, epoch, step, targets: await model.rows(step, epoch) };
    };
    /** `null` when an output is not finite; else the state is good, and now and then copied. */
    const measure = async ({ means }: Losses): Promise<MeasuredEvent | null> => {
      const before = performance.now();
      const [time, elapsedMs] = [Date.now(), clock.elapsedMs()];
      const { values, ...measures } = await model.measure(step, epoch);
      const event: MeasuredEvent = {
        type: 'measured',
        time,
        epoch,
        step,
        elapsedMs,
        ...means,
        ...measures,
      };
      if (!isFiniteMeasure(event)) return null;
      news = consult(values, event);
      if (Date.now() - lastCopy >= COPY_INTERVAL_MS) await copyGood();
      await snapshots.consider(event);
      const leastMs = Math.max(nextRowsMs, ROWS_PER_MEASURE * (performance.now() - before));
      rows = elapsedMs >= leastMs ? await lookAtRows(event) : null;
      clock.measured(performance.now() - before, epoch / epochs);
      lastEvent = clock.lastMeasure;
      measured.push(event);
      return event;
    };
    /** The measure, and after it what was seen with it. */
    const told = function* (event: MeasuredEvent): Generator<TrainingEvent, void> {
      yield event;
      if (rows !== null) yield rows;
      if (news !== null) yield news;
    };
    const end = async (
      status: EndStatus,
      error: string | null,
      diagnoses = doctor.atTheEnd(),
    ): Promise<TrainingEvent> => {
      // A stop takes effect at once: gradients over all rows can take seconds, and of a stopped run they say little.
      const kkt = status === 'finished' ? await model.residuals(step, epoch) : null;
      const lastLayer = status === 'finished' ? await model.lastLayerFloor() : null;
      const durationMs = clock.elapsedMs();
      const samplesPerSecond = durationMs > 0 ? (samples * 1000) / durationMs : 0;
      const summary = summarize(started, measured, {
        status,
        epochs: epoch,
        steps: step,
        durationMs,
        samplesPerSecond,
        kkt,
        lastLayer,
        diagnoses,
        snapshots: snapshots.found,
      });
      return { type: 'ended', time: Date.now(), status, error, summary };
    };
    const diverged = async (at: number, what: string): Promise<TrainingEvent> => {
      keepGood();
      const blowUp =
        lastGood === null
          ? null
          : await findBlowUp({
              model,
              from: lastGood,
              until: at,
              samples: options.dataset.train.count,
              batchSize,
              seed,
            });
      const error = divergenceMessage({ step: at, epoch: Math.min(epoch + 1, epochs), what, blowUp, variant });
      return end('failed', error, doctor.afterDivergence(blowUp));
    };

    if (resumption?.checkpoint) await model.restore(resumption.checkpoint.tensors);
    if (measured.at(-1)?.step !== step) {
      const first = await measure(new Losses());
      if (first === null) {
        yield await diverged(step, 'an output');
        return;
      }
      yield* told(first);
    }

    training: while (epoch < epochs) {
      const batches = epochBatches(options.dataset.train.count, batchSize, seed, epoch);
      for (let index = step - epoch * batches.length; index < batches.length; ) {
        if (Date.now() - lastYield >= YIELD_INTERVAL_MS) {
          await new Promise((resolve) => setImmediate(resolve));
          lastYield = Date.now();
        }
        if (control.paused) {
          yield { type: 'paused', time: Date.now(), step };
          clock.pause();
          await control.whenResumed();
          clock.resume();
          if (!control.stopRequested) yield { type: 'resumed', time: Date.now(), step };
        }
        if (control.stopRequested) break training;

        const call = batches.slice(index, index + model.stepsPerCall);
        const results = await model.trainBatches(call, step, epoch);
        for (const [offset, batch] of call.entries()) {
          const result = { loss: results.loss[offset]!, penalty: results.penalty[offset]! };
          if (!Number.isFinite(result.loss) || !Number.isFinite(result.penalty)) {
            step += offset;
            yield await diverged(step + 1, Number.isFinite(result.loss) ? 'the penalty term' : 'the loss');
            return;
          }
          losses.add(result);
          samples += batch.length;
        }
        step += call.length;
        index += call.length;

        const now = Date.now();
        if (now - lastEvent >= PROGRESS_INTERVAL_MS && index < batches.length) {
          lastEvent = now;
          yield {
            type: 'progress',
            time: now,
            epoch: epoch + index / batches.length,
            step,
            elapsedMs: clock.elapsedMs(),
            samplesPerSecond: (samples * 1000) / Math.max(1, clock.elapsedMs()),
            batchLoss: results.loss.at(-1)!,
            penalty: results.penalty.at(-1)!,
          };
        }
        // In a long epoch there is no measure to copy the state with.
        if (now - lastCopy >= CHECKPOINT_INTERVAL_MS && index < batches.length) {
          const copy = await copyState();
          if (copy.tensors.every(({ values }) => values.every(Number.isFinite))) {
            lastGood = copy;
            keepCheckpoint(copy);
          }
        }
      }
      epoch += 1;
      const epochLosses = losses;
      losses = new Losses();
      const isDue = options.measureEveryEpochs
        ? epoch % options.measureEveryEpochs === 0
        : clock.isMeasureDue(epoch / epochs);
      if (isDue || epoch === epochs) {
        const event = await measure(epochLosses);
        if (event === null) {
          yield await diverged(step, 'an output');
          return;
        }
        yield* told(event);
      }
      if (Date.now() - lastCheckpoint >= CHECKPOINT_INTERVAL_MS && lastGood !== null) keepCheckpoint(lastGood);
      if (Date.now() - lastSnapshots >= (isSmall ? CHECKPOINT_INTERVAL_MS : WIDE_SNAPSHOT_INTERVAL_MS)) {
        keepSnapshots();
        lastSnapshots = Date.now();
      }
    }

    if (measured.at(-1)!.step !== step) {
      const event = await measure(new Losses());
      if (event === null) {
        yield await diverged(step, 'an output');
        return;
      }
      yield* told(event);
    }
    if (plan.polishes && epoch === epochs) {
      const { active } = await model.polish();
      const event = await measure(new Losses());
      if (event === null) {
        yield await diverged(step, 'an output of the exact last layer');
        return;
      }
      const [before, after] = measured.slice(-2).map(({ train }) => formatNumber(train.overall.loss));
      yield {
        type: 'log',
        time: event.time,
        level: 'info',
        message: `The last layer is solved exactly: training MSE ${before} before, ${after} now, ${active} outputs held at a bound.`,
      };
      yield* told(event);
    }
    if (rowsStep !== step || plan.polishes) yield await lookAtRows(measured.at(-1)!);
    keepCheckpoint(await copyGood());
    await snapshots.considerLast(measured.at(-1)!);
    keepSnapshots();
    options.keepModel?.({ snapshot: 'final', epoch, step, tensors: model.export(await model.parameters()) });
    yield await end(epoch < epochs ? 'stopped' : 'finished', null);
  } catch (error) {
    keepGood();
    throw new TrainingFailure(step, epoch, error, snapshots.found);
  } finally {
    model.dispose();
  }
}

function startedEvent(options: TrainOptions, plan: Plan, time: number): StartedEvent {
  const { experiment, variant, dataset } = options;
  return {
    type: 'started',
    time,
    formatVersion: EVENTS_FORMAT_VERSION,
    run: options.run,
    experiment: options.experimentPath,
    variant: variant.name,
    method: variant.method,
    guarantee: plan.guarantee,
    linearOutput: plan.method.head === undefined,
    polishes: plan.polishes,
    engine: options.engineChoice,
    seed: variant.training.seed,
    configuration: configurationOf(options),
    ...(options.sweep !== undefined && { sweep: options.sweep }),
    epochs: variant.training.epochs,
    stepsPerEpoch: plan.stepsPerEpoch,
    batchSize: variant.training.batchSize,
    samples: { train: dataset.train.count, validation: dataset.validation.count },
    layers: [...plan.shape.layers],
    parameters: parameterCount(plan.shape),
    targets: dataset.targets.map((target) => ({
      name: target.name,
      bounds: boundsOf(experiment, target.name),
      mean: target.mean,
      standardDeviation: target.standardDeviation,
      tolerance: experiment.constraint.tolerance * target.standardDeviation,
      edges: target.edges,
    })),
  };
}

function isFiniteMeasure({ train, validation }: MeasuredEvent): boolean {
  return [train, validation].every(
    (figures) => figures === null || [figures.overall.loss, figures.overall.minOutput].every(Number.isFinite),
  );
}

/** Rows trained on in so many steps; the last batch of an epoch may be smaller. */
function samplesOf(step: number, batchSize: number, count: number): number {
  const stepsPerEpoch = Math.ceil(count / batchSize);
  return Math.floor(step / stepsPerEpoch) * count + (step % stepsPerEpoch) * batchSize;
}
