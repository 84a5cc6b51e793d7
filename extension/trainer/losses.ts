/** Means of the batch losses over an epoch, each batch weighted alike. */
import type { LossSums } from '../runs/checkpoint';

export class Losses {
  #count: number;
  #loss: number;
  #penalty: number;

  /** `sums` are those of an epoch that was interrupted. */
  constructor(sums: LossSums = { count: 0, loss: 0, penalty: 0 }) {
    this.#count = sums.count;
    this.#loss = sums.loss;
    this.#penalty = sums.penalty;
  }

  add(result: { loss: number; penalty: number }): void {
    this.#count += 1;
    this.#loss += result.loss;
    this.#penalty += result.penalty;
  }

  get sums(): LossSums {
    return { count: this.#count, loss: this.#loss, penalty: this.#penalty };
  }

  /** Of the batch loss and of the method's term; `null` before the first batch. */
  get means(): { batchLoss: number | null; penalty: number | null } {
    if (this.#count === 0) return { batchLoss: null, penalty: null };
    return { batchLoss: this.#loss / this.#count, penalty: this.#penalty / this.#count };
  }
}
