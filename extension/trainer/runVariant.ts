/** A new run: its folder, and the training that is recorded there. */
import type { TrainingEvent } from '../protocol/events';
import { RUN_FORMAT_VERSION } from '../protocol/runFiles';
import { initialRunState } from '../protocol/runState';
import { ownIdentity } from '../runs/control';
import { RunWriter } from '../runs/writeRun';
import { configurationOf, resolvedExperiment } from './configuration';
import type { TrainingControl } from './control';
import type { PreparedVariant } from './prepare';
import { recordTraining } from './recordTraining';
import { recordedStart, startNews } from './startNews';
import { VERSION } from './version';

export interface RunVariantOptions {
  readonly prepared: PreparedVariant;
  readonly runsFolder: string;
  readonly control: TrainingControl;
  /** As `train` takes it. */
  readonly measureEveryEpochs?: number;
  /** File that the process logs to; it moves into the run folder. */
  readonly log?: string;
  /** Called when the run folder exists, before the first event. */
  onCreated?(run: { run: string; folder: string }): void;
}

/** @throws RunFolderError when the run folder can't be made; then nothing is left behind. */
export async function* runVariant(options: RunVariantOptions): AsyncGenerator<TrainingEvent, void> {
  const { prepared } = options;
  const { variant, dataset, engineChoice } = prepared;
  const start = recordedStart(prepared);
  const news = await startNews(prepared, options.runsFolder);
  const { writer, run } = RunWriter.create(
    options.runsFolder,
    {
      formatVersion: RUN_FORMAT_VERSION,
      experiment: prepared.experimentPath,
      variant: variant.name,
      method: variant.method,
      resolved: resolvedExperiment(prepared),
      engine: engineChoice,
      versions: { orthant: VERSION, node: process.versions.node },
      dataFingerprint: dataset.fingerprint,
      ...(start !== null && { startWeights: start }),
      seed: variant.training.seed,
      configuration: configurationOf(prepared),
      ...(prepared.sweep !== undefined && { sweep: prepared.sweep }),
      ...ownIdentity(),
      started: new Date().toISOString(),
    },
    prepared.text,
    options.log,
  );
  options.onCreated?.({ run: run.id, folder: writer.folder });
  yield* recordTraining({
    prepared,
    writer,
    control: options.control,
    state: initialRunState({
      run: run.id,
      experiment: run.experiment,
      variant: run.variant,
      folder: writer.folder,
    }),
    news,
    ...(options.measureEveryEpochs !== undefined && { measureEveryEpochs: options.measureEveryEpochs }),
  });
}
