/** A contestant as the runner holds it: a child process that answers one request at a time, each within a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { jsonLines } from './lines';
import type { Answer, FailedAnswer } from './protocol';

export interface Entry {
  /** Unique, such as `wasm` or `pytorch eager`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** With a channel that takes messages and passes them over, as the extension's trainer has. */
  readonly channel?: boolean;
}

/** The contestant can't go on; the message is what it said. */
export class ContestantError extends Error {
  override readonly name = 'ContestantError';
  readonly unavailable: boolean;

  constructor(failure: Omit<FailedAnswer, 'type'>) {
    super(failure.message);
    this.unavailable = failure.unavailable;
  }
}

type AnswerOf<Type extends Answer['type']> = Extract<Answer, { type: Type }>;

const END_MS = 10_000;

export class Contestant {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncGenerator<Answer, void>;
  readonly #closed: Promise<unknown>;
  #stderr = '';

  constructor(entry: Entry) {
    this.name = entry.name;
    this.#child = spawn(entry.command, entry.args, {
      env: { ...process.env, ...entry.env },
      stdio: ['pipe', 'pipe', 'pipe', ...(entry.channel ? (['ipc'] as const) : [])],
    });
    this.#child.on('message', () => {});
    // It may end while it is being written to; the missing answer says so.
    this.#child.stdin!.on('error', () => {});
    this.#child.stderr!.on('data', (text) => {
      this.#stderr = (this.#stderr + String(text)).slice(-4_000);
    });
    this.#closed = once(this.#child, 'close').catch((error: Error) => {
      this.#stderr += error.message;
    });
    this.#answers = jsonLines<Answer>(this.#child.stdout!);
  }

  /** @throws ContestantError when it fails, ends or takes too long; it is gone then. */
  async ask<Type extends Answer['type']>(request: object, type: Type, timeoutMs: number): Promise<AnswerOf<Type>> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    return this.#hear(type, timeoutMs);
  }

  /** Ends it; the most memory that it ever had in use, or `null` when that can't be known. */
  async close(): Promise<number | null> {
    const highWater = this.#highWater();
    this.#child.stdin!.end();
    const ended = await this.#hear('ended', END_MS).catch(() => null);
    await this.kill();
    return highWater ?? ended?.peakBytes ?? null;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #hear<Type extends Answer['type']>(type: Type, timeoutMs: number): Promise<AnswerOf<Type>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeoutMs);
    });
    try {
      const heard = await Promise.race([this.#answers.next(), late]);
      const answer = heard === 'late' ? null : (heard.value ?? null);
      if (answer?.type === type) return answer as AnswerOf<Type>;
      await this.kill();
      if (answer?.type === 'failed') throw new ContestantError(answer);
      const what = heard === 'late' ? `no answer within ${timeoutMs / 1000} s` : `ended: ${this.#lastWords()}`;
      throw new ContestantError({ unavailable: false, message: what });
    } finally {
      clearTimeout(timer);
    }
  }

  #lastWords(): string {
    return this.#stderr.trim().split('\n').at(-1) ?? '';
  }

  /** Linux keeps the peak per program; elsewhere the process says it at its end. */
  #highWater(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1024;
    } catch {
      return null;
    }
  }
}
