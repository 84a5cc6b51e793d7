/**
 * What a comparison is about: of each run its loss, how far outside it is and what it took, and whether any other beats
 * it in both. Always of the newest measure, in the split and for the target that is chosen. Pure.
 */
import { formatDuration, formatShare, formatWorstViolation, worstViolation } from '../protocol/figures';
import { onParetoFront } from '../protocol/pareto';
import type { RunState } from '../protocol/runState';
import { seedGroups } from '../protocol/seedGroups';
import { colorOf, figuresFor, latestVerdict, type Model, shownMeasure, splitFigures } from './model';
import { figure } from './words';

export interface ComparedRun {
  /** Index among the runs of the model. */
  index: number;
  label: string;
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
  /** Beaten in loss and violation by no other. */
  onFront: boolean;
}

export function comparedRuns(model: Model): ComparedRun[] {
  const { runs, labels } = model;
  const figures = runs.map((run) => tradeOffOf(run, model));
  const onFront = onParetoFront(figures);
  return runs.map((run, index) => ({
    index,
    label: labels[index]!,
    color: colorOf(model, index),
    ...figures[index]!,
    durationMs: run.ended?.summary.durationMs ?? run.progress?.elapsedMs ?? run.measured.at(-1)?.elapsedMs ?? null,
    samplesPerSecond: run.ended?.summary.samplesPerSecond ?? run.progress?.samplesPerSecond ?? null,
    isFeasible: latestVerdict(run).kind === 'feasible',
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

/** One run in words: `penalty: MSE 15.01, worst 0.12 sd outside, 3.3 % outside, took 3.2 s; no other is better in both`. */
export function comparedWords({ label, loss, violation, outside, durationMs, onFront }: ComparedRun): string {
  if (loss === null) return `${label}: not measured`;
  const took = durationMs === null ? '' : `, ${formatDuration(durationMs)}`;
  const standing = onFront ? 'no other is better in both' : 'another is better in loss and violation';
  return `${label}: MSE ${figure('loss', loss)}, worst ${formatWorstViolation(violation)} outside, ${formatShare(outside)} of outputs outside${took}; ${standing}`;
}

/** Runs that differ in nothing but their seed, where there are several of any. */
export function comparedSeeds(model: Model, runs: readonly ComparedRun[]): ComparedRun[][] {
  const groups = seedGroups(runs, ({ index }) => model.runs[index]!.started?.configuration);
  return groups.some((group) => group.length > 1) ? groups : [];
}
