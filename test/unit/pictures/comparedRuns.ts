/** Runs for comparisons: a recorded one whose newest measure says what a test wants. */
import { INITIAL_CHOICES, type Model, modelOf } from '../../../extension/pictures/model';
import type { RunState } from '../../../extension/protocol/runState';
import type { RunSettings } from '../../../extension/protocol/settings';
import { recordedRun } from '../webview/recordedRuns';

const RECORDED = recordedRun('penalty');

export interface Compared {
  name: string;
  loss: number;
  /** In standard deviations of `precipitation`. */
  violation: number;
  configuration?: string;
  status?: RunState['status'];
  /** When it started, in milliseconds. */
  time?: number;
  settings?: RunSettings;
}

export function comparedRun({ name, loss, violation, configuration, status, time, settings }: Compared): RunState {
  const { seed: recordedSeed, time: recordedTime } = RECORDED.started!;
  const seed = Number(settings?.['training.seed'] ?? recordedSeed);
  const started = { ...RECORDED.started!, configuration, seed, time: time ?? recordedTime };
  const newest = RECORDED.measured.at(-1)!;
  const { precipitation, wind } = newest.train.targets;
  const deviation = started.targets.find((target) => target.name === 'precipitation')!.standardDeviation;
  const train = {
    ...newest.train,
    overall: { ...newest.train.overall, loss },
    targets: {
      precipitation: { ...precipitation!, maxViolation: violation * deviation },
      wind: { ...wind!, maxViolation: 0 },
    },
  };
  const measured = [RECORDED.measured[0]!, { ...newest, train }];
  return { ...RECORDED, run: name, variant: name, status: status ?? RECORDED.status, started, measured };
}

export function comparisonOf(runs: readonly Compared[], choices: Partial<Model['choices']> = {}): Model {
  const settings = Object.fromEntries(runs.map(({ name, settings }) => [name, settings ?? {}]));
  return modelOf(runs.map(comparedRun), { ...INITIAL_CHOICES, ...choices }, settings);
}
