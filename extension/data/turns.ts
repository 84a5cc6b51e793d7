/**
 * Work on one thing, a piece at a time. Urgent pieces come first; one that isn't urgent steps back for one that is, and
 * begins again afterwards.
 */

export interface TurnOptions {
  readonly isUrgent: boolean;
  /** Ends the piece, waiting or at work: its promise rejects with the signal's reason. */
  readonly signal: AbortSignal | undefined;
}

/** Ends soon after its signal says so, in any way; a piece that steps back is worked on from its start again. */
export type Work<Answer> = (signal: AbortSignal) => Promise<Answer>;

interface Turn {
  readonly options: TurnOptions;
  /** Never rejects. False when the work was ended to step back. */
  work(stepBack: AbortSignal): Promise<boolean>;
}

export class Turns {
  readonly #waiting: Turn[] = [];
  #atWork: { turn: Turn; stepBack: AbortController } | null = null;

  take<Answer>(work: Work<Answer>, options: TurnOptions): Promise<Answer> {
    const { isUrgent, signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const turn: Turn = { options, work: (stepBack) => settle(work, { signal, stepBack, resolve, reject }) };
      signal?.addEventListener('abort', () => {
        const place = this.#waiting.indexOf(turn);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(signal.reason);
      });
      this.#wait(turn, isUrgent ? 'first come' : 'last');
      if (isUrgent && this.#atWork?.turn.options.isUrgent === false) this.#atWork.stepBack.abort();
      void this.#next();
    });
  }

  /** Urgent ones stand before all that are not. */
  #wait(turn: Turn, place: 'first come' | 'last'): void {
    const firstOther = this.#waiting.findIndex(({ options }) => !options.isUrgent);
    if (place === 'last' || firstOther < 0) this.#waiting.push(turn);
    else this.#waiting.splice(firstOther, 0, turn);
  }

  async #next(): Promise<void> {
    if (this.#atWork !== null) return;
    const turn = this.#waiting.shift();
    if (turn === undefined) return;
    const stepBack = new AbortController();
    this.#atWork = { turn, stepBack };
    const isDone = await turn.work(stepBack.signal);
    this.#atWork = null;
    // It stepped back for urgent ones and goes on before those of its own kind.
    if (!isDone && turn.options.signal?.aborted !== true) this.#wait(turn, 'first come');
    void this.#next();
  }
}

async function settle<Answer>(
  work: Work<Answer>,
  turn: {
    signal: AbortSignal | undefined;
    stepBack: AbortSignal;
    resolve: (answer: Answer) => void;
    reject: (reason: unknown) => void;
  },
): Promise<boolean> {
  const { signal, stepBack, resolve, reject } = turn;
  try {
    resolve(await work(signal === undefined ? stepBack : AbortSignal.any([signal, stepBack])));
  } catch (error) {
    if (signal?.aborted === true) reject(signal.reason);
    else if (stepBack.aborted) return false;
    else reject(error);
  }
  return true;
}
