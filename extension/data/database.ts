/**
 * DuckDB, embedded and in memory, as far as Orthant uses it. What a query may reach is limited to the experiment's
 * folder and the files of its source, and nothing of that can be changed again from SQL: an experiment file may come from anywhere.
 */
import { availableParallelism, totalmem } from 'node:os';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, StatementType } from '@duckdb/node-api';
import { escapeGlob, literal } from './sql';
import { availableThreads } from './threads';

/** Of the memory that is this process's share of the machine: what a query may fill, which may have no end. */
const MEMORY_SHARE = 0.5;
/** Answers that are kept; each is a few numbers. */
const ANSWERS_LIMIT = 1_000;
const AGGREGATES_LIMIT = 20_000;
/** DuckDB plans longer statements for seconds: 784 columns took 63 s in one, 10 s with 500, 2.5 s with 16 or 64. */
const AGGREGATES_A_PASS = 32;

/** What DuckDB refused, taken apart. */
export class DatabaseError extends Error {
  constructor(
    message: string,
    /** Such as `Binder`, `Conversion`, `Invalid Input`. */
    readonly kind: string,
    /** Bytes into the SQL that was run, where DuckDB tells. */
    readonly position: number | null,
    /** Names that would have been known in the place of an unknown one. */
    readonly candidates: readonly string[],
  ) {
    super(message);
  }
}

export interface ColumnType {
  name: string;
  /** DuckDB's type, such as `BIGINT`, `DECIMAL(5,2)`, `UTINYINT[784]`. */
  type: string;
}

/** A value as JSON has it; 64-bit integers as text. */
export type SqlValue = string | number | boolean | null | readonly SqlValue[];

export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #timer: NodeJS.Timeout | undefined;
  /** The limit that has been passed, in seconds. */
  #passed: number | null = null;
  /** Answers by their SQL; `null` when none are kept. */
  #answers: Map<string, SqlValue[][]> | null = null;
  #aggregates: Map<string, SqlValue> | null = null;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * With one thread, a query that groups or joins gives its rows in the same order every time. A bounded one fails when it
   * fills its share of the machine's memory. Neither takes what belongs to processes that train beside this one.
   */
  static async open(
    reach: { readonly folders: readonly string[]; readonly files: readonly string[] },
    options: { singleThread: boolean; isBounded: boolean },
  ): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`SET threads = ${options.singleThread ? 1 : availableThreads()}`);
    if (options.isBounded) await connection.run(`SET memory_limit = '${memoryLimit()}B'`);
    // What outgrows memory is an error, not a folder of spilled data left beside whatever folder this runs in.
    await connection.run("SET temp_directory = ''");
    await connection.run(`SET allowed_directories = ${listed(reach.folders)}`);
    await connection.run(`SET allowed_paths = ${listed(reach.files)}`);
    await connection.run('SET errors_as_json = true');
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return new Database(instance, connection);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** From now on: what still runs after so many seconds is ended with an error of the kind `Timeout`. */
  limitTime(seconds: number | null): void {
    clearTimeout(this.#timer);
    this.#passed = null;
    if (seconds === null) return;
    const end = (): void => {
      this.#passed = seconds;
      this.#connection.interrupt();
      // Once more, for what was only starting.
      this.#timer = setTimeout(end, 100);
    };
    this.#timer = setTimeout(end, seconds * 1000);
  }

  /** Ends what runs now with an error of the kind `Interrupt`. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  /** From now on a question asked again is answered from memory, until `forget`: for data that stay as they are. */
  remember(): void {
    this.#answers ??= new Map();
    this.#aggregates ??= new Map();
  }

  /** The data are others now. */
  forget(): void {
    this.#answers?.clear();
    this.#aggregates?.clear();
  }

  /** @throws DatabaseError */
  async run(sql: string): Promise<void> {
    await this.#orError(this.#connection.run(sql));
  }

  /** Keeps what a SELECT gives as a table of this name. Places in errors are those of the SELECT. @throws DatabaseError */
  async copy(select: string, name: string): Promise<void> {
    const lead = `CREATE TEMP TABLE ${name} AS `;
    try {
      await this.run(lead + select);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.position === null) throw error;
      throw new DatabaseError(error.message, error.kind, error.position - lead.length, error.candidates);
    }
  }

  /** All rows. For results of a few rows. @throws DatabaseError */
  async rows(sql: string): Promise<SqlValue[][]> {
    const known = this.#answers?.get(sql);
    if (known !== undefined) return known;
    const rows = await this.freshRows(sql);
    if (this.#answers !== null) keep(this.#answers, sql, rows, ANSWERS_LIMIT);
    return rows;
  }

  /**
   * One value for each aggregate, such as `max(x)`, in one pass for all that aren't remembered: a table of hundreds of
   * columns is asked about all of them at once. @throws DatabaseError
   */
  async aggregates(relation: string, expressions: readonly string[]): Promise<SqlValue[]> {
    const known = new Map<string, SqlValue>();
    const keyOf = (expression: string): string => `${expression} of ${relation}`;
    const unknown = [...new Set(expressions)].filter((expression) => {
      const answer = this.#aggregates?.get(keyOf(expression));
      if (answer !== undefined) known.set(expression, answer);
      return answer === undefined;
    });
    for (let start = 0; start < unknown.length; start += AGGREGATES_A_PASS) {
      const asked = unknown.slice(start, start + AGGREGATES_A_PASS);
      const [answers] = await this.freshRows(`SELECT ${asked.join(', ')} FROM ${relation}`);
      asked.forEach((expression, index) => {
        known.set(expression, answers![index]!);
        if (this.#aggregates !== null) keep(this.#aggregates, keyOf(expression), answers![index]!, AGGREGATES_LIMIT);
      });
    }
    return expressions.map((expression) => known.get(expression)!);
  }

  /** As they are now, whatever was answered before. @throws DatabaseError */
  async freshRows(sql: string): Promise<SqlValue[][]> {
    const reader = await this.#orError(this.#connection.runAndReadAll(sql));
    return reader.getRowsJson() as SqlValue[][];
  }

  /** Files that match, sorted, as they are now. @throws DatabaseError */
  async glob(pattern: string): Promise<string[]> {
    const rows = await this.freshRows(`SELECT file FROM glob(${literal(pattern)}) ORDER BY file`);
    return rows.map(([file]) => String(file));
  }

  /** The result in chunks of some thousand rows, in order. @throws DatabaseError */
  async *chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.#orError(this.#connection.stream(sql));
    for (;;) {
      const chunk = await this.#orError(result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  }

  /** What a query would give, without running it; `null` when it is no single SELECT. @throws DatabaseError */
  async describe(query: string): Promise<ColumnType[] | null> {
    const statements = await this.#orError(this.#connection.extractStatements(query));
    if (statements.count !== 1) return null;
    const statement = await this.#orError(statements.prepare(0));
    try {
      if (statement.statementType !== StatementType.SELECT || statement.parameterCount > 0) return null;
      return Array.from({ length: statement.columnCount }, (_, index) => ({
        name: statement.columnName(index),
        type: statement.columnType(index).toString(),
      }));
    } finally {
      statement.destroySync();
    }
  }

  async #orError<Result>(promise: Promise<Result>): Promise<Result> {
    try {
      return await promise;
    } catch (error) {
      if (this.#passed === null) throw toDatabaseError(error);
      throw new DatabaseError(`takes longer than ${this.#passed} seconds`, 'Timeout', null, []);
    }
  }
}

/** Bytes. Who has a share of the cores has the same of the memory. */
function memoryLimit(): number {
  return Math.ceil((totalmem() * MEMORY_SHARE * availableThreads()) / availableParallelism());
}

/** DuckDB compares names as they are given to it, and it is given globs. */
function listed(names: readonly string[]): string {
  const ways = names.flatMap((name) => [name, escapeGlob(name)]).filter((name) => !name.includes('\0'));
  return `[${ways.map(literal).join(', ')}]`;
}

/** What was kept first goes first. */
function keep<Value>(kept: Map<string, Value>, key: string, value: Value, limit: number): void {
  kept.set(key, value);
  if (kept.size > limit) kept.delete(kept.keys().next().value!);
}

/** With `errors_as_json`, the message is a JSON object, at times with words before it. */
function toDatabaseError(error: unknown): DatabaseError {
  const text = error instanceof Error ? error.message : String(error);
  try {
    const details = JSON.parse(text.slice(text.indexOf('{'))) as Record<string, string | undefined>;
    return new DatabaseError(
      details.exception_message ?? text,
      details.exception_type ?? 'Unknown',
      details.position === undefined ? null : Number(details.position),
      details.candidates?.split(',').map((name) => name.trim()) ?? [],
    );
  } catch {
    return new DatabaseError(text, 'Unknown', null, []);
  }
}
