/** What was read of a training so far, within bounded memory: all of late, ever fewer of long ago. */

/** Of more than these, every second of the older half is dropped; the first one stays. */
const CAPACITY = 64;

export class History<Reading> {
  readonly #readings: Reading[] = [];

  /** Oldest first. */
  get readings(): readonly Reading[] {
    return this.#readings;
  }

  add(reading: Reading): void {
    this.#readings.push(reading);
    if (this.#readings.length <= CAPACITY) return;
    const older = this.#readings.slice(0, CAPACITY / 2);
    this.#readings.splice(0, older.length, ...older.filter((_, index) => index % 2 === 0));
  }
}
