/**
 * The axes of the histograms: one pair per target, shared by all runs so that their bars can be compared by eye, and
 * remembered from frame to frame so that a live picture doesn't jump.
 */
import type { TargetDescription } from '../protocol/events';
import type { RunState } from '../protocol/runState';
import { type Span, spanOf } from './bins';
import { highestDensity } from './histogram';
import { type Model, shownMeasure } from './model';
import { nextCeiling } from './ticks';

export interface Axes {
  span: Span;
  ceiling: number;
}

/** Targets share axes when they have the name and the edges in common: another experiment's may have other edges. */
export function axesKey(target: TargetDescription): string {
  return `${target.name}\n${target.edges.join(' ')}`;
}

export class SharedAxes {
  private readonly axes = new Map<string, Axes>();
  /** How many measures of each run are already within the spans. */
  private readonly nSeen = new WeakMap<readonly unknown[], number>();

  /** By `axesKey`. */
  update(model: Model): ReadonlyMap<string, Axes> {
    for (const run of model.runs) this.widen(run);
    this.raise(model);
    return this.axes;
  }

  /** Spans over the whole history, so that scrubbing through it moves bars and not the axis. */
  private widen(run: RunState): void {
    const { started, measured } = run;
    if (started === null) return;
    // Folding appends to the same array; a snapshot brings another one.
    const nSeen = this.nSeen.get(measured) ?? 0;
    this.nSeen.set(measured, measured.length);
    for (const target of started.targets) {
      const key = axesKey(target);
      const previous = this.axes.get(key);
      if (previous !== undefined && nSeen === measured.length) continue;
      const used = new Set<number>();
      for (const { histograms } of measured.slice(previous === undefined ? 0 : nSeen)) {
        for (const counts of [histograms.train[target.name], histograms.validation?.[target.name]]) {
          counts?.forEach((count, index) => {
            if (count > 0) used.add(index);
          });
        }
      }
      const span = spanOf(target.edges, target.bounds, used, previous?.span ?? null);
      this.axes.set(key, { span, ceiling: previous?.ceiling ?? 0 });
    }
  }

  private raise({ runs, choices }: Model): void {
    const highest = new Map<string, number>();
    for (const run of runs) {
      const counts = shownMeasure(run, choices.position)?.histograms[choices.split];
      for (const target of counts ? run.started!.targets : []) {
        const density = highestDensity(target.edges, counts![target.name] ?? [], target.bounds);
        const key = axesKey(target);
        highest.set(key, Math.max(highest.get(key) ?? 0, density));
      }
    }
    for (const [key, axes] of this.axes) {
      this.axes.set(key, { ...axes, ceiling: nextCeiling(axes.ceiling, highest.get(key) ?? 0) });
    }
  }
}
