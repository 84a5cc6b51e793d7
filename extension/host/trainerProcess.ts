/**
 * One trainer child process behind a handle: it trains one variant and ends. Whatever happens to the process (clean
 * end, refusal, stop, kill, crash, no answer), `ended` is called exactly once, last. Knows no editor and no run list.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { t } from '@vscode/l10n';
import type { TrainingEvent } from '../protocol/events';
import type { Problem } from '../protocol/problems';
import type { StartRequest, TrainerMessage, TrainerRequest } from '../protocol/requests';
import type { Disposable } from './emitter';
import type { Log } from './log';

/**
 * A trainer that is asked to stop and is still there after this long is killed. It answers within one step and then
 * writes its checkpoint and its end; a folder without an end is lost for ever, so a slow disk gets its time.
 */
export const STOP_GRACE_MS = 10_000;
/** A process that hasn't said that it listens after this long will not do so. Loading takes about 0.2 s. */
const READY_TIMEOUT_MS = 30_000;
/** After `exit`, output may still be on its way, unless a grandchild keeps the pipe open for ever. */
const OUTPUT_GRACE_MS = 1000;
const KEPT_ERROR_LINES = 12;

export type TrainerEnd =
  /** The last event was `ended`. */
  | { kind: 'ended' }
  /** Nothing was written. */
  | { kind: 'rejected'; problems: Problem[] }
  /** Stopped by request, without a last event; `killed` when it didn't answer in time. */
  | { kind: 'stopped'; killed: boolean }
  | { kind: 'crashed'; error: string };

export interface TrainerListener {
  created(run: string, folder: string): void;
  event(event: TrainingEvent): void;
  ended(end: TrainerEnd): void;
}

export interface TrainerOptions {
  /** Path of the trainer's bundle. */
  module: string;
  request: StartRequest;
  listener: TrainerListener;
  log: Log;
  stopGraceMs?: number;
}

export class TrainerProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #errorLines: string[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #end: TrainerEnd | null = null;
  #isStarted = false;
  #isStopping = false;
  #wasKilled = false;
  #hasEnded = false;

  /** @throws Error when the system can't even try to start a process. */
  constructor(private readonly options: TrainerOptions) {
    this.#child = fork(options.module, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Not the debugger's port of the host; and on the desktop the host's executable is Electron.
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#child.on('message', (message) => this.#receive(message as TrainerMessage));
    this.#child.on('error', (error) => this.#finish(null, null, error));
    // `close` comes after the last message and the last line of output, `exit` possibly before.
    this.#child.on('close', (code, signal) => this.#finish(code, signal));
    this.#child.on('exit', (code, signal) => this.#after(OUTPUT_GRACE_MS, () => this.#finish(code, signal)));
    this.#eachLine(this.#child.stdout, (line) => options.log.debug(line));
    this.#eachLine(this.#child.stderr, (line) => {
      options.log.warn(line);
      this.#errorLines.push(line);
      if (this.#errorLines.length > KEPT_ERROR_LINES) this.#errorLines.shift();
    });
    this.#after(READY_TIMEOUT_MS, () => {
      if (this.#isStarted) return;
      this.#end ??= { kind: 'crashed', error: t('The trainer did not start within {0} s.', READY_TIMEOUT_MS / 1000) };
      this.#kill();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks for an end with a checkpoint; kills when that takes too long. */
  stop(): void {
    if (this.#isStopping || this.#hasEnded) return;
    this.#isStopping = true;
    // Before the request is sent there is nothing to save.
    if (!this.#isStarted) {
      this.#kill();
      return;
    }
    this.#send({ type: 'stop' });
    this.#after(this.options.stopGraceMs ?? STOP_GRACE_MS, () => {
      this.#wasKilled = true;
      this.#kill();
    });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  resume(): void {
    this.#send({ type: 'resume' });
  }

  /** The window closes: the channel too. The trainer then saves its checkpoint and ends by itself. */
  dispose(): void {
    if (this.#hasEnded) return;
    this.#isStopping = true;
    if (this.#isStarted && this.#child.connected) this.#child.disconnect();
    else this.#kill();
    // If this host lives on (the extension was disabled), the child must not outlive its grace.
    this.#after(this.options.stopGraceMs ?? STOP_GRACE_MS, () => this.#kill());
  }

  #receive(message: TrainerMessage): void {
    switch (message.type) {
      case 'ready':
        this.#isStarted = true;
        this.#send(this.options.request);
        return;
      case 'created':
        this.options.listener.created(message.run, message.folder);
        return;
      case 'event':
        if (message.event.type === 'ended') this.#end = { kind: 'ended' };
        this.options.listener.event(message.event);
        return;
      case 'rejected':
        this.#end = { kind: 'rejected', problems: message.problems };
        return;
      default:
        this.options.log.warn(`The trainer sent an unknown message: ${JSON.stringify(message)}`);
    }
  }

  #send(request: TrainerRequest): void {
    if (!this.#child.connected) return;
    this.#child.send(request, (error) => {
      // The process is going; `close` tells the rest.
      if (error !== null) this.options.log.debug(`'${request.type}' did not reach the trainer: ${error.message}`);
    });
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
  }

  #finish(code: number | null, signal: NodeJS.Signals | null, error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#child.connected) this.#child.disconnect();
    const end = this.#end ?? this.#endWithoutLastWord(code, signal, error);
    this.options.log.info(`Trainer ${this.pid ?? '?'} (${this.options.request.variant}) is gone: ${end.kind}.`);
    this.options.listener.ended(end);
  }

  #endWithoutLastWord(code: number | null, signal: NodeJS.Signals | null, error?: Error): TrainerEnd {
    if (this.#isStopping) return { kind: 'stopped', killed: this.#wasKilled };
    return { kind: 'crashed', error: crashText(code, signal, this.#errorLines, error) };
  }

  #after(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    // Waiting for a child is no reason to keep a host alive that wants to end.
    timer.unref();
    this.#timers.add(timer);
  }

  #eachLine(stream: Readable | null, handle: (line: string) => void): void {
    if (stream !== null) createInterface({ input: stream }).on('line', handle);
  }
}

/** What happened, what may be the cause, and the last words of the process. */
export function crashText(
  code: number | null,
  signal: NodeJS.Signals | null,
  errorLines: readonly string[],
  error?: Error,
): string {
  const what =
    error !== undefined
      ? t('The trainer could not be started: {0}', error.message)
      : signal === 'SIGKILL'
        ? t('The trainer was killed (SIGKILL), perhaps because memory ran out: try a smaller batchSize or network.')
        : signal !== null
          ? t('The trainer died of signal {0}.', signal)
          : t('The trainer ended unexpectedly with exit code {0}.', code ?? '?');
  return errorLines.length === 0 ? what : `${what}\n${errorLines.join('\n')}`;
}
