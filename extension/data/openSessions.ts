/**
 * Sources that are held open: a few, the one not asked for longest closed first, and all of them after some minutes of
 * rest. What is being looked for in the background is looked for once.
 */
import type { ColumnValues } from '../protocol/columns';
import type { DataQuestion } from './dataReader';
import { type AskedSession, DataSession } from './dataSession';
import type { TurnOptions } from './turns';

/** A person works on one experiment, and looks at a few more. */
const SESSIONS_LIMIT = 4;
const REST_MS = 5 * 60_000;

/** Values of columns, of more and more of them until it is done. */
export interface Look {
  readonly known: ReadonlyMap<string, ColumnValues>;
  /** Never rejects. */
  readonly done: Promise<void>;
}

export class OpenSessions {
  /** By source and folder, the one asked last at the end. */
  readonly #sessions = new Map<string, Promise<DataSession>>();
  readonly #looks = new Map<string, Look>();
  #rest: NodeJS.Timeout | null = null;
  #isDisposed = false;

  /** Whoever has found a source asks it before it is closed: both wait for it to be open, in this order. */
  async ask<Answer>(
    asked: DataQuestion,
    options: TurnOptions,
    question: (session: AskedSession) => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#isDisposed) throw new Error('internal: the data were asked about after their end');
    return (await this.#session(asked)).ask(question, options);
  }

  /** What is found by a look that is under way, or by a new one. */
  look({ source, query, directory }: DataQuestion, values: () => AsyncIterable<[string, ColumnValues]>): Look {
    const key = JSON.stringify([directory, source, query]);
    const before = this.#looks.get(key);
    if (before !== undefined) return before;
    const known = new Map<string, ColumnValues>();
    const find = async (): Promise<void> => {
      for await (const [name, found] of values()) known.set(name, found);
    };
    // A source that can't be read, or is asked no more, has nothing to tell.
    const done = find()
      .catch(() => {})
      .finally(() => this.#looks.delete(key));
    const look = { known, done };
    this.#looks.set(key, look);
    return look;
  }

  /** For good. */
  dispose(): void {
    this.#isDisposed = true;
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#closeAll();
  }

  #closeAll(): void {
    for (const key of [...this.#sessions.keys()]) this.#close(key);
  }

  #session({ source, query, directory }: DataQuestion): Promise<DataSession> {
    const hasQuery = query !== undefined;
    const key = JSON.stringify([directory, source, hasQuery]);
    const session = this.#sessions.get(key) ?? this.#open(key, source, { directory, hasQuery });
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > SESSIONS_LIMIT) this.#close(this.#sessions.keys().next().value!);
    this.#restLater();
    return session;
  }

  #open(key: string, ...place: Parameters<typeof DataSession.open>): Promise<DataSession> {
    const session = DataSession.open(...place);
    // One that couldn't be opened is not kept.
    session.catch(() => this.#sessions.delete(key));
    return session;
  }

  #close(key: string): void {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    session?.then((opened) => opened.close()).catch(() => {});
  }

  #restLater(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#closeAll(), REST_MS);
    this.#rest.unref();
  }
}
