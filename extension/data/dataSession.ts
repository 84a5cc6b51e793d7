/**
 * One source of one experiment folder, held open in a database so that it can be asked again and again: while its files
 * stay as they are, an answer once given is remembered. One question at a time.
 */
import type { ProblemAtPath } from '../experiment/problems';
import type { Experiment } from '../experiment/schema';
import { type ColumnType, Database } from './database';
import { reachOf, resolveSource, type Source } from './source';
import { closeSource, openSource } from './sourceTable';
import { withoutEnding } from './sql';
import { type Survey, surveyTable } from './survey';
import { type TurnOptions, Turns } from './turns';

/** Text files up to this size are kept in memory as a table; larger ones are read anew for each question. */
const IMPORT_LIMIT_BYTES = 64 * 2 ** 20;

/** A table that can be asked about: the source itself, or what a query makes of it. */
export interface Table {
  /** As it stands behind FROM. */
  readonly relation: string;
  readonly types: readonly ColumnType[];
  /** A copy of some columns, where a check has made one: quicker to ask than a query. */
  readonly copied: { readonly name: string; readonly types: readonly ColumnType[] } | null;
}

/** The quickest thing to ask about a column. */
export function relationOf({ relation, copied }: Table, column: string): string {
  return copied?.types.some(({ name }) => name === column) === true ? copied.name : relation;
}

interface OpenFiles {
  readonly source: Source;
  readonly types: readonly ColumnType[] | null;
  readonly problems: readonly ProblemAtPath[];
}

export class DataSession {
  #files: OpenFiles | null = null;
  #copied: { select: string; name: string; types: readonly ColumnType[] } | null = null;
  #copies = 0;
  readonly #turns = new Turns();

  private constructor(
    private readonly database: Database,
    private readonly source: string | readonly string[],
    private readonly directory: string,
  ) {}

  /** A source that is queried has a database of its own: like in training, its rows come in one order every time. */
  static async open(
    source: string | readonly string[],
    { directory, hasQuery }: { directory: string; hasQuery: boolean },
  ): Promise<DataSession> {
    const database = await Database.open(reachOf(source, directory), {
      singleThread: hasQuery,
      isBounded: true,
    });
    database.remember();
    return new DataSession(database, source, directory);
  }

  /** When it is its turn. Aborting ends the question that runs. */
  ask<Answer>(question: (session: AskedSession) => Promise<Answer>, options: TurnOptions): Promise<Answer> {
    return this.#turns.take(async (signal) => {
      let again: NodeJS.Timeout | undefined;
      const interrupt = (): void => {
        this.database.interrupt();
        // Once more, for what was only starting.
        again = setTimeout(interrupt, 50);
      };
      signal.addEventListener('abort', interrupt);
      try {
        signal.throwIfAborted();
        const answer = await question(this.#asked(signal));
        signal.throwIfAborted();
        return answer;
      } finally {
        signal.removeEventListener('abort', interrupt);
        clearTimeout(again);
      }
    }, options);
  }

  /** Once everything asked before has been answered; nothing may be asked from now on. */
  close(): void {
    void this.#turns.take(async () => this.database.close(), { isUrgent: false, signal: undefined });
  }

  #asked(signal: AbortSignal): AskedSession {
    return {
      database: this.database,
      refresh: () => this.#refresh(signal),
      survey: (experiment, options) => this.#survey(experiment, options),
      table: (query) => this.#table(query),
    };
  }

  /** Opens the files again when they are no longer what they were. */
  async #refresh(signal: AbortSignal): Promise<OpenFiles | { problems: readonly ProblemAtPath[] }> {
    const glob = (pattern: string): Promise<string[]> => this.database.glob(pattern);
    const { source, problems } = await resolveSource(glob, this.source, this.directory);
    if (source === null || source.stamp !== this.#files?.source.stamp) {
      this.#files = null;
      this.database.forget();
      await this.#dropCopy();
      await closeSource(this.database);
    }
    if (source === null) return { problems };
    if (this.#files === null) {
      const opened = await openSource(this.database, source, { imports: source.bytes <= IMPORT_LIMIT_BYTES });
      signal.throwIfAborted();
      this.#files = { source, types: opened.types, problems: opened.problem === null ? [] : [opened.problem] };
    }
    return this.#files;
  }

  async #survey(
    experiment: Experiment,
    { seconds, examined }: { seconds: number; examined?: () => void },
  ): Promise<Survey> {
    const { source, types } = this.#files!;
    if (readsFiles(experiment.data.query)) {
      this.database.forget();
      await this.#dropCopy();
    }
    const copy = (select: string): Promise<string> => this.#copy(select);
    return surveyTable(
      this.database,
      experiment,
      { source, types: types! },
      { seconds, examined, copies: 'queries', copy },
    );
  }

  async #copy(select: string): Promise<string> {
    if (this.#copied?.select === select) return this.#copied.name;
    await this.#dropCopy();
    // A name of its own: what is remembered of another copy is not this one's.
    const name = `selected_${++this.#copies}`;
    await this.database.copy(select, name);
    // From here on it is known, and dropped in its time, whatever comes between.
    this.#copied = { select, name, types: [] };
    this.#copied.types = (await this.database.describe(`SELECT * FROM ${name}`))!;
    return name;
  }

  async #dropCopy(): Promise<void> {
    if (this.#copied === null) return;
    await this.database.run(`DROP TABLE ${this.#copied.name}`);
    this.#copied = null;
  }

  async #table(query: string | undefined): Promise<Table | null> {
    const types = this.#files?.types ?? null;
    if (types === null) return null;
    if (query === undefined) return { relation: 'source', types, copied: null };
    const select = withoutEnding(query);
    if (select === '') return null;
    if (readsFiles(query)) this.database.forget();
    const given = await this.database.describe(select);
    const isCopied = this.#copied?.select.endsWith(` FROM (${select}\n)`) === true && !readsFiles(query);
    return given === null ? null : { relation: `(${select}\n)`, types: given, copied: isCopied ? this.#copied : null };
  }
}

/** What may be asked while it is one's turn. All but `refresh` go by the files as that found them. */
export interface AskedSession {
  readonly database: Database;
  refresh(): Promise<{ readonly source?: Source; readonly problems: readonly ProblemAtPath[] }>;
  /** After a `refresh` without problems. `examined`: names and types are well. */
  survey(experiment: Experiment, options: { seconds: number; examined?: () => void }): Promise<Survey>;
  /** `null` for no readable source, and for a query that is no single SELECT. @throws DatabaseError */
  table(query: string | undefined): Promise<Table | null>;
}

/** Files that a query names itself may change unseen: whatever might be one's path or reader counts. */
function readsFiles(query = ''): boolean {
  return /\b(read|glob|parquet|sniff)\w*\s*\(|(['"])[^'"]*[/\\.][^'"]*\2/i.test(query);
}
