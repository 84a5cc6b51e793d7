/**
 * The reader of experiments' data: a few sources held open, the one not asked for longest closed first, and all of them
 * after some minutes of rest.
 */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { ColumnProfile, ColumnSummary, ColumnValues } from '../protocol/columns';
import { boundCounts } from './boundCounts';
import { checkFacts } from './checks';
import { columnKind, columnProfiles, columnValues, frequentValues } from './columnProfile';
import { DatabaseError } from './database';
import type { BoundCounts, DataQuestion, DataReader, InspectOptions } from './dataReader';
import { type AskedSession, DataSession, type Table } from './dataSession';
import { describeFailure } from './errors';

/** A person works on one experiment, and looks at a few more. */
const SESSIONS_LIMIT = 4;
const REST_MS = 5 * 60_000;
/** What a query may take while a person waits with the pointer still: one that takes longer has no answer. */
const HOVER_SECONDS = 5;
/** A list of columns waits this long for what is in them. */
const VALUES_WAIT_MS = 100;

export function openDataReader(): DataReader {
  return new SessionReader();
}

class SessionReader implements DataReader {
  /** By source and folder, the one asked last at the end. */
  readonly #sessions = new Map<string, Promise<DataSession>>();
  #rest: NodeJS.Timeout | null = null;

  async inspect(
    experiment: Experiment,
    { directory, partly, seconds = 10, signal }: InspectOptions,
  ): Promise<ProblemAtPath[]> {
    const { source, query } = experiment.data;
    try {
      return await this.#ask({ source, query, directory }, signal, async (session) => {
        const { problems } = await session.refresh();
        if (problems.length > 0) return [...problems];
        const survey = await session.survey(experiment, { seconds, examined: () => partly?.([]) });
        signal?.throwIfAborted();
        return [
          ...survey.problems.map(withoutVerdict),
          ...(survey.facts === null ? [] : checkFacts(experiment, survey.facts)),
        ];
      });
    } catch (error) {
      signal?.throwIfAborted();
      return [describeFailure(error)];
    }
  }

  async columns(question: DataQuestion): Promise<ColumnSummary[] | null> {
    const types = await this.#ofTable(question, async ({ types }) => types);
    if (types === null) return null;
    const known = new Map<string, ColumnValues>();
    const look = async (): Promise<void> => {
      // Each column is a question of its own, so that what is asked meanwhile doesn't wait for all of them.
      for (const column of types) {
        const values = await this.#ofTable(question, ({ relation }, { database }) =>
          columnValues(database, relation, [column]),
        );
        if (values === null) return;
        known.set(column.name, values[0]!);
      }
    };
    await Promise.race([look(), new Promise((resolve) => setTimeout(resolve, VALUES_WAIT_MS))]);
    return types.map(({ name, type }) => {
      return { name, type, kind: columnKind(type), values: known.get(name) ?? null };
    });
  }

  async profile(question: DataQuestion, column: string): Promise<ColumnProfile | null> {
    return this.#ofColumn(question, column, async (type, { relation }, { database }) => {
      const [profile] = await columnProfiles(database, relation, [{ name: column, type }]);
      return profile!;
    });
  }

  async bound(question: DataQuestion, column: string, side: 'min' | 'max', limit: number): Promise<BoundCounts | null> {
    return this.#ofColumn(question, column, (type, { relation }, { database }) =>
      boundCounts(database, relation, { name: column, type }, { side, limit }),
    );
  }

  async files({ source, directory }: DataQuestion): Promise<string[]> {
    const found = await this.#orNull({ source, directory }, async (session) => (await session.refresh()).source);
    return found?.files ?? [];
  }

  async valuesOf(question: DataQuestion, column: string): Promise<string[] | null> {
    return this.#ofColumn(question, column, async (_type, { relation }, { database }) =>
      (await frequentValues(database, relation, column, 20)).map(({ value }) => value),
    );
  }

  dispose(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    for (const key of [...this.#sessions.keys()]) this.#close(key);
  }

  #ofColumn<Answer>(
    question: DataQuestion,
    column: string,
    use: (type: string, table: Table, session: AskedSession) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    return this.#ofTable(question, async (table, session) => {
      const type = table.types.find(({ name }) => name === column)?.type;
      return type === undefined ? null : use(type, table, session);
    });
  }

  #ofTable<Answer>(
    question: DataQuestion,
    use: (table: Table, session: AskedSession) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    return this.#orNull(question, async (session) => {
      const { problems } = await session.refresh();
      if (problems.length > 0) return null;
      session.database.limitTime(question.query === undefined ? null : HOVER_SECONDS);
      try {
        const table = await session.table(question.query);
        return table === null ? null : await use(table, session);
      } finally {
        session.database.limitTime(null);
      }
    });
  }

  /** What can't be read has no answer here; `inspect` says why. */
  async #orNull<Answer>(
    question: DataQuestion,
    ask: (session: AskedSession) => Promise<Answer | null | undefined>,
  ): Promise<Answer | null> {
    try {
      return (await this.#ask(question, undefined, ask)) ?? null;
    } catch (error) {
      if (error instanceof DatabaseError || (error instanceof Error && 'syscall' in error)) return null;
      throw error;
    }
  }

  async #ask<Answer>(
    { source, query, directory }: DataQuestion,
    signal: AbortSignal | undefined,
    ask: (session: AskedSession) => Promise<Answer>,
  ): Promise<Answer> {
    const hasQuery = query !== undefined;
    const key = JSON.stringify([directory, source, hasQuery]);
    const known = this.#sessions.get(key);
    const session = known ?? DataSession.open(source, { directory, hasQuery });
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > SESSIONS_LIMIT) this.#close(this.#sessions.keys().next().value!);
    this.#restLater();
    try {
      return await (await session).ask(ask, signal);
    } catch (error) {
      // One that couldn't be opened is not kept.
      session.catch(() => this.#sessions.delete(key));
      throw error;
    }
  }

  #close(key: string): void {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    session?.then((opened) => opened.close()).catch(() => {});
  }

  #restLater(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.dispose(), REST_MS);
    this.#rest.unref();
  }
}

/** Training gives a query more time than a check does, so that a slow one is no error yet. */
function withoutVerdict(problem: ProblemAtPath): ProblemAtPath {
  if (problem.code !== 'data.query-too-slow') return problem;
  return {
    ...problem,
    severity: 'warning',
    message: `${problem.message} Training gives it more time than this check.`,
  };
}
