/** Runs as the host's parts see them, made from the same events a trainer sends. */
import type { Run } from '../../../extension/host/runStore';
import type { MeasuredEvent, RunSummary, StartedEvent } from '../../../extension/protocol/events';
import type { SplitFigures } from '../../../extension/protocol/figures';
import { NO_NOTES } from '../../../extension/protocol/runNotes';
import { initialRunState, type RunStatus } from '../../../extension/protocol/runState';

export const NOW = Date.UTC(2026, 0, 2);

export function started(run: string, variant = 'penalty'): StartedEvent {
  return {
    type: 'started',
    time: NOW,
    formatVersion: 1,
    run,
    experiment: '/project/weather.orthant.json',
    variant,
    method: 'penalty',
    guarantee: 'G1',
    linearOutput: true,
    polishes: false,
    engine: { name: 'wasm', version: '4', reason: 'test' },
    seed: 0,
    epochs: 50,
    stepsPerEpoch: 10,
    batchSize: 32,
    samples: { train: 100, validation: 0 },
    layers: [2, 1],
    parameters: 3,
    targets: [
      {
        name: 'rain',
        bounds: { min: 0, max: null },
        mean: 1,
        standardDeviation: 2,
        tolerance: 0.02,
        edges: [-1, 0, 1],
      },
    ],
  };
}

export function measured(epoch: number, share: number): MeasuredEvent {
  return {
    type: 'measured',
    time: NOW + epoch,
    epoch,
    step: epoch * 10,
    elapsedMs: epoch,
    batchLoss: 1,
    penalty: 0,
    train: split(share),
    validation: null,
    multipliers: null,
    histograms: { train: { rain: [0, 1, 2, 0] }, validation: null },
  };
}

export function split(share: number, rmse = 2.3108): SplitFigures {
  const figures = {
    loss: 5,
    rmse,
    mae: 1,
    r2: 0.5,
    negativeShare: share,
    'violationRate1e-4': share,
    'violationRate1e-3': share,
    'violationRate1e-2': share,
    minOutput: -share,
    maxViolation: share,
    meanViolation: share,
  };
  return { samples: 100, rowsOutside: Math.round(100 * share), overall: figures, targets: { rain: figures } };
}

export function summary(change: Partial<RunSummary> = {}): RunSummary {
  return {
    formatVersion: 1,
    run: 'r1',
    experiment: '/project/weather.orthant.json',
    variant: 'penalty',
    method: 'penalty',
    engine: 'wasm',
    status: 'finished',
    verdict: { kind: 'feasible', sinceStep: 40 },
    guarantee: 'G1',
    linearOutput: true,
    polishes: false,
    epochs: 50,
    steps: 500,
    durationMs: 12_000,
    samplesPerSecond: 1000,
    targets: null,
    train: split(0.031),
    validation: split(0),
    kkt: null,
    lastLayer: null,
    multipliers: null,
    diagnoses: [],
    snapshots: null,
    ...change,
  };
}

/** A run of `/project/weather.orthant.json`, two minutes old. */
export function run(change: Partial<Run> & { status?: RunStatus; variant?: string; folder?: string } = {}): Run {
  const { status = 'queued', variant = 'penalty', folder, ...rest } = change;
  const state = initialRunState({ run: folder ?? 'r1', experiment: '/project/weather.orthant.json', variant, folder });
  return {
    key: folder ?? `key-${variant}`,
    isInMemory: true,
    state: { ...state, status },
    method: 'penalty',
    since: NOW - 2 * 60_000,
    summary: null,
    notes: NO_NOTES,
    ...rest,
  };
}
