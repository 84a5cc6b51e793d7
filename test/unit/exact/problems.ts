/** Random problems for the exact solvers, what proves an answer optimal, and a slow way that finds answers by trying all. */
import { type RandomStream, randomStream } from '../../../extension/data/random';
import type { BoundedFit, OutputBounds } from '../../../extension/exact/boundedFit';

export interface Problem {
  rows: number;
  width: number;
  /** `[rows, width]`, the last column 1. */
  features: Float64Array;
  targets: Float64Array;
  bounds: OutputBounds;
}

/** What a seeded problem draws its numbers from. */
export interface Draw extends RandomStream {
  normal(): number;
  oneOf<Value>(...values: Value[]): Value;
}

export function draw(seed: number): Draw {
  const stream = randomStream(seed, 'batches');
  return {
    ...stream,
    normal: () => Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform()),
    oneOf: (...values) => values[stream.integer(values.length)]!,
  };
}

/** `feature(row, column)` for all but the last column, which is 1. */
export function table(rows: number, width: number, feature: (row: number, column: number) => number): Float64Array {
  return Float64Array.from({ length: rows * width }, (_, index) =>
    index % width === width - 1 ? 1 : feature(Math.floor(index / width), index % width),
  );
}

/** What has to be 0 for the answer to be optimal, each relative to the sizes of the numbers that it is made of. */
export interface Proof {
  /** Largest violation of a bound. */
  primal: number;
  /** Most negative multiplier. */
  dual: number;
  /** Largest |λᵢ·gᵢ|. */
  complementarity: number;
  /** Largest entry of ∇ meanᵢ (yᵢ − tᵢ)² + (1/N) Σᵢ λᵢ·∇gᵢ. */
  stationarity: number;
  /** What the multipliers fail to prove of the objective. */
  gap: number;
  /** How far the fit's own account of outputs, objective and dual objective is from this one. */
  account: number;
}

/** From the weights and multipliers alone, straight from the definitions: one row after another, no factorization. */
export function proofOf({ rows, width, features, targets, bounds }: Problem, fit: BoundedFit): Proof {
  const lower = fit.multipliers.lower ?? new Float64Array(rows);
  const upper = fit.multipliers.upper ?? new Float64Array(rows);
  const gradient = new Float64Array(width);
  const columnSize = new Float64Array(width);
  const proof: Proof = { primal: 0, dual: 0, complementarity: 0, stationarity: 0, gap: 0, account: 0 };
  // What rounding is relative to: an output is a sum of products that may be much larger than itself.
  let outputSize = Math.max(Math.abs(bounds.lower ?? 0), Math.abs(bounds.upper ?? 0));
  let multiplierSize = 0;
  let objective = 0;
  let slack = 0;
  for (let row = 0; row < rows; row++) {
    let output = 0;
    let size = Math.abs(targets[row]!);
    for (let column = 0; column < width; column++) {
      const product = features[row * width + column]! * fit.weights[column]!;
      output += product;
      size += Math.abs(product);
    }
    outputSize = Math.max(outputSize, size);
    multiplierSize = Math.max(multiplierSize, lower[row]!, upper[row]!);
    const below = bounds.lower === null ? 0 : bounds.lower - output;
    const above = bounds.upper === null ? 0 : output - bounds.upper;
    const error = output - targets[row]!;
    proof.primal = Math.max(proof.primal, below, above);
    proof.dual = Math.max(proof.dual, -lower[row]!, -upper[row]!);
    proof.complementarity = Math.max(
      proof.complementarity,
      Math.abs(lower[row]! * below),
      Math.abs(upper[row]! * above),
    );
    proof.account = Math.max(proof.account, Math.abs(output - fit.outputs[row]!));
    objective += error ** 2 / rows;
    slack += (lower[row]! * below + upper[row]! * above) / rows;
    // ∇(lower − y) = −Φᵢ and ∇(y − upper) = Φᵢ
    for (let column = 0; column < width; column++) {
      const feature = features[row * width + column]!;
      gradient[column]! += ((2 * error - lower[row]! + upper[row]!) * feature) / rows;
      columnSize[column]! += Math.abs(feature) / rows;
    }
  }
  const lossSize = outputSize * (outputSize + multiplierSize);
  gradient.forEach((entry, column) => {
    const size = (outputSize + multiplierSize) * (columnSize[column]! || 1);
    proof.stationarity = Math.max(proof.stationarity, Math.abs(entry) / size);
  });
  // Where the gradient of the Lagrangian is 0, its value is its minimum over all weights: the dual objective.
  proof.gap = Math.abs(slack) / lossSize;
  proof.account = Math.max(
    proof.account / outputSize,
    Math.abs(objective - fit.objective) / lossSize,
    Math.abs(objective + slack - fit.dualObjective) / lossSize,
    Math.abs(fit.objective - fit.dualObjective - fit.dualityGap) / lossSize,
    Math.abs(fit.largestViolation - proof.primal) / outputSize,
  );
  proof.primal /= outputSize;
  proof.complementarity /= lossSize;
  return proof;
}

/**
 * The best outputs by trying every way to hold rows at bounds: for each, the least squares with these equations, by the
 * equations of Lagrange; of those inside all bounds, the one with the smallest objective. 3^rows linear systems.
 */
export function bestOutputsByTrial({ rows, width, features, targets, bounds }: Problem): number[] {
  const choices = [null, ...[bounds.lower, bounds.upper].filter((bound) => bound !== null)];
  let best: { objective: number; outputs: number[] } | null = null;
  for (let trial = 0; trial < choices.length ** rows; trial++) {
    const held = Array.from(
      { length: rows },
      (_, row) => choices[Math.floor(trial / choices.length ** row) % choices.length]!,
    );
    const equations = held.flatMap((bound, row) => (bound === null ? [] : [{ row, bound }]));
    const feature = (row: number, column: number): number => features[row * width + column]!;
    const size = width + equations.length;
    // [ΦᵀΦ, Eᵀ; E, 0]·[w; ν] = [Φᵀt; bounds]
    const matrix = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => {
        if (i >= width && j >= width) return 0;
        if (i >= width) return feature(equations[i - width]!.row, j);
        if (j >= width) return feature(equations[j - width]!.row, i);
        return Array.from(targets, (_, row) => feature(row, i) * feature(row, j)).reduce((a, b) => a + b);
      }),
    );
    const right = Array.from({ length: size }, (_, i) =>
      i >= width
        ? equations[i - width]!.bound
        : Array.from(targets, (target, row) => feature(row, i) * target).reduce((a, b) => a + b),
    );
    const weights = solveBySubstitution(matrix, right);
    if (weights === null) continue;
    const outputs = Array.from(targets, (_, row) => {
      let output = 0;
      for (let column = 0; column < width; column++) output += feature(row, column) * weights[column]!;
      return output;
    });
    const isInside = outputs.every(
      (output) => output >= (bounds.lower ?? -Infinity) - 1e-9 && output <= (bounds.upper ?? Infinity) + 1e-9,
    );
    const objective = outputs.reduce((sum, output, row) => sum + (output - targets[row]!) ** 2, 0) / rows;
    if (isInside && (best === null || objective < best.objective)) best = { objective, outputs };
  }
  return best!.outputs;
}

/** Gaussian elimination, the largest pivot next; unknowns without one are 0; `null` where no solution exists. */
export function solveBySubstitution(matrix: number[][], right: number[]): number[] | null {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const size = right.length;
  const pivots: { row: number[]; column: number }[] = [];
  const waiting = new Set(rows);
  for (let step = 0; step < size; step++) {
    let pivot: { row: number[]; column: number } | null = null;
    for (const row of waiting) {
      for (let column = 0; column < size; column++) {
        if (Math.abs(row[column]!) > Math.abs(pivot?.row[pivot.column] ?? 1e-9)) pivot = { row, column };
      }
    }
    if (pivot === null) break;
    waiting.delete(pivot.row);
    pivots.push(pivot);
    for (const row of rows) {
      const factor = row === pivot.row ? 0 : row[pivot.column]! / pivot.row[pivot.column]!;
      if (factor !== 0) for (let column = 0; column <= size; column++) row[column]! -= factor * pivot.row[column]!;
    }
  }
  for (const row of waiting) if (Math.abs(row[size]!) > 1e-9) return null;
  const solution = new Array<number>(size).fill(0);
  for (const { row, column } of pivots) solution[column] = row[size]! / row[column]!;
  return solution;
}
