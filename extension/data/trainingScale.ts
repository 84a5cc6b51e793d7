/** How large the numbers are that a training works with: in the units of training, after what is standardized. */
import { boundsOf, type Experiment } from '../experiment/schema';
import { heldOutByShare } from './split';
import type { ColumnFacts, Facts } from './survey';

/** Rows left to train on. */
export function trainingRows({ data }: Experiment, { rows, heldOut }: Facts): number {
  return rows - (heldOut === null ? heldOutByShare(rows, data.validation as number) : heldOut.count);
}

export interface TrainingScale {
  /** Mean squares over the rows: of all inputs on average, and of the one with the largest; `null` where not known. */
  readonly inputSquares: { readonly mean: number; readonly largest: number } | null;
  /** Numbers that the network takes. */
  readonly inputSize: number;
  readonly targets: readonly TargetScale[];
  readonly standardized: { readonly inputs: boolean; readonly targets: boolean };
}

export interface TargetScale {
  readonly name: string;
  /** Root mean square: how far from 0 outputs have to get. */
  readonly size: number;
  readonly deviation: number;
  readonly isBound: boolean;
}

/** `null` where too little is known of the targets. */
export function trainingScale(experiment: Experiment, facts: Facts): TrainingScale | null {
  const { inputs, targets, standardize } = experiment.data;
  const standardized =
    typeof standardize === 'boolean' ? { inputs: standardize, targets: standardize } : { ...standardize };
  const column = (name: string): ColumnFacts | undefined => facts.columns.find((each) => each.name === name);
  const inputColumns = inputs.flatMap((name) => column(name) ?? []);
  const squares = inputColumns.map((each) => (standardized.inputs ? 1 : squareOf(each)));
  const inputSize = inputColumns.reduce((sum, { width }) => sum + width, 0);

  const scales = targets.map((name): TargetScale | null => {
    const { min, max } = boundsOf(experiment, name);
    const isBound = min !== null || max !== null;
    if (standardized.targets) return { name, size: 1, deviation: 1, isBound };
    const facts = column(name);
    const square = facts === undefined ? null : squareOf(facts);
    // A constant target has no scale to go by.
    if (square === null || !((facts?.standardDeviation ?? 0) > 0)) return null;
    return { name, size: Math.sqrt(square), deviation: facts!.standardDeviation!, isBound };
  });
  if (inputSize === 0 || scales.some((each) => each === null)) return null;
  return {
    inputSquares: squares.some((each) => each === null) ? null : meanAndLargest(inputColumns, squares as number[]),
    inputSize,
    targets: scales as TargetScale[],
    standardized,
  };
}

function meanAndLargest(
  columns: readonly ColumnFacts[],
  squares: readonly number[],
): { mean: number; largest: number } {
  const [sum, count] = columns.reduce(
    ([total, width], each, index) => [total + each.width * squares[index]!, width + each.width],
    [0, 0],
  );
  return { mean: sum / count, largest: Math.max(...squares) };
}

/** E[x²] = mean² + deviation² */
function squareOf({ mean, standardDeviation }: ColumnFacts): number | null {
  return mean === null || standardDeviation === null ? null : mean ** 2 + standardDeviation ** 2;
}
