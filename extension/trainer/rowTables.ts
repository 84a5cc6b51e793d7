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

  /** The tables of one side of the bounds by what they hold: `slack`, `multiplier`. */
  ofSide(side: string): Record<string, Float32Array> {
    const prefix = `${side}.`;
    return Object.fromEntries(
      Object.entries(this.#tables).flatMap(([name, table]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), table] as const] : [],
      ),
    );
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
          copyRow(values, from, table, sample * this.#outputs, this.#outputs);
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
      copyRow(table, sample * width, gathered, to, width);
      to += width;
    }
  }
  return gathered;
}

/** From this width on, a copy by the runtime is faster than one by a loop, which makes no object for each row. */
const WIDE = 32;

function copyRow(source: Float32Array, from: number, target: Float32Array, to: number, width: number): void {
  if (width >= WIDE) target.set(source.subarray(from, from + width), to);
  else for (let index = 0; index < width; index++) target[to + index] = source[from + index]!;
}
