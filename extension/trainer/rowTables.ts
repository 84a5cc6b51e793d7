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

  gather(samples: Uint32Array): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.entries(this.#tables).map(([name, table]) => [name, gatherRows(table, samples, this.#outputs)]),
    );
  }

  scatter(samples: Uint32Array, rows: Readonly<Record<string, Float32Array>>): void {
    for (const [name, table] of Object.entries(this.#tables)) {
      const values = rows[name]!;
      for (let row = 0; row < samples.length; row++) {
        const from = row * this.#outputs;
        table.set(values.subarray(from, from + this.#outputs), samples[row]! * this.#outputs);
      }
    }
  }
}

/** The rows `samples` of a row-major table of `width` columns. */
export function gatherRows(table: Float32Array, samples: Uint32Array, width: number): Float32Array {
  const gathered = new Float32Array(samples.length * width);
  for (let row = 0; row < samples.length; row++) {
    const from = samples[row]! * width;
    gathered.set(table.subarray(from, from + width), row * width);
  }
  return gathered;
}
