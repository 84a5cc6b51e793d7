/**
 * What a training tells the world, in order: one union, written line by line to `events.jsonl` and sent over the
 * trainer's channel. Times are milliseconds since the epoch. Numbers are finite or `null` (JSON has no NaN).
 */
import type { Diagnosis } from './diagnosis';
import type { Guarantee, KktResiduals, LastLayerFloor, MultiplierSpread, SplitFigures, Verdict } from './figures';
import type { BinCounts, BinEdges, Bounds } from './histogram';
import type { RowsEvent } from './rows';
import type { Snapshots } from './snapshots';
import type { SweepPlace } from './sweepFiles';

/** Not raised for fields that only came to be: `earlierVersions.ts` fills them in. */
export const EVENTS_FORMAT_VERSION = 1;

/** What executes the steps, in the order in which "auto" tries them. */
export const ENGINE_NAMES = ['onnx', 'tensorflow', 'wasm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What may be asked for. */
export const ENGINE_CHOICES = ['auto', ...ENGINE_NAMES] as const;
export type WantedEngine = (typeof ENGINE_CHOICES)[number];

export interface EngineChoice {
  name: EngineName;
  version: string;
  /** Why this engine and no other, in one sentence. */
  reason: string;
}

export interface TargetDescription {
  name: string;
  /** In the target's own units, as are `mean`, `standardDeviation` and `tolerance`. */
  bounds: Bounds;
  mean: number;
  standardDeviation: number;
  /** An output may lie this far outside the bounds and still count as feasible in the verdict. */
  tolerance: number;
  edges: BinEdges;
}

/** First event of every run: all that does not change while it trains. */
export interface StartedEvent {
  type: 'started';
  time: number;
  formatVersion: number;
  run: string;
  /** Absolute path of the experiment file. */
  experiment: string;
  variant: string;
  method: string;
  guarantee: Guarantee;
  /** Whether the last layer is plain linear, with nothing after it; a method may give that up for certainty. */
  linearOutput: boolean;
  /** Whether the last layer is solved exactly after the last step. */
  polishes: boolean;
  engine: EngineChoice;
  seed: number;
  /**
   * What runs that differ in nothing but their seed have in common, and no others (`trainer/configuration.ts`); absent in
   * runs recorded before there was one.
   */
  configuration?: string;
  /** Of a run of a sweep. */
  sweep?: SweepPlace;
  epochs: number;
  stepsPerEpoch: number;
  batchSize: number;
  samples: { train: number; validation: number };
  /** `[inputs, hidden…, outputs]` */
  layers: number[];
  parameters: number;
  targets: TargetDescription[];
}

/** Where training is; at most about 10 a second. Losses are batch means in the units the network trains in. */
export interface ProgressEvent {
  type: 'progress';
  time: number;
  /** Completed epochs, with the fraction of the running one: 3.25 is a quarter into the fourth. */
  epoch: number;
  step: number;
  elapsedMs: number;
  samplesPerSecond: number;
  batchLoss: number | null;
  /** The method's term added to the loss. */
  penalty: number | null;
}

/** All outputs of both splits measured with the parameters as they are after `step` steps; at most about 10 a second. */
export interface MeasuredEvent {
  type: 'measured';
  time: number;
  /** Completed epochs; 0 is before training. */
  epoch: number;
  step: number;
  elapsedMs: number;
  /** Mean over the epoch's steps of the batch loss and of the method's term; `null` at epoch 0. */
  batchLoss: number | null;
  penalty: number | null;
  train: SplitFigures;
  validation: SplitFigures | null;
  multipliers: MultiplierSpread | null;
  /** Per target name, counts over the target's edges. */
  histograms: { train: Record<string, BinCounts>; validation: Record<string, BinCounts> | null };
}

export interface PausedEvent {
  type: 'paused';
  time: number;
  step: number;
}

/** Training goes on after `step` steps. */
export interface ResumedEvent {
  type: 'resumed';
  time: number;
  step: number;
  /**
   * Another process goes on from the checkpoint: an end that was told is none any more, and measures beyond `step` will
   * come again. Absent after a pause.
   */
  fromCheckpoint?: true;
}

/** What the failure doctor finds wrong, whenever that changes: all that holds now, in place of what was told before. */
export interface DiagnosedEvent {
  type: 'diagnosed';
  time: number;
  epoch: number;
  step: number;
  diagnoses: Diagnosis[];
}

/** Something worth a line in the log, such as an engine that was passed over. */
export interface LogEvent {
  type: 'log';
  time: number;
  level: 'info' | 'warning' | 'error';
  message: string;
}

export type EndStatus = 'finished' | 'stopped' | 'failed';

/** Last event of a run that ended by itself or by request, unless it is resumed from its checkpoint. */
export interface EndedEvent {
  type: 'ended';
  time: number;
  status: EndStatus;
  /** Present when `failed`: what happened, where, and what to do. */
  error: string | null;
  summary: RunSummary;
}

export type TrainingEvent =
  | StartedEvent
  | ProgressEvent
  | MeasuredEvent
  | PausedEvent
  | ResumedEvent
  | DiagnosedEvent
  | RowsEvent
  | LogEvent
  | EndedEvent;

/** `summary.json`: the figures of an ended run. */
export interface RunSummary {
  formatVersion: number;
  run: string;
  experiment: string;
  variant: string;
  method: string;
  engine: EngineName;
  status: EndStatus | 'lost';
  verdict: Verdict;
  guarantee: Guarantee;
  /** As in `StartedEvent`. */
  linearOutput: boolean;
  polishes: boolean;
  /** Completed epochs. */
  epochs: number;
  steps: number;
  durationMs: number;
  samplesPerSecond: number;
  /** What turns violations into standard deviations (`worstViolation`); `null` in runs recorded before it was kept here. */
  targets: Pick<TargetDescription, 'name' | 'standardDeviation'>[] | null;
  /** `null` when training failed before the first measure. */
  train: SplitFigures | null;
  validation: SplitFigures | null;
  /** Of a finished run with a bound; multipliers that its method doesn't keep are recovered from its last layer. */
  kkt: KktResiduals | null;
  /** Of a finished run with a plain last layer and the loss `mse`; `null` too where it would take long, or in older runs. */
  lastLayer: LastLayerFloor | null;
  multipliers: MultiplierSpread | null;
  /** What the failure doctor finds wrong at the end; empty in runs recorded before there was one. */
  diagnoses: Diagnosis[];
  /** The networks kept; `null` in runs recorded before any but the last was. */
  snapshots: Snapshots | null;
}

/** What a list of runs holds of each: the networks kept are most of a summary, and no list shows them. */
export type ListedSummary = Omit<RunSummary, 'snapshots'>;
