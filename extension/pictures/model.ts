/**
 * What the panel shows at one moment: the runs, what the person chose to look at, and what follows from both. Pure
 * derivations; drawing reads this and nothing else.
 */
import type { MeasuredEvent, StartedEvent } from '../protocol/events';
import type { Figures, SplitFigures, Verdict } from '../protocol/figures';
import { MOST_IN_DETAIL } from '../protocol/panel';
import { isBaseline } from '../protocol/price';
import { type RunState, verdictOf } from '../protocol/runState';
import { differingSettings, type RunSettings } from '../protocol/settings';
import type { HeightScale } from './histogramFrame';
import type { Split } from './words';

/** What the person chose; kept across reloads. */
export interface Choices {
  split: Split;
  /** Where in time, in epochs; `null` follows the newest measure. */
  position: number | null;
  /** Target of curves and comparison; `null` is all of them together. */
  target: string | null;
  heightScale: HeightScale;
  /** Logarithmic values in all curves. */
  logCurves: boolean;
  /** Weight of the past in each point of a curve, 0 (as measured) to below 1. */
  smoothing: number;
  /** The epochs that curves show; `null` is all. */
  zoom: readonly [number, number] | null;
  histogramTables: boolean;
  /** Whether each histogram's past stands below it. */
  history: boolean;
  /** Ids of the runs shown with histograms and curves; `null` is the first ones. */
  detailed: readonly string[] | null;
  curveTables: boolean;
}

export const INITIAL_CHOICES: Choices = {
  split: 'train',
  position: null,
  target: null,
  heightScale: 'linear',
  logCurves: false,
  smoothing: 0,
  zoom: null,
  histogramTables: false,
  history: true,
  detailed: null,
  curveTables: false,
};

export interface Model {
  runs: readonly RunState[];
  /** What each run is called here, in the order of `runs`. */
  labels: readonly string[];
  choices: Choices;
  /** By run id; empty where nobody knows. */
  settings: Readonly<Record<string, RunSettings>>;
  /** Indices of the runs with histograms and curves, at most `MOST_IN_DETAIL`; the place in it is the run's color. */
  detailed: readonly number[];
  /** All positions (in epochs, ascending) at which some run of those was measured. */
  positions: readonly number[];
}

export function modelOf(runs: readonly RunState[], choices: Choices, settings: Model['settings'] = {}): Model {
  const detailed = detailedOf(runs, choices);
  const positions = new Set<number>();
  for (const index of detailed) {
    const { started, measured } = runs[index]!;
    if (started === null) continue;
    for (const measure of measured) positions.add(positionOf(started, measure));
  }
  return {
    runs,
    labels: runLabels(runs, settings),
    choices,
    settings,
    detailed,
    positions: [...positions].sort((a, b) => a - b),
  };
}

function detailedOf(runs: readonly RunState[], { detailed }: Choices): number[] {
  const indices = runs.map((_, index) => index);
  const chosen = indices.filter((index) => detailed?.includes(runs[index]!.run));
  // A choice of runs that are all gone is none.
  return (chosen.length > 0 ? chosen : indices).slice(0, MOST_IN_DETAIL);
}

/** The runs with histograms and curves, alone. */
export function detailModel(model: Model): Model {
  const { detailed } = model;
  if (detailed.length === model.runs.length) return model;
  return {
    ...model,
    runs: detailed.map((index) => model.runs[index]!),
    labels: detailed.map((index) => model.labels[index]!),
    detailed: detailed.map((_, place) => place),
  };
}

/** Index of a run's color; `null` for one that is only compared. */
export function colorOf({ detailed }: Pick<Model, 'detailed'>, index: number): number | null {
  const place = detailed.indexOf(index);
  return place < 0 ? null : place;
}

/** More settings than this make no name. */
const MOST_IN_NAME = 3;

/**
 * The variants' names. Those that repeat with the settings in which they differ, where these are few, else with the time
 * of day their run started, and where even that repeats with a number. The one place where runs get names, so that cards,
 * curves, tables and files agree.
 */
export function runLabels(runs: readonly RunState[], settings: Model['settings'] = {}): string[] {
  // A model is made for every frame, and of hundreds of runs the names take longer than all the rest.
  const key = runs.map(({ run, variant, started }) => `${run} ${variant} ${started?.time}`).join('\n');
  const known = knownLabels.get(settings);
  if (known?.key === key) return known.labels;
  const told = new Map<number, string>();
  for (const indices of grouped(runs.map(({ variant }) => variant))) {
    const words =
      indices.length === 1
        ? ['']
        : differenceWords(
            indices.map((index) => runs[index]!),
            settings,
          );
    for (const [place, index] of indices.entries()) told.set(index, runs[index]!.variant + words[place]!);
  }
  const labels = runs.map((_, index) => told.get(index)!);
  for (const indices of grouped(labels)) {
    if (indices.length === 1) continue;
    for (const [place, index] of indices.entries()) labels[index] += ` (${place + 1})`;
  }
  knownLabels.set(settings, { key, labels });
  return labels;
}

const knownLabels = new WeakMap<Model['settings'], { key: string; labels: string[] }>();

/** Indices of equal texts together, in order of first appearance. */
function grouped(texts: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, text] of texts.entries()) groups.set(text, [...(groups.get(text) ?? []), index]);
  return [...groups.values()];
}

/** `, alpha 10, seed 1` for each of the runs of one variant; the time of their start where nothing or too much differs. */
function differenceWords(runs: readonly RunState[], settings: Model['settings']): string[] {
  const paths = differingSettings(runs.map(({ run }) => settings[run] ?? {}));
  const isShort = paths.length > 0 && paths.length <= MOST_IN_NAME;
  return runs.map(({ run, started }) => {
    const own = settings[run];
    if (!isShort || own === undefined) return ` ${started === null ? 'not started' : timeOfDay(started.time)}`;
    return paths.map((path) => `, ${path.slice(path.lastIndexOf('.') + 1)} ${own[path] ?? '–'}`).join('');
  });
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
