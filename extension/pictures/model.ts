/**
 * What the panel shows at one moment: the runs, what the person chose to look at, and what follows from both. Pure
 * derivations; drawing reads this and nothing else.
 */
import type { MeasuredEvent, StartedEvent } from '../protocol/events';
import type { Figures, SplitFigures, Verdict } from '../protocol/figures';
import { isBaseline } from '../protocol/price';
import { type RunState, verdictOf } from '../protocol/runState';
import type { HeightScale } from './histogram';
import type { Split } from './words';

/** What the person chose; kept across reloads. */
export interface Choices {
  split: Split;
  /** Where in time, in epochs; `null` follows the newest measure. */
  position: number | null;
  /** Target of curves and comparison; `null` is all of them together. */
  target: string | null;
  heightScale: HeightScale;
  logViolation: boolean;
  histogramTables: boolean;
  /** Whether each histogram's past stands below it. */
  history: boolean;
  curveTables: boolean;
}

export const INITIAL_CHOICES: Choices = {
  split: 'train',
  position: null,
  target: null,
  heightScale: 'linear',
  logViolation: false,
  histogramTables: false,
  history: true,
  curveTables: false,
};

export interface Model {
  runs: readonly RunState[];
  /** What each run is called here, in the order of `runs`. */
  labels: readonly string[];
  choices: Choices;
  /** All positions (in epochs, ascending) at which some run was measured. */
  positions: readonly number[];
}

export function modelOf(runs: readonly RunState[], choices: Choices): Model {
  const positions = new Set<number>();
  for (const run of runs) {
    if (run.started === null) continue;
    for (const measure of run.measured) positions.add(positionOf(run.started, measure));
  }
  return { runs, labels: runLabels(runs), choices, positions: [...positions].sort((a, b) => a - b) };
}

/**
 * The variants' names; those that repeat with the time of day their run started, and where even that repeats with a
 * number. The one place where runs get names, so that cards, curves, tables and files agree.
 */
export function runLabels(runs: readonly RunState[]): string[] {
  const variants = runs.map((run) => run.variant);
  const timed = runs.map((run) => {
    if (!repeats(variants, run.variant)) return run.variant;
    return `${run.variant} ${run.started === null ? 'not started' : timeOfDay(run.started.time)}`;
  });
  return timed.map((label, index) =>
    repeats(timed, label) ? `${label} (${timed.slice(0, index + 1).filter((other) => other === label).length})` : label,
  );
}

function repeats(labels: readonly string[], label: string): boolean {
  return labels.indexOf(label) !== labels.lastIndexOf(label);
}

/** HH:MM:SS where the person is. */
function timeOfDay(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** Epochs with their fraction: comparable between runs of different batch sizes, and exact where a run stopped midway. */
export function positionOf(started: StartedEvent, measure: Pick<MeasuredEvent, 'step'>): number {
  return started.stepsPerEpoch > 0 ? measure.step / started.stepsPerEpoch : measure.step;
}

/** The measure of `run` at the chosen position: the newest not after it, or the newest of all when following. */
export function shownMeasure(run: RunState, position: number | null): MeasuredEvent | null {
  if (run.started === null || run.measured.length === 0) return null;
  if (position === null) return run.measured.at(-1)!;
  let low = 0;
  let high = run.measured.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positionOf(run.started, run.measured[middle]!) <= position) low = middle + 1;
    else high = middle;
  }
  return run.measured[Math.max(0, low - 1)]!;
}

export function splitFigures(measure: MeasuredEvent, split: Split): SplitFigures | null {
  return split === 'train' ? measure.train : measure.validation;
}

/** Figures of one target, or overall for `null`. */
export function figuresFor(split: SplitFigures | null, target: string | null): Figures | null {
  if (split === null) return null;
  return target === null ? split.overall : (split.targets[target] ?? null);
}

/** The verdict over everything measured so far, whatever moment is shown. */
export function latestVerdict(run: RunState): Verdict {
  if (run.ended !== null) return run.ended.summary.verdict;
  return run.started === null ? { kind: 'unknown' } : verdictOf(run.started, run.measured);
}

/**
 * Where the first of the runs that are feasible became so for good; `null` if none is. The step of the verdict, not the
 * first that happened to be feasible: before training, most networks are.
 */
export function feasiblePosition(runs: readonly RunState[]): number | null {
  const positions = runs.flatMap((run) => {
    const verdict = latestVerdict(run);
    if (run.started === null || verdict.kind !== 'feasible') return [];
    return [positionOf(run.started, { step: verdict.sinceStep })];
  });
  return positions.length === 0 ? null : Math.min(...positions);
}

/** Names of all targets of all runs, in order of first appearance. */
export function targetNames(runs: readonly RunState[]): string[] {
  return [...new Set(runs.flatMap((run) => run.started?.targets.map((target) => target.name) ?? []))];
}

/** The run that the others' losses are compared with: the first unconstrained one. */
export function baselineOf(runs: readonly RunState[]): RunState | null {
  return runs.find(({ started, status }) => started !== null && isBaseline({ ...started, status })) ?? null;
}

export function hasValidation(runs: readonly RunState[]): boolean {
  return runs.some((run) => run.measured.some((measure) => measure.validation !== null));
}
