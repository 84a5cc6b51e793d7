/** Batch size and epochs that train in some seconds, whatever the number of rows. */

export interface TrainingSize {
  readonly hidden: readonly number[];
  readonly batchSize: number;
  readonly epochs: number;
  readonly learningRate: number;
}

/** Visits of samples in one training, with a network of `REFERENCE_WEIGHTS`: some seconds on one core. */
const VISITS = 3_000_000;
const REFERENCE_WEIGHTS = 4600;
/** From so many inputs on (images), a wider network that moves in smaller steps. */
const MANY_INPUTS = 100;
const BATCHES_PER_EPOCH = 10;
const ROUND_EPOCHS = [3, 5, 10, 20, 30, 50, 100, 150, 200, 300];

/** @param rows to train on; @param inputs and targets: widths of the first and last layer */
export function trainingSize(rows: number, inputs: number, targets: number): TrainingSize {
  const isWide = inputs >= MANY_INPUTS;
  const width = isWide ? 128 : 64;
  const weights = width * (inputs + width + targets);
  const visits = (VISITS * REFERENCE_WEIGHTS) / weights;
  const wanted = visits / Math.max(1, rows);
  const power = 2 ** Math.round(Math.log2(Math.max(1, rows / BATCHES_PER_EPOCH)));
  return {
    hidden: [width, width],
    batchSize: Math.max(1, Math.min(rows, Math.min(4096, Math.max(8, power)))),
    epochs: ROUND_EPOCHS.findLast((epochs) => epochs <= wanted) ?? ROUND_EPOCHS[0]!,
    learningRate: isWide ? 0.001 : 0.003,
  };
}
