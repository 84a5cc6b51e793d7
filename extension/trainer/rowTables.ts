/**
 * The per-sample state of a training, `[samples · outputs]` per row name: the trainer owns it, a batch borrows its rows.
 * Only rows that a batch holds ever change.
 */
export class RowTables {
  readonly #tables: Readonly<Record<string, Float32Array>>;
  readonly #outputs: number;

  constructor(tables: Readonly<Record<string, Float32Array>>, outputs: number) {
    this.#tables = tables;
    this.#outputs = outputs;
  }

  get tables(): Readonly<Record<string, Float32Array>> {
    return this.#tables;
  }

  /** The rows of these samples, batch after batch. */
  gather(batches: readonly Uint32Array[]): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.entries(this.#tables).map(([name, table]) => [name, gatherRows(table, batches, this.#outputs)]),
    );
  }

  scatter(batches: readonly Uint32Array[], rows: Readonly<Record<string, Float32Array>>): void {
    for (const [name, table] of Object.entries(this.#tables)) {
      const values = rows[name]!;
      let from = 0;
      for (const samples of batches) {
        for (const sample of samples) {
          table.set(values.subarray(from, from + this.#outputs), sample * this.#outputs);
          from += this.#outputs;
        }
      }
    }
  }
}

/** These samples' rows of a row-major table of `width` columns, batch after batch. */
export function gatherRows(table: Float32Array, batches: readonly Uint32Array[], width: number): Float32Array {
  const gathered = new Float32Array(batches.reduce((sum, samples) => sum + samples.length, 0) * width);
  let to = 0;
  for (const samples of batches) {
    for (const sample of samples) {
      gathered.set(table.subarray(sample * width, (sample + 1) * width), to);
      to += width;
    }
  }
  return gathered;
}
