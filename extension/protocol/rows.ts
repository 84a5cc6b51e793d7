/**
 * The rows behind a run's pictures: those furthest outside the bounds, those with the largest multipliers, and how the
 * multipliers are spread. Bounded, so that looking at it costs little however many rows the data have.
 */
import type { BinCounts, BinEdges } from './histogram';

/** Of each target and split, and of each side of the bounds. */
export const MOST_ROWS = 20;

/** One output of one row. */
export interface RowOutput {
  /** Number of the row in the data as it is read, after the query; from 1. */
  row: number;
  /** Predicted, in the target's own units, as are `target` and `violation`. */
  output: number;
  /** As the data have it. */
  target: number;
  /** Distance outside the bounds; 0 inside. */
  violation: number;
  /** λ of the bound that is nearer to being violated, in training units; `null` where the method implies none, and of held-out rows. */
  multiplier: number | null;
}

/** The multipliers of one target on one side of its bounds, over all training rows. */
export interface SideMultipliers {
  side: 'min' | 'max';
  /** In training units; 0 is an edge, so that wrong signs (λ < 0) stand apart. */
  edges: BinEdges;
  counts: BinCounts;
  /** Those of the largest magnitude, largest first. */
  rows: RowOutput[];
}

export interface TargetRows {
  /** Furthest outside first; none that is inside. */
  train: RowOutput[];
  validation: RowOutput[];
  /** Empty for a method without multipliers, and where a target has no bound. */
  multipliers: SideMultipliers[];
}

/**
 * Recorded with a measure: at 5 seconds, then each time when twice as long has passed, and with the last one. So many
 * moments are enough to see how it came about, and an hour has ten of them.
 */
export interface RowsEvent {
  type: 'rows';
  time: number;
  epoch: number;
  step: number;
  /** By the target's name. */
  targets: Record<string, TargetRows>;
}
