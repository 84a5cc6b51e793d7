/**
 * A data set as the trainer takes it: two splits of raw values, and the scaling that the network trains in. Holds
 * values only; reading them is `loadDataset.ts`.
 */
import type { BinEdges } from '../protocol/histogram';

/** Rows of one split, row-major float32, in raw units and in the order of the source. */
export interface Split {
  readonly count: number;
  /** `[count · inputSize]` */
  readonly inputs: Float32Array;
  /** `[count · targets]` */
  readonly targets: Float32Array;
  /** Number of each row in the data (after the query), from 1. */
  readonly rowNumbers: Uint32Array;
}

/** `scaled = (raw − mean) / deviation`, one entry per column of the split; mean 0 and deviation 1 where not standardized. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export interface TargetColumn {
  readonly name: string;
  /** Over the training rows, population standard deviation (divided by n); deviation 0 for a constant target. */
  readonly mean: number;
  readonly standardDeviation: number;
  readonly edges: BinEdges;
}

export interface Dataset {
  /** Flattened width of all inputs: a list column of 784 pixels counts 784. */
  readonly inputSize: number;
  readonly targets: readonly TargetColumn[];
  readonly train: Split;
  readonly validation: Split;
  /** One entry per flattened input. A list column has one mean and deviation for all its elements. */
  readonly inputScaling: Scaling;
  readonly targetScaling: Scaling;
  /** SHA-256, in hexadecimal, of the shapes and values of both splits in order. Of the rows however split: `rowsFingerprint.ts`. */
  readonly fingerprint: string;
}
