/**
 * One trainer child process behind a handle, from its start until it is gone: it trains one variant, or goes on with one
 * run. What it trains is told by its run folder, which `created` names; the process itself outlives its window where it is
 * to. Whatever happens to it (clean end, refusal, stop, kill, crash, no answer), `ended` is called exactly once, last,
 * unless the window goes before. Knows no editor and no run list.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { t } from '@vscode/l10n';
import type { Problem } from '../protocol/problems';
import type { ResumeRunRequest, StartRequest, TrainerMessage, TrainerRequest } from '../protocol/requests';
import type { Disposable } from './emitter';
import type { Log } from './log';
import { STOP_GRACE_MS } from './runFollowers';

/** A process that hasn't said that it listens after this long will not do so. Loading takes about 0.2 s. */
const READY_TIMEOUT_MS = 30_000;

export type TrainerEnd =
  /** It left by itself, with all it had to tell. */
  | { kind: 'ended' }
  /** Nothing was written. */
  | { kind: 'rejected'; problems: Problem[] }
  /** Stopped by request, before there was a run; `killed` when it didn't answer in time. */
  | { kind: 'stopped'; killed: boolean }
  | { kind: 'crashed'; error: string };

export interface TrainerListener {
  /** It has its request: from here on it may outlive the window. */
  started(): void;
  created(run: string, folder: string): void;
  ended(end: TrainerEnd): void;
}

export interface TrainerOptions {
  /** Path of the trainer's bundle. */
  module: string;
  request: StartRequest | ResumeRunRequest;
  /** File that its output goes to. */
  logFile: string;
  listener: TrainerListener;
  log: Log;
  stopGraceMs?: number;
}

export class TrainerProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #timers = new Set<NodeJS.Timeout>();
  #end: TrainerEnd | null = null;
  #isStarted = false;
  #isStopping = false;
  #wasKilled = false;
  #hasEnded = false;

  /** @throws Error when the system can't even try to start a process. */
  constructor(private readonly options: TrainerOptions) {
    // A file and no pipe: a process that writes to a window that is gone would end of it.
    // A run folder is there, or was deleted and must not come back as half of one.
    if (options.request.type === 'start') mkdirSync(path.dirname(options.logFile), { recursive: true });
    const output = openSync(options.logFile, 'a');
    try {
      this.#child = fork(options.module, [], {
        stdio: ['ignore', output, output, 'ipc'],
        // A group of its own: what ends the window's processes does not end it.
        detached: true,
        // Not the debugger's port of the host; and on the desktop the host's executable is Electron.
        execArgv: [],
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      });
    } finally {
      closeSync(output);
    }
    // The host may end before it does.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on('message', (message) => this.#receive(message as TrainerMessage));
    this.#child.on('error', (error) => this.#finish(null, null, error));
    // `close` comes after the last message, `exit` possibly before.
    this.#child.on('close', (code, signal) => this.#finish(code, signal));
    this.#after(READY_TIMEOUT_MS, () => {
      if (this.#isStarted) return;
      this.#end ??= { kind: 'crashed', error: t('The trainer did not start within {0} s.', READY_TIMEOUT_MS / 1000) };
      this.#kill();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** For the time before there is a run folder. Kills when no answer comes. */
  stop(): void {
    if (this.#isStopping || this.#hasEnded) return;
    this.#isStopping = true;
    // Before the request is sent there is nothing to save.
    if (!this.#isStarted) {
      this.#kill();
      return;
    }
    this.#send({ type: 'stop' });
    this.#killLater();
  }

  /** It was asked to stop through its run folder, and did not. */
  kill(): void {
    if (!this.#hasEnded) this.#kill();
  }

  /** The window closes: the channel too. The trainer goes on, or saves its checkpoint and ends by itself. */
  dispose(): void {
    if (this.#hasEnded) return;
    this.#isStopping = true;
    if (!this.#isStarted) {
      this.#kill();
      return;
    }
    if (this.#child.connected) this.#child.disconnect();
    if (this.options.request.onWindowClose === 'keepRunning') {
      this.#hasEnded = true;
      this.#clearTimers();
      return;
    }
    // If this host lives on (the extension was disabled), the child must not outlive its grace.
    this.#killLater();
  }

  #receive(message: TrainerMessage): void {
    switch (message.type) {
      case 'ready':
        this.#isStarted = true;
        this.#send(this.options.request);
        this.options.listener.started();
        return;
      case 'created':
        this.#clearTimers();
        this.options.listener.created(message.run, message.folder);
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

  #killLater(): void {
    this.#after(this.options.stopGraceMs ?? STOP_GRACE_MS, () => {
      this.#wasKilled = true;
      this.#kill();
    });
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
  }

  #finish(code: number | null, signal: NodeJS.Signals | null, error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#clearTimers();
    if (this.#child.connected) this.#child.disconnect();
    const end = this.#end ?? this.#endWithoutLastWord(code, signal, error);
    this.options.log.info(`Trainer ${this.pid ?? '?'} is gone: ${end.kind}.`);
    this.options.listener.ended(end);
  }

  #endWithoutLastWord(code: number | null, signal: NodeJS.Signals | null, error?: Error): TrainerEnd {
    if (this.#isStopping) return { kind: 'stopped', killed: this.#wasKilled };
    if (code === 0) return { kind: 'ended' };
    return { kind: 'crashed', error: crashText(code, signal, [], error) };
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
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
