/** The reader of experiments' data, over sources that are held open. */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import type { ColumnProfile, ColumnSummary, ColumnValues } from '../protocol/columns';
import { boundCounts } from './boundCounts';
import { checkFacts } from './checks';
import { columnKind, columnProfiles, columnValues, frequentValues } from './columnProfile';
import { type ColumnType, Database, DatabaseError } from './database';
import type { BoundCounts, DataQuestion, DataReader, InspectOptions } from './dataReader';
import { type AskedSession, relationOf, type Table } from './dataSession';
import { describeFailure } from './errors';
import { OpenSessions } from './openSessions';
import { reachOf, resolveSource } from './source';
import type { Facts } from './survey';

/** What a query may take while a person waits with the pointer still: one that takes longer has no answer. */
const HOVER_SECONDS = 5;
/** A list of columns waits this long for what is in them. */
const VALUES_WAIT_MS = 100;

export function openDataReader(): DataReader {
  return new SessionReader(new OpenSessions(), undefined);
}

class SessionReader implements DataReader {
  constructor(
    private readonly sessions: OpenSessions,
    private readonly signal: AbortSignal | undefined,
  ) {}

  until(signal: AbortSignal): DataReader {
    return new SessionReader(this.sessions, signal);
  }

  async inspect(
    experiment: Experiment,
    { directory, partly, sized, seconds = 10, signal = this.signal }: InspectOptions,
  ): Promise<ProblemAtPath[]> {
    const { source, query } = experiment.data;
    try {
      return await this.sessions.ask({ source, query, directory }, { isUrgent: true, signal }, async (session) => {
        const { problems } = await session.refresh();
        if (problems.length > 0) return [...problems];
        const survey = await session.survey(experiment, { seconds, examined: () => partly?.([]) });
        signal?.throwIfAborted();
        if (survey.facts !== null) sized?.(inputSizeOf(experiment, survey.facts));
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
    const look = this.sessions.look(question, () => this.#valuesOf(question, types));
    await Promise.race([look.done, new Promise((resolve) => setTimeout(resolve, VALUES_WAIT_MS))]);
    return types.map(({ name, type }) => {
      return { name, type, kind: columnKind(type), values: look.known.get(name) ?? null };
    });
  }

  async profile(question: DataQuestion, column: string): Promise<ColumnProfile | null> {
    return this.#ofColumn(question, column, async (type, relation, database) => {
      const [profile] = await columnProfiles(database, relation, [{ name: column, type }]);
      return profile!;
    });
  }

  async bound(question: DataQuestion, column: string, side: 'min' | 'max', limit: number): Promise<BoundCounts | null> {
    return this.#ofColumn(question, column, (type, relation, database) =>
      boundCounts(database, relation, { name: column, type }, { side, limit }),
    );
  }

  async files({ source, directory }: DataQuestion): Promise<string[]> {
    // Of their names alone: nothing is opened, and nothing that is open closed for it.
    const glob = async (pattern: string): Promise<string[]> => {
      const database = await Database.open(reachOf(source, directory), { singleThread: true, isBounded: false });
      return database.glob(pattern).finally(() => database.close());
    };
    const found = await resolveSource(glob, source, directory).catch(nullIfUnreadable);
    return found?.source?.files ?? [];
  }

  async valuesOf(question: DataQuestion, column: string): Promise<string[] | null> {
    return this.#ofColumn(question, column, async (_type, relation, database) =>
      (await frequentValues(database, relation, column, 20)).map(({ value }) => value),
    );
  }

  dispose(): void {
    this.sessions.dispose();
  }

  /** Each column of files is a question of its own, so that others come between; a query is run once for all. */
  async *#valuesOf(question: DataQuestion, types: readonly ColumnType[]): AsyncGenerator<[string, ColumnValues]> {
    const parts = question.query === undefined ? types.map((column) => [column]) : [types];
    for (const columns of parts) {
      // For whoever asks again, so nobody's signal ends it.
      const values = await new SessionReader(this.sessions, undefined).#ofTable(question, ({ relation }, session) =>
        columnValues(session.database, relation, columns),
      );
      if (values === null) return;
      for (const [index, { name }] of columns.entries()) yield [name, values[index]!];
    }
  }

  #ofColumn<Answer>(
    question: DataQuestion,
    column: string,
    use: (type: string, relation: string, database: Database) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    return this.#ofTable(question, async (table, { database }) => {
      const type = table.types.find(({ name }) => name === column)?.type;
      return type === undefined ? null : use(type, relationOf(table, column), database);
    });
  }

  /** What can't be read has no answer here; `inspect` says why. */
  #ofTable<Answer>(
    question: DataQuestion,
    use: (table: Table, session: AskedSession) => Promise<Answer | null>,
  ): Promise<Answer | null> {
    const options = { isUrgent: false, signal: this.signal };
    return this.sessions
      .ask(question, options, async (session) => {
        const { problems } = await session.refresh();
        if (problems.length > 0) return null;
        session.database.limitTime(question.query === undefined ? null : HOVER_SECONDS);
        try {
          const table = await session.table(question.query);
          return table === null ? null : await use(table, session);
        } finally {
          session.database.limitTime(null);
        }
      })
      .catch(nullIfUnreadable);
  }
}

function inputSizeOf({ data }: Experiment, { columns }: Facts): number {
  return data.inputs.reduce((sum, name) => sum + (columns.find((column) => column.name === name)?.width ?? 1), 0);
}

/** @throws what is no fault of the data. */
function nullIfUnreadable(error: unknown): null {
  if (error instanceof DatabaseError || (error instanceof Error && 'syscall' in error)) return null;
  throw error;
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
