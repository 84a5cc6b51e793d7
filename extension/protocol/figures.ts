/**
 * The figures Orthant reports about a run, and how each one is labelled and written for a person.
 * What they mean is defined here once; computing them is the business of `step/figures.ts`.
 */

/** Method guarantee levels: G0 none, G1 at convergence on the training set, G2 every input of a box, G3 every input. */
export type Guarantee = 'G0' | 'G1' | 'G2' | 'G3';

export const GUARANTEE_WORDS: Readonly<Record<Guarantee, string>> = {
  G0: 'none',
  G1: 'on the training set, once converged',
  G2: 'for every input of a box',
  G3: 'for every input',
};

/**
 * Violation rates and how far outside, in standard deviations of its target, an output has to be to count in each: the
 * three tolerances that DC3 reports (Donti, Rolnick and Kolter 2021, arXiv 2104.12225).
 */
export const VIOLATION_TOLERANCES = {
  'violationRate1e-4': 1e-4,
  'violationRate1e-3': 1e-3,
  'violationRate1e-2': 1e-2,
} as const;

/** Shares, 0 to 1, of outputs further outside than a tolerance; `null` in runs recorded before they were measured. */
export type ViolationRates = { [Name in keyof typeof VIOLATION_TOLERANCES]: number | null };

/** One target's (or all targets') figures over one split, in the targets' own units. */
export interface Figures extends ViolationRates {
  /** Mean over samples (and outputs) of the squared error. */
  loss: number;
  rmse: number;
  mae: number;
  /** Coefficient of determination; `null` where the target does not vary. */
  r2: number | null;
  /** Share, 0 to 1, of outputs outside the bounds, however little. */
  negativeShare: number;
  minOutput: number;
  /** Largest distance outside the bounds; 0 when no output is outside. */
  maxViolation: number;
  /** Mean over all outputs of the distance outside the bounds. */
  meanViolation: number;
}

export interface SplitFigures {
  samples: number;
  /** Samples with at least one output outside its bounds; `null` in runs recorded before they were counted. */
  rowsOutside: number | null;
  overall: Figures;
  targets: Record<string, Figures>;
}

/** Karush–Kuhn–Tucker residuals on the training set, in the units the network trains in; 0 at an exact optimum. */
export interface KktResiduals {
  /** ‖∇f + Jᵍᵀλ‖∞ / max(1, ‖∇f‖∞) over all parameters. */
  stationarity: number;
  /** max [g]₊ */
  primalFeasibility: number;
  /** max [−λ]₊; above 0 it shows the slack trap. */
  dualFeasibility: number;
  /** max |λ·g| */
  complementarity: number;
}

/** What the exact optimum of the last layer reaches with the features of a run, in the targets' own units. */
export interface LastLayerFloor {
  /** Mean over samples and outputs of the squared error on the training rows; no layer inside the bounds has less. */
  loss: number;
  /** Primal less dual objective: 0 up to rounding is the proof. */
  dualityGap: number;
  /** Training outputs held at a bound. */
  active: number;
  /** Whether the network ends in this layer. */
  polished: boolean;
}

/** Spread of the multipliers λ (≥ 0 wanted) over samples and outputs. */
export interface MultiplierSpread {
  min: number;
  mean: number;
  max: number;
}

export type Verdict =
  | { kind: 'feasible'; sinceStep: number }
  | { kind: 'infeasible'; maxViolation: number; negativeShare: number; target: string }
  | { kind: 'unknown' };

/** How a figure is named and written. Nothing formats a figure at the call site. */
export interface Quantity {
  readonly label: string;
  readonly description: string;
  format(value: number | null): string;
}

const NOT_A_NUMBER = '–';

/** Four significant digits, plain up to 6 digits and exponent beyond. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_A_NUMBER;
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return value.toExponential(2);
  return Number(value.toPrecision(4)).toString();
}

/** A share as per cent. A share above 0 is never written as 0, one below 1 never as 100. */
export function formatShare(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOT_A_NUMBER;
  const percent = value * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** A length of time: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export const QUANTITIES: { readonly [Name in keyof Figures]: Quantity } = {
  loss: { label: 'MSE', description: "mean squared error, in the target's units squared", format: formatNumber },
  rmse: { label: 'RMSE', description: "root mean squared error, in the target's own units", format: formatNumber },
  mae: { label: 'MAE', description: "mean absolute error, in the target's own units", format: formatNumber },
  r2: { label: 'R²', description: 'coefficient of determination, 1 is a perfect fit', format: formatNumber },
  negativeShare: { label: 'outside', description: 'share of outputs outside the bounds', format: formatShare },
  'violationRate1e-4': violationRate('1e-4'),
  'violationRate1e-3': violationRate('1e-3'),
  'violationRate1e-2': violationRate('1e-2'),
  minOutput: { label: 'min output', description: "smallest output, in the target's own units", format: formatNumber },
  maxViolation: { label: 'max violation', description: 'largest distance outside the bounds', format: formatNumber },
  meanViolation: {
    label: 'mean violation',
    description: 'mean over all outputs of the distance outside the bounds',
    format: formatNumber,
  },
};

function violationRate(tolerance: string): Quantity {
  return {
    label: `> ${tolerance} sd`,
    description: `violation rate: share of outputs further outside the bounds than ${tolerance} standard deviations of their target`,
    format: formatShare,
  };
}

/** The largest violation of any target, in standard deviations of that target; 0 when no output is outside. */
export function worstViolation(
  split: SplitFigures,
  targets: readonly { readonly name: string; readonly standardDeviation: number }[],
): number {
  return Math.max(
    0,
    ...targets.map(
      ({ name, standardDeviation }) => (split.targets[name]?.maxViolation ?? 0) / (standardDeviation || 1),
    ),
  );
}

/** `0.66 sd`, `0.0040 sd`, `3e-6 sd`; one above 0 is never written as 0. */
export function formatWorstViolation(violation: number | null): string {
  if (violation === null) return NOT_A_NUMBER;
  if (violation === 0) return '0 sd';
  if (violation < 5e-5) return `${violation.toExponential(0)} sd`;
  return `${violation < 1000 ? violation.toFixed(violation < 0.1 ? 4 : 2) : formatNumber(violation)} sd`;
}

/** The verdict in words: what was reached on the training set, never mixed with the status of the run. */
export function formatVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'feasible':
      return `feasible on the training rows since step ${verdict.sinceStep}`;
    case 'infeasible':
      return `infeasible on the training rows (${verdict.target}: worst ${formatNumber(verdict.maxViolation)}, ${formatShare(verdict.negativeShare)} outside)`;
    case 'unknown':
      return 'unknown';
  }
}
