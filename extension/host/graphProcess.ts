/**
 * The child process that makes the compiled graph of a variant's step, behind a handle: the trainer's bundle with another
 * request. It ends in exactly one way, which `ended` tells, within a bounded time. Knows no editor.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { t } from '@vscode/l10n';
import type { Problem } from '../protocol/problems';
import type { GraphRequest, TrainerMessage } from '../protocol/requests';
import type { Disposable } from './emitter';
import type { Log } from './log';
import { crashText } from './trainerProcess';

/** Tracing takes well under a second; what takes long is reading data, and of that nobody waits a minute to see a graph. */
const TIMEOUT_MS = 60_000;
const KEPT_ERROR_LINES = 12;

export type GraphEnd =
  | { kind: 'graph'; text: string }
  | { kind: 'rejected'; problems: Problem[] }
  | { kind: 'failed'; error: string }
  | { kind: 'cancelled' };

export interface GraphProcessOptions {
  /** Path of the trainer's bundle. */
  module: string;
  request: GraphRequest;
  log: Log;
  timeoutMs?: number;
}

export class GraphProcess implements Disposable {
  readonly ended: Promise<GraphEnd>;
  readonly #child: ChildProcess;
  #end: GraphEnd | null = null;

  /** @throws Error when the system can't even try to start a process. */
  constructor({ module, request, log, timeoutMs = TIMEOUT_MS }: GraphProcessOptions) {
    const child = fork(module, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Not the debugger's port of the host; and on the desktop the host's executable is Electron.
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#child = child;
    const errorLines: string[] = [];
    eachLine(child.stdout, (line) => log.debug(line));
    eachLine(child.stderr, (line) => {
      log.warn(line);
      errorLines.push(line);
      if (errorLines.length > KEPT_ERROR_LINES) errorLines.shift();
    });
    child.on('message', (message: TrainerMessage) => {
      if (message.type === 'ready') child.send(request, () => {});
      else if (message.type === 'graph') this.#end ??= { kind: 'graph', text: message.text };
      else if (message.type === 'rejected') this.#end ??= { kind: 'rejected', problems: message.problems };
    });
    const timer = setTimeout(() => {
      this.#kill({ kind: 'failed', error: t('The graph was not made within {0} s.', timeoutMs / 1000) });
    }, timeoutMs);
    timer.unref();
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null, error?: Error): void => {
        clearTimeout(timer);
        const end = this.#end ?? { kind: 'failed', error: crashText(code, signal, errorLines, error) };
        log.info(`Graph of '${request.variant}' of ${request.experiment}: ${end.kind}.`);
        resolve(end);
      };
      child.once('error', (error) => finish(null, null, error));
      // Comes after the last message and the last line of output.
      child.once('close', (code, signal) => finish(code, signal));
    });
  }

  /** Nothing is written, so there is nothing to wait for. */
  cancel(): void {
    this.#kill({ kind: 'cancelled' });
  }

  dispose(): void {
    this.cancel();
  }

  #kill(end: GraphEnd): void {
    this.#end ??= end;
    this.#child.kill('SIGKILL');
  }
}

function eachLine(stream: Readable | null, handle: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', handle);
}
