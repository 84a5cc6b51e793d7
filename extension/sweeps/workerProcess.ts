/**
 * A trainer process of a sweep behind a handle: points go in, and of each comes exactly one end, whatever happens to the
 * process. A dead one is replaced with the next point.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { threadEnvironment } from '../data/threads';
import type { EndedEvent, TrainingEvent } from '../protocol/events';
import type { Problem } from '../protocol/problems';
import type { FromWorker, PointOrder, ToWorker } from './messages';

/** A trainer that was asked to stop and is still there after this long is killed. */
const STOP_GRACE_MS = 10_000;
const KEPT_ERROR_LINES = 12;

export type PointEnd =
  | { kind: 'ended'; event: EndedEvent }
  /** Nothing was written. */
  | { kind: 'rejected'; problems: readonly Problem[] }
  /** Stopped before it had a run, or killed when it did not answer. */
  | { kind: 'stopped' }
  /** The process died; what it said last. */
  | { kind: 'crashed'; error: string };

export class WorkerProcess {
  readonly #module: string;
  readonly #threads: number;
  #child: ChildProcess | null = null;
  #errorLines: string[] = [];
  #isPaused = false;
  #isStopping = false;
  #current: { end: PointEnd | null; finish(end: PointEnd): void; listen(event: TrainingEvent): void } | null = null;
  #graceTimer: NodeJS.Timeout | null = null;

  /** `module` is the path of the worker's bundle. */
  constructor(options: { module: string; threads: number }) {
    this.#module = options.module;
    this.#threads = options.threads;
  }

  /** One point at a time. */
  train(order: PointOrder, listen: (event: TrainingEvent) => void): Promise<PointEnd> {
    return new Promise((resolve) => {
      const finish = (end: PointEnd): void => {
        this.#current = null;
        resolve(end);
      };
      this.#current = { end: null, finish, listen };
      try {
        this.#child ??= this.#start();
      } catch (error) {
        finish({ kind: 'crashed', error: `The trainer could not be started: ${String(error)}` });
        return;
      }
      if (this.#isPaused) this.#send({ type: 'pause' });
      this.#send(order);
    });
  }

  /** The point in training ends with its checkpoint; killed when that takes too long. */
  stop(): void {
    if (this.#current === null || this.#isStopping) return;
    this.#isStopping = true;
    this.#send({ type: 'stop' });
    this.#graceTimer = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_GRACE_MS);
    this.#graceTimer.unref();
  }

  pause(): void {
    this.#isPaused = true;
    this.#send({ type: 'pause' });
  }

  resume(): void {
    this.#isPaused = false;
    this.#send({ type: 'resume' });
  }

  /** Lets the process end; it has nothing to train any more. */
  dispose(): void {
    if (this.#graceTimer !== null) clearTimeout(this.#graceTimer);
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = fork(this.#module, ['worker'], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ...threadEnvironment(this.#threads), ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#errorLines = [];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorLines = [...this.#errorLines, ...text.split('\n').filter((line) => line !== '')].slice(
        -KEPT_ERROR_LINES,
      );
    });
    child.on('message', (message) => this.#receive(message as FromWorker));
    child.on('error', (error) => this.#lose(child, `The trainer could not be started: ${error.message}`));
    // `close` comes after the last message and the last line of output.
    child.on('close', (code, signal) => this.#lose(child, this.#lastWords(code, signal)));
    return child;
  }

  #receive(message: FromWorker): void {
    const current = this.#current;
    if (current === null) return;
    switch (message.type) {
      case 'ready':
        return;
      case 'event':
        if (message.event.type === 'ended') current.end = { kind: 'ended', event: message.event };
        current.listen(message.event);
        return;
      case 'rejected':
        current.end = { kind: 'rejected', problems: message.problems };
        return;
      case 'done':
        current.finish(current.end ?? { kind: 'stopped' });
        return;
    }
  }

  #lose(child: ChildProcess, error: string): void {
    if (child !== this.#child) return;
    this.#child = null;
    const end: PointEnd = this.#isStopping ? { kind: 'stopped' } : { kind: 'crashed', error };
    this.#current?.finish(this.#current.end ?? end);
  }

  #lastWords(code: number | null, signal: NodeJS.Signals | null): string {
    const what =
      signal === 'SIGKILL'
        ? 'The trainer was killed (SIGKILL), perhaps because memory ran out: try fewer at a time (--jobs), or a smaller network.'
        : signal !== null
          ? `The trainer died of signal ${signal}.`
          : `The trainer ended unexpectedly with exit code ${code}.`;
    return [what, ...this.#errorLines].join('\n');
  }

  #send(message: ToWorker): void {
    // Where the process is going, `close` tells the rest.
    if (this.#child?.connected === true) this.#child.send(message, () => {});
  }
}
