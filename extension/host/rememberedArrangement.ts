/** The arrangement of the Runs view, remembered per workspace. */
import { type Disposable, Emitter } from './emitter';
import { type Arrangement, restoredArrangement } from './runArrangement';

const KEY = 'orthant.runsArrangement';

/** What of VS Code's `Memento` is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export class RememberedArrangement implements Disposable {
  readonly #changed = new Emitter<void>();
  #current: Arrangement;

  readonly onDidChange = this.#changed.event;

  constructor(private readonly memory: Memory) {
    this.#current = restoredArrangement(memory.get(KEY));
  }

  get current(): Arrangement {
    return this.#current;
  }

  /** Shows another arrangement without remembering it, such as a filter that is being typed. */
  preview(change: Partial<Arrangement>): void {
    this.#current = { ...this.#current, ...change };
    this.#changed.fire();
  }

  async choose(change: Partial<Arrangement>): Promise<void> {
    this.preview(change);
    await this.memory.update(KEY, this.#current);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
