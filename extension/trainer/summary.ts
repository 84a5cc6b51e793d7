/** The summary of a run from what was started and measured: one way for runs that end well and for those that don't. */
import type { Diagnosis } from '../protocol/diagnosis';
import {
  type EndStatus,
  EVENTS_FORMAT_VERSION,
  type MeasuredEvent,
  type RunSummary,
  type StartedEvent,
} from '../protocol/events';
import type { KktResiduals, LastLayerFloor } from '../protocol/figures';
import { verdictOf } from '../protocol/runState';
import { type FoundSnapshots, snapshotOf } from './snapshots';

export interface Ending {
  readonly status: EndStatus;
  /** Completed epochs and steps. */
  readonly epochs: number;
  readonly steps: number;
  readonly durationMs: number;
  readonly samplesPerSecond: number;
  readonly kkt: KktResiduals | null;
  readonly lastLayer: LastLayerFloor | null;
  readonly diagnoses: Diagnosis[];
  readonly snapshots: FoundSnapshots;
}

/** Figures are those of the last measure. A failed run has no verdict: its network is not the one measured. */
export function summarize(started: StartedEvent, measured: readonly MeasuredEvent[], ending: Ending): RunSummary {
  const last = measured.at(-1) ?? null;
  return {
    formatVersion: EVENTS_FORMAT_VERSION,
    run: started.run,
    experiment: started.experiment,
    variant: started.variant,
    method: started.method,
    engine: started.engine.name,
    status: ending.status,
    verdict: ending.status === 'failed' ? { kind: 'unknown' } : verdictOf(started, measured),
    guarantee: started.guarantee,
    linearOutput: started.linearOutput,
    polishes: started.polishes,
    epochs: ending.epochs,
    steps: ending.steps,
    durationMs: ending.durationMs,
    samplesPerSecond: ending.samplesPerSecond,
    targets: started.targets.map(({ name, standardDeviation }) => ({ name, standardDeviation })),
    train: last?.train ?? null,
    validation: last?.validation ?? null,
    kkt: ending.kkt !== null && Object.values(ending.kkt).every(Number.isFinite) ? ending.kkt : null,
    lastLayer: ending.lastLayer,
    multipliers: last?.multipliers ?? null,
    diagnoses: ending.diagnoses,
    snapshots: { final: ending.status === 'failed' || last === null ? null : snapshotOf(last), ...ending.snapshots },
  };
}
