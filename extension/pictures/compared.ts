/**
 * What a comparison is about: of each run its loss, how far outside it is and what it took, and whether any other beats
 * it in both. Always of the newest measure, in the split and for the target that is chosen. Pure.
 */
import { formatDuration, formatShare, formatWorstViolation, worstViolation } from '../protocol/figures';
import { onParetoFront } from '../protocol/pareto';
import { isLive, type RunState, type RunStatus } from '../protocol/runState';
import { oneOfEachSeed, seedGroups } from '../protocol/seedGroups';
import { colorOf, figuresFor, latestVerdict, type Model, shownMeasure, splitFigures } from './model';
import { figure } from './words';

export interface ComparedRun {
  /** Index among the runs of the model. */
  index: number;
  /** Its id. */
  run: string;
  label: string;
  status: RunStatus;
  /** Index of its color; `null` for a run beyond those in detail. */
  color: number | null;
  /** Mean squared error. */
  loss: number | null;
  /** Largest distance outside the bounds, in standard deviations of its target. */
  violation: number | null;
  /** Share outside, 0 to 1. */
  outside: number | null;
  durationMs: number | null;
  samplesPerSecond: number | null;
  isFeasible: boolean;
  /** Whether there is, or is going to be, a network with these figures: a run that failed or was lost left none. */
  counts: boolean;
  /** Counts, and is beaten in loss and violation by no other that does. */
  onFront: boolean;
}

export function comparedRuns(model: Model): ComparedRun[] {
  const { runs, labels } = model;
  const figures = runs.map((run) => tradeOffOf(run, model));
  const counts = runs.map(({ status }) => status !== 'failed' && status !== 'lost');
  const onFront = onParetoFront(figures.map((each, index) => (counts[index] ? each : { loss: null, violation: null })));
  return runs.map((run, index) => ({
    index,
    run: run.run,
    label: labels[index]!,
    status: run.status,
    color: colorOf(model, index),
    ...figures[index]!,
    durationMs: run.ended?.summary.durationMs ?? run.progress?.elapsedMs ?? run.measured.at(-1)?.elapsedMs ?? null,
    samplesPerSecond: run.ended?.summary.samplesPerSecond ?? run.progress?.samplesPerSecond ?? null,
    isFeasible: latestVerdict(run).kind === 'feasible',
    counts: counts[index]!,
    onFront: onFront[index]!,
  }));
}

function tradeOffOf(run: RunState, { choices }: Model): Pick<ComparedRun, 'loss' | 'violation' | 'outside'> {
  const measure = shownMeasure(run, null);
  const split = measure === null ? null : splitFigures(measure, choices.split);
  const figures = figuresFor(split, choices.target);
  if (split === null || figures === null) return { loss: null, violation: null, outside: null };
  const targets = run.started!.targets.filter(({ name }) => choices.target === null || name === choices.target);
  return { loss: figures.loss, violation: worstViolation(split, targets), outside: figures.negativeShare };
}

/** Where a run stands among those of a picture, which shift when another gets its first measure; `null` without it. */
export function itemOf(runs: readonly Pick<ComparedRun, 'run'>[], run: string | null): number | null {
  const item = runs.findIndex((each) => each.run === run);
  return item < 0 ? null : item;
}

/** One run in words: `penalty: MSE 15.01, worst 0.12 sd outside, 3.3 % outside, took 3.2 s; no other is better in both`. */
export function comparedWords(run: ComparedRun): string {
  const { label, loss, violation, outside, durationMs } = run;
  if (loss === null) return `${label}: not measured`;
  const took = durationMs === null ? '' : `, ${formatDuration(durationMs)}`;
  return `${label}: MSE ${figure('loss', loss)}, worst ${formatWorstViolation(violation)} outside, ${formatShare(outside)} of outputs outside${took}; ${standingWords(run)}`;
}

function standingWords({ status, counts, onFront }: ComparedRun): string {
  if (!counts) return `${status}, so no network with these figures is left to compare`;
  const standing = onFront ? 'no other is better in both' : 'another is better in loss and violation';
  return status === 'stopped' ? `stopped early, ${standing}` : standing;
}

/** Runs that differ in nothing but their seed, one of each seed. */
export interface ComparedSeeds {
  runs: readonly ComparedRun[];
  /** Those that say what the configuration comes to: the finished ones, and before any is, those in training. */
  counted: readonly ComparedRun[];
}

/** All configurations, where there are several seeds of any. */
export function comparedSeeds(model: Model, runs: readonly ComparedRun[]): ComparedSeeds[] {
  const startOf = ({ index }: ComparedRun) => model.runs[index]!.started;
  const groups = seedGroups(runs, (run) => startOf(run)?.configuration).map((group) =>
    oneOfEachSeed(group, (run) => ({
      seed: startOf(run)?.seed ?? null,
      isFinished: run.status === 'finished',
      time: startOf(run)?.time ?? 0,
    })),
  );
  if (!groups.some((group) => group.length > 1)) return [];
  return groups.map((group) => {
    const finished = group.filter(({ status }) => status === 'finished');
    return { runs: group, counted: finished.length > 0 ? finished : group.filter(({ status }) => isLive(status)) };
  });
}
