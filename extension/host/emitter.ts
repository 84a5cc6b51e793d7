/** Events and disposal for the parts of the host that know no editor, so that they can be tested without one. */

export interface Disposable {
  dispose(): void;
}

/** Calls `listener` at each event until what it returns is disposed. */
export type Listen<Value> = (listener: (value: Value) => void) => Disposable;

export class Emitter<Value> implements Disposable {
  readonly #listeners = new Set<(value: Value) => void>();

  readonly event: Listen<Value> = (listener) => {
    // A wrapper per subscription: the same function may listen twice.
    const entry = (value: Value): void => listener(value);
    this.#listeners.add(entry);
    return { dispose: () => this.#listeners.delete(entry) };
  };

  fire(value: Value): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Holds what must end together; `own` registers a thing on the line that creates it. Disposes late arrivals at once. */
export class Disposables implements Disposable {
  readonly #owned: Disposable[] = [];
  #isDisposed = false;

  own<Owned extends Disposable>(disposable: Owned): Owned {
    if (this.#isDisposed) disposable.dispose();
    else this.#owned.push(disposable);
    return disposable;
  }

  /** In reverse order of creation. */
  dispose(): void {
    this.#isDisposed = true;
    for (const disposable of this.#owned.splice(0).reverse()) disposable.dispose();
  }
}
